import Assay
import Postgres
import Streams

/// Checks evaluated on the bytes of rows.
extension Worker {
    /// Reads a piece of a table; who reads the last of them concludes.
    ///
    /// What the bytes cannot answer, because the memory or a statement fails, the database does.
    func stream(_ number: Int, piece: Int) async throws(PostgresError) {
        guard let board, await !board.hasFailed(number) else { return }
        do {
            try await read(piece, of: number, board)
        } catch {
            let stream = plan.streams[number]
            if let error = error as? PostgresError, !error.isFatal {
                try await recover()
                if try await isSilence(error, in: .stream(number, piece: piece)) { return }
            }
            let name = plan.tables[stream.table].table.name
            let reason =
                (error as? PostgresError).flatMap { silence(behind: $0) } ?? error.withoutValues
            let otherwise =
                stream.packs == nil ? "evaluated in the database" : "read again row by row"
            // Of a run that is interrupted nobody does the rest.
            let fallback =
                Task.isCancelled
                ? nil : (table: stream.table, sentence: "\(name) was \(otherwise): \(reason)")
            await ledger.giveUp(stream: number)
            if await board.fail(number, fallback: fallback) {
                await board.discardRows(of: number)
                await ledger.add(plan.works(insteadOf: stream))
            }
            guard let error = error as? PostgresError else { return try await recover() }
            if error.isFatal { throw error }
            try await recover()
        }
    }

    private func read(_ piece: Int, of number: Int, _ board: StreamBoard) async throws {
        let stream = plan.streams[number]
        let table = plan.tables[stream.table]
        let parents = try await keys(of: stream, board)
        var tally = await board.tally(of: number)
        if tally == nil {
            // What lies elsewhere and was never counted may be much.
            let rows = table.rows ?? (table.isDistributed ? 25_000_000 : table.bytes / 100)
            tally = StreamTally(
                stream.program, parents: parents, partitions: stream.partitions(rows: rows),
                budget: board.budget,
                recorder: await board.recorder(of: number, stream, table: table.table.name))
        }
        guard let tally else { return }
        let part = stream.parts[piece]
        for part in try await packs(part, of: stream, table, into: tally) {
            try await copy(stream.statement(part, of: table)) {
                [number = self.number] bytes, isFirst in
                let before = tally.rows
                try tally.add(bytes, isFirst: isFirst, leaf: UInt16(part.leaf))
                ledger.progress.read(tally.rows - before, by: number)
            }
        }
        if let tallies = await board.finish(number, tally) {
            try await conclude(number, stream, table, tallies)
        }
    }

    /// Reads a part of a table in packs, where its rows come so.
    ///
    /// - Returns: What is to be read row by row: what could not be told apart, or the part itself.
    private func packs(
        _ part: Stream.Part, of stream: Stream, _ table: Plan.AuditedTable, into tally: StreamTally
    ) async throws -> [Stream.Part] {
        guard let packs = stream.packs else { return [part] }
        let counted = packs.counted?.statement(plan.items)
        let unclear: Shared<[Int]> = Shared([])
        try await copy(stream.statement(part, of: table, in: packs, plan.items)) {
            [number = self.number] bytes, isFirst in
            let before = tally.rows
            unclear.value += try tally.add(
                bytes, isFirst: isFirst, leaf: UInt16(part.leaf), packing: packs.packing
            ) { counted?.combined($0) ?? [] }
            ledger.progress.read(tally.rows - before, by: number)
        }
        return unclear.value.map { StreamPacks.part(part, beginningAt: $0) }
    }

    /// What the references of a stream may hold, by their numbers in the program.
    func keys(of stream: Stream, _ board: StreamBoard) async throws -> [ParentSet] {
        var parents: [ParentSet] = []
        for parent in stream.parents { parents.append(try await keys(of: parent, nil, board)) }
        return parents
    }

    /// What the references of a table of which only what changed is looked at may hold.
    func keys(of increment: Increment, _ board: StreamBoard) async throws -> [ParentSet] {
        var parents: [ParentSet] = []
        for (number, parent) in increment.stream.parents.enumerated() {
            let kept = increment.knownParents[number].map { ($0, increment.parents[number]) }
            parents.append(try await keys(of: parent, kept, board))
        }
        return parents
    }

