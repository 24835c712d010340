import Assay
import Postgres
import Streams

/// Checks of a table of which only what changed is looked at.
extension Worker {
    /// Brings what was kept of a table up to date, and says what it amounts to.
    ///
    /// What is doubtful, or fails, is done in the database, and the next run reads the table whole.
    func changes(_ number: Int) async throws(PostgresError) {
        let increment = plan.increments[number]
        guard let board else { return }
        let table = plan.tables[increment.stream.table]
        let changed = ChangedRows(worker: self, increment: increment, table: table, board: board)
        do {
            try await changed.look()
        } catch {
            let error = error as? PostgresError ?? .init(.misuse, "\(error)")
            if error.isFatal { throw error }
            // A message of the server's may quote values of rows.
            let reason = error.messageWithoutValues
            if increment.isTrial {
                await board.add(
                    note: "what was kept of \(table.table.name) could not be held against the "
                        + "whole table: \(reason)")
            } else {
                increment.stream.keeping?.folder.remove(
                    table.table.name, onlyIf: increment.mark)
                await board.add(
                    fallback: "\(table.table.name) was evaluated whole, in the database: " + reason)
                await ledger.add(plan.works(insteadOf: increment.stream.checks))
            }
            try await recover()
        }
    }
}

/// The rows of a table that changed since the last run, and what was kept of the others.
private struct ChangedRows {
    let worker: Worker
    let increment: Increment
    let table: Plan.AuditedTable
    let board: StreamBoard

    /// A row does not lie any more where it lay, although nothing is said to have happened to it.
    private static let unnamedChange = KeptDoubt(
        "a row has changed that its change log does not name")

    private var stream: Stream { increment.stream }
    private var plan: Plan { worker.plan }
    private var ledger: Ledger { worker.ledger }

    // MARK: Reading

    /// Reads what changed, and brings what was kept up to date.
    func look() async throws {
        let reading = ChangedReading(increment: increment, board: board)
        do {
            try await update(try await keys(reading), reading)
        } catch {
            await reading.parts.abandon()
            throw error
        }
    }

    /// Has the changed rows read: those in new pages as they lie, the others by their keys.
    ///
    /// - Returns: The keys of all of them.
    private func keys(_ reading: ChangedReading) async throws -> ChangedKeys {
        // The log was counted in the same snapshot.
        guard increment.changes.entries > 0 else { return newKeys }
        let pages = increment.newParts(connections: worker.options.connections)
        await share(pages.map { stream.statement($0, of: table) }, reading)
        let keys = try await loggedKeys()
        guard !keys.hasUnknown else {
            throw KeptDoubt("the table was emptied, or its key is not the one that is logged")
        }
        let wanted = keys.wanted(
            without: try await read(reading), isExact: increment.isExact)
        let options = worker.options
        let parts = wanted.parts(of: options.changesAtOnce, for: options.connections)
        await share(
            parts.lazy.map {
                increment.log.rows(
                    stream.columns, of: table.table.name, keys: keys.literals($0))
            }, reading)
        return keys
    }

    /// The keys that the log names, where they were not read while the run was planned.
    private func loggedKeys() async throws -> ChangedKeys {
        if let keys = increment.changes.keys { return await keys.value.value }
        let keys = Shared(newKeys)
        try await worker.copy(increment.log.entries) { bytes, isFirst in
            try keys.value.add(bytes, isFirst: isFirst)
        }
        keys.value.arrange()
        return keys.value
    }

    private var newKeys: ChangedKeys {
        ChangedKeys(types: increment.log.key.map(\.type), hashKey: stream.program.key)
    }

    /// Adds statements that send rows, and lets other connections help as soon as there are two.
    private func share(_ statements: some Sequence<SQL>, _ reading: ChangedReading) async {
        for (number, statement) in statements.enumerated() {
            await reading.parts.add(statement)
            if number == 1 { await worker.share(reading) }
        }
    }

    /// Reads until all statements have sent their rows.
    ///
    /// - Returns: What was learned of all rows so far.
    private func read(_ reading: ChangedReading) async throws -> [StreamTally] {
        try await reading.help(worker)
        return try await reading.parts.soFar()
    }

    /// Brings what was kept up to date, and records what it amounts to.
    private func update(_ keys: ChangedKeys, _ reading: ChangedReading) async throws {
        guard let keeping = stream.keeping else { return }
        let update = try KeptUpdate(
            increment.state, files: increment.files, program: stream.program)
        // Meanwhile other connections read.
        let former = try update.remove(keys)
        var tallies = try await read(reading)
        try former.compare(keys, tallies, isExact: increment.isExact)
        let changed = try await changedParents()
        var moved: [Int: [UInt64]] = [:]
        for (number, now) in changed {
            moved[number] = try increment.parents[number].read().difference(now)
        }
        let again = try update.remove(
            referringTo: stream.program.parentsOfReferences.map { moved[$0] ?? [] })
        if !again.isEmpty {
            let rows = tallies.rows + again.count
            tallies = try await read(again, reading)
            guard tallies.rows == rows else { throw ChangedRows.unnamedChange }
        }
        for tally in tallies { update.add(tally) }
        try await record(update, tallies, changedParents: changed, keeping)
    }

