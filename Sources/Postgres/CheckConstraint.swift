/// A condition that a table demands of each of its rows.
public struct CheckConstraint: Sendable, Equatable {
    /// The name of the constraint.
    public let name: String
    /// The condition as SQL, as the server writes it.
    public let expression: String
    /// Whether the rows that were there before the constraint were checked.
    public let isValidated: Bool
    /// Whether tables that inherit from this one are free of it.
    public let isNotInherited: Bool
}