    /// What references to a parent may hold.
    ///
    /// Inlined into a loop, it makes Swift 6.3.1's optimiser crash; so does what it calls.
    ///
    /// - Parameters:
    ///   - parent: The parent.
    ///   - kept: What is known of it beside the file in which it was kept, where that suffices.
    ///   - board: What connections share.
    /// - Returns: What they may hold.
    /// - Throws: Why that is not known.
    @inline(never)
    private func keys(
        of parent: Stream.Parent, _ kept: (KnownParent, DigestFile)?, _ board: StreamBoard
    ) async throws -> ParentSet {
        if let outcome = await board.claim(parent) { return try outcome.get() }
        do {
            let keys = try await read(parent, kept, board)
            await board.settle(parent, .success(keys))
            return keys
        } catch {
            await board.settle(parent, .failure(.init(description: error.withoutValues)))
            throw error
        }
    }

    /// Reads what references to a parent may hold, whole where what was kept does not suffice.
    @inline(never)
    private func read(
        _ parent: Stream.Parent, _ kept: (KnownParent, DigestFile)?, _ board: StreamBoard
    ) async throws -> ParentSet {
        if let (known, file) = kept,
            let digests = try await digests(of: parent, known, file, board)
        {
            return .digests(digests)
        }
        let reader = Shared(
            ParentKeys(
                columns: parent.columns.count,
                expecting: catalog.relation(parent.table)?.expectedRows ?? 0,
                budget: board.budget, hashKey: parent.hashKey))
        await ledger.begin(parent, by: number)
        var statements = [Stream.statement(of: parent)]
        if let packs = plan.parents[parent] {
            let unclear = try await read(packs, of: parent, into: reader)
            statements = unclear.map {
                Stream.statement(of: parent, in: $0..<$0 + StreamPacks.pages)
            }
        }
        for statement in statements {
            try await copy(statement) { bytes, isFirst in
                let before = reader.value.rows
                try reader.value.add(bytes, isFirst: isFirst)
                ledger.progress.read(reader.value.rows - before, by: number)
            }
        }
        return .values(reader.value.keys)
    }

    /// Reads what references may hold in packs.
    ///
    /// - Returns: The first pages of those that could not be told apart.
    private func read(
        _ packs: ParentPacks, of parent: Stream.Parent, into reader: Shared<ParentKeys>
    ) async throws -> [Int] {
        let unclear: Shared<[Int]> = Shared([])
        let prefix = catalog.relation(parent.table)?.freePrefix ?? "assay_"
        // Without it each pack would go over the whole table.
        try await set([("enable_tidscan", "on")])
        try await copy(packs.statement(of: parent, prefix: prefix)) { bytes, isFirst in
            let before = reader.value.rows
            unclear.value += try reader.value.add(bytes, isFirst: isFirst, packing: packs.packing)
            ledger.progress.read(reader.value.rows - before, by: number)
        }
        return unclear.value
    }

    /// Has the server send the rows of a query in the binary format.
    ///
    /// - Parameters:
    ///   - query: The query, in which nothing is bound: COPY takes no parameters.
    ///   - each: Takes whole rows, the first of them behind the header.
    /// - Throws: What the server says, and what `each` throws.
    func copy(
        _ query: SQL, _ each: @escaping @Sendable (UnsafeRawBufferPointer, Bool) throws -> Void
    ) async throws {
        let text = try query.literalText(on: connection)
        try await refuseCost(text, [], on: connection)
        let pace = board?.pace
        _ = try await connection.copyOut(
            "COPY (\(text)) TO STDOUT (FORMAT binary)", deadline: grace, into: true
        ) { isFirst, chunk in
            let begins = isFirst
            try chunk.withUnsafeBytes { try each($0, begins) }
            isFirst = false
            pace?.wait(for: chunk.count)
        }
    }

    // MARK: What came of it

