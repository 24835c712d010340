public import Assay
import Postgres
import Streams

/// Runs a suite against a database and reports what it finds.
public struct AuditRun: Sendable {
    let suite: Suite
    let options: AuditOptions
    private let version: String
    private let progress: @Sendable (AuditProgress) -> Void

    /// Creates a run.
    ///
    /// - Parameters:
    ///   - suite: What is promised.
    ///   - options: How it is held against the database.
    ///   - version: The version of Assay, for the report.
    ///   - progress: Told how far the run has come, from any thread.
    public init(
        suite: Suite, options: AuditOptions, version: String,
        progress: @escaping @Sendable (AuditProgress) -> Void = { _ in }
    ) {
        self.suite = suite
        self.options = options
        self.version = version
        self.progress = progress
    }

    /// Runs the audit.
    ///
    /// - Returns: The report. A run that was interrupted, or whose server went away, reports what it
    ///   had measured; the rest is errored.
    /// - Throws: A ``Refusal`` where the suite does not fit the database or the database is not the
    ///   expected one, and `PostgresError` where no audit could begin.
    public func report() async throws -> AuditReport {
        let clock = ContinuousClock()
        let start = clock.now
        let first = try await connect()
        do {
            let report = try await report(first, clock: clock, start: start)
            await first.close()
            return report
        } catch {
            await first.close()
            throw error
        }
    }

    /// Says where the checks of each table would be evaluated, and why, and evaluates none.
    ///
    /// - Returns: The tables in the order of the suite.
    /// - Throws: As ``report()`` does.
    public func evaluationPlan() async throws -> [TableEvaluation] {
        let connection = try await connect()
        do {
            try await connection.begin(.repeatableReadReadOnly)
            try await connection.settle(deadline: options.deadline)
            let catalog = try await Catalog.read(from: connection)
            try options.expected.refuse(catalog.database, host: connection.host)
            try await connection.execute("SAVEPOINT assay")
            try await refuseUnknownNames(catalog, connection)
            let now = options.now ?? catalog.database.now
            let plan = try await plan(
                Plan(suite: suite, catalog: catalog), catalog, connection, facts: nil,
                now: now, keeps: false)
            await connection.close()
            return plan.tables.indices.map { TableEvaluation($0, of: plan) }
        } catch {
            await connection.close()
            throw error
        }
    }

