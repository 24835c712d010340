import Assay
import Postgres
import Streams

/// Checks of a table of which only what changed is looked at.
extension Worker {
    /// Brings what was kept of a table up to date, and says what it amounts to.
    ///
    /// What is doubtful, or fails, is done in the database, and the next run reads the table whole.
    func changes(_ number: Int, piece: Int) async throws(PostgresError) {
        let increment = plan.increments[number]
        let index = increment.stream.table
        guard let board, await !board.hasFailed(changesOf: index) else { return }
        let table = plan.tables[index]
        let rows = ChangedRows(worker: self, increment: increment, table: table, board: board)
        do {
            let part = try await rows.read(piece)
            let parts = await board.finish(
                changesOf: index, part, piece: piece, of: increment.pieces.count)
            if let parts { try await rows.update(parts) }
        } catch {
            let error = error as? PostgresError ?? .init(.misuse, "\(error)")
            if error.isFatal { throw error }
            if await board.fail(changesOf: index) {
                // A message of the server's may quote values of rows.
                let reason = error.messageWithoutValues
                if increment.isTrial {
                    await board.add(
                        note: "what was kept of \(table.table.name) could not be held against the "
                            + "whole table: \(reason)")
                } else {
                    increment.stream.keeping?.folder.remove(table.table.name)
                    await board.add(
                        fallback: "\(table.table.name) was evaluated whole, in the database: "
                            + reason)
                    await ledger.add(plan.works(insteadOf: increment.stream.checks))
                }
            }
            try await recover()
        }
    }
}

/// A part of the rows of a table that changed since the last run.
struct ChangedPart: Sendable {
    let keys: ChangedKeys
    let tally: StreamTally
    /// What references may hold, by the program's parents.
    let parents: [ByteSet]
}

/// The rows of a table that changed since the last run, and what was kept of the others.
struct ChangedRows {
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

    /// Reads a part of the changed rows: those in new pages as they lie, the others by their keys.
    func read(_ piece: Int) async throws -> ChangedPart {
        var parents: [ByteSet] = []
        for parent in stream.parents { parents.append(try await worker.keys(of: parent, board)) }
        let keys = Shared(ChangedKeys(columns: stream.key.count))
        let tally = tally(stream.program.widened(by: keys.value.slots), parents)
        let piece = increment.pieces[piece]
        if let pages = piece.pages {
            let statement = increment.log.newRows(stream.columns, of: table.table.name, in: pages)
            try await worker.copy(statement) { bytes, isFirst in
                try tally.add(bytes, isFirst: isFirst, leaf: 0)
            }
        }
        let statement = increment.log.rows(
            stream.columns, of: table.table.name, piece, newPage: increment.newPage)
        try await worker.copy(statement) { bytes, isFirst in
            try tally.add(bytes, isFirst: isFirst, keys: &keys.value)
        }
        return ChangedPart(keys: keys.value, tally: tally, parents: parents)
    }

    /// What evaluates rows and keeps what it learns of them.
    private func tally(_ program: StreamProgram, _ parents: [ByteSet]) -> StreamTally {
        StreamTally(
            program, parents: parents, partitions: 1, budget: board.budget,
            recorder: KeptRecorder(program, keys: stream.key))
    }

    /// Brings what was kept up to date, and records what it amounts to.
    func update(_ parts: [ChangedPart]) async throws {
        guard let keeping = stream.keeping, let parents = parts.first?.parents else { return }
        var keys = ChangedKeys(columns: stream.key.count)
        for part in parts { keys.add(part.keys) }
        guard !keys.hasUnknown else {
            throw KeptDoubt("the table was emptied, or its key is not the one that is logged")
        }
        var tallies = parts.map(\.tally)
        guard !keys.hasUnnamed else { throw ChangedRows.unnamedChange }
        let update = KeptUpdate(increment.state, file: increment.file)
        try update.remove(keys, present: tallies, isExact: increment.isExact)
        let hashes = parents.map(\.hashes)
        let moved = zip(increment.state.parents, hashes).map { $0.sortedDifference($1) }
        guard moved.count == hashes.count else { throw KeptDoubt("what was kept of it is damaged") }
        let again = try update.remove(
            referringTo: stream.program.parentsOfReferences.map { moved[$0] })
        guard again.count <= increment.most else {
            throw KeptDoubt("more than a fifth of its rows refer to what came or went")
        }
        if !again.isEmpty {
            let tally = tally(stream.program, parents)
            for chunk in again.chunks(of: Worker.rowsAtOnce) {
                let statement = Stream.statement(
                    stream.columns, of: table, leaf: 0, at: chunk)
                try await worker.copy(statement) { bytes, isFirst in
                    try tally.add(bytes, isFirst: isFirst, leaf: 0)
                }
            }
            guard tally.rows == again.count else { throw ChangedRows.unnamedChange }
            tallies.append(tally)
        }
        for tally in tallies { update.add(tally) }

        try await recordCounts(update)
        var groupings: [KeptState.Grouping] = []
        for index in stream.groupings.indices {
            groupings.append(try await recordGroups(index, update))
        }
        var largest: [KeptState.Largest] = []
        for index in stream.largest.indices {
            largest.append(try await leaders(index, changed: tallies.leaders(index), update))
        }
        try await worker.recordAggregates(
            stream, table, counts: { update.counts.scopes[$0] }, largest: largest)
        guard !increment.isTrial else { return }
        let state = update.finished(
            snapshot: keeping.snapshot, parents: hashes, groupings: groupings, largest: largest)
        do {
            try keeping.folder.write(state, of: table.table.name)
        } catch {
            await board.add(
                note: "what was learned of \(table.table.name) could not be kept: \(error)")
        }
    }

