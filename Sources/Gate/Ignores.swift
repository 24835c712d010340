import Assay
import Auditor
import SQLSyntax

/// The comments of a migration that accept findings: `-- assay:ignore RULE reason`.
struct Ignores {
    static let mark = "assay:ignore"

    private struct Ignore {
        let rule: String
        let reason: String
        let comment: IgnoreComments.Line
        let excerpt: String?
    }

    private let file: String
    private let known: Set<String>
    private var ignores: [Ignore] = []
    /// The statements, those of bodies behind the one that has them.
    private var statements: [MigrationStatement] = []

    /// Reads a migration's comments.
    ///
    /// - Throws: A refusal of each that has no reason, or names no rule.
    init(in migration: Migration, stages: [any GateStage]) throws(Refusal) {
        file = migration.file
        known = Set(stages.flatMap(\.rules).map(\.rule))
        guard migration.up.contains(Self.mark) else { return }
        statements = migration.statements.flatMap { Self.withBody($0) }
        let names = known.union(MigrationRules.names)
        let text = ScriptLines(migration.up)
        var problems: [Refusal.Item] = []
        for comment in IgnoreComments(in: migration, mark: Self.mark).lines {
            let place = SourceLocation(file: file, line: comment.number)
            guard let first = comment.words.first else {
                problems.append(
                    .init(
                        "\(Self.mark) names no rule; write -- \(Self.mark) RULE reason", at: place))
                continue
            }
            let reason = comment.words.dropFirst().joined(separator: " ")
            if reason.isEmpty {
                problems.append(
                    .init(
                        "\(Self.mark) \(first) gives no reason; write behind it why that is right here",
                        at: place))
            }
            for rule in first.split(separator: ",").map(String.init) {
                guard names.contains(rule) else {
                    problems.append(
                        .init(
                            "there is no rule called \(rule)"
                                + Nearest.suggestion(for: rule, among: names.sorted()), at: place))
                    continue
                }
                ignores.append(
                    Ignore(
                        rule: rule, reason: reason, comment: comment, excerpt: text[comment.number])
                )
            }
        }
        if !problems.isEmpty { throw Refusal(problems) }
    }

    private static func withBody(_ statement: MigrationStatement) -> [MigrationStatement] {
        [statement] + statement.body.flatMap { withBody($0) }
    }

    /// The findings with those accepted that the comments name, and one for each comment that
    /// accepts nothing.
    func applied(to findings: [Finding]) -> [Finding] {
        guard !ignores.isEmpty else { return findings }
        var result = findings
        for (index, ignore) in ignores.enumerated() {
            let accepted = accepted(by: ignore, among: result)
            for finding in accepted { result[finding].standing = .ignored(ignore.reason) }
            if accepted.isEmpty, known.contains(ignore.rule) {
                result.append(unused(ignore, ordinal: index))
            }
        }
        return result
    }

    /// The findings that a comment accepts: those of its rule in one statement.
    private func accepted(by ignore: Ignore, among findings: [Finding]) -> [Int] {
        let candidates = findings.indices.compactMap { index -> (index: Int, statement: Int?)? in
            let finding = findings[index]
            guard finding.place.file == file, finding.severity != nil, finding.counts,
                finding.rule == ignore.rule
            else { return nil }
            let statement = statement(at: finding.place)
            let edge = statement.map {
                ignore.comment.isTrailing ? statements[$0].lastLine : statements[$0].line
            }
            let isMeant =
                finding.place.line == ignore.comment.spoken || edge == ignore.comment.spoken
            return isMeant ? (index, statement) : nil
        }
        let ordered = candidates.sorted { ($0.statement ?? -1) < ($1.statement ?? -1) }
        guard let meant = ignore.comment.isTrailing ? ordered.last : ordered.first else {
            return []
        }
        return ordered.filter { $0.statement == meant.statement }.map(\.index)
    }

    /// The innermost statement in which a place is.
    private func statement(at place: Finding.Place) -> Int? {
        statements.lastIndex { statement in
            let end = statement.syntax.location(atOffset: statement.text.utf8.count)
            return (statement.line, statement.column) <= (place.line, place.column)
                && (place.line, place.column) <= (end.line, end.column)
        }
    }

    private func unused(_ ignore: Ignore, ordinal: Int) -> Finding {
        let rule = UnusedIgnore.documentation
        return Finding(
            rule: rule.rule, severity: rule.severity,
            message: "this comment accepts no finding of \(ignore.rule)",
            place: Finding.Place(file: file, line: ignore.comment.number, column: 1),
            excerpt: ignore.excerpt, why: rule.why, help: rule.instead,
            fingerprint: MigrationFingerprint.text(
                rule.rule, file: file, text: ignore.rule, ordinal: ordinal))
    }
}

/// A comment that accepts nothing: no statement breaks it, so it is no `MigrationRule`.
enum UnusedIgnore {
    static let documentation = RuleDocumentation(
        "unused-ignore", .warning,
        summary: "A comment accepts findings of a rule, and there is none.",
        why: "What it once accepted is mended or has moved, and it would hide the next one.",
        instead: "Take the comment out.",
        limits: "It is told only of rules that the run judged by.",
        refuses: ["⟪-- assay:ignore dropping-table the table is empty⟫\nSELECT 1"],
        accepts: [
            "-- assay:ignore dropping-table the export of 2026-11-20 holds its rows\nDROP TABLE core.old"
        ])
}
