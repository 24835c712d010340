import Glibc

/// What is kept of up to 65,536 rows, in memory.
final class KeptBlock {
    static let capacity = 65_536
    private static let planeStride = KeptRows.planeBytes(capacity)

    let layout: KeptLayout
    private(set) var count = 0
    private let bytes: UnsafeMutableRawPointer

    init(_ layout: KeptLayout) {
        self.layout = layout
        // Memory that nobody has written to yet costs nothing.
        guard let bytes = calloc(1, KeptRows.size(Self.capacity, layout)) else {
            fatalError("there is no memory")
        }
        self.bytes = bytes
    }

    deinit { free(bytes) }

    /// Its rows.
    var rows: KeptRows {
        KeptRows(
            count: count, bytes: UnsafeRawPointer(bytes), columnStride: Self.capacity * 8,
            planeStride: Self.planeStride, columns: layout.columns)
    }

    /// Whether another batch may be too much for it.
    var isFull: Bool { count + RowBatch.capacity > Self.capacity }

    /// A column, from the first row that is not counted yet.
    func column(_ index: Int) -> UnsafeMutablePointer<UInt64> {
        (bytes + index * Self.capacity * 8).assumingMemoryBound(to: UInt64.self) + count
    }

    private func plane(_ index: Int) -> UnsafeMutablePointer<UInt64> {
        (bytes + layout.columns * Self.capacity * 8 + index * Self.planeStride)
            .assumingMemoryBound(to: UInt64.self)
    }

    /// Sets the bits of rows that are not counted yet, each 1 or 0.
    func set(_ index: Int, _ truth: Truth, count rows: Int) {
        let words = plane(index)
        var row = 0
        while row < rows {
            // Eight bytes of 1 or 0 become eight bits by one multiplication.
            var bits: UInt64 = 0
            let taken = min(8, rows - row)
            if taken == 8 {
                let eight = UnsafeRawPointer(truth + row).loadUnaligned(as: UInt64.self)
                bits = (UInt64(littleEndian: eight) &* 0x0102_0408_1020_4080) >> 56
            } else {
                for bit in 0..<taken { bits |= UInt64(truth[row + bit]) << UInt64(bit) }
            }
            if bits != 0 {
                let place = count + row
                words[place >> 6] |= bits << UInt64(place & 63)
                if place & 63 > 56 { words[(place >> 6) + 1] |= bits >> UInt64(64 - place & 63) }
            }
            row += taken
        }
    }

    /// Counts rows whose columns and bits are written.
    func advance(_ rows: Int) { count += rows }

    /// Adds rows of elsewhere as they are, for which there must be room.
    func append(_ rows: Range<Int>, of other: KeptRows) {
        for index in 0..<layout.columns {
            column(index).update(from: other.column(index) + rows.lowerBound, count: rows.count)
        }
        for index in 0..<layout.planes {
            let (target, source) = (plane(index), other.plane(index))
            var row = rows.lowerBound
            var place = count
            while row < rows.upperBound {
                // What is left of a word of theirs goes into one or two of its own.
                let taken = min(64 - row & 63, rows.upperBound - row)
                let bits = source[row >> 6] >> UInt64(row & 63) & ~0 >> UInt64(64 - taken)
                target[place >> 6] |= bits << UInt64(place & 63)
                if place & 63 + taken > 64 {
                    target[place >> 6 + 1] |= bits >> UInt64(64 - place & 63)
                }
                row += taken
                place += taken
            }
        }
        count += rows.count
    }

    /// Its planes without gaps, as they lie in a file.
    var planes: [UInt64] {
        let words = KeptRows.planeBytes(count) / 8
        var planes: [UInt64] = []
        planes.reserveCapacity(layout.planes * words)
        for index in 0..<layout.planes {
            planes += UnsafeBufferPointer(start: rows.plane(index), count: words)
        }
        return planes
    }

    /// Forgets its rows.
    func clear() {
        for index in 0..<layout.planes { memset(plane(index), 0, KeptRows.planeBytes(count)) }
        count = 0
    }
}
