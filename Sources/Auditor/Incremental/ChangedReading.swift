import Assay
import Streams

/// The rows of a table that changed, in statements that send them, for all connections that have nothing else to do.
struct ChangedReading: SharedWork {
    let increment: Increment
    let board: StreamBoard
    let parts: SharedParts<SQL, [StreamTally]> = SharedParts([])

    func help(_ worker: Worker) async throws {
        var own: StreamTally?
        while let statement = await parts.take(leaving: 0) {
            own = try await read(statement, into: own, by: worker)
        }
    }

    /// Reads a part.
    ///
    /// - Returns: The tally that the worker may add others to.
    private func read(
        _ statement: SQL, into own: StreamTally?, by worker: Worker
    ) async throws -> StreamTally {
        do {
            let tally = if let own { own } else { try await newTally(worker) }
            try await worker.copy(statement) { bytes, isFirst in
                try tally.add(bytes, isFirst: isFirst, leaf: 0)
            }
            await parts.end { tallies in
                if own == nil { tallies.append(tally) }
            }
            return tally
        } catch {
            await parts.fail(error.withoutValues)
            throw error
        }
    }

    /// What evaluates some rows and keeps in memory what it learns of them.
    private func newTally(_ worker: Worker) async throws -> StreamTally {
        let stream = increment.stream
        return StreamTally(
            stream.program, parents: try await worker.keys(of: increment, board), partitions: 1,
            budget: board.budget,
            recorder: KeptRecorder(
                stream.program, keys: stream.key, keysWithin: board.budget))
    }

    func label(in plan: Plan) -> String {
        "\(plan.tables[increment.stream.table].table.name) (what changed)"
    }
}
