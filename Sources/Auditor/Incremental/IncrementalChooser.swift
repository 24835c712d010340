import Assay
import Postgres
import Streams

/// Decides of which tables only what changed is looked at.
struct IncrementalChooser {
    let catalog: Catalog
    let options: AuditOptions
    let incremental: IncrementalOptions
    let facts: TrackingFacts
    let folder: StateFolder
    let version: String
    let now: Double
    /// Whether this run keeps what it learns, and forgets what is worth nothing.
    let keeps: Bool

    /// The decision for each table of a plan.
    ///
    /// - Parameters:
    ///   - plan: The plan of the whole suite.
    ///   - connection: A connection in the run's snapshot.
    /// - Returns: The decisions, in the order of the tables.
    /// - Throws: What ends the connection.
    func choices(
        for plan: Plan, on connection: Connection
    ) async throws(PostgresError) -> [IncrementalChoice] {
        guard catalog.encoding == .utf8 else {
            return plan.choices(.never("the database is not encoded in UTF-8"))
        }
        guard facts.tables.count == plan.tables.count else {
            return plan.choices(.never("the catalog changed meanwhile"))
        }
        let timeless = try await timelessChecks(of: plan, on: connection)
        var choices = plan.tables.indices.map { choice(for: $0, plan, timeless) }
        let increments = zip(plan.tables, choices).compactMap { table, choice in
            if case .changes(let increment) = choice { (table.table.name, increment) } else { nil }
        }
        let byTable = Dictionary(increments) { first, _ in first }
        for (index, choice) in choices.enumerated() {
            guard case .changes(var increment) = choice else { continue }
            increment.noteParents(byTable)
            choices[index] = .changes(increment)
        }
        return choices
    }

    // MARK: One table

    private func choice(for index: Int, _ plan: Plan, _ timeless: Set<Int>) -> IncrementalChoice {
        let table = plan.tables[index]
        let own = facts.tables[index]
        if let problem = own.tracked.problem ?? table.obstacle {
            // What changes from now on no log may name.
            if keeps { folder.remove(table.table.name) }
            return .never(problem)
        }
        guard let log = own.tracked.log else {
            return .never("its changes are not logged; assay install --track \(table.table.name)")
        }
        let stream = stream(of: index, own.tracked, plan, timeless)
        guard !stream.checks.isEmpty else {
            return .never("no check of it can be kept up to date")
        }
        do throws(KeptDoubt) {
            guard let kept = try own.kept.get() else {
                throw KeptDoubt("nothing was kept of it yet")
            }
            let increment = try increment(stream, own, kept, log: log, of: table)
            guard !increment.isTrial else {
                let reason = "it was read whole \(incremental.fullEvery.counted("day")) ago or more"
                return .whole(stream, reason: reason, trial: increment)
            }
            return .changes(increment)
        } catch {
            return .whole(stream, reason: error.description, trial: nil)
        }
    }

    /// What is evaluated on the rows of a table, and kept.
    private func stream(
        of index: Int, _ tracked: TrackedTable, _ plan: Plan, _ timeless: Set<Int>
    ) -> Stream {
        let key = tracked.logsKeys ? plan.tables[index].relation.comparableKey ?? [] : []
        let own = plan.items.indices.filter {
            plan.items[$0].table == index && timeless.contains($0)
        }
        let print = own.map {
            "\(plan.items[$0].check.id) \(CanonicalText.of(plan.items[$0].question))"
        }.joined(separator: "\n")
        let identity = catalog.database
        let database =
            "\(identity.systemIdentifier ?? "") \(facts.server.database) \(identity.name)"
        let checks = String(Digest.hex(of: [Array(version.utf8), Array(print.utf8)]))
        return Stream(
            table: index, checks: own, items: plan.items, tables: plan.tables, catalog: catalog,
            options: options,
            keeping: Keeping(
                key: key, folder: folder,
                fingerprint: [database, facts.server.timeline] + tracked.fingerprint + [checks],
                snapshot: facts.server.snapshot.text, now: now))
    }

