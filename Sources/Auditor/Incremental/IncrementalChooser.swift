import Assay
import Postgres
import Streams

/// Decides of which tables only what changed is looked at.
struct IncrementalChooser {
    let catalog: Catalog
    let options: AuditOptions
    let incremental: IncrementalOptions
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
        func none(_ reason: String) -> [IncrementalChoice] {
            plan.tables.map { _ in .never(reason) }
        }
        guard catalog.database.serverVersionNumber >= 130_000 else {
            return none("change logs need PostgreSQL 13")
        }
        guard catalog.encoding == .utf8 else {
            return none("the database is not encoded in UTF-8")
        }
        let answer: Rows
        do {
            answer = try await ask(
                TrackingServer.query(isInRecovery: catalog.database.isInRecovery), on: connection)
        } catch {
            if error.isFatal { throw error }
            return none("the server does not say what it has seen: \(error.messageWithoutValues)")
        }
        guard let server = TrackingServer(answer, catalog.database) else {
            return none("the server does not say what the run sees")
        }
        guard server.isTracking else {
            return none(
                "no table is tracked, or this role may not see which; assay install --track sets that up"
            )
        }
        let tables = plan.tables.map(\.table.name)
        // Files of megabytes are read while the server answers.
        let kept = tables.map { table in
            Task { Result { () throws(KeptDoubt) in try folder.state(of: table) } }
        }
        let rows = try await ask(TrackedTable.query(tables), on: connection)
        guard rows.count == plan.tables.count else { return none("the catalog changed meanwhile") }
        let tracked = rows.map { TrackedTable($0, server) }
        let timeless = try await timelessChecks(of: plan, tracked, on: connection)
        var choices: [IncrementalChoice] = []
        for index in plan.tables.indices {
            choices.append(
                try await choice(
                    for: index, plan, tracked[index], server, timeless, kept: kept[index],
                    on: connection))
        }
        return choices
    }

    // MARK: One table

    private func choice(
        for index: Int, _ plan: Plan, _ tracked: TrackedTable, _ server: TrackingServer,
        _ timeless: Set<Int>,
        kept: Task<Result<(bytes: [UInt8], mark: StateMark)?, KeptDoubt>, Never>,
        on connection: Connection
    ) async throws(PostgresError) -> IncrementalChoice {
        let table = plan.tables[index]
        if let problem = tracked.problem ?? table.obstacle {
            // What changes from now on no log may name.
            if keeps { folder.remove(table.table.name) }
            return .never(problem)
        }
        guard let log = tracked.log else {
            return .never("its changes are not logged; assay install --track \(table.table.name)")
        }
        let columns = tracked.logsKeys ? table.relation.primaryKey?.columns ?? [] : []
        let comparable = columns.compactMap(table.relation.column).filter(\.isComparedByBytes)
        let key =
            comparable.count == columns.count
            ? comparable.map { (column: $0.name, type: $0.baseTypeName) } : []
        let own = plan.items.indices.filter {
            plan.items[$0].table == index && timeless.contains($0)
        }
        let print = own.map {
            "\(plan.items[$0].check.id) \(CanonicalText.of(plan.items[$0].question))"
        }.joined(separator: "\n")
        let fingerprint =
            tracked.fingerprint + [
                String(Digest.hex(of: [Array(version.utf8), Array(print.utf8)]))
            ]
        let stream = Stream(
            table: index, checks: own, items: plan.items, tables: plan.tables, catalog: catalog,
            options: options,
            keeping: Keeping(
                key: key, folder: folder, fingerprint: fingerprint, snapshot: server.snapshot.text,
                now: now))
        guard !stream.checks.isEmpty else {
            return .never("no check of it can be kept up to date")
        }
        func whole(_ reason: String, trial: Increment? = nil) -> IncrementalChoice {
            .whole(stream, reason: reason, trial: trial)
        }
        do throws(KeptDoubt) {
            guard let found = try await kept.value.get() else {
                return whole("nothing was kept of it yet")
            }
            let state = try KeptState(found.bytes, key: folder.key) { (kept) throws(KeptDoubt) in
                for aspect in TrackedTable.Aspect.allCases
                where !kept.indices.contains(aspect.rawValue)
                    || kept[aspect.rawValue] != fingerprint[aspect.rawValue]
                {
                    throw KeptDoubt(aspect.doubt)
                }
                return stream.program
            }
            guard let kept = TransactionSnapshot(state.snapshot) else {
                throw KeptDoubt("what was kept of it is damaged")
            }
            guard kept.next <= server.snapshot.next, kept.oldest <= server.snapshot.oldest else {
                throw KeptDoubt(
                    "what was kept saw transactions that have not taken place; was it restored?")
            }
            if let pruned = tracked.pruned, pruned.through >= kept.oldest, !kept.sees(pruned.by) {
                throw KeptDoubt("its change log was pruned beyond the last run")
            }
            let age = (now - state.taken) / 86_400
            let isOld = age < 0 || age >= Double(incremental.fullEvery)
            let files = try folder.files(of: state, program: stream.program, areHeld: isOld)
            let changes = ChangeLog(name: log, key: key, prefix: table.prefix, snapshot: kept.text)
            let most = Increment.most(of: state)
            let entries = try await size(of: changes, most: key.isEmpty ? 0 : most, on: connection)
            guard entries == 0 || !key.isEmpty else {
                return whole(
                    columns.isEmpty
                        ? "something in it has changed, and it has no primary key to tell what"
                        : "something in it has changed, and equal values of its primary key may "
                            + "differ in their bytes")
            }
            guard entries + state.addedRows <= most else {
                return whole("more than a fifth of it has changed since it was read whole")
            }
            // What is learned of the rows that changed is joined and written.
            let memory = entries * KeptState.bytes(stream.program) * 4
            guard memory < options.keyMemory else {
                return whole(
                    "more of it has changed since it was read whole than --memory has room for")
            }
            // Before version 14 no page could be gone to. Where more pages than entries are new, most hold
            // what is gone again.
            let new = state.endPage..<max(state.endPage, tracked.pages)
            let newPages =
                catalog.database.serverVersionNumber >= 140_000 && !new.isEmpty
                    && new.count <= entries ? new : nil
            let increment = Increment(
                stream: stream, state: state, mark: found.mark, files: files, log: changes,
                entries: entries,
                newPages: newPages,
                isExact: !catalog.database.isInRecovery, isTrial: isOld)
            guard !isOld else {
                return whole(
                    "it was read whole \(incremental.fullEvery.counted("day")) ago or more",
                    trial: increment)
            }
            return .changes(increment)
        } catch {
            return whole(error.description)
        }
    }

    /// How many entries the log has, or one more than the most.
    private func size(
        of log: ChangeLog, most: Int, on connection: Connection
    ) async throws(KeptDoubt) -> Int {
        do throws(PostgresError) {
            let size = try await ask(log.size(most: most), on: connection).scalar
            if let entries = size.flatMap({ Int($0) }) { return entries }
        } catch {
            throw KeptDoubt("its change log cannot be read: \(error.messageWithoutValues)")
        }
        throw KeptDoubt("its change log cannot be read")
    }

    // MARK: Checks

    /// The checks of tracked tables that say the same of a row for as long as it stays the same.
    private func timelessChecks(
        of plan: Plan, _ tracked: [TrackedTable], on connection: Connection
    ) async throws(PostgresError) -> Set<Int> {
        var words: [Int: [TimelessSQL]] = [:]
        for check in plan.items.indices {
            let index = plan.items[check].table
            guard tracked[index].log != nil, tracked[index].problem == nil,
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
        let rows = try await ask(TimelessSQL.query(words.values.flatMap(\.self)), on: connection)
        let known = Set((0..<rows.count).map { [rows[$0, 0] ?? "", rows[$0, 1] ?? ""] })
        return Set(words.filter { $0.value.allSatisfy { $0.isTimeless(known) } }.keys)
    }

    private func ask(_ sql: SQL, on connection: Connection) async throws(PostgresError) -> Rows {
        let (text, bindings) = try sql.rendered(quoting: connection.quoted)
        do throws(PostgresError) {
            return try await connection.query(text, bindings, deadline: options.deadline)
        } catch {
            if !error.isFatal { try await connection.execute("ROLLBACK TO SAVEPOINT assay") }
            throw error
        }
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
