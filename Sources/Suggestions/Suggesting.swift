import Assay

/// What is worth promising of a table, and what speaks for it.
public struct Suggestions: Sendable {
    /// The table's file.
    public let text: TableText
    /// How many checks are suggested.
    public let count: Int
    /// How many of them are broken today, and warn.
    public let broken: Int

    /// Chooses from what was found.
    ///
    /// - Parameters:
    ///   - profile: What was found.
    ///   - day: When.
    public init(_ profile: TableProfile, day: String) {
        let derived = profile.derived()
        let listed = Set(derived.filter { $0.text.kind == "OneOf" }.map { $0.text.arguments[0] })
        // Who keeps to a list keeps its spelling too.
        let chosen =
            profile.chosen().filter {
                $0.text.kind != "Normalized" || !listed.contains($0.text.arguments[0])
            } + derived
        let sorted = chosen.enumerated()
            .sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }
            .map(\.element)
        let broken = sorted.filter { $0.violations > 0 }
        let kept = Self.merged(sorted.filter { $0.violations == 0 })
        self.broken = broken.count
        count = kept.reduce(0) { $0 + $1.promises } + broken.count
        let warns =
            "Broken today: a warning each, so that a night's audit is not red from the first."
        text = TableText(
            table: profile.table, key: profile.key, remarks: profile.remarks(day: day),
            sections: [
                .init(checks: kept.map(\.text)),
                .init(comment: warns, checks: broken.map(\.text)),
            ])
    }

    /// Writes columns that keep one promise as one check, as many as a line holds.
    private static func merged(_ choices: [Choice]) -> [Choice] {
        var result: [Choice] = []
        for choice in choices {
            guard choice.merges, var last = result.last, last.merges,
                last.text.kind == choice.text.kind,
                last.text.arguments.dropFirst(last.promises)
                    == choice.text.arguments.dropFirst(1)
            else {
                result.append(choice)
                continue
            }
            var text = last.text
            text.arguments.insert(choice.text.arguments[0], at: last.promises)
            let width = text.kind.count + text.arguments.joined(separator: ", ").count + 6
            guard width <= SwiftText.width else {
                result.append(choice)
                continue
            }
            last.scope =
                min(
                    last.scope.lowerBound, choice.scope.lowerBound)...max(
                    last.scope.upperBound, choice.scope.upperBound)
            last.text = text
            last.promises += 1
            last.text.evidence = last.evidence
            result[result.count - 1] = last
        }
        return result
    }
}

/// A check that was chosen.
struct Choice {
    var text: CheckText
    let violations: Int
    /// Of how many rows; a span where it stands for several columns.
    var scope: ClosedRange<Int>
    let noun: String
    var merges = false
    var promises = 1

    /// The order of kinds in a file.
    var rank: Int { Self.order.firstIndex(of: text.kind) ?? Self.order.count }

    private static let order = [
        "RowCount", "Required", "Normalized", "Matches", "SharedHost", "Unique", "References",
        "OneOf",
        "InRange", "Length", "Implies", "Fresh",
    ]

    init(
        _ text: CheckText, _ measure: Measure, noun: String, merges: Bool = false,
        evidence: String? = nil
    ) {
        self.text = text
        self.noun = noun
        self.merges = merges
        violations = measure.violations
        scope = measure.scope...measure.scope
        if violations > 0 { self.text.modifiers.append(".severity(.warning)") }
        self.text.evidence = evidence ?? self.evidence
    }

    /// `14,813 of 14,813 rows`.
    var evidence: String {
        let total = scope.upperBound
        if total == 0 {
            let isNotNull = text.kind == "Required"
            return isNotNull
                ? "no rows yet; NOT NULL lets blank text in" : "no rows yet; by its name"
        }
        if violations > 0 {
            let share = (Double(violations) * 100 / Double(total)).fixed(2)
            return "\(violations.grouped) of \(total.counted(noun)) break it (\(share) %)"
        }
        if scope.lowerBound < total {
            return "all values, \(scope.lowerBound.grouped) to \(total.grouped) a column"
        }
        return "\(total.grouped) of \(total.counted(noun))"
    }
}

extension TableProfile {
    /// The measured candidates that are worth promising, one of alternatives.
    fileprivate func chosen() -> [Choice] {
        var best: [String: Int] = [:]
        let fit = measured.filter { candidate, measure in
            if measure.scope == 0 {
                // A column without values says nothing, but in a table that waits for its first row.
                guard rows == 0, case .name = candidate.ground else { return false }
                return true
            }
            return candidate.isFit(measure)
        }
        for (index, entry) in fit.enumerated() {
            guard let choice = entry.candidate.choice else { continue }
            guard let other = best[choice] else {
                best[choice] = index
                continue
            }
            if entry.measure.violations < fit[other].measure.violations { best[choice] = index }
        }
        return fit.enumerated().compactMap { index, entry in
            if let choice = entry.candidate.choice, best[choice] != index { return nil }
            return Choice(
                entry.candidate.text, entry.measure, noun: noun, merges: entry.candidate.merges)
        }
    }

    /// What is said above the declaration.
    fileprivate func remarks(day: String) -> [String] {
        let size =
            sampledOf.map { "about \($0.counted("row")), of which \(rows.grouped) were read" }
            ?? (rows == 0 ? "no rows yet" : rows.counted("row"))
        let found = "Profiled on \(day): \(size)."
        let said = comment.map { text in
            String(text.split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(300))
        }
        let proven =
            guarantees.isEmpty
            ? "The database guarantees nothing of it by itself."
            : "The database itself guarantees \(guarantees.listed), which need no check."
        return [said.map { $0.hasSuffix(".") ? $0 : $0 + "." }, "\(found) \(proven)"].compactMap(
            \.self)
    }
}

extension [String] {
    /// `a, b and c`.
    var listed: String {
        count < 2 ? first ?? "" : dropLast().joined(separator: ", ") + " and " + (last ?? "")
    }
}
