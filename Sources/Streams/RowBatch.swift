/// Rows of a COPY in its binary format, taken apart: where the bytes of each value stand.
///
/// A slot is a column of the COPY, from 0. Nothing is copied: a batch is only good while the bytes it was
/// filled from are.
final class RowBatch {
    /// How many rows it takes at the most.
    static let capacity = 2_048

    /// How many rows it holds.
    private(set) var count = 0
    /// The number of the table that they lie in.
    var leaf: UInt16 = 0
    let slots: Int
    private var bytes = UnsafeRawBufferPointer(start: nil, count: 0)
    private let starts: UnsafeMutablePointer<Int32>
    private let lengths: UnsafeMutablePointer<Int32>

    init(slots: Int) {
        self.slots = slots
        starts = .allocate(capacity: slots * RowBatch.capacity)
        lengths = .allocate(capacity: slots * RowBatch.capacity)
        starts.initialize(repeating: 0, count: slots * RowBatch.capacity)
        lengths.initialize(repeating: -1, count: slots * RowBatch.capacity)
    }

    deinit {
        starts.deallocate()
        lengths.deallocate()
    }

    /// Takes rows from bytes, as many as it holds.
    ///
    /// - Parameters:
    ///   - bytes: Whole rows.
    ///   - place: Where the next row begins; moved on.
    /// - Returns: Whether the COPY may go on: false behind its last row.
    /// - Throws: ``MalformedCopy`` where the bytes are no rows of so many slots.
    func fill(from bytes: UnsafeRawBufferPointer, at place: inout Int) throws(MalformedCopy) -> Bool
    {
        self.bytes = bytes
        count = 0
        var next = place
        let end = bytes.count
        while count < RowBatch.capacity, next + 2 <= end {
            let fields = bytes.bigEndian(Int16.self, at: next)
            next += 2
            if fields < 0 {
                place = next
                return false
            }
            guard Int(fields) == slots else { throw MalformedCopy() }
            var cell = count
            for _ in 0..<slots {
                guard next + 4 <= end else { throw MalformedCopy() }
                let length = bytes.bigEndian(Int32.self, at: next)
                next += 4
                starts[cell] = Int32(truncatingIfNeeded: next)
                lengths[cell] = length
                if length > 0 { next += Int(length) }
                cell += RowBatch.capacity
            }
            guard next <= end else { throw MalformedCopy() }
            count += 1
        }
        guard count == RowBatch.capacity || next == end else { throw MalformedCopy() }
        place = next
        return true
    }

    /// Forgets the rows in which a slot is null.
    func keepRows(with slot: Int) {
        var kept = 0
        for row in 0..<count where lengths(slot)[row] >= 0 {
            if kept != row {
                for cell in stride(from: 0, to: slots * RowBatch.capacity, by: RowBatch.capacity) {
                    starts[cell + kept] = starts[cell + row]
                    lengths[cell + kept] = lengths[cell + row]
                }
            }
            kept += 1
        }
        count = kept
    }

    /// The lengths of a slot's values, by row; below zero for null.
    @inline(__always)
    func lengths(_ slot: Int) -> UnsafePointer<Int32> {
        UnsafePointer(lengths + slot * RowBatch.capacity)
    }

    /// The bytes of a value that is not null.
    @inline(__always)
    func value(_ slot: Int, _ row: Int) -> UnsafeRawBufferPointer {
        let cell = slot * RowBatch.capacity + row
        return UnsafeRawBufferPointer(
            rebasing: bytes[Int(starts[cell])..<Int(starts[cell] + lengths[cell])])
    }

    /// The place of a row, from a slot that holds its ctid.
    @inline(__always)
    func rowPlace(_ slot: Int, _ row: Int) -> RowPlace {
        let start = Int(starts[slot * RowBatch.capacity + row])
        return RowPlace(
            block: bytes.bigEndian(UInt32.self, at: start),
            offset: bytes.bigEndian(UInt16.self, at: start + 4), leaf: leaf)
    }
}

/// The bytes of a COPY are not what the server was asked for.
package struct MalformedCopy: Error, CustomStringConvertible {
    package var description: String { "the rows that the server sent cannot be read" }
}

/// Where a row lies: in which of the table's leaves, and its ctid there, in an order that is the table's.
package struct RowPlace: Sendable, Hashable, Comparable {
    /// So many leaves are told apart.
    package static let mostLeaves = Int(UInt16.max)

    let number: UInt64

    init(number: UInt64) { self.number = number }

    package init(block: UInt32, offset: UInt16, leaf: UInt16 = 0) {
        number = UInt64(leaf) << 48 | UInt64(block) << 16 | UInt64(offset)
    }

    /// The number of the table that the row lies in.
    package var leaf: Int { Int(number >> 48) }

    /// The page of that table.
    var page: Int { Int(number >> 16 & 0xffff_ffff) }

    /// As PostgreSQL writes it: `(12,3)`.
    package var text: String { "(\(page),\(number & 0xffff))" }

    /// What no other row of the table has: the number of its leaf, and ``text``.
    package var mark: String { "\(leaf)\(text)" }

    package static func < (left: RowPlace, right: RowPlace) -> Bool { left.number < right.number }
}

extension UnsafeRawBufferPointer {
    @inline(__always)
    func bigEndian<Number: FixedWidthInteger & BitwiseCopyable>(
        _ type: Number.Type, at offset: Int
    ) -> Number {
        Number(bigEndian: loadUnaligned(fromByteOffset: offset, as: type))
    }

    /// The number of fixed width with a sign that the bytes are.
    @inline(__always)
    var signedNumber: Int64 {
        switch count {
        case 8: bigEndian(Int64.self, at: 0)
        case 4: Int64(bigEndian(Int32.self, at: 0))
        case 2: Int64(bigEndian(Int16.self, at: 0))
        default: 0
        }
    }

    /// The bytes as the normal forms look at them.
    @inline(__always)
    func withText<Value>(_ body: (Span<UInt8>) -> Value) -> Value {
        body(assumingMemoryBound(to: UInt8.self).span)
    }

    /// Whether the bytes are the same: by words, for most values are shorter than a call is worth.
    @inline(__always)
    func isEqual(to other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        if count >= 8 {
            var offset = 0
            while offset < count - 8 {
                guard word(at: offset) == other.word(at: offset) else { return false }
                offset += 8
            }
            return word(at: count - 8) == other.word(at: count - 8)
        }
        for offset in 0..<count where self[offset] != other[offset] { return false }
        return true
    }

    /// The eight bytes at a place, as they lie in memory.
    @inline(__always)
    func word(at offset: Int) -> UInt64 {
        loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }
}
