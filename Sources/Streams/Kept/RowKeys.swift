/// The keys by which rows are grouped, as ``ExactGroups`` compares them, one row behind the other.
struct RowKeys: Sendable {
    private var bytes: [UInt8] = []
    private var ends: [Int] = []
    private var key: [UInt8] = []

    /// The key of a row; empty where it has none.
    subscript(row: Int) -> ArraySlice<UInt8> {
        bytes[(row == 0 ? 0 : ends[row - 1])..<ends[row]]
    }

    /// Adds those of a batch.
    ///
    /// - Parameters:
    ///   - run: The batch.
    ///   - parts: What a key is made of.
    ///   - scope: 1 for rows that are looked at.
    /// - Returns: How many bytes more they take.
    mutating func add(_ run: StreamProgram.Run, _ parts: [KeyPart], scope: Truth) -> Int {
        let before = bytes.count
        for row in 0..<run.batch.count {
            if scope[row] != 0, run.write(parts, of: row, to: &key) { bytes += key }
            ends.append(bytes.count)
        }
        return bytes.count - before + run.batch.count * MemoryLayout<Int>.stride
    }
}