    /// What references may hold now, by the number of the parent, where that is not what was kept.
    private func changedParents() async throws -> [Int: DigestSet] {
        let parents = try await worker.keys(of: increment, board)
        var changed: [Int: DigestSet] = [:]
        for (number, parent) in parents.enumerated() {
            if case .unchanged? = increment.knownParents[number] { continue }
            let digests = parent.digests
            if !increment.parents[number].holds(digests) { changed[number] = digests }
        }
        return changed
    }

    /// Has rows read again that refer to what came or went.
    ///
    /// - Returns: What was learned of all rows so far.
    private func read(
        _ places: [RowPlace], _ reading: ChangedReading
    ) async throws -> [StreamTally] {
        guard places.count <= increment.most else {
            throw KeptDoubt("more than a fifth of its rows refer to what came or went")
        }
        await share(
            places.parts(of: Worker.rowsAtOnce, for: worker.options.connections).lazy.map {
                Stream.statement(stream.columns, of: table, leaf: 0, at: $0)
            }, reading)
        return try await read(reading)
    }

    /// Records what the rows amount to as they are now, and keeps it.
    private func record(
        _ update: KeptUpdate, _ tallies: [StreamTally], changedParents: [Int: DigestSet],
        _ keeping: Keeping
    ) async throws {
        let file = increment.isTrial ? nil : RowsFile(keeping.folder, of: table.table.name, update)
        let searches = stream.groupings.indices.map { search($0, update) }
        do {
            try await recordCounts(update)
            // The database has nothing else to do while groups are looked for.
            var largest: [KeptState.Largest] = []
            for index in stream.largest.indices {
                largest.append(
                    try await leaders(index, changed: tallies.leaders(index), update))
            }
            try await worker.recordAggregates(
                stream, table, counts: { update.counts.scopes[$0] }, largest: largest)
            var groupings: [KeptState.Grouping] = []
            for (index, search) in searches.enumerated() {
                groupings.append(try await recordGroups(index, update, search))
            }
            guard let file else { return }
            do {
                let state = update.state(
                    of: try await file.files(), snapshot: keeping.snapshot,
                    groupings: groupings, largest: largest)
                let parents = increment.parents.indices.map { changedParents[$0] }
                try keeping.folder.write(state, of: table.table.name, parents: parents)
            } catch {
                await file.discard()
                await board.add(
                    note: "what was learned of \(table.table.name) could not be kept: \(error)")
            }
        } catch {
            await file?.discard()
            throw error
        }
    }

    // MARK: What came of it

    private func recordCounts(_ update: KeptUpdate) async throws {
        let counts = update.counts
        await ledger.record(rows: counts.rows, ofTable: stream.table)
        // By check, how many violations there are and in which ways.
        var failing: [(check: Int, count: Int, breaches: [KeptUpdate.Breach])] = []
        for (index, check) in stream.rowChecks.enumerated() {
            guard case .rows(let question) = plan.items[check].question else { continue }
            let parts = zip(question.parts, counts.parts[index]).map {
                Measure.Part($0.label, $1)
            }
            let total = counts.parts[index].reduce(0, +)
            await ledger.record(
                Measure(violations: total, scope: counts.scopes[index], parts: parts), for: check)
            let broken = question.parts.indices.filter { counts.parts[index][$0] > 0 }
            failing.append((check, total, broken.map { .part($0, of: index) }))
        }
        for (index, check) in stream.references.enumerated() {
            let (scope, missing) = counts.references[index]
            await ledger.record(Measure(violations: missing, scope: scope), for: check)
            failing.append((check, missing, missing > 0 ? [.missing(index)] : []))
        }
        var places = try update.places(of: failing.flatMap(\.breaches))[...]
        let found = failing.map { check, count, breaches in
            defer { places = places.dropFirst(breaches.count) }
            return PlacedViolations(check, count, places.prefix(breaches.count).flatMap(\.self))
        }
        try await worker.samplePlaced(found, stream.table)
    }

    /// Looks for the groups that a changed row is or was in, while counts are recorded; `nil` where they are not known.
    private func search(_ index: Int, _ update: KeptUpdate) -> GroupSearch? {
        let kept = increment.state.groupings[index]
        guard kept.isKept else { return nil }
        let limit = stream.groupings[index].limit
        return Task {
            try update.sharedKeys(index, above: limit, leaders: kept.leaders)
        }
    }

