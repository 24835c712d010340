import Assay

// What several renderers say in the same words.

extension Outcome {
    /// The outcome as a person reads it.
    var phrase: String {
        self == .notApplicable ? "not applicable" : rawValue
    }
}

extension CheckResult {
    /// The word that opens a finding: its severity, or `errored`.
    var heading: String {
        findingSeverity?.rawValue ?? outcome.phrase
    }

    /// What there is to tell, in one line.
    var message: String {
        if let trouble { return "could not be evaluated: \(trouble.onOneLine)" }
        return (headline.isEmpty ? "\(table): \(sentence)" : headline).visible
    }

    /// What was counted and what is accepted: `14 of 52,310 rows (0.03 %); none allowed`.
    var measureInWords: String? {
        guard let measure else { return nil }
        var parts = [measure.sentence.visible]
        if let allowed {
            parts.append("up to \(allowed) allowed")
        } else if measure.observed == nil, warnAbove == nil {
            parts.append("none allowed")
        }
        if let warnAbove { parts.append("warns above \(warnAbove)") }
        if let scope { parts.append("only where \(scope.onOneLine)") }
        return parts.joined(separator: "; ")
    }

    /// How the violations differ from the baseline's: `3 new, 40 gone, 11 still there`.
    var changesInWords: String? {
        guard let comparison else { return nil }
        switch comparison.basis {
        case .identity: return comparison.sentence
        case .count: return "\(comparison.sentence), by their number only"
        case .nothing:
            return comparison.new == 0 ? nil : "all new: the baseline has not evaluated this check"
        }
    }

    /// The keys of the first new violations, a text for each.
    var newRowsInWords: [String] {
        guard let comparison, comparison.basis == .identity, comparison.still > 0 else { return [] }
        return comparison.samples.map(\.sentence.visible)
    }

    /// The known issue, and what is wrong with it: `DQ-118 until 2027-03-31`.
    var issueInWords: String? {
        guard let knownIssue else { return nil }
        return (knownIssueFault ?? "\(knownIssue.ticket) until \(knownIssue.until)").onOneLine
    }

    /// The promise with its table: `core.companies: name is required`.
    var promise: String { "\(table): \(sentence)".visible }

    /// The promise with its kind, as no other check of the table is called.
    var title: String {
        "\(kind): \(sentence)" + (name.map { " (\($0))" } ?? "")
    }

    /// The keys of the rows that are shown, a text for each sample.
    var rowsInWords: [String] {
        samples.map(\.sentence.visible).filter { !$0.isEmpty }
    }

    /// How much there is beside the samples: `4 more groups`.
    var restInWords: String? {
        guard let measure, measure.observed == nil, !samples.isEmpty else { return nil }
        let rest: Int
        if let groups = measure.groups {
            rest = groups - samples.count
        } else {
            rest = measure.violations - samples.reduce(0) { $0 + $1.keys.count + $1.more }
        }
        let noun = measure.groups == nil ? "more row" : "more group"
        return rest > 0 ? rest.counted(noun) : nil
    }

    /// The values that break the promise, a text for each sample that carries any.
    var valuesInWords: [String] {
        samples.filter { !$0.values.isEmpty }.map { sample in
            sample.values.map { field in
                let value = field.value.map { "\"\($0.visible)\"" } ?? "null"
                return "\(field.name.visible) \(value)"
            }
            .joined(separator: ", ")
        }
    }

    /// Where the promise was made: `checks/core/companies.swift:11`.
    var place: String { "\(source.file.visible):\(source.line)" }

    /// The line that made the promise, without its indentation.
    var excerptLine: String? {
        excerpt.map { String($0.drop(while: \.isWhitespace)).visible }
    }

    /// The folder of the fix that mends it.
    var fixFolder: String? { fix.map { "fixes/\($0.visible)" } }

    /// The command that tells more of the kind.
    var explanation: String { "assay explain \(kind.visible)" }
}

extension AuditReport {
    /// What is to be told, the gravest first: findings, then what could not be evaluated.
    var tellings: [CheckResult] { findings + errored }

