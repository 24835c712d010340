import Assay
import Auditor
import Postgres

extension FixSession {
    /// Rehearses a script, rolls it back, and writes down what it does.
    ///
    /// - Parameters:
    ///   - folder: The fix; its script is there.
    ///   - checks: The checks it is there to mend, by identity.
    ///   - leftOver: Findings that it leaves to a person, in words.
    /// - Returns: The plan, as it was written to `plan.json`.
    /// - Throws: A refusal, a ``BrokenPromise``, or `PostgresError`; then nothing was written.
    public func plan(
        _ folder: FixFolder, resolving checks: [String], leftOver: [String] = []
    ) async throws -> FixPlan {
        let script = try Script(try folder.script(), file: folder.scriptPath)
        let known = Set(suite.checks.map(\.id))
        let unknown = checks.filter { !known.contains($0) }
        if !unknown.isEmpty {
            throw Refusal(
                unknown.map { id in
                    .init("no check is called \(id)\(Nearest.suggestion(for: id, among: known))")
                })
        }
        let connection = try await connect()
        let target = try await identity(connection)
        let rehearsal = Rehearsal(
            connection: connection, suite: suite, script: script, options: options,
            name: folder.name, digest: "rehearsal", approver: nil, resolves: Set(checks),
            commits: false, images: .unknown)
        let effect = try await rehearse(rehearsal)
        let problems = faults(of: effect)
        if !problems.isEmpty { throw BrokenPromise(problems) }
        let tables = try await tables(of: effect, inAnother: rehearsal)
        let plan = FixPlan(
            name: folder.name, author: options.user, created: Timestamp.text(options.now),
            checks: checks.sorted(), target: target, fingerprint: effect.fingerprint,
            steps: effect.steps, tables: tables, dependants: effect.dependants,
            measures: effect.measures, leftOver: leftOver, samples: effect.samples)
        try folder.write(try plan.encoded(), to: folder.planPath)
        folder.remove(folder.approvalPath)
        return plan
    }

    private func rehearse(_ rehearsal: Rehearsal) async throws -> Rehearsal.Effect {
        try await attempting(rehearsal.connection) {
            let effect = try await rehearsal.perform().effect
            try await rehearsal.connection.rollback()
            return effect
        }
    }

    /// What becomes of the tables, with what cannot be foreseen of it: the script runs once more, in another
    /// transaction, whose time and numbers are others.
    private func tables(
        of effect: Rehearsal.Effect, inAnother rehearsal: Rehearsal
    ) async throws -> [FixPlan.TableEffect] {
        var rehearsal = rehearsal
        rehearsal.images = .seen(effect.columns)
        let again = try await rehearse(rehearsal)
        let isSame =
            again.steps == effect.steps
            && again.tables.elementsEqual(effect.tables) {
                $0.table == $1.table && $0.words == $1.words && $0.before == $1.before
            }
        guard isSame else {
            throw BrokenPromise([
                "the script was run twice and did not change the same rows: it chooses them by chance or by "
                    + "the clock, or somebody else works on them now; mend the script, or plan again"
            ])
        }
        return again.tables
    }

    /// What no fix may do, whoever would approve of it.
    func faults(of effect: Rehearsal.Effect) -> [String] {
        var problems: [String] = []
        for dependant in effect.dependants where dependant.resolved < dependant.rows {
            let left = dependant.rows - dependant.resolved
            problems.append(
                "\(left.counted("row")) of \(dependant.table) (\(dependant.columns.joined(separator: ", "))) "
                    + "hang on rows of \(dependant.parent) that it removes or renames "
                    + "(\(dependant.name)); point them elsewhere in the script, or leave those rows"
            )
        }
        for measure in effect.measures {
            guard let after = measure.after else {
                if measure.before != nil {
                    problems.append("\(measure.check) could no longer be evaluated")
                }
                continue
            }
            if let before = measure.before, after > before {
                problems.append(
                    "\(measure.check) would get worse: \(before.grouped) violations before, "
                        + "\(after.grouped) after")
            }
            if measure.isResolved, let before = measure.before, before > 0, after >= before {
                problems.append(
                    "\(measure.check) would not get better: \(before.grouped) violations before and after"
                )
            }
        }
        return problems
    }
}
