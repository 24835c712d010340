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
    /// Whether it holds at every moment for the rows that it covers: valid, ready and checked at once.
    public let isInForce: Bool
    /// What its comment says.
    public let comment: String?
    /// What it covers, as the server writes it from the word USING on.
    ///
    /// It is read only where there is a comment, and nil where it uses a function or an operator that is
    /// not built in.
    public let definition: String?
}
