import Assay
import Postgres

/// Tells the violations of a run apart, in its snapshot, after all of them have been counted.
struct Telling: Sendable {
    let identification: Identification
    let connection: Connection
    let plan: Plan
    /// What was learned of each check of the plan.
    let verdicts: [Verdict]

    /// What one pass has told so far.
    private struct Progress: Sendable {
        var writer: ViolationWriter?
        var matching: Matching
        var samples: [[Sample]]
    }

    /// Writes the identities, and compares them with the baseline's.
    ///
    /// - Throws: A refusal where the file cannot be written, and `PostgresError` where the connection
    ///   ends.
    func run() async throws -> Identification.Result {
        let baseline = identification.baseline
        var writer: ViolationWriter?
        if let file = identification.choices.file {
            writer = try ViolationWriter(path: file, header: identification.header)
        }
        do {
            var told: [Int: (still: Int, samples: [Sample])] = [:]
            for pass in try await passes() {
                let names = pass.checks.map { plan.items[$0].check.id }
                let start = writer?.place ?? 0
                try writer?.add(ViolationFile.Section(checks: names))
                let progress = Progress(
                    writer: writer, matching: Matching(checks: names, baseline: baseline),
                    samples: names.map { _ in [] })
                do {
                    let done = try await tell(pass, progress, hasBaseline: baseline != nil)
                    writer = done.writer
                    for (number, check) in pass.checks.enumerated() {
                        told[check] = (done.matching.still[number], done.samples[number])
                    }
                } catch let error as PostgresError where !error.isFatal {
                    // Its checks are compared by their numbers then.
                    try await connection.execute("ROLLBACK TO SAVEPOINT assay")
                    try writer?.cut(to: start)
                }
            }
            let entries = entries(told: Set(told.keys))
            for entry in entries { try writer?.add(entry.entry) }
            try writer?.finish()
            guard let baseline else { return Identification.Result() }
            var result = Identification.Result(
                baseline: Baseline(run: baseline.header.run, time: baseline.header.time))
            for (check, entry) in entries {
                result.comparisons[check] = BaselineComparison(
                    of: entry, to: baseline.entry(entry.id), still: told[check]?.still ?? 0,
                    samples: told[check]?.samples ?? [])
            }
            return result
        } catch {
            writer?.discard()
            throw error
        }
    }

    /// Reads one pass to its end.
    private func tell(
        _ pass: IdentityPass, _ progress: Progress, hasBaseline: Bool
    ) async throws -> Progress {
        let (text, bindings) = try pass.sql.rendered(quoting: connection.quoted)
        let limit = identification.options.samples
        if let most = identification.options.maxCost {
            let plan = try await connection.query("EXPLAIN \(text)", bindings)
            guard plan.scalar.flatMap(Worker.cost) ?? 0 <= most else {
                throw PostgresError(.misuse, "the pass costs more than --max-cost")
            }
        }
        return try await connection.stream(
            text, bindings, deadline: identification.options.deadline + .seconds(5), into: progress
        ) { progress, rows in
            for row in rows {
                guard let identity = row[0], let number = UInt64(identity, radix: 16) else {
                    continue
                }
                let marks = row[1] ?? ""
                try progress.writer?.add(identity: identity, checks: marks)
                guard hasBaseline else { continue }
                let checks = marks.split(separator: " ").compactMap { Int($0) }
                for check in progress.matching.take(number, checks: checks)
                where progress.samples[check].count < limit && !pass.keys.isEmpty {
                    let key = pass.keys.enumerated().map { Field($1, row[$0 + 2]) }
                    progress.samples[check].append(Sample(keys: [key]))
                }
            }
        }
    }

    // MARK: What is told apart

    /// The passes over all checks with violations, the tables in their order.
    private func passes() async throws -> [IdentityPass] {
        let form = identification.form
        var passes: [IdentityPass] = []
        for (index, table) in plan.tables.enumerated() {
            let checks = plan.items.indices.filter { plan.items[$0].table == index && isToTell($0) }
            let rows = checks.filter { check in
                if case .rows = plan.items[check].question { return true }
                return false
            }
            for chunk in Plan.scans(of: rows, items: plan.items) {
                let violated = chunk.compactMap { check -> (Int, SQL)? in
                    guard case .rows(let question) = plan.items[check].question else { return nil }
                    return (check, question.violated)
                }
                passes.append(IdentityPass(rows: violated, of: table, form))
            }
            for check in checks {
                switch plan.items[check].question {
                case .orphans(let question):
                    passes.append(IdentityPass(orphans: check, question, of: table, form))
                case .groups(let question):
                    passes.append(IdentityPass(groups: check, question, of: table, form))
                case .violators(let query):
                    let statement = try query.rendered(quoting: connection.quoted).text
                    let columns = try await connection.describe(statement).columns.map(\.name)
                    passes.append(
                        IdentityPass(violators: check, query, columns: columns, of: table, form))
                case .rows, .proven, .aggregates, .facts, .distant, .statement: break
                }
            }
        }
        return passes
    }

    private func isToTell(_ check: Int) -> Bool {
        guard case .measured(let measure, _) = verdicts[check], measure.violations > 0 else {
            return false
        }
        return measure.violations <= identification.choices.limit
    }

    /// What the file says of each check but those that stand for a key.
    private func entries(told: Set<Int>) -> [(check: Int, entry: ViolationFile.Entry)] {
        plan.items.indices.filter { !plan.items[$0].provesKey }.map { check in
            let item = plan.items[check]
            let unit =
                switch item.question {
                case .aggregates, .facts, .statement: "check"
                case .groups: "group"
                case .distant(let question) where !question.totals.isEmpty: "check"
                case .proven, .rows, .orphans, .violators, .distant: "row"
                }
            var violations: Int?
            var outcome = Outcome.errored
            switch verdicts[check] {
            case .proven: (violations, outcome) = (0, .passed)
            case .measured(let measure, _):
                violations = measure.groups ?? measure.violations
                outcome = item.check.check.judge(measure)
            case .errored: break
            }
            return (
                check,
                ViolationFile.Entry(
                    id: item.check.id, outcome: outcome.rawValue, violations: violations,
                    unit: unit,
                    isIdentified: told.contains(check) || violations == 0 || unit == "check")
            )
        }
    }
}
