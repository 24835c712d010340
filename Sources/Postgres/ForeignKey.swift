/// A reference from one table to another, declared as a constraint.
public struct ForeignKey: Sendable, Equatable {
    /// The name of the constraint.
    public let name: String
    /// The columns that refer.
    public let columns: [String]
    /// The schema of the table referred to.
    public let referencedSchema: String
    /// The table referred to.
    public let referencedTable: String
    /// The columns referred to, in the order of `columns`.
    public let referencedColumns: [String]
    /// Whether the rows that were there before the constraint were checked.
    public let isValidated: Bool
    /// Whether none of the triggers that enforce it is switched off at present.
    public let isEnforced: Bool
    /// Whether a change of a row referred to changes the rows that refer: CASCADE, SET NULL, SET DEFAULT.
    public let changesReferrers: Bool
    /// What its comment says.
    public let comment: String?
}
