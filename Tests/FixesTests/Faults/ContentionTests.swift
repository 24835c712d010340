import AssayTesting
import Auditor
import Faults
import Fixes
import Postgres
import Testing

/// Others are at the same tables at the same time.
@Suite(.timeLimit(.minutes(15))) struct ContentionTests {
    @Test func `a lock that is held too long ends it, and names who holds it`() async throws {
        try await FaultedWarehouse.with { warehouse in
            let survival = Survival(of: "lock timeouts")
            for act in [FaultedWarehouse.Act.apply, .undo] {
                for lock in [
                    "LOCK TABLE core.customers IN ROW EXCLUSIVE MODE",
                    "SELECT pg_advisory_xact_lock(hashtextextended('assay fix', 0))",
                    "SELECT FROM core.companies WHERE id = 3 FOR UPDATE",
                ] {
                    try await survival.survive(act, of: warehouse, "\(act) \(lock)") {
                        let holder = try await warehouse.connected()
                        try await holder.begin(.readWrite)
                        try await holder.execute(lock)
                        let session = try warehouse.session { options in
                            options.lockTimeout = .milliseconds(200)
                            options.attempts = 2
                        }
                        let error = await #expect(throws: PostgresError.self) {
                            try await warehouse.attempt(act, session)
                        }
                        #expect(error?.sqlState == .lockNotAvailable)
                        let hint = error?.hint ?? ""
                        let isNamed = hint.contains("process \(holder.backendPID) of ")
                        #expect(isNamed == lock.contains("advisory"))
                        try await holder.rollback()
                        return .notDone
                    }
                    // Back to where the next one begins.
                    let other: FaultedWarehouse.Act = act == .apply ? .undo : .apply
                    #expect(try await warehouse.perform(other, warehouse.session()) == .done)
                }
                if act == .apply {
                    #expect(try await warehouse.perform(.apply, warehouse.session()) == .done)
                }
            }
            survival.report()
        }
    }

    @Test func `a deadlock is tried again`() async throws {
        try await FaultedWarehouse.with { warehouse in
            let survival = Survival(of: "deadlocks")
            for _ in 0..<(FaultScale.rounds ?? 1) {
                for act in [FaultedWarehouse.Act.apply, .undo] {
                    try await survival.survive(act, of: warehouse, "\(act)") {
                        let before = try await warehouse.deadlocks()
                        let other = try await warehouse.connected()
                        try await other.begin(.readWrite)
                        // The fix takes companies first and customers then; this one the other way round.
                        try await other.execute("LOCK TABLE core.customers IN ROW EXCLUSIVE MODE")
                        async let claim = warehouse.perform(act, warehouse.session())
                        try await untilAFixWaits(in: warehouse.target)
                        do throws(PostgresError) {
                            try await other.execute(
                                "LOCK TABLE core.companies IN ROW EXCLUSIVE MODE")
                        } catch {
                            // Either of the two may be chosen as the one that gives way.
                            #expect(error.sqlState == .deadlockDetected)
                        }
                        try await other.rollback()
                        let result = try await claim
                        #expect(result == .done)
                        #expect(try await warehouse.deadlocks() == before + 1)
                        return result
                    }
                }
            }
            survival.report()
        }
    }

    @Test func `of many that apply and undo at once, each takes effect once`() async throws {
        try await FaultedWarehouse.with { warehouse in
            let survival = Survival(of: "four appliers, then four undoers, at once")
            for _ in 0..<(FaultScale.rounds ?? 1) * 2 {
                for act in [FaultedWarehouse.Act.apply, .undo] {
                    try await survival.survive(act, of: warehouse, "\(act)") {
                        try await withThrowingTaskGroup { group in
                            for _ in 0..<4 {
                                group.addTask {
                                    try await warehouse.attempt(act, warehouse.session())
                                }
                            }
                            var effects = 0
                            for try await didSomething in group where didSomething { effects += 1 }
                            #expect(effects == 1)
                        }
                        return .done
                    }
                }
            }
            survival.report()
        }
    }

    @Test func `apply and undo may race each other`() async throws {
        try await FaultedWarehouse.with { warehouse in
            let survival = Survival(of: "apply races undo")
            for _ in 0..<(FaultScale.rounds ?? 1) * 4 {
                // Undo runs beside an apply: it undoes that one, or finds the one before undone already.
                async let applied = warehouse.attempt(.apply, warehouse.session())
                async let undone = warehouse.attempt(.undo, warehouse.session())
                let (didApply, didUndo) = try await (applied, undone)
                #expect(didApply)
                let state = try await warehouse.state()
                #expect(state.rows == (didUndo ? warehouse.before : warehouse.after))
                #expect(state.applied == (didUndo ? 0 : 1) && state.leftOver == 0)
                if !didUndo { _ = try await warehouse.attempt(.undo, warehouse.session()) }
                try await survival.survive(.apply, of: warehouse, "afterwards") {
                    try await warehouse.perform(.apply, warehouse.session())
                }
                _ = try await warehouse.attempt(.undo, warehouse.session())
            }
            survival.report()
        }
    }
}

extension FaultedWarehouse {
    /// Applies or undoes.
    ///
    /// - Returns: Whether anything was done; false where it had been before.
    func attempt(_ act: Act, _ session: FixSession) async throws -> Bool {
        switch act {
        case .apply: try await session.apply(folder, commits: true) == .applied
        case .undo:
            try await session.undo("mend", commits: true, skipsConflicts: false).undoneBefore == nil
        }
    }

    /// How many deadlocks the server has seen in this database.
    fileprivate func deadlocks() async throws -> Int {
        let connection = try await connected()
        // The server's processes hand their counts over when they are idle, at most once a second.
        try await Task.sleep(for: .milliseconds(1_200))
        let rows = try await connection.query(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        await connection.close()
        return rows.scalar.flatMap { Int($0) } ?? 0
    }
}
