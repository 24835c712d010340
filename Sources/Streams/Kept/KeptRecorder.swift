/// Keeps what a tally learns of each row.
///
/// Unchecked: it belongs to a tally, which only one uses at a time.
package final class KeptRecorder: @unchecked Sendable {
    /// Why nothing is kept any more, if so.
    package private(set) var failure: (any Error)?
    let layout: KeptLayout
    private let program: StreamProgram
    private let keys: [Int]
    private var block: KeptBlock
    private let writer: KeptWriter?
    private let keepsRows: Bool
    private let budget: MemoryBudget?
    /// What is taken of it.
    private var taken = 0
    /// By grouping, the keys of all rows; none where they are not kept.
    private(set) var rowKeys: [RowKeys]?
    /// The full blocks, where they are kept in memory.
    private(set) var blocks: [KeptBlock] = []

    /// Creates a recorder.
    ///
    /// - Parameters:
    ///   - program: What is evaluated.
    ///   - keys: The slots of the row's own key.
    ///   - writer: Where full blocks go; in memory without one.
    ///   - keepsRows: Whether they are kept at all.
    ///   - budget: What memory there is for the keys by which rows are grouped, where they are kept as they are.
    package init(
        _ program: StreamProgram, keys: [Int], writer: KeptWriter? = nil, keepsRows: Bool = true,
        keysWithin budget: MemoryBudget? = nil
    ) {
        self.budget = budget
        rowKeys = budget.map { _ in program.groupings.map { _ in RowKeys() } }
        self.keepsRows = keepsRows
        self.program = program
        self.keys = keys
        self.writer = writer
        layout = KeptLayout(program)
        block = KeptBlock(layout)
    }

    deinit { giveBack() }

    /// Notes which rows a row check speaks of.
    func noteScope(_ index: Int, _ truth: Truth, _ count: Int) {
        if let plane = layout.scopes[index] { block.set(plane, truth, count: count) }
    }

    /// Notes which rows break a row check.
    func notePart(_ part: Int, of index: Int, _ truth: Truth, _ count: Int) {
        block.set(layout.parts[index][part], truth, count: count)
    }

    /// Notes which rows refer to nothing.
    func noteMissing(_ index: Int, _ truth: Truth, _ count: Int) {
        block.set(layout.references[index].missing, truth, count: count)
    }

    /// Notes which rows a grouping speaks of.
    func noteScope(ofGrouping index: Int, _ truth: Truth, _ count: Int) {
        block.set(layout.groupings[index], truth, count: count)
    }

    /// Notes which rows a reference speaks of, and the hashes of what they refer to.
    func noteReference(_ index: Int, _ run: StreamProgram.Run, scope: Truth) {
        block.set(layout.references[index].scope, scope, count: run.batch.count)
        let column = block.column(layout.column(ofReference: index))
        let key = program.references[index].key
        let hashes = key.count == 1 ? run.hashes(key[0]) : nil
        for row in 0..<run.batch.count {
            guard scope[row] != 0 else {
                column[row] = 0
                continue
            }
            let hash =
                hashes.map { $0[row] }
                ?? run.joined(key, of: row).withUnsafeBytes {
                    ByteHash.hash($0, key: program.key)
                }
            column[row] = hash.kept
        }
    }

    /// Notes the hashes by which rows are grouped.
    func noteGrouping(_ index: Int, _ hashes: UnsafePointer<UInt64>, truth: Truth, _ count: Int) {
        let column = block.column(layout.column(ofGrouping: index))
        for row in 0..<count { column[row] = truth[row] == 0 ? 0 : hashes[row].kept }
    }

    /// Notes the keys by which rows are grouped, where they are kept as they are.
    func noteKeys(ofGrouping index: Int, _ run: StreamProgram.Run, scope: Truth) {
        guard let budget,
            let size = rowKeys?[index].add(run, program.groupings[index].key, scope: scope)
        else { return }
        if budget.take(size) {
            taken += size
        } else {
            // They can be read again.
            rowKeys = nil
            giveBack()
        }
    }

    private func giveBack() {
        budget?.giveBack(taken)
        taken = 0
    }

    /// Takes the rows of the batch, of which all is noted.
    func end(_ run: StreamProgram.Run) {
        let places = block.column(KeptLayout.place)
        for row in 0..<run.batch.count { places[row] = run.batch.rowPlace(0, row).number }
        let column = block.column(KeptLayout.key)
        run.hashKeys(keys, to: column)
        block.advance(run.batch.count)
        if block.isFull { flush() }
    }

    /// Hands over the rows of the last block.
    package func finish() { flush() }

    private func flush() {
        guard block.count > 0 else { return }
        guard keepsRows else { return block.clear() }
        guard let writer else {
            blocks.append(block)
            block = KeptBlock(layout)
            return
        }
        if failure == nil {
            do { try writer.append(block) } catch { failure = error }
        }
        block.clear()
    }
}

extension StreamProgram.Run {
    /// The hashes of the rows' own keys; the same for all rows where they have none.
    func hashKeys(_ slots: [Int], to column: UnsafeMutablePointer<UInt64>) {
        if slots.isEmpty { column.update(repeating: 1, count: batch.count) }
        for (number, slot) in slots.enumerated() {
            let own = hashes(slot)
            for row in 0..<batch.count {
                let hash = number == 0 ? own[row] : ByteHash.combine(column[row], own[row])
                column[row] = number == slots.count - 1 ? hash.kept : hash
            }
        }
    }
}

extension UInt64 {
    /// The hash as it is kept: 0 says that there is none.
    @inline(__always)
    var kept: UInt64 { self == 0 ? 1 : self }
}
