public import Assay

/// What a statement demands of rows that are there already.
public struct RowDemand: Sendable, Hashable {
    /// The sort of a demand; columns by the names that they have when the statement has run.
    public enum Sort: Sendable, Hashable {
        /// A column that must hold a value; by the name that it had before the migration.
        case notNull(column: String)
        /// A new column that must hold a value and gives rows none.
        case newColumn(column: String)
        /// A CHECK.
        case check(name: String, expression: String)
        /// A unique index, or the constraint of one.
        case unique(
            name: String, parts: [String], predicate: String?, nullsAreAlike: Bool, isPrimary: Bool)
        /// A foreign key; the parent and its keys by the names that they had before the migration.
        case reference(name: String, columns: [String], parent: TableName?, keys: [String])
        /// Another type of a column, and the expression of USING.
        case type(column: String, from: String, to: String, using: String?)
        /// An exclusion constraint.
        case exclusion(name: String)
    }

    /// A column as it was called before the migration, and as it is called now.
    public struct Column: Sendable, Hashable {
        /// The name before; nil for a column that the migration added.
        public let original: String?
        /// The name now.
        public let current: String
    }

    /// What is demanded.
    public let sort: Sort
    /// The table, by the name that it had before the migration.
    public let table: TableName
    /// The table's own name now.
    public let renamed: String
    /// Its columns, sorted by the name now.
    public let columns: [Column]
}
