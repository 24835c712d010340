public import Assay
import SQLSyntax

/// Judges migrations by their text: parses every statement and holds it against the rules.
public struct TextStage: GateStage {
    /// The server's major version.
    public let version: Int
    /// The schemas that clients reach through an interface, such as PostgREST's.
    public let exposed: [String]
    /// Whether what one migration makes is as new to those after it as to itself.
    public let isTogether: Bool
    /// The rules it judges by.
    private let judged: [any MigrationRule.Type]
    private let general: [any MigrationRule.Type]
    private let rulesOf: [String: [any MigrationRule.Type]]

    /// The rules, with those of what the text itself can be.
    public var rules: [RuleDocumentation] {
        judged.map { $0.documentation } + [UnreadText.documentation, UnusedIgnore.documentation]
    }

    /// The version that it judges for.
    public var facts: [Finding.Note] {
        [Finding.Note("judged for", "PostgreSQL \(version), by \(rules.count) rules")]
    }

    /// Judges for a server of some version.
    ///
    /// - Parameters:
    ///   - version: The server's major version.
    ///   - exposed: The schemas that clients reach through an interface.
    ///   - isTogether: Whether the migrations are deployed in one go, so that nobody uses what the earlier
    ///     ones make before the later ones have run.
    public init(version: Int = 15, exposed: [String] = [], together isTogether: Bool = false) {
        self.init(
            version: version, exposed: exposed, together: isTogether, rules: MigrationRules.all)
    }

    init(
        version: Int, exposed: [String], together isTogether: Bool = false,
        rules: [any MigrationRule.Type]
    ) {
        self.version = version
        self.exposed = exposed
        self.isTogether = isTogether
        judged = rules
        var rulesOf: [String: [any MigrationRule.Type]] = [:]
        general = rules.filter { $0.statements == [MigrationRules.anyStatement] }
        for rule in rules {
            for statement in rule.statements { rulesOf[statement, default: general].append(rule) }
        }
        self.rulesOf = rulesOf
    }

    /// What is wrong with the text of some migrations.
    public func findings(
        in migrations: [Migration], after earlier: [Migration] = []
    ) async throws -> [Finding] {
        var types: [String: TypeName] = [:]
        for migration in earlier { take(migration, into: &types) }
        var findings: [Finding] = []
        var before: MigrationState?
        for migration in migrations {
            var linting = Linting(migration, stage: self, types: types)
            if isTogether, let earlier = before { linting.state.takeOver(from: earlier) }
            before = nil
            // Only one may hold them, or each migration would copy what all before it say.
            types = [:]
            findings += linting.findings()
            swap(&types, &linting.state.types)
            before = linting.state
        }
        return findings
    }

    /// The rules that look at a type of statement, behind those that look at all.
    func rules(of statement: String) -> [any MigrationRule.Type] {
        rulesOf[statement] ?? general
    }

    /// Takes in what a migration leaves behind of columns' types.
    private func take(_ migration: Migration, into types: inout [String: TypeName]) {
        var state = MigrationState(
            version: version, exposed: [], isWrapped: migration.runsInTransaction, types: types)
        types = [:]
        for statement in migration.statements { state.advance(over: statement) }
        swap(&types, &state.types)
    }
}

/// One migration held against the rules, statement by statement.
private struct Linting {
    private let migration: Migration
    private let stage: TextStage
    var state: MigrationState
    private var alike: [String: Int] = [:]
    private var lines: ScriptLines?
    private var found: [Finding] = []

    init(_ migration: Migration, stage: TextStage, types: [String: TypeName]) {
        self.migration = migration
        self.stage = stage
        state = MigrationState(
            version: stage.version, exposed: Set(stage.exposed + migration.exposed),
            isWrapped: migration.runsInTransaction, types: types)
        state.sequel = MigrationSequel(migration.statements)
    }

    mutating func findings() -> [Finding] {
        let statements = migration.statements
        for (index, statement) in statements.enumerated() {
            state.sequel.position = index
            judge(statement)
            for inner in statement.body {
                judge(inner)
                if inner.origin == .block { state.advance(over: inner) }
            }
            state.advance(over: statement)
        }
        for fault in migration.faults { found.append(unread(fault)) }
        return found
    }

    private mutating func judge(_ statement: MigrationStatement) {
        for rule in stage.rules(of: statement.syntax.nodeType) {
            guard statement.origin != .routine || rule.judgesRoutines else { continue }
            for problem in rule.problems(in: statement, state) {
                found.append(finding(problem, rule.documentation, statement))
            }
        }
    }

    private mutating func finding(
        _ problem: Problem, _ rule: RuleDocumentation, _ statement: MigrationStatement
    ) -> Finding {
        let bytes = statement.bytes(of: problem.spot)
        let start = statement.syntax.location(atOffset: bytes.lowerBound)
        let end = statement.syntax.location(atOffset: bytes.upperBound)
        return Finding(
            rule: rule.rule, severity: problem.severity ?? rule.severity, message: problem.message,
            place: Finding.Place(
                file: migration.file, line: start.line, column: start.column, endLine: end.line,
                endColumn: end.column),
            excerpt: line(start.line), why: rule.why, help: problem.help ?? rule.instead,
            rewrite: problem.rewrite,
            fingerprint: fingerprint(rule.rule, statement.text, problem.spot))
    }

    /// What PostgreSQL's grammar does not know is not judged, and so does not pass.
    private mutating func unread(_ fault: SyntaxError) -> Finding {
        let rule = UnreadText.documentation
        let near =
            fault.near.isEmpty || fault.reason == .psql ? "" : " at or near \"\(fault.near)\""
        return Finding(
            rule: rule.rule, severity: nil, message: fault.message + near,
            place: Finding.Place(file: migration.file, line: fault.line, column: fault.column),
            excerpt: line(fault.line), why: rule.why,
            help: fault.reason == .psql
                ? "Write it as SQL, which every runner can run, or run it apart with psql."
                : rule.instead,
            fingerprint: fingerprint(rule.rule, fault.description, .statement))
    }

    private mutating func fingerprint(_ rule: String, _ text: String, _ spot: Spot) -> String {
        let words = "\(rule) \(text) \(spot)"
        let ordinal = alike[words, default: 0]
        alike[words] = ordinal + 1
        return MigrationFingerprint.text(
            rule, file: migration.file, text: "\(text) \(spot)", ordinal: ordinal)
    }

    private mutating func line(_ number: Int) -> String? {
        let lines = self.lines ?? ScriptLines(migration.up)
        self.lines = lines
        return lines[number]
    }
}

/// What the grammar does not know: no statement, so it is no `MigrationRule`.
enum UnreadText {
    static let documentation = RuleDocumentation(
        "unread-text", .error,
        summary: "Text that PostgreSQL \(grammarVersion)'s grammar does not know was not judged.",
        why: """
            It may be a mistake that ends the migration half way, or the syntax of a newer PostgreSQL. \
            Text that was not judged never counts as passed.
            """,
        instead:
            "Mend the mistake, or have the migration run on a shadow, which knows its own syntax.",
        limits: """
            The other statements of the file are judged all the same, as if the text were not there. \
            It cannot be accepted by a comment.
            """,
        refuses: ["CREATE TABEL core.people (id bigint)", #"⟪\i people.sql⟫"#],
        accepts: ["CREATE TABLE core.people (id bigint PRIMARY KEY)"])
}