    /// What changed in a table, as far as it can be had from what was kept.
    ///
    /// - Parameters:
    ///   - stream: What is evaluated on its rows.
    ///   - facts: What is known of it.
    ///   - kept: What was kept of it.
    ///   - log: Its change log.
    ///   - table: The table.
    /// - Returns: What changed.
    /// - Throws: Why the table has to be read whole.
    private func increment(
        _ stream: Stream, _ facts: TrackingFacts.Table, _ kept: TrackingFacts.Kept, log: String,
        of table: Plan.AuditedTable
    ) throws(KeptDoubt) -> Increment {
        let state = kept.state
        guard let keeping = stream.keeping, let snapshot = TransactionSnapshot(state.snapshot)
        else {
            throw .damaged
        }
        for (number, aspect) in TrackedTable.Aspect.allCases.enumerated()
        where !state.fingerprint.indices.contains(number)
            || state.fingerprint[number] != keeping.fingerprint[number]
        {
            throw KeptDoubt(aspect.doubt)
        }
        try state.refuse(unlessOf: stream.program)
        let now = self.facts.server.snapshot
        guard snapshot.next <= now.next, snapshot.oldest <= now.oldest else {
            throw KeptDoubt(
                "what was kept saw transactions that have not taken place; was it restored?")
        }
        if let pruned = facts.tracked.pruned, pruned.through >= snapshot.oldest,
            !snapshot.sees(pruned.by)
        {
            throw KeptDoubt("its change log was pruned beyond the last run")
        }
        let changes = try facts.changes.get()
        let entries = changes.entries
        guard entries == 0 || !keeping.key.isEmpty else {
            throw KeptDoubt(
                facts.tracked.logsKeys && table.relation.primaryKey != nil
                    ? "something in it has changed, and equal values of its primary key may differ "
                        + "in their bytes"
                    : "something in it has changed, and it has no primary key to tell what")
        }
        guard entries + state.addedRows <= Increment.most(of: state) else {
            throw KeptDoubt("more than a fifth of it has changed since it was read whole")
        }
        // What is learned of the rows that changed is joined and written.
        guard entries * KeptState.bytes(stream.program) * 4 < options.keyMemory else {
            throw KeptDoubt(
                "more of it has changed since it was read whole than --memory has room for")
        }
        let age = (self.now - state.taken) / 86_400
        let isOld = age < 0 || age >= Double(incremental.fullEvery)
        // Before version 14 no page could be gone to. Where more pages than entries are new, most hold
        // what is gone again.
        let new = state.endPage..<max(state.endPage, facts.tracked.pages)
        let areRead =
            catalog.database.serverVersionNumber >= 140_000 && !new.isEmpty && new.count <= entries
        return Increment(
            stream: stream, kept: kept,
            files: try folder.files(of: state, program: stream.program, areHeld: isOld),
            parents: try folder.parents(of: state),
            log: ChangeLog(
                name: log, key: keeping.key, prefix: table.prefix, snapshot: state.snapshot),
            changes: changes, newPages: areRead ? new : nil,
            isExact: !catalog.database.isInRecovery, isTrial: isOld)
    }

    // MARK: Checks

    /// The checks of tracked tables that say the same of a row for as long as it stays the same.
    private func timelessChecks(
        of plan: Plan, on connection: Connection
    ) async throws(PostgresError) -> Set<Int> {
        var words: [Int: [TimelessSQL]] = [:]
        for check in plan.items.indices {
            let index = plan.items[check].table
            let tracked = facts.tables[index].tracked
            guard tracked.log != nil, tracked.problem == nil,
                plan.items[check].question.mayBeKept(catalog, memory: options.keyMemory)
            else { continue }
            let alone = Stream(
                table: index, checks: [check], items: plan.items, tables: plan.tables,
                catalog: catalog, options: options,
                keeping: Keeping(
                    key: [], folder: folder, fingerprint: [], snapshot: "", now: now))
            guard !alone.checks.isEmpty else { continue }
            let relation = plan.tables[index].relation
            let read = alone.columns.compactMap {
                $0.parts.firstIdentifier.flatMap(relation.column)
            }
            guard read.allSatisfy(\.isTimeless) else { continue }
            let filters = alone.largest.compactMap(\.filter)
            words[check] = (alone.evaluated + filters).map {
                TimelessSQL($0, of: plan.tables[index])
            }
        }
        let rows = try await connection.ask(
            TimelessSQL.query(words.values.flatMap(\.self)), options.deadline)
        let known = Set((0..<rows.count).map { [rows[$0, 0] ?? "", rows[$0, 1] ?? ""] })
        return Set(words.filter { $0.value.allSatisfy { $0.isTimeless(known) } }.keys)
    }
}

extension Plan {
    /// One decision for all of its tables.
    func choices(_ choice: IncrementalChoice) -> [IncrementalChoice] { tables.map { _ in choice } }
}

extension Relation {
    /// The columns of its primary key and their types, where values are equal only if their bytes are.
    fileprivate var comparableKey: [(column: String, type: String)]? {
        let columns = primaryKey?.columns ?? []
        let comparable = columns.compactMap(column).filter(\.isComparedByBytes)
        return comparable.count == columns.count
            ? comparable.map { ($0.name, $0.baseTypeName) } : nil
    }
}

extension Question {
    /// Whether what it asks of rows can be kept up to date, as far as its sort and the memory allow.
    fileprivate func mayBeKept(_ catalog: Catalog, memory: Int) -> Bool {
        switch self {
        case .aggregates(let question): question.tests != nil
        // How many values a group has cannot be had by adding and taking back.
        case .groups(let question): question.distinct == nil
        default: mayStream(catalog, memory: memory)
        }
    }
}

extension [SQL.Part] {
    /// The name that an expression begins with.
    fileprivate var firstIdentifier: String? {
        if case .identifier(let name)? = first { name } else { nil }
    }
}