    /// The checks that had no row to look at.
    var unexamined: [CheckResult] {
        results.filter { $0.outcome == .notApplicable && !$0.isLearning }
    }

    /// The checks that need more recorded runs before they expect anything.
    var learning: [CheckResult] { results.filter(\.isLearning) }

    /// The audit in one sentence.
    var verdict: String {
        if let trouble { return "The audit ended early: \(trouble.onOneLine)" }
        if results.isEmpty { return "Nothing was examined: there was no check to run." }
        var parts: [String] = []
        if !findings.isEmpty {
            parts.append("\(findings.count.grouped) of \(results.count.counted("promise")) broken")
        }
        if !known.isEmpty { parts.append("\(known.count.grouped) broken and known") }
        if !errored.isEmpty { parts.append("\(errored.count.grouped) could not be evaluated") }
        if !unexamined.isEmpty {
            parts.append("nothing was examined for \(unexamined.count.grouped)")
        }
        if !learning.isEmpty { parts.append("\(learning.count.grouped) still learning") }
        if parts.isEmpty { return "All \(results.count.counted("promise")) kept." }
        if findings.isEmpty, count(.passed) > 0 {
            let promises = results.count.counted("promise")
            parts.insert("\(count(.passed).grouped) of \(promises) kept", at: 0)
        }
        let sentence = parts.joined(separator: "; ")
        return sentence.prefix(1).uppercased() + sentence.dropFirst() + "."
    }

    /// How all violations differ from the baseline's: `3 new, 40 gone, 11 still there`.
    var changesInWords: String? {
        guard let baseline else { return nil }
        let all = results.compactMap(\.comparison)
        let sentence = BaselineComparison.sentence(
            new: all.reduce(0) { $0 + $1.new }, gone: all.reduce(0) { $0 + $1.gone },
            still: all.reduce(0) { $0 + $1.still })
        return "\(sentence) since \(baseline.run.visible) of \(Timestamp.text(baseline.time))"
    }

    /// The checks whose violations are all gone since the baseline.
    var mended: [CheckResult] {
        results.filter { result in
            result.outcome == .passed && (result.comparison.map { $0.gone > 0 } ?? false)
        }
    }

    /// How long the run took, where that is known: `1.24 s`.
    var durationInWords: String? { duration.map { "\($0.fixed(2)) s" } }

    /// When the snapshot was taken: `2026-11-23T04:15:00Z`.
    var timeText: String { Timestamp.text(time) }

    /// The tables in the order of the suite, each with its checks.
    var tables: [(name: TableName, results: [CheckResult])] {
        grouped(by: \.table)
    }

    /// The checks by a property, in the order in which its values first appear.
    func grouped<Key: Hashable>(
        by key: (CheckResult) -> Key
    ) -> [(name: Key, results: [CheckResult])] {
        var order: [Key] = []
        var groups: [Key: [CheckResult]] = [:]
        for result in results {
            if groups[key(result)] == nil { order.append(key(result)) }
            groups[key(result), default: []].append(result)
        }
        return order.map { ($0, groups[$0] ?? []) }
    }
}

extension AuditedDatabase {
    /// What was audited, in one line.
    var inWords: String {
        "\(name) on \(server), PostgreSQL \(version)\(isReplica ? ", a replica" : ""), as \(role)"
            .visible
    }
}

/// How many checks had which outcome.
struct Tally {
    /// The outcomes, those to be read first first.
    static let order: [Outcome] = [
        .failed, .errored, .warned, .known, .notApplicable, .passed,
    ]

    /// The outcomes that occurred, in that order.
    let counts: [(outcome: Outcome, count: Int)]
    /// All checks.
    let total: Int

    /// Counts results.
    init(_ results: [CheckResult]) {
        counts = Tally.order.compactMap { outcome in
            let count = results.count { $0.outcome == outcome }
            return count > 0 ? (outcome, count) : nil
        }
        total = results.count
    }

    /// `2 failed, 9 passed`.
    var sentence: String {
        counts.map { "\($0.count.grouped) \($0.outcome.phrase)" }.joined(separator: ", ")
    }
}
