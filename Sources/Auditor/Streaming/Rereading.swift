import Streams

/// Rows that share the hash of their key, which are read again by their places, to be grouped by the keys themselves:
/// by the connection that found them, and by those that have nothing else to do.
actor Rereading {
    /// What kept another connection from reading its part.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    nonisolated let grouping: Stream.Grouping
    nonisolated let table: Int
    private var left: [[RowPlace]] = []
    private var hasAll = false
    private var underWay = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var exact: ExactGroups
    private var isWhole = true
    private var failure: Failure?

    /// Begins with no rows.
    ///
    /// - Parameters:
    ///   - grouping: By what the rows are grouped.
    ///   - table: The number of their table.
    ///   - shown: How many groups are kept.
    init(_ grouping: Stream.Grouping, table: Int, shown: Int) {
        self.grouping = grouping
        self.table = table
        exact = ExactGroups(grouping.program, limit: grouping.limit, shown: shown)
    }

    /// Adds a part, none of whose keys another part has.
    func add(_ places: [RowPlace]) {
        left.append(places)
        wake()
    }

    /// Says that there will be no more parts.
    func close() {
        hasAll = true
        wake()
    }

    /// A part to be read; waits where more are to come, and is `nil` when all are read or begun.
    func next() async -> [RowPlace]? {
        while left.isEmpty, !hasAll { await change() }
        return take(leaving: 0)
    }

    /// A part to be read, where more than so many have not been begun.
    func take(leaving others: Int) -> [RowPlace]? {
        guard left.count > others else { return nil }
        underWay += 1
        return left.removeFirst()
    }

    /// Takes the groups of a part that was read.
    func add(_ batch: Shared<ExactGroups.Batch>, of places: Int) {
        underWay -= 1
        if batch.value.rows == places { exact.add(batch.value) } else { isWhole = false }
        wake()
    }

    /// Gives up, since a part could not be read.
    func fail(_ reason: String) {
        underWay -= 1
        failure = failure ?? Failure(description: reason)
        abandon()
    }

    /// Leaves out what nobody has begun.
    func abandon() {
        left = []
        close()
    }

    /// The groups, when all parts are read; `nil` where a place was not that of one row.
    func groups() async throws(Failure) -> ExactGroups? {
        while underWay > 0 { await change() }
        if let failure { throw failure }
        return isWhole ? exact : nil
    }

    private func change() async {
        await withCheckedContinuation { waiting.append($0) }
    }

    private func wake() {
        let waiting = waiting
        self.waiting = []
        for continuation in waiting { continuation.resume() }
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
    /// - Throws: What the server says, ``Rereading/Failure``, and ``LostPlaces`` where a place was not that of one row.
    func groups(
        _ job: Rereading, _ find: (_ take: ([RowPlace]) async throws -> Void) async throws -> Bool
    ) async throws -> ExactGroups? {
        var parts = 0
        do {
            let isWorthIt = try await find { places in
                await job.add(places)
                parts += 1
                if parts == 2 {
                    await ledger.add(
                        Array(repeating: .rereading(job), count: max(0, options.connections - 1)))
                }
                // Who only finds rows would find them faster than they are read.
                if let places = await job.take(leaving: options.connections) {
                    try await read(places, of: job)
                }
            }
            guard isWorthIt else {
                await job.abandon()
                return nil
            }
        } catch {
            await job.abandon()
            throw error
        }
        await job.close()
        try await reread(job)
        guard let groups = try await job.groups() else { throw LostPlaces() }
        return groups
    }

    /// Reads parts until there are none.
    func reread(_ job: Rereading) async throws {
        while let places = await job.next() { try await read(places, of: job) }
    }

    private func read(_ places: [RowPlace], of job: Rereading) async throws {
        do {
            let batch = try await group(places, job.grouping, plan.tables[job.table])
            await job.add(batch, of: places.count)
        } catch {
            await job.fail(error.withoutValues)
            throw error
        }
    }

    /// Reads rows again by their places, and groups those that share a key.
    private func group(
        _ places: [RowPlace], _ grouping: Stream.Grouping, _ table: Plan.AuditedTable
    ) async throws -> Shared<ExactGroups.Batch> {
        let exact = ExactGroups(grouping.program, limit: grouping.limit, shown: 0)
        let batch = Shared(exact.batch())
        let byLeaf = Dictionary(grouping: places, by: \.leaf)
        // Of many places the planner thinks that they are sooner found among all rows, which takes twice as long.
        try await set([("enable_seqscan", "off")])
        for (leaf, places) in byLeaf.sorted(by: { $0.key < $1.key }) {
            let statement = Stream.statement(
                grouping.columns, of: table, leaf: leaf, at: places.sorted())
            try await copy(statement) { bytes, isFirst in
                try batch.value.add(bytes, isFirst: isFirst, leaf: UInt16(leaf), of: exact)
            }
        }
        try await recover()
        return batch
    }
}

/// Rows were not found again where they lay: a place there may be that of several, or of none by now.
struct LostPlaces: Error, CustomStringConvertible {
    var description: String { "rows were not found again where they lay" }
}
