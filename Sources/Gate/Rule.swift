import SQLSyntax

/// One refusal about the text of migrations: a file in `Rules/`, with its page and its examples.
protocol MigrationRule: SendableMetatype {
    /// The types of statement that it looks at, by the names of PostgreSQL's nodes.
    static var statements: [String] { get }
    /// Whether it also looks into routines, which run some other time and in any transaction.
    static var judgesRoutines: Bool { get }
    /// What its page says.
    static var documentation: RuleDocumentation { get }
    /// What is wrong with a statement; nothing where nothing is.
    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem]
}

extension MigrationRule {
    static var judgesRoutines: Bool { false }
}

/// What a rule says of a statement.
struct Problem: Sendable {
    /// What is wrong, in one line.
    let message: String
    /// The part that is wrong.
    let spot: Spot
    /// What to do, where the rule's own advice does not fit.
    let help: String?
    /// SQL that does the same without the hazard.
    let rewrite: String?
    /// How much it matters, where that differs from the rule's.
    let severity: RuleDocumentation.Severity?

    init(
        _ message: String, at spot: Spot = .statement, help: String? = nil,
        rewrite: String? = nil, severity: RuleDocumentation.Severity? = nil
    ) {
        self.message = message
        self.spot = spot
        self.help = help
        self.rewrite = rewrite
        self.severity = severity
    }
}
