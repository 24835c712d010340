/// How the rows of some pages come as one row of a COPY: the values of a slot one behind the other.
///
/// A row of its own costs the server several times what a value costs that it appends to others.
package struct RowPacking: Sendable {
    /// How the values of a slot stand behind each other.
    package enum Values: Sendable, Hashable {
        /// Texts with ``separator`` between two of them; ``null`` stands where there is none.
        case text
        /// A byte that is 0 where there is no value, else 1 and then so many bytes.
        case fixed(Int)
    }

    /// The character between two texts.
    ///
    /// A text that holds it is noticed: there are more texts than rows then.
    package static let separator: UInt8 = 1
    /// How many bytes the place of a row takes.
    static let placeSize = 6

    /// By slot behind that of the place, if there is one.
    let slots: [Values]
    /// How many slots come before those: that of the place, if there is one.
    let first: Int
    /// The text that stands for null: 128 random bits in digits, drawn for each stream, so that no value is it.
    package let null: String
    let nullBytes: [UInt8]

    /// Creates a packing, with a marker of its own for null.
    ///
    /// - Parameters:
    ///   - slots: How the values of each slot stand behind each other, but for the place.
    ///   - hasPlaces: Whether the rows' places come first.
    package init(_ slots: [Values], withPlaces hasPlaces: Bool = true) {
        self.slots = slots
        first = hasPlaces ? 1 : 0
        let halves = [UInt64.random(in: .min ... .max), .random(in: .min ... .max)]
        null = halves.map { half in
            let digits = String(half, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
        nullBytes = Array(null.utf8)
    }

    /// What came beside the rows of a pack.
    package struct Pack: Sendable {
        /// The first of the pages that they lie in.
        package let page: Int
        /// Whether the rows could be told apart; else none of them was looked at.
        package let isClear: Bool
        /// What the server counted of them, as text.
        package let answers: [String?]
    }
}

extension StreamProgram.Run {
    /// Hands over all rows of some packs, batch by batch.
    ///
    /// - Parameters:
    ///   - bytes: Whole rows of a COPY, each of them a pack: its page, the number of its rows, the slots' values,
    ///     and what the server counted; before the first the header.
    ///   - isFirst: Whether they begin with the header.
    ///   - packing: How the values are packed.
    ///   - each: Looks at the batch.
    /// - Returns: The packs.
    /// - Throws: ``MalformedCopy``, and what `each` throws.
    func packs(
        of bytes: UnsafeRawBufferPointer, isFirst: Bool, _ packing: RowPacking,
        _ each: () throws -> Void
    ) throws -> [RowPacking.Pack] {
        var packs: [RowPacking.Pack] = []
        var place = try bytes.beginningOfRows(isFirst: isFirst)
        while let fields = try bytes.fields(at: &place) {
            let slots = 2..<2 + program.slots
            guard fields.count >= slots.upperBound, let page = fields[0], page.count == 8,
                let number = fields[1], number.count == 8
            else { throw MalformedCopy() }
            let rows = Int(bytes.bigEndian(Int64.self, at: number.lowerBound))
            var isClear = true
            if rows > 0 {
                let values = fields[slots].compactMap(\.self)
                isClear = try batch.unpack(bytes, rows: rows, values, packing) {
                    forget()
                    try each()
                }
            }
            let answers = fields[slots.upperBound...].map { field in
                field.map { String(decoding: bytes[$0], as: UTF8.self) }
            }
            packs.append(
                .init(
                    page: Int(bytes.bigEndian(Int64.self, at: page.lowerBound)), isClear: isClear,
                    answers: answers))
        }
        return packs
    }
}

extension UnsafeRawBufferPointer {
    /// Where the rows of a COPY begin.
    func beginningOfRows(isFirst: Bool) throws(MalformedCopy) -> Int {
        guard isFirst else { return 0 }
        guard count >= 19 else { throw MalformedCopy() }
        return 19 + Int(bigEndian(Int32.self, at: 15))
    }

    /// Where the fields of a row lie, `nil` for a null; no fields behind the last row.
    fileprivate func fields(at place: inout Int) throws(MalformedCopy) -> [Range<Int>?]? {
        guard place < count else { return nil }
        guard place + 2 <= count else { throw MalformedCopy() }
        let number = Int(bigEndian(Int16.self, at: place))
        place += 2
        guard number >= 0 else {
            place = count
            return nil
        }
        var fields: [Range<Int>?] = []
        for _ in 0..<number {
            guard place + 4 <= count else { throw MalformedCopy() }
            let length = Int(bigEndian(Int32.self, at: place))
            place += 4
            guard length >= 0 else {
                fields.append(nil)
                continue
            }
            guard place + length <= count else { throw MalformedCopy() }
            fields.append(place..<place + length)
            place += length
        }
        return fields
    }
}
