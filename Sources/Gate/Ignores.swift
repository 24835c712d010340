import Assay
import Auditor
import SQLSyntax

/// The comments of a migration that accept findings: `-- assay:ignore RULE reason`.
struct Ignores {
    static let mark = "assay:ignore"

    private struct Ignore {
        let rule: String
        let reason: String
        let place: Finding.Place
        let excerpt: String?
        /// The lines of which it speaks.
        let lines: ClosedRange<Int>
    }

    private let file: String
    private let known: Set<String>
    private var ignores: [Ignore] = []

    /// Reads a migration's comments.
    ///
    /// - Throws: A refusal of each that has no reason, or names no rule.
    init(in migration: Migration, stages: [any GateStage]) throws(Refusal) {
        file = migration.file
        known = Set(stages.flatMap(\.rules).map(\.rule))
        guard migration.up.contains(Self.mark) else { return }
        let names = known.union(MigrationRules.names)
        let text = ScriptLines(migration.up)
        var problems: [Refusal.Item] = []
        for (index, line) in text.lines.enumerated() {
            guard let mark = line.firstRange(of: Self.mark),
                line[..<mark.lowerBound].contains("--") || line[..<mark.lowerBound].contains("/*")
            else { continue }
            let place = SourceLocation(file: file, line: index + 1)
            let words = line[mark.upperBound...].split(whereSeparator: \.isWhitespace)
            guard let first = words.first else {
                problems.append(
                    .init(
                        "\(Self.mark) names no rule; write -- \(Self.mark) RULE reason", at: place))
                continue
            }
            let reason = words.dropFirst().filter { $0 != "*/" }.joined(separator: " ")
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
                        rule: rule, reason: reason,
                        place: Finding.Place(file: file, line: index + 1, column: 1),
                        excerpt: String(line),
                        lines: text.spoken(ofAt: index, in: migration.statements)))
            }
        }
        if !problems.isEmpty { throw Refusal(problems) }
    }

    /// The findings with those accepted that the comments name, and one for each comment that
    /// accepts nothing.
    func applied(to findings: [Finding]) -> [Finding] {
        guard !ignores.isEmpty else { return findings }
        var used: Set<Int> = []
        var result = findings.map { finding in
            guard finding.place.file == file, finding.severity != nil else { return finding }
            let match = ignores.firstIndex {
                $0.rule == finding.rule && $0.lines.contains(finding.place.line)
            }
            guard let match else { return finding }
            used.insert(match)
            var accepted = finding
            accepted.standing = .ignored(ignores[match].reason)
            return accepted
        }
        for (index, ignore) in ignores.enumerated()
        where !used.contains(index) && known.contains(ignore.rule) {
            let rule = UnusedIgnore.documentation
            result.append(
                Finding(
                    rule: rule.rule, severity: rule.severity,
                    message: "this comment accepts no finding of \(ignore.rule)",
                    place: ignore.place,
                    excerpt: ignore.excerpt, why: rule.why, help: rule.instead,
                    fingerprint: MigrationFingerprint.text(
                        rule.rule, file: file, text: ignore.rule, ordinal: index)))
        }
        return result
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