    /// Counts the groups anew that a changed row is or was in.
    private func recordGroups(
        _ index: Int, _ update: KeptUpdate, _ search: GroupSearch?
    ) async throws -> KeptState.Grouping {
        let grouping = stream.groupings[index]
        var kept = increment.state.groupings[index]
        func inDatabase() async -> KeptState.Grouping {
            await ledger.add(plan.works(insteadOf: [grouping.check]))
            kept.isKept = false
            return kept
        }
        guard let search else { return await inDatabase() }
        let shared = try await search.value
        var now = (groups: 0, rows: 0)
        for (before, after) in zip(shared.before, shared.after) {
            if before > grouping.limit {
                kept.groups -= 1
                kept.rows -= before
            }
            if after > grouping.limit {
                now.groups += 1
                now.rows += after
            }
        }
        kept.groups += now.groups
        kept.rows += now.rows
        let most = Worker.mostReread(ofRows: update.counts.rows)
        let leaders = Set(kept.leaders)
        var compared = (rows: 0, groups: 0, members: 0)
        let job = Rereading(grouping, table: stream.table, shown: KeptState.leadersKept)
        let exact = try await worker.groups(job) { take in
            var number = 0
            while let part = shared.comparison(
                from: &number, of: worker.options.changesAtOnce, leaders: leaders)
            {
                compared.groups += part.groups
                compared.members += part.members
                compared.rows += part.places.count + part.known.count
                guard compared.rows <= most else { return false }
                try await take(
                    Rereading.Part(
                        places: part.places, known: part.known, represented: part.represented))
            }
            return true
        }
        guard let exact else { return await inDatabase() }
        guard !exact.hashesCollide, exact.groups == compared.groups,
            exact.rows == compared.members
        else { throw KeptDoubt("two of its keys cannot be told apart by what was kept") }
        let found = exact.largest
        var known = found
        if !kept.isComplete {
            // Groups that were not looked at come behind any former leader that is as it was.
            let former = Set(kept.leaders)
            let same = Set(
                shared.hashes.indices.lazy.filter {
                    shared.before[$0] == shared.after[$0] && former.contains(shared.hashes[$0])
                }.map { shared.hashes[$0] })
            let shown = Set(found.map(\.keptHash))
            // One that is not even among the found stands behind all of them.
            if same.isSubset(of: shown) {
                let last = found.lastIndex { same.contains($0.keptHash) }
                known = Array(found.prefix(last.map { $0 + 1 } ?? 0))
            }
        }
        kept.leaders = known.map(\.keptHash)
        kept.isComplete = known.count == kept.groups
        guard kept.isComplete || known.count >= worker.options.samples else {
            return await inDatabase()
        }
        await ledger.record(
            Measure(
                violations: kept.rows, scope: update.counts.groupings[index], groups: kept.groups),
            for: grouping.check)
        try await worker.sampleGroups(
            grouping.check, Array(known.prefix(worker.options.samples)), in: table)
        return kept
    }

    /// The rows with the largest values: of those before, what is as it was, and what changed.
    private func leaders(
        _ index: Int, changed: Leaders, _ update: KeptUpdate
    ) async throws -> KeptState.Largest {
        let largest = stream.largest[index]
        let kept = increment.state.largest[index]
        let places = try update.unchanged(of: kept.places)
        let name = table.table.name
        let remaining =
            places.isEmpty
            ? Leaders() : try await readLeaders(largest.statement(of: name, at: places.sorted()))
        guard remaining.entries.count == places.count else { throw ChangedRows.unnamedChange }
        if let merged = Leaders.merge(remaining, changed: changed, wasComplete: kept.isComplete) {
            return KeptState.Largest(merged)
        }
        return KeptState.Largest(
            try await readLeaders(largest.statement(of: name, most: KeptState.leadersKept + 1)))
    }

    private func readLeaders(_ statement: SQL) async throws -> Leaders {
        let leaders = Shared(Leaders())
        let reader = Leaders.Reader()
        try await worker.copy(statement) { bytes, isFirst in
            try leaders.value.add(bytes, isFirst: isFirst, run: reader)
        }
        return leaders.value
    }
}

/// The groups that changed rows are or were in.
private typealias GroupSearch = Task<KeptUpdate.SharedKeys, any Error>

extension [StreamTally] {
    /// How many rows they were given.
    fileprivate var rows: Int { reduce(0) { $0 + $1.rows } }
}

extension Array {
    /// Its elements in parts of a size at the most; the last parts are smaller, so that nobody waits long for another.
    func parts(of size: Int, for workers: Int) -> [ArraySlice<Element>] {
        var parts: [ArraySlice<Element>] = []
        var left = self[...]
        while !left.isEmpty {
            let part = left.prefix(
                Swift.max(1, size / 8, Swift.min(size, left.count / (2 * workers))))
            parts.append(part)
            left = left.dropFirst(part.count)
        }
        return parts
    }
}