    // MARK: What came of it

    private func recordCounts(_ update: KeptUpdate) async throws {
        let counts = update.counts
        await ledger.record(rows: counts.rows, ofTable: stream.table)
        var found: [PlacedViolations] = []
        for (index, check) in stream.rowChecks.enumerated() {
            guard case .rows(let question) = plan.items[check].question else { continue }
            let parts = zip(question.parts, counts.parts[index]).map {
                Measure.Part($0.label, $1)
            }
            let total = counts.parts[index].reduce(0, +)
            await ledger.record(
                Measure(violations: total, scope: counts.scopes[index], parts: parts), for: check)
            var places: [RowPlace] = []
            for part in question.parts.indices where counts.parts[index][part] > 0 {
                places += try update.places(part: part, of: index)
            }
            found.append(.init(check, total, places))
        }
        for (index, check) in stream.references.enumerated() {
            let (scope, missing) = counts.references[index]
            await ledger.record(Measure(violations: missing, scope: scope), for: check)
            let places = missing > 0 ? try update.places(missing: index) : []
            found.append(.init(check, missing, places))
        }
        try await worker.samplePlaced(found, stream.table)
    }

    /// Counts the groups anew that a changed row is or was in.
    private func recordGroups(
        _ index: Int, _ update: KeptUpdate
    ) async throws -> KeptState.Grouping {
        let grouping = stream.groupings[index]
        var kept = increment.state.groupings[index]
        func inDatabase() async -> KeptState.Grouping {
            await ledger.add(plan.works(insteadOf: [grouping.check]))
            kept.isKept = false
            return kept
        }
        guard kept.isKept else { return await inDatabase() }
        let shared = try update.sharedKeys(index, leaders: kept.leaders)
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
        let members = shared.members.filter { shared.after[$0.number] > grouping.limit }
            .sorted { ($0.number, $0.place) < ($1.number, $1.place) }
        guard members.count <= Worker.mostReread(ofRows: update.counts.rows) else {
            return await inDatabase()
        }
        let job = Rereading(grouping, table: stream.table, shown: KeptState.leadersKept)
        let exact = try await worker.groups(job) { take in
            for part in members.chunks(of: Worker.rowsAtOnce, together: { $0.number == $1.number })
            {
                try await take(part.map(\.place))
            }
            return true
        }
        guard let exact, !exact.hashesCollide, exact.groups == now.groups, exact.rows == now.rows
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
        let places = kept.places.filter(update.isUnchanged)
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

extension Array {
    /// Its elements in pieces.
    fileprivate func chunks(of size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
    }

    /// Its elements in pieces of about this size, none of which parts neighbours that belong together.
    fileprivate func chunks(
        of size: Int, together: (Element, Element) -> Bool
    ) -> [ArraySlice<Element>] {
        var chunks: [ArraySlice<Element>] = []
        var start = 0
        while start < count {
            var end = Swift.min(start + size, count)
            while end < count, together(self[end - 1], self[end]) { end += 1 }
            chunks.append(self[start..<end])
            start = end
        }
        return chunks
    }
}

extension [UInt64] {
    /// What stands more often in one of two sorted lists than in the other.
    fileprivate func sortedDifference(_ other: [UInt64]) -> [UInt64] {
        var differences: [UInt64] = []
        var (left, right) = (0, 0)
        while left < count || right < other.count {
            if right == other.count || left < count && self[left] < other[right] {
                differences.append(self[left])
                left += 1
            } else if left == count || other[right] < self[left] {
                differences.append(other[right])
                right += 1
            } else {
                left += 1
                right += 1
            }
        }
        return differences
    }
}
