import Assay
import Streams

/// What is known of what references may hold, so that their parent need not be read whole.
enum KnownParent: Sendable {
    /// Nothing in it has changed since it was kept.
    case unchanged
    /// Rows with these keys have changed, and the key is what is referred to.
    case changed(ChangedKeysOfParent)

    /// What has changed in a parent since what references to it may hold was kept.
    struct ChangedKeysOfParent: Sendable {
        let log: ChangeLog
        let keys: Task<Shared<ChangedKeys>, Never>
        /// Whether the log holds no more than what happened since.
        let isExact: Bool
    }

    /// What is known of a parent by what its own table's increment says; `nil` where that does not suffice.
    ///
    /// - Parameters:
    ///   - parent: The parent.
    ///   - snapshot: The snapshot in which it was kept.
    ///   - increment: What changed in its table.
    init?(_ parent: Stream.Parent, keptIn snapshot: String, _ increment: Increment) {
        guard increment.state.snapshot == snapshot else { return nil }
        if increment.changes.entries == 0 {
            self = .unchanged
            return
        }
        guard parent.columns.count == 1, increment.log.key.map(\.column) == parent.columns,
            let keys = increment.changes.keys
        else { return nil }
        self = .changed(
            ChangedKeysOfParent(log: increment.log, keys: keys, isExact: increment.isExact))
    }
}

extension Worker {
    /// What references may hold, from what was kept of it.
    ///
    /// - Parameters:
    ///   - parent: The parent.
    ///   - known: What is known of it.
    ///   - file: Where it was kept.
    ///   - board: What connections share.
    /// - Returns: What they may hold; `nil` where the parent has to be read whole.
    /// - Throws: What the server says, and what keeps the file from being read.
    @inline(never)
    func digests(
        of parent: Stream.Parent, _ known: KnownParent, _ file: DigestFile, _ board: StreamBoard
    ) async throws -> DigestSet? {
        guard board.budget.take(file.footprint) else { throw ParentKeys.TooLarge() }
        let kept = try file.read()
        guard case .changed(let changes) = known else { return kept }
        let now = try await digests(of: parent, kept, but: changes, board)
        if now == nil { board.budget.giveBack(file.footprint) }
        return now
    }

    /// What references may hold, from what they could before rows of the parent changed; `nil` where that cannot be told.
    @inline(never)
    private func digests(
        of parent: Stream.Parent, _ kept: DigestSet, but changes: KnownParent.ChangedKeysOfParent,
        _ board: StreamBoard
    ) async throws -> DigestSet? {
        let keys = await changes.keys.value.value
        guard !keys.hasUnknown else { return nil }
        let wanted = keys.wanted(without: [], isExact: changes.isExact)
        let reader = Shared(
            ParentKeys(
                columns: 1, expecting: wanted.count, budget: board.budget, hashKey: parent.hashKey))
        await ledger.begin(parent, by: number)
        let columns = parent.columns.map { SQL.identifier($0) }
        for part in wanted.parts(of: options.changesAtOnce, for: 1) {
            let statement = changes.log.rows(
                columns, of: parent.table, keys: keys.literals(part), withPlaces: false)
            try await copy(statement) { bytes, isFirst in
                try reader.value.add(bytes, isFirst: isFirst)
            }
        }
        return kept.replacing(keys, with: reader.value.keys.digests)
    }
}
