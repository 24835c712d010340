import Assay
import Auditor
import FoundationEssentials
import Postgres

/// What became of an apply.
public enum ApplyOutcome: Sendable, Hashable {
    /// All was done, compared with the plan, and rolled back, as a dry run does.
    case rehearsed
    /// The fix is in the database.
    case applied
    /// It had been applied before; nothing was done.
    case alreadyApplied
}

extension FixSession {
    /// Runs an approved fix in one transaction and keeps it, if it does exactly what was approved.
    ///
    /// - Parameters:
    ///   - folder: The fix.
    ///   - commits: Whether the transaction is kept; a dry run is rolled back and needs no approval.
    ///   - signers: A file of allowed signers, as `ssh-keygen -Y verify` reads it; where it is given,
    ///     the approval must be signed.
    ///   - fourEyes: Whether the plan's author may not be its approver.
    /// - Returns: What became of it.
    /// - Throws: A refusal, a ``BrokenPromise`` after a rollback, or `PostgresError`.
    public func apply(
        _ folder: FixFolder, commits: Bool, signers: String? = nil, fourEyes: Bool = false
    ) async throws -> ApplyOutcome {
        let (bytes, plan, digest) = try folder.reading()
        let script = try Script(bytes, file: folder.scriptPath)
        let approval = try await approval(
            of: folder, plan: plan, digest: digest, isNeeded: commits, signers: signers,
            fourEyes: fourEyes)
        let connection = try await connect()
        try await refuseOtherTarget(plan, connection)
        if commits { try await settle(attemptOf: folder, connection) }
        return try await attempting(connection) {
            if try await isApplied(digest, connection) {
                try await connection.rollback()
                return .alreadyApplied
            }
            let rehearsal = Rehearsal(
                connection: connection, suite: suite, script: script, options: options,
                name: folder.name, digest: digest, approver: approval?.approver,
                resolves: Set(plan.checks), commits: commits, images: .varying(plan.varying))
            let effect = try await rehearsal.perform().effect
            try compare(effect, with: plan)
            guard commits else {
                try await connection.rollback()
                return .rehearsed
            }
            try refuseWithdrawn(approval, of: folder, digest: digest)
            let attempt = try await FixAttempt(.apply, digest: digest, connection)
            try attempt.keep(in: folder)
            do {
                try await commit(attempt, of: folder.name, connection)
            } catch let error as PostgresError {
                folder.remove(folder.attemptPath)
                throw error
            }
            folder.remove(folder.attemptPath)
            return .applied
        }
    }

    func isApplied(_ digest: String, _ connection: Connection) async throws(PostgresError) -> Bool {
        try await connection.query(
            "SELECT EXISTS (SELECT FROM assay.fix_ledger WHERE digest = $1 AND undone_at IS NULL)",
            [digest]
        ).scalar == "t"
    }

    func refuseOtherTarget(_ plan: FixPlan, _ connection: Connection) async throws {
        let target = try await identity(connection)
        guard target == plan.target else {
            throw Refusal(
                "\(plan.name) was planned for the database \(plan.target.database) "
                    + "(system \(plan.target.systemIdentifier ?? "unknown")); this is \(target.database) "
                    + "(system \(target.systemIdentifier ?? "unknown")); plan it here")
        }
    }

    /// Compares what a script did with what its plan says it does.
    private func compare(_ effect: Rehearsal.Effect, with plan: FixPlan) throws {
        var broken = faults(of: effect)
        if effect.fingerprint != plan.fingerprint {
            broken.append(
                "the schema of a touched table has changed since the plan was made; plan anew")
        }
        for (index, pair) in zip(effect.steps, plan.steps).enumerated()
        where pair.0.rows != pair.1.rows {
            broken.append(
                "step \(index + 1) (\(pair.1.title)) changed \(pair.0.rows.counted("row")), planned "
                    + "were \(pair.1.rows.grouped)")
        }
        if effect.steps.count != plan.steps.count {
            broken.append(
                "the script has \(effect.steps.count) steps, the plan \(plan.steps.count); plan anew"
            )
        }
        for table in plan.tables {
            guard let found = effect.tables.first(where: { $0.table == table.table }) else {
                broken.append("\(table.table) was not touched, though planned")
                continue
            }
            if found.words != table.words {
                broken.append(
                    "\(table.table): \(found.words), planned were \(table.words)")
            } else if found.before != table.before {
                broken.append(
                    "\(table.table): rows that it would change were edited since the plan was made; "
                        + "plan anew, and review what differs")
            } else if found.after != table.after {
                broken.append(
                    "\(table.table): its rows would not become what was planned: what the script reads was "
                        + "edited since, or it asks for the day or the role; plan anew, as the role that "
                        + "applies it, and review what differs")
            }
        }
        for table in effect.tables where !plan.tables.contains(where: { $0.table == table.table }) {
            broken.append("\(table.table) was touched, though not planned")
        }
        if effect.dependants != plan.dependants {
            broken.append(
                "what hangs on the touched rows has changed since the plan was made; plan anew")
        }
        for measure in plan.measures {
            guard let expected = measure.after else { continue }
            let found = effect.measures.first { $0.check == measure.check }
            guard let after = found?.after else {
                if found?.before == nil {
                    broken.append("\(measure.check) could not be evaluated; the plan's was")
                }
                continue
            }
            if measure.isResolved, after > expected {
                broken.append(
                    "\(measure.check): \(after.grouped) violations are left, planned were "
                        + "\(expected.grouped)")
            }
        }
        if !broken.isEmpty { throw BrokenPromise(broken) }
    }
}

extension FixPlan {
    /// The columns of each table that become something else each time.
    fileprivate var varying: [String: [String]] {
        Dictionary(tables.map { ($0.table, $0.varying) }) { first, _ in first }
    }
}

extension FixPlan.TableEffect {
    /// `12 rows inserted, 3 updated, 4 deleted`.
    public var words: String {
        let parts = [(inserted, "inserted"), (updated, "updated"), (deleted, "deleted")]
            .filter { $0.0 > 0 }
            .map { "\($0.0.grouped) \($0.1)" }
        return parts.isEmpty ? "no row changed" : parts.joined(separator: ", ")
    }
}
