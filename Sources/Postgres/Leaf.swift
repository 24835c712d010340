/// A table in which rows of another lie: a partition, a child, or that table itself.
public struct Leaf: Sendable, Equatable {
    /// The schema, spelled as it is stored.
    public let schema: String
    /// The name, spelled as it is stored.
    public let name: String
    /// Where its rows lie; nil for this server.
    public let server: ForeignServer?
}

/// A server that foreign tables are read from.
public struct ForeignServer: Sendable, Hashable {
    /// The name, spelled as it is stored.
    public let name: String
    /// The wrapper that reaches it: `postgres_fdw`.
    public let wrapper: String
    /// How many rows come at once, where an option of the server or of the table says so.
    public let fetchSize: Int?
}
