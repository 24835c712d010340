/// The kinds of check there are.
public enum Kinds {
    /// All kinds, by name.
    ///
    /// A test holds the list against the folder `Kinds/`.
    public static let all: [any Check.Type] = [
        Agrees.self, Constrained.self, Exposed.self, Fresh.self, Grants.self, Implies.self,
        InRange.self, Length.self, Matches.self, NoRows.self, Normalized.self, OneOf.self,
        PoisonedDomain.self, References.self, Required.self, Resolvable.self, RowCount.self,
        SharedHost.self, Stamped.self, Steady.self, Unchanged.self, Unique.self,
    ]

    /// The kind of this name.
    public static func named(_ name: String) -> (any Check.Type)? {
        all.first { $0.kind == name }
    }
}