    private func report(
        _ first: Connection, clock: ContinuousClock, start: ContinuousClock.Instant
    ) async throws -> AuditReport {
        try await first.begin(.repeatableReadReadOnly)
        try await first.settle(deadline: options.deadline)
        let snapshot = options.connections > 1 ? try await first.exportSnapshot() : nil
        async let beside = beside(in: snapshot)
        let catalog = try await Catalog.read(from: first)
        try options.expected.refuse(catalog.database, host: first.host)
        try await first.execute("SAVEPOINT assay")
        try await refuseUnknownNames(catalog, first)
        let now = options.now ?? catalog.database.now
        let pushed = Plan(suite: suite, catalog: catalog)
        let known = await beside
        // To open a connection takes about as long as to plan what it does.
        async let second = second(besides: pushed, snapshot: snapshot, open: known?.connection)
        let plan = try await plan(
            pushed, catalog, first, facts: known?.facts, now: now, keeps: true)
        let identification = try await Identification(
            options, suite: suite, database: catalog.database, now: now, on: first)
        let connections = try await connections(
            first, await second, plan: plan, snapshot: snapshot)
        let board = StreamBoard(plan.streams, options: options)
        let other = options.engine == .both ? pushed : nil
        let costs = [plan, other].compactMap { $0.map { WorkCosts($0, catalog: catalog) } }
        let told = RunProgress(costs, connections: connections.count, report: progress)
        var living = connections
        func evaluate(_ plan: Plan, _ ledger: Ledger) async -> (
            verdicts: [Verdict], trouble: String?
        ) {
            let trouble = await work(&living, ledger) { number, connection in
                Worker(
                    number: number, connection: connection, plan: plan, catalog: catalog,
                    options: options, ledger: ledger, now: now, board: board,
                    hasCompany: connections.count > 1)
            }
            let otherwise = "not evaluated: \(trouble ?? "it was not reached")"
            var verdicts: [Verdict] = []
            for index in plan.items.indices {
                verdicts.append(await ledger.verdict(on: index, otherwise: otherwise))
            }
            return (verdicts, trouble)
        }
        let ledger = Ledger(plan: plan, costs: costs[0], progress: told)
        var (verdicts, trouble) = await evaluate(plan, ledger)
        if let other, trouble == nil {
            let again = await evaluate(other, Ledger(plan: other, costs: costs[1], progress: told))
            verdicts = zip(verdicts, again.verdicts).map { $0.agreeing(with: $1) }
            trouble = again.trouble
        }
        if trouble == nil, !plan.trials.isEmpty {
            let trial = Plan(plan, increments: plan.trials)
            let kept = await evaluate(trial, Ledger(plan: trial))
            for check in plan.trials.flatMap(\.stream.checks) {
                let note = verdicts[check].difference(from: kept.verdicts[check])
                if let note { await board.add(note: "\(plan.items[check].check.id) \(note)") }
            }
        }
        // The connection that the others have their snapshot from may be gone; theirs lives on.
        let last = living.first ?? first
        for (index, item) in plan.items.enumerated() where item.provesKey {
            verdicts[index] = KeyCheck.judge(verdicts[index], of: item.check.table)
        }
        let notes = await board.notes + (trouble == nil ? board.fallbacks : [])
        var identified = Identification.Result()
        if trouble == nil, let identification {
            identified = await identification.run(last, plan, verdicts)
            trouble = identified.trouble
        }
        let excerpts = suite.excerpts()
        let day = String(Timestamp.text(now).prefix(10))
        let results = plan.items.indices.map { index in
            let check = plan.items[index].check
            return CheckResult(
                check.check, id: check.id, table: check.table.name, source: check.source,
                excerpt: excerpts[check.source], verdict: verdicts[index], day: day,
                comparison: identified.comparisons[index])
        }
        let counted = await ledger.counted
        let rows = counted.map { (plan.tables[$0.key].table.name, $0.value) }
        let elapsed = (clock.now - start).components
        let duration = Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
        var report = AuditReport(
            run: options.run ?? Timestamp.fileName(now), time: now,
            duration: options.now == nil ? duration : nil,
            version: version, suite: suite.name,
            database: AuditedDatabase(
                name: catalog.database.name,
                server: options.server ?? "\(first.host):\(first.port)",
                version: catalog.database.serverVersion, role: catalog.database.currentUser,
                isReplica: catalog.database.isInRecovery),
            rows: Dictionary(rows) { first, _ in first }, results: results,
            baseline: identified.baseline, trouble: trouble)
        report.skippedBaselines = identification?.skipped ?? []
        report.engineNotes = plan.wholeNotes + notes
        // What a server takes back of a connection that read much keeps a processor busy: nothing waits for it any more.
        for connection in connections { await connection.close() }
        if let note = await pruneLogs(plan, catalog) { report.engineNotes.append(note) }
        return report
    }

    // MARK: Before the first question

    /// Refuses names that the catalog does not know, in checks and in their SQL, all at once.
    private func refuseUnknownNames(_ catalog: Catalog, _ connection: Connection) async throws {
        let problems = try await suite.unknownNames(
            on: connection, catalog: catalog, deadline: options.connectTimeout)
        if !problems.isEmpty { throw Refusal(problems) }
    }

