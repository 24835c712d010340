import Streams

/// Rows that share the hash of their key, which are read again by their places, to be grouped by the keys themselves:
/// by the connection that found them, and by those that have nothing else to do.
struct Rereading: SharedWork {
    /// Rows none of whose keys another part has.
    struct Part: Sendable {
        /// The places of those that are to be read.
        var places: [RowPlace]
        /// Those that need not be.
        var known: [ExactGroups.KnownRow] = []
        /// For which rows one that is read stands, which has the same key, by its place.
        var represented: [RowPlace: ExactGroups.Rows] = [:]

        var count: Int { places.count + known.count }
    }

    /// What came of the parts that were read.
    struct Outcome: Sendable {
        fileprivate var groups: ExactGroups
        /// Whether every place was that of one row.
        fileprivate var isWhole = true

        /// Takes the groups of a part.
        mutating func add(_ batch: ExactGroups.Batch, rows: Int) {
            if batch.rows == rows { groups.add(batch) } else { isWhole = false }
        }
    }

    let grouping: Stream.Grouping
    let table: Int
    /// What is to be read, and what came of it.
    let parts: SharedParts<Part, Outcome>

    /// Begins with no rows.
    ///
    /// - Parameters:
    ///   - grouping: By what the rows are grouped.
    ///   - table: The number of their table.
    ///   - shown: How many groups are kept.
    init(_ grouping: Stream.Grouping, table: Int, shown: Int) {
        self.grouping = grouping
        self.table = table
        parts = SharedParts(
            Outcome(
                groups: ExactGroups(grouping.program, limit: grouping.limit, shown: shown)))
    }

    /// The groups of rows that were read; `nil` where a place was not that of one row.
    func groups() async throws -> ExactGroups? {
        let outcome = try await parts.soFar()
        return outcome.isWhole ? outcome.groups : nil
    }

    func help(_ worker: Worker) async throws {
        while let part = await parts.next() { try await read(part, by: worker) }
    }

    func label(in plan: Plan) -> String { plan.items[grouping.check].check.id }

    /// Reads a part.
    fileprivate func read(_ part: Part, by worker: Worker) async throws {
        do {
            let batch = try await batch(of: part, read: worker)
            await parts.end { $0.add(batch.value, rows: part.count) }
        } catch {
            await parts.fail(error.withoutValues)
            throw error
        }
    }

    /// Reads rows again by their places, and groups those that share a key.
    private func batch(
        of part: Part, read worker: Worker
    ) async throws -> Shared<ExactGroups.Batch> {
        let exact = ExactGroups(grouping.program, limit: grouping.limit, shown: 0)
        let batch = Shared(exact.batch(representing: part.represented))
        for row in part.known { batch.value.add(row) }
        guard !part.places.isEmpty else { return batch }
        let byLeaf = Dictionary(grouping: part.places, by: \.leaf)
        // Of many places the planner thinks that they are sooner found among all rows, which takes twice as long.
        try await worker.set([("enable_seqscan", "off")])
        for (leaf, places) in byLeaf.sorted(by: { $0.key < $1.key }) {
            let statement = Stream.statement(
                grouping.columns, of: worker.plan.tables[table], leaf: leaf, at: places.sorted())
            try await worker.copy(statement) { bytes, isFirst in
                try batch.value.add(bytes, isFirst: isFirst, leaf: UInt16(leaf), of: exact)
            }
        }
        try await worker.recover()
        return batch
    }
}

extension Worker {
    /// So many rows are read again in one statement.
    static let rowsAtOnce = 20_000

    /// So many rows are read again at the most: more are sooner grouped where they are.
    static func mostReread(ofRows rows: Int) -> Int { max(50_000, rows / 4) }

    /// Has rows read again, which `find` says part by part, and grouped by their keys.
    ///
    /// - Parameters:
    ///   - job: What becomes of them.
    ///   - find: Hands over the parts; false where the rows are not worth it.
    /// - Returns: The groups; `nil` where the rows are not worth it.
    /// - Throws: What the server says, what kept another connection from reading, and ``LostPlaces`` where a place
    ///   was not that of one row.
    func groups(
        _ job: Rereading,
        _ find: (_ take: (Rereading.Part) async throws -> Void) async throws -> Bool
    ) async throws -> ExactGroups? {
        var parts = 0
        do {
            let isWorthIt = try await find { part in
                await job.parts.add(part)
                parts += 1
                if parts == 2 { await share(job) }
                // Who only finds rows would find them faster than they are read.
                if let part = await job.parts.take(leaving: options.connections) {
                    try await job.read(part, by: self)
                }
            }
            guard isWorthIt else {
                await job.parts.abandon()
                return nil
            }
        } catch {
            await job.parts.abandon()
            throw error
        }
        await job.parts.close()
        try await job.help(self)
        guard let groups = try await job.groups() else { throw LostPlaces() }
        return groups
    }

    /// Lets other connections help.
    func share(_ work: any SharedWork) async {
        await ledger.add(Array(repeating: .shared(work), count: max(0, options.connections - 1)))
    }
}

/// Rows were not found again where they lay: a place there may be that of several, or of none by now.
struct LostPlaces: Error, CustomStringConvertible {
    var description: String { "rows were not found again where they lay" }
}
