public import Assay

/// What is said of a rule: by `assay explain`, and in `docs/rules/`.
public struct RuleDocumentation: Sendable {
    /// How much a finding matters.
    public typealias Severity = Assay.Severity

    /// SQL that a rule is shown, with what is wrong in it between `⟪` and `⟫`.
    public struct Example: Sendable, ExpressibleByStringLiteral {
        /// The SQL, with its marks.
        public let sql: String
        /// The server's major version.
        public let version: Int
        /// Whether the runner runs it in one transaction.
        public let isInTransaction: Bool
        /// The schemas that clients reach.
        public let exposed: [String]

        /// SQL for a server of some version.
        public init(
            _ sql: String, version: Int = 15, isInTransaction: Bool = false, exposed: [String] = []
        ) {
            self.sql = sql
            self.version = version
            self.isInTransaction = isInTransaction
            self.exposed = exposed
        }

        /// SQL for PostgreSQL 15.
        public init(stringLiteral sql: String) { self.init(sql) }

        /// The SQL without marks.
        public var text: String { sql.filter { $0 != "⟪" && $0 != "⟫" } }

        /// What must hold for the SQL, as a comment; empty where it is the usual.
        var condition: String {
            var parts: [String] = []
            if version != 15 { parts.append("PostgreSQL \(version)") }
            if isInTransaction { parts.append("in the runner's transaction") }
            if !exposed.isEmpty { parts.append("--exposed \(exposed.joined(separator: ","))") }
            return parts.isEmpty ? "" : "-- \(parts.joined(separator: ", ")):\n"
        }
    }

    /// The rule's name: the kebab form of its type.
    public let rule: String
    /// How much a finding matters.
    public let severity: Severity
    /// What is refused, in one sentence.
    public let summary: String
    /// What it does to people, in one sentence or two.
    public let why: String
    /// What to do instead, in one sentence.
    public let instead: String
    /// What it cannot see.
    public let limits: String
    /// What it refuses.
    public let refuses: [Example]
    /// What it accepts.
    public let accepts: [Example]

    /// Creates the documentation of a rule.
    public init(
        _ rule: String, _ severity: Severity, summary: String, why: String, instead: String,
        limits: String, refuses: [Example], accepts: [Example]
    ) {
        self.rule = rule
        self.severity = severity
        self.summary = summary
        self.why = why
        self.instead = instead
        self.limits = limits
        self.refuses = refuses
        self.accepts = accepts
    }

    /// The page in Markdown.
    public var page: String {
        """
        # \(rule)

        \(summary)

        Severity: \(severity.rawValue).

        ## Why it matters

        \(why)

        ## Refused

        ```sql
        \(Self.block(refuses))
        ```

        ## Instead

        \(instead)

        ```sql
        \(Self.block(accepts))
        ```

        ## Known limits

        \(limits)

        To accept one finding, say why on the line above: `-- assay:ignore \(rule) REASON`.

        """
    }

    private static func block(_ examples: [Example]) -> String {
        examples.map { example in
            let text = example.text
            return example.condition + text + (text.hasSuffix(";") ? "" : ";")
        }
        .joined(separator: "\n\n")
    }
}
