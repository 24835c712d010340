import Assay
import Postgres

extension AuditRun {
    /// Has old entries of the change logs removed, when tables were read whole: no state needs them.
    ///
    /// - Returns: What went wrong, as a sentence.
    func pruneLogs(_ plan: Plan, _ catalog: Catalog) async -> String? {
        guard let incremental = options.incremental, !catalog.database.isInRecovery,
            plan.streams.contains(where: { $0.keeping != nil })
        else { return nil }
        do throws(PostgresError) {
            // The run's own transactions only read.
            let connection = try await connect()
            let mayPrune = try await connection.query(
                """
                SELECT coalesce(pg_catalog.has_function_privilege(pg_catalog.to_regprocedure(\
                'assay.prune_changes(interval)'), 'EXECUTE'), false)
                """)
            if mayPrune.scalar == "t" {
                _ = try await connection.query(
                    "SELECT assay.prune_changes(pg_catalog.make_interval(days => $1))",
                    [String(incremental.logDays)], deadline: options.deadline)
            }
            await connection.close()
            return nil
        } catch {
            return
                "old entries of the change logs could not be removed: \(error.messageWithoutValues)"
        }
    }
}

extension Plan {
    /// Which tracked tables are read whole, and why, a sentence each.
    var wholeNotes: [String] {
        zip(tables, choices).compactMap { table, choice in
            guard choice.stream?.keeping != nil else { return nil }
            return "\(table.table.name) is \(choice.reason)"
        }
    }
}

extension IncrementalChoice {
    /// Whether the table is done as in any other run.
    var isUsual: Bool {
        if case .never = self { true } else { false }
    }
}

extension Verdict {
    /// In what the verdict on what was kept differs from this one on the whole table.
    func difference(from kept: Verdict) -> String? {
        guard case .measured(let here, _) = self, case .measured(let there, _) = kept,
            here != there
        else { return nil }
        return
            "differs: by what was kept it is \(there.sentence), by the whole table, which holds, "
            + "\(here.sentence); a trigger was off, or that is a fault of Assay's"
    }
}
