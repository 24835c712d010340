/// A table, a view, or what else holds rows.
public struct Relation: Sendable, Equatable {
    /// The sort of a relation.
    public enum Kind: String, Sendable, CaseIterable {
        /// An ordinary table, which may be a partition.
        case table = "r"
        /// A table whose rows lie in its partitions.
        case partitionedTable = "p"
        /// A query with a name.
        case view = "v"
        /// A query with a name and stored rows.
        case materializedView = "m"
        /// A table on another server.
        case foreignTable = "f"
    }

    /// The schema, spelled as it is stored.
    public let schema: String
    /// The name, spelled as it is stored.
    public let name: String
    /// The sort of relation.
    public let kind: Kind
    /// The role that owns it.
    public let owner: String
    /// What its comment says.
    public let comment: String?
    /// About how many rows it has, partitions included; nil when nothing was ever counted.
    public let estimatedRows: Int?
    /// About how many bytes its rows take, partitions included.
    public let bytes: Int
    /// Its columns, in order.
    public let columns: [Column]
    /// Its unique indexes, usable as proof or not, the primary key first.
    public let uniqueIndexes: [UniqueIndex]
    /// Its references to other tables.
    public let foreignKeys: [ForeignKey]
    /// Its check constraints.
    public let checkConstraints: [CheckConstraint]
    /// Whether row security is switched on.
    public let rowSecurityEnabled: Bool
    /// Whether row security binds its owner too.
    public let rowSecurityForced: Bool
    /// Whether row security applies to the current user, and so may hide rows from it.
    public let rowSecurityHidesRows: Bool
    /// Whether the current user may read all columns.
    public let hasSelect: Bool
    /// Whether the current user may also read where rows lie (`ctid`), which takes SELECT on the table itself.
    public let hasPlaceSelect: Bool
    /// Whether other tables inherit from it; partitions do not count.
    public let hasInheritanceChildren: Bool
    /// Whether it is a partition of another table.
    public let isPartition: Bool
    /// The tables in which its rows lie, itself first where it holds some; none for a view.
    public let leaves: [Leaf]

    /// The column of a name, spelled as it is stored; nil when there is none.
    public func column(_ name: String) -> Column? { columns.first { $0.name == name } }

    /// The primary key; nil when there is none.
    public var primaryKey: UniqueIndex? { uniqueIndexes.first(where: \.isPrimary) }
}