    private func conclude(
        _ number: Int, _ stream: Stream, _ table: Plan.AuditedTable, _ tallies: [StreamTally]
    ) async throws {
        guard let whole = tallies.first else { return }
        for tally in tallies { tally.recorder?.finish() }
        for other in tallies.dropFirst() { whole.add(other) }
        await ledger.record(rows: whole.rows, ofTable: stream.table)
        if let counted = stream.packs?.counted?.statement(plan.items) {
            let answer = counted.combined(tallies.compactMap(\.answers))
            try await conclude(counted, stream.table) { answer[$0] }
        }
        var found: [PlacedViolations] = []
        for (index, check) in stream.rowChecks.enumerated() {
            guard case .rows(let question) = plan.items[check].question else { continue }
            let count = whole.rowChecks[index]
            let parts = zip(question.parts, count.parts).map { Measure.Part($0.label, $1) }
            let total = count.parts.reduce(0, +)
            await ledger.record(
                Measure(violations: total, scope: count.scope, parts: parts), for: check)
            found.append(.init(check, total, count.places.flatMap(\.self)))
        }
        for (index, check) in stream.references.enumerated() {
            let count = whole.references[index]
            await ledger.record(
                Measure(violations: count.parts[0], scope: count.scope), for: check)
            found.append(.init(check, count.parts[0], count.places[0]))
        }
        var groupings: [KeptState.Grouping] = []
        for (index, grouping) in stream.groupings.enumerated() {
            groupings.append(
                try await verify(
                    index, grouping, stream.table, scope: whole.groupings[index],
                    rows: whole.rows, tallies))
        }
        let largest = largest(stream, tallies)
        try await recordAggregates(
            stream, table, counts: { whole.rowChecks[$0].scope }, largest: largest)
        try await samplePlaced(found, stream.table)
        await keep(number, stream, table, tallies, groupings: groupings, largest: largest)
    }

    /// Finds the groups among rows whose keys have the same hash, by the keys themselves.
    private func verify(
        _ index: Int, _ grouping: Stream.Grouping, _ table: Int, scope: Int, rows: Int,
        _ tallies: [StreamTally]
    ) async throws -> KeptState.Grouping {
        let job = Rereading(
            grouping, table: table, shown: max(options.samples, KeptState.leadersKept))
        func inDatabase(_ reason: String) async -> KeptState.Grouping {
            await ledger.add(plan.works(insteadOf: [grouping.check]))
            await board?.add(
                fallback: "\(plan.items[grouping.check].check.id) was evaluated in the database: "
                    + reason)
            return KeptState.Grouping(isKept: false)
        }
        let found: ExactGroups?
        do {
            found = try await groups(job) { take in
                let partitions = tallies.first?.partitions ?? 0
                var pending: [RowPlace] = []
                var seen = 0
                for partition in 0..<partitions {
                    pending += try tallies.repeated(
                        grouping: index, partition: partition, above: grouping.limit
                    ).map(\.place)
                    let isLast = partition == partitions - 1
                    guard pending.count >= Worker.rowsAtOnce || isLast && !pending.isEmpty else {
                        continue
                    }
                    seen += pending.count
                    guard seen <= Worker.mostReread(ofRows: rows) else { return false }
                    try await take(.init(places: pending))
                    pending = []
                }
                return true
            }
        } catch let error as LostPlaces {
            return await inDatabase("\(error)")
        }
        guard let found else {
            return await inDatabase("more than a quarter of the rows share their key with others")
        }
        await ledger.record(
            Measure(violations: found.rows, scope: scope, groups: found.groups),
            for: grouping.check)
        let largest = found.largest
        try await sampleGroups(
            grouping.check, Array(largest.prefix(options.samples)), in: plan.tables[table])
        var kept = KeptState.Grouping(isKept: !found.hashesCollide)
        kept.groups = found.groups
        kept.rows = found.rows
        kept.leaders = largest.map(\.keptHash)
        kept.isComplete = largest.count == kept.groups
        return kept
    }
}

/// A value that closures on one connection's thread add to, one after the other.
///
/// Unchecked: who made it reads it only when the statement is over.
final class Shared<Value>: @unchecked Sendable {
    var value: Value

    init(_ value: Value) { self.value = value }
}

extension Error {
    /// The text for people, in which a message of the server's quotes no value of a row.
    var withoutValues: String {
        (self as? PostgresError)?.messageWithoutValues ?? "\(self)"
    }
}

extension SQL {
    /// The text with values as literals, for statements that take no parameters.
    func literalText(on connection: Connection) throws(PostgresError) -> String {
        var text = ""
        for part in parts {
            switch part {
            case .text(let run): text += run
            case .identifier(let name): text += try connection.quoted(name)
            case .binding(let value):
                guard let value else {
                    text += "NULL"
                    continue
                }
                text += try connection.quotedLiteral(value)
            }
        }
        return text
    }
}
