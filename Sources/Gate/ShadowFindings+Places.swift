import Assay
import SQLSyntax

extension ShadowFindings {
    /// The statement that most likely made a name go: the first of those that write most of it.
    func cause(
        of reason: String
    ) -> (migration: Migration, statement: MigrationStatement?, note: Finding.Note) {
        let told = reason.firstRange(of: "; did you mean").map { reason[..<$0.lowerBound] }
        let names = Set(
            (told ?? reason[...]).split { "\" .(),".contains($0) }.map { $0.lowercased() }
                .filter { $0.utf8.count > 2 && !Self.words.contains($0) })
        var best: (migration: Migration, statement: MigrationStatement, count: Int)?
        for migration in migrations {
            for statement in migration.statements {
                let written = Set(
                    statement.text.lowercased()
                        .split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init))
                let count = written.intersection(names).count
                if count > best?.count ?? 0 { best = (migration, statement, count) }
            }
        }
        if let best {
            let place = "\(best.migration.file):\(best.statement.line)"
            return (best.migration, best.statement, .init("cause", place))
        }
        let first = migrations[0]
        return (first, first.statements.first, .init("cause", first.file))
    }

    /// Words of the server's messages that are no names.
    private static let words: Set = [
        "column", "relation", "function", "does", "not", "exist", "table", "the", "type",
        "operator",
        "record", "has", "field", "new", "old", "value", "demands", "one", "and", "insert", "gives",
        "integer", "text", "unknown", "schema", "core", "public",
    ]

    func finding(
        _ rule: RuleDocumentation, _ severity: Severity?, _ message: String,
        in migration: Migration,
        at statement: MigrationStatement?, about subject: String, notes: [Finding.Note] = [],
        why: String? = nil, help: String? = nil
    ) -> Finding {
        let end = statement.map { $0.syntax.location(atOffset: $0.text.utf8.count) }
        return finding(
            rule, severity, message, in: migration, line: statement?.line ?? 1,
            column: statement?.column ?? 1, to: end, about: subject, notes: notes, why: why,
            help: help)
    }

    func finding(
        _ rule: RuleDocumentation, _ severity: Severity?, _ message: String,
        in migration: Migration,
        line: Int, column: Int, to end: Location? = nil, about subject: String,
        notes: [Finding.Note] = [],
        why: String? = nil, help: String? = nil
    ) -> Finding {
        let lines = migration.up.split(separator: "\n", omittingEmptySubsequences: false)
        return Finding(
            rule: rule.rule, severity: severity, message: message,
            place: Finding.Place(
                file: migration.file, line: line, column: column, endLine: end?.line,
                endColumn: end?.column),
            excerpt: lines.indices.contains(line - 1) ? String(lines[line - 1]) : nil,
            notes: notes, why: why ?? rule.why, help: help ?? rule.instead,
            fingerprint: Self.fingerprint(rule, migration.file, subject))
    }

    static func fingerprint(_ rule: RuleDocumentation, _ file: String, _ subject: String) -> String
    {
        MigrationFingerprint.text(rule.rule, file: file, text: subject, ordinal: 0)
    }

    /// The first five, and how many more.
    static func list(_ items: [String], of count: Int) -> String {
        let shown = items.prefix(5).joined(separator: ", ")
        return count > 5 ? "\(shown) and \((count - 5).grouped) more" : shown
    }

    /// A fact of the catalog by its sort and name: `column core.companies.name`.
    static func shortened(_ fact: String) -> String {
        let line = fact.prefix { !$0.isNewline }
        let words = line.split(separator: " ")
        if ["index", "trigger", "constraint", "comment", "statistics", "rule"].contains(words.first)
        {
            return line.count > 120 ? "\(line.prefix(120))…" : String(line)
        }
        return words.prefix(2).joined(separator: " ")
    }
}
