import Assay
import Postgres
import Streams

/// What is learned of a table that is read whole is kept for the next run.
extension Worker {
    /// Records the aggregates of a stream, and says which rows have the largest values.
    ///
    /// - Parameters:
    ///   - stream: The stream.
    ///   - table: Its table.
    ///   - counts: How many rows are in the scope of a row check, by the number in the program.
    ///   - largest: The rows with the largest values.
    /// - Throws: What the server says.
    func recordAggregates(
        _ stream: Stream, _ table: Plan.AuditedTable, counts: (Int) -> Int,
        largest: [KeptState.Largest]
    ) async throws {
        for aggregate in stream.aggregates {
            let check = plan.items[aggregate.check].check
            if options.past == nil, check.check.needsPast {
                await ledger.record(trouble: Worker.withoutPast, for: aggregate.check)
                continue
            }
            var values: [String?] = []
            for answer in aggregate.answers {
                switch answer {
                case .count(let index): values.append(String(counts(index)))
                case .largest(let index, let expression):
                    let first = largest[index].places.prefix(1)
                    let rows = try await ask(
                        """
                        SELECT \(expression) FROM \(table.source(ofLeaf: first.first?.leaf ?? 0)) \
                        WHERE \(Stream.condition(at: first))
                        """)
                    values.append(rows.scalar)
                }
            }
            let answers = AggregateAnswers(
                values: values, now: now, past: options.past?[check.id] ?? Past())
            await ledger.record(check.check.measure(answers), for: aggregate.check)
        }
    }

    /// Keeps what a stream over the whole table has learned; a failure is said, and costs nothing else.
    func keep(
        _ number: Int, _ stream: Stream, _ table: Plan.AuditedTable, _ tallies: [StreamTally],
        groupings: [KeptState.Grouping], largest: [KeptState.Largest]
    ) async {
        guard let keeping = stream.keeping, let board, let whole = tallies.first else { return }
        do {
            for tally in tallies {
                if let failure = tally.recorder?.failure { throw failure }
            }
            guard let kept = await board.keptRows(of: number) else { return }
            let directory = try kept.writer.finish()
            let parents = try await keys(of: stream, board).map(\.digests)
            let state = KeptState(
                fingerprint: keeping.fingerprint, snapshot: keeping.snapshot, taken: keeping.now,
                file: .init(name: kept.name, directory: directory), of: whole,
                groupings: groupings, largest: largest)
            try keeping.folder.write(state, of: table.table.name, parents: parents)
        } catch {
            await board.discardRows(of: number)
            await board.add(
                note: "what was learned of \(table.table.name) could not be kept: "
                    + error.withoutValues)
        }
    }

    /// The rows with the largest values of a table that was read whole.
    func largest(_ stream: Stream, _ tallies: [StreamTally]) -> [KeptState.Largest] {
        stream.largest.indices.map { KeptState.Largest(tallies.leaders($0)) }
    }
}

extension [StreamTally] {
    /// The rows with the largest values of all rows that were counted.
    ///
    /// - Parameter index: The number of the values in the program.
    /// - Returns: The rows.
    func leaders(_ index: Int) -> Leaders {
        var leaders = Leaders()
        for tally in self { leaders.add(tally.largest[index]) }
        return leaders
    }
}

extension StreamBoard {
    /// What keeps what a tally of a stream learns; `nil` where nothing is to be kept.
    func recorder(of number: Int, _ stream: Stream, table: TableName) -> KeptRecorder? {
        guard let keeping = stream.keeping else { return nil }
        if kept[number] == nil {
            let name = keeping.folder.newRowsFile(of: table)
            do throws(KeptFailure) {
                let writer = try keeping.folder.writer(of: name)
                kept[number] = KeptFileInProgress(name: name, writer: writer)
            } catch {
                add(note: "what is learned of \(table) cannot be kept: \(error)")
            }
        }
        // Without a writer what is learned is kept in memory until the stream ends: for aggregates alone.
        return KeptRecorder(
            stream.program, keys: stream.key, writer: kept[number]?.writer,
            keepsRows: kept[number] != nil)
    }

    /// The file into which a stream's rows were written.
    func keptRows(of number: Int) -> KeptFileInProgress? { kept[number] }

    /// Gives up what a stream's rows were written into.
    func discardRows(of number: Int) { kept.removeValue(forKey: number)?.writer.discard() }
}

/// A file of rows that no state speaks of yet.
struct KeptFileInProgress: Sendable {
    let name: String
    let writer: KeptWriter
}
