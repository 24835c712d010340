/// The rules there are about the text of migrations.
public enum MigrationRules {
    /// Stands for statements of every type.
    static let anyStatement = "*"

    /// All rules, by name.
    ///
    /// A test holds the list against the folder `Rules/`.
    static let all: [any MigrationRule.Type] = []

    /// What is said of all rules, also of those about comments and unread text.
    public static let documentation: [RuleDocumentation] =
        (all.map { $0.documentation } + [UnreadText.documentation, UnusedIgnore.documentation])
        .sorted { $0.rule < $1.rule }

    /// The names of all rules.
    static let names = Set(documentation.map(\.rule))

    /// What is said of the rule of this name.
    public static func named(_ name: String) -> RuleDocumentation? {
        documentation.first { $0.rule == name }
    }
}
