/// What one pass over the bytes of rows says of checks and of texts.
///
/// Unchecked: only one thread uses it at a time.
package final class ColumnTally: @unchecked Sendable {
    /// What was found in the texts of a slot.
    package struct Texts: Sendable {
        /// How many rows hold one.
        package fileprivate(set) var present = 0
        /// How many characters the shortest and the longest have; nothing where there is none.
        package fileprivate(set) var lengths: ClosedRange<Int>?
    }

    /// How many rows there were.
    package var rows: Int { tally.rows }
    /// By row check.
    package var rowChecks: [StreamTally.Count] { tally.rowChecks }
    /// By slot, in the order in which they were given.
    package private(set) var texts: [Texts]
    private let slots: [Int]
    private let tally: StreamTally

    /// Creates a tally of nothing.
    ///
    /// - Parameters:
    ///   - program: The row checks that are evaluated.
    ///   - slots: The slots whose texts are looked at.
    package init(_ program: StreamProgram, texts slots: [Int]) {
        self.slots = slots
        texts = slots.map { _ in Texts() }
        tally = StreamTally(
            program, parents: [], partitions: 1, budget: MemoryBudget(bytes: 0))
    }

    /// Counts the rows of some bytes.
    ///
    /// - Parameters:
    ///   - bytes: Whole rows of a COPY in its binary format.
    ///   - isFirst: Whether they begin with its header.
    /// - Throws: ``MalformedCopy``.
    package func add(_ bytes: UnsafeRawBufferPointer, isFirst: Bool) throws {
        try tally.run.rows(of: bytes, isFirst: isFirst) {
            try tally.count()
            for (number, slot) in slots.enumerated() { measure(slot, into: &texts[number]) }
        }
    }

    private func measure(_ slot: Int, into texts: inout Texts) {
        let batch = tally.run.batch
        let lengths = batch.lengths(slot)
        var shortest = texts.lengths?.lowerBound ?? .max
        var longest = texts.lengths?.upperBound ?? 0
        var present = 0
        for row in 0..<batch.count where lengths[row] >= 0 {
            present += 1
            let bytes = Int(lengths[row])
            // A character has one byte to four: most texts are neither the shortest nor the longest.
            guard bytes > longest || bytes < shortest * 4 || shortest == .max else { continue }
            let characters = batch.value(slot, row).characters
            shortest = min(shortest, characters)
            longest = max(longest, characters)
        }
        texts.present += present
        if shortest <= longest { texts.lengths = shortest...longest }
    }
}