    /// What is asked, and where it is evaluated.
    ///
    /// - Parameters:
    ///   - pushed: The plan by which the database would evaluate all of it.
    ///   - catalog: The catalog.
    ///   - connection: The run's first connection.
    ///   - facts: What an incremental run goes by, where that was asked for already.
    ///   - now: The time of the run, in seconds since 1970.
    ///   - keeps: Whether what the run learns is kept, for which a folder is made.
    /// - Returns: The plan.
    /// - Throws: What ends the connection, and a refusal where there can be no such folder.
    private func plan(
        _ pushed: Plan, _ catalog: Catalog, _ connection: Connection,
        facts: Result<TrackingFacts, KeptDoubt>?, now: Double, keeps: Bool
    ) async throws -> Plan {
        var incremental: [IncrementalChoice] = []
        if let wanted = options.incremental {
            let folder = StateFolder(
                wanted.folder, suite: suite.name, database: catalog.database.name)
            if keeps { try folder.make() }
            let facts =
                if let facts { facts } else {
                    try await TrackingFacts.read(
                        for: suite, folder: wanted.folder, options, on: connection)
                }
            switch facts {
            case .success(let facts):
                incremental = try await IncrementalChooser(
                    catalog: catalog, options: options, incremental: wanted, facts: facts,
                    folder: folder, version: version, now: now, keeps: keeps
                ).choices(for: pushed, on: connection)
            case .failure(let reason): incremental = pushed.choices(.never(reason.description))
            }
        }
        let large = pushed.tables.enumerated().filter { index, table in
            (table.bytes >= EngineChooser.smallTable || table.isDistributed)
                && (incremental.isEmpty || incremental[index].isUsual)
        }.map(\.element)
        guard
            !incremental.isEmpty
                || options.engine != .push && (options.engine != .auto || !large.isEmpty)
        else { return pushed }
        var facts = EngineFacts()
        let parents = pushed.items.compactMap { $0.question.parent }
        let leaves = pushed.tables.flatMap(\.leaves).map(\.name) + parents
        // Where little is left to choose for, measuring the link would take longer than a wrong choice.
        let left = large.reduce(0) { $0 + $1.bytes }
        if incremental.isEmpty ? !large.isEmpty : left >= AuditRun.worthMeasuring {
            facts = try await EngineFacts.measure(
                large.map(\.table.name), leaves: leaves, throughput: options.throughput,
                on: connection, deadline: options.deadline)
        } else {
            facts.untoasted = try await EngineFacts.untoasted(
                of: leaves, on: connection, deadline: options.deadline)
        }
        return Plan(
            suite: suite, catalog: catalog,
            chooser: EngineChooser(
                catalog: catalog, facts: facts, options: options, incremental: incremental))
    }

    /// Below so many bytes in all tables of which all is looked at, where others are not.
    private static let worthMeasuring = 256 * 1_048_576

    // MARK: The work

    /// Lets every connection work until nothing is left.
    ///
    /// What a connection was at that is lost another one does, which sees the same snapshot; also one that
    /// had nothing left to do.
    ///
    /// - Parameters:
    ///   - connections: The connections; those that are lost are removed.
    ///   - ledger: What is left to do.
    ///   - worker: Makes a worker of a connection and its number.
    /// - Returns: What ended the run before its end, if anything did.
    private func work(
        _ connections: inout [Connection], _ ledger: Ledger,
        worker: @Sendable (Int, Connection) -> Worker
    ) async -> String? {
        var workers = connections.enumerated().map { worker($0, $1) }
        defer { connections = workers.map(\.connection) }
        while true {
            let errors = await withTaskGroup(of: (Int, PostgresError?).self) { group in
                for worker in workers { group.addTask { (worker.number, await worker.end()) } }
                return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            workers.removeAll { errors[$0.number] != nil }
            if Task.isCancelled { return "the run was interrupted" }
            if workers.isEmpty, let error = errors.min(by: { $0.key < $1.key })?.value {
                return error.isConnectionLoss ? "the server went away: \(error)" : "\(error)"
            }
            guard await ledger.hasMore else { return nil }
        }
    }
}

extension Verdict {
    /// The verdict where the database says the same, else that the two differ.
    func agreeing(with pushed: Verdict) -> Verdict {
        guard case .measured(let here, _) = self, case .measured(let there, _) = pushed,
            here != there
        else { return self }
        return .errored(
            "the engines differ: on the bytes of the rows \(here.sentence), in the database "
                + "\(there.sentence); that is a fault of Assay's, use --engine push until it is mended"
        )
    }
}
