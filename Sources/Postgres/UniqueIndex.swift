/// A unique index of a table.
public struct UniqueIndex: Sendable, Equatable {
    /// The name of the index.
    public let name: String
    /// The key's columns, in order; empty when the key holds an expression.
    public let columns: [String]
    /// Whether it is the primary key.
    public let isPrimary: Bool
    /// Whether it proves at every moment that no two rows share the key.
    ///
    /// That is: valid, ready, checked at once, over all rows and over plain columns. For a table with
    /// inheritance children it says nothing of the children.
    public let isUsable: Bool
    /// Whether two nulls count as equal.
    public let nullsNotDistinct: Bool
}
