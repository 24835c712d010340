/// Rows of a COPY in its binary format, taken apart: where the bytes of each value stand.
///
/// A slot is a column of the rows, from 0. Nothing is copied: a batch is only good while the bytes it was
/// filled from are.
final class RowBatch {
    /// How many rows it holds at the most.
    static let capacity = 2_048

    /// How many rows it holds.
    private(set) var count = 0
    /// The number of the table that they lie in.
    var leaf: UInt16 = 0
    let slots: Int
    private var bytes = UnsafeRawBufferPointer(start: nil, count: 0)
    private var starts: UnsafeMutablePointer<Int32>
    private var lengths: UnsafeMutablePointer<Int32>
    /// Of how many rows there is room for values, which is more where rows come in packs.
    private var room = RowBatch.capacity
    /// The first row of the batch among those.
    private var first = 0

    init(slots: Int) {
        self.slots = slots
        (starts, lengths) = RowBatch.cells(slots * RowBatch.capacity)
    }

    deinit {
        starts.deallocate()
        lengths.deallocate()
    }

    private static func cells(
        _ count: Int
    ) -> (starts: UnsafeMutablePointer<Int32>, lengths: UnsafeMutablePointer<Int32>) {
        let starts = UnsafeMutablePointer<Int32>.allocate(capacity: count)
        let lengths = UnsafeMutablePointer<Int32>.allocate(capacity: count)
        starts.initialize(repeating: 0, count: count)
        lengths.initialize(repeating: -1, count: count)
        return (starts, lengths)
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
        first = 0
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
                cell += room
            }
            guard next <= end else { throw MalformedCopy() }
            count += 1
        }
        guard count == RowBatch.capacity || next == end else { throw MalformedCopy() }
        place = next
        return true
    }

    /// The lengths of a slot's values, by row; below zero for null.
    @inline(__always)
    func lengths(_ slot: Int) -> UnsafePointer<Int32> {
        UnsafePointer(lengths + (slot * room + first))
    }

    /// The bytes of a value that is not null.
    @inline(__always)
    func value(_ slot: Int, _ row: Int) -> UnsafeRawBufferPointer {
        let cell = slot * room + first + row
        return UnsafeRawBufferPointer(
            rebasing: bytes[Int(starts[cell])..<Int(starts[cell] + lengths[cell])])
    }

    /// The place of a row, from a slot that holds its ctid.
    @inline(__always)
    func rowPlace(_ slot: Int, _ row: Int) -> RowPlace {
        let start = Int(starts[slot * room + first + row])
        return RowPlace(
            block: bytes.bigEndian(UInt32.self, at: start),
            offset: bytes.bigEndian(UInt16.self, at: start + 4), leaf: leaf)
    }
}

// MARK: Packs

extension RowBatch {
    /// Takes the rows of a pack apart, and hands them over batch by batch.
    ///
    /// - Parameters:
    ///   - bytes: What the pack lies in.
    ///   - rows: How many rows there are.
    ///   - fields: Where the values of each slot lie, that of the place first, if there is one.
    ///   - packing: How.
    ///   - each: Looks at the batch.
    /// - Returns: False where a text holds the separator, so that nobody can tell the rows apart; none of
    ///   them was handed over then.
    /// - Throws: ``MalformedCopy``, and what `each` throws.
    func unpack(
        _ bytes: UnsafeRawBufferPointer, rows: Int, _ fields: [Range<Int>], _ packing: RowPacking,
        _ each: () throws -> Void
    ) throws -> Bool {
        guard fields.count == slots, packing.first + packing.slots.count == slots,
            packing.first == 0 || fields[0].count == rows * RowPacking.placeSize
        else { throw MalformedCopy() }
        self.bytes = bytes
        makeRoom(for: rows)
        if packing.first > 0 {
            for row in 0..<rows {
                starts[row] = Int32(
                    truncatingIfNeeded: fields[0].lowerBound + row * RowPacking.placeSize)
                lengths[row] = Int32(RowPacking.placeSize)
            }
        }
        for slot in packing.first..<slots {
            switch packing.slots[slot - packing.first] {
            case .text:
                guard split(fields[slot], rows: rows, slot: slot, null: packing.nullBytes) else {
                    return false
                }
            case .fixed(let size):
                guard step(fields[slot], rows: rows, slot: slot, size: size) else {
                    throw MalformedCopy()
                }
            }
        }
        let batches = (rows + RowBatch.capacity - 1) / RowBatch.capacity
        for batch in 0..<batches {
            first = rows * batch / batches
            count = rows * (batch + 1) / batches - first
            try each()
        }
        return true
    }

    private func makeRoom(for rows: Int) {
        guard rows > room else { return }
        starts.deallocate()
        lengths.deallocate()
        room = rows.roundedUpToPowerOfTwo
        (starts, lengths) = RowBatch.cells(slots * room)
    }

    /// Finds texts by the separators between them, eight bytes at a time.
    private func split(_ field: Range<Int>, rows: Int, slot: Int, null: [UInt8]) -> Bool {
        let starts = starts + slot * room
        let lengths = lengths + slot * room
        var row = 0
        var start = field.lowerBound
        func end(at place: Int) -> Bool {
            guard row < rows else { return false }
            let length = place - start
            starts[row] = Int32(truncatingIfNeeded: start)
            let isNull = length == null.count && bytes[start..<place].elementsEqual(null)
            lengths[row] = isNull ? -1 : Int32(truncatingIfNeeded: length)
            row += 1
            start = place + 1
            return true
        }
        var place = field.lowerBound
        while place + 8 <= field.upperBound {
            var found = UInt64(littleEndian: bytes.word(at: place)).bytesEqualToOne
            while found != 0 {
                guard end(at: place + found.trailingZeroBitCount / 8) else { return false }
                found &= found - 1
            }
            place += 8
        }
        while place < field.upperBound {
            if bytes[place] == RowPacking.separator {
                guard end(at: place) else { return false }
            }
            place += 1
        }
        return end(at: field.upperBound) && row == rows
    }

    /// Finds values of one size behind the bytes that say whether there are any.
    private func step(_ field: Range<Int>, rows: Int, slot: Int, size: Int) -> Bool {
        var place = field.lowerBound
        for row in 0..<rows {
            guard place < field.upperBound else { return false }
            let isNull = bytes[place] == 0
            starts[slot * room + row] = Int32(truncatingIfNeeded: place + 1)
            lengths[slot * room + row] = isNull ? -1 : Int32(size)
            place += isNull ? 1 : 1 + size
        }
        return place == field.upperBound
    }
}

extension UInt64 {
    /// The highest bit of each byte that is 1.
    fileprivate var bytesEqualToOne: UInt64 {
        let low: UInt64 = 0x7f7f_7f7f_7f7f_7f7f
        let others = self ^ 0x0101_0101_0101_0101
        return ~(((others & low) &+ low) | others | low)
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
