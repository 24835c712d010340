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
    /// What its comment says.
    public let comment: String?
    /// Whether it is known to bind every row, by built-in functions alone.
    ///
    /// That is: validated, on a table without inheritance children or on partitions that are all here,
    /// and of nothing that could be replaced by something else. It is looked at only where there is a
    /// comment.
    public let bindsEveryRow: Bool
}
