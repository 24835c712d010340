/// The keys of rows that a change log names, and what it says of each, read from a COPY: of each key its columns as
/// values, where a text does not say how those are sent, all of them as texts, and what happened.
package struct ChangedKeys {
    /// What happened to a row with a key, as bits.
    package struct Changes: OptionSet, Sendable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// A row with it went.
        package static let went = Changes(rawValue: 1)
        /// A row with it came.
        package static let came = Changes(rawValue: 2)
        /// A row with it changed.
        package static let changed = Changes(rawValue: 4)
        /// Anything may have happened to any row.
        package static let unknown = Changes(rawValue: 8)
    }

    /// How the value of a column is sent.
    package enum Form {
        /// As a number of so many bytes.
        case integer(bytes: Int)
        /// As the text is.
        case text
        /// In a form of its own, in which it is asked for beside the text.
        case other

        /// The form of a type, as the database calls it.
        package init(_ type: String) {
            self =
                switch type {
                case "bigint": .integer(bytes: 8)
                case "integer": .integer(bytes: 4)
                case "smallint": .integer(bytes: 2)
                case "text", "character varying": .text
                default: .other
                }
        }

        /// Whether the value is asked for beside the text.
        package var isAskedFor: Bool { if case .other = self { true } else { false } }
    }

    /// The forms of the key's columns, and in which slot the value comes, where it is asked for.
    private let columns: [(form: Form, slot: Int)]
    /// In which slot the first text comes.
    private let firstText: Int
    private let hashKey: UInt64
    private let run: StreamProgram.Run
    /// What the log says, in its order.
    private var entries: [Entry] = []
    /// The columns of all keys as values, one behind the other.
    private var values = Pieces()
    /// The same as texts, each as an element of an array literal.
    private var texts = Pieces()
    /// The entries that name a key first, in about the order of the key.
    private var firsts: [Int] = []
    /// The hashes of their keys.
    private(set) var hashes: [UInt64] = []
    /// What happened to each.
    private(set) var changes: [Changes] = []

    /// What is said of a key.
    private struct Entry {
        let hash: UInt64
        /// The first bytes of the key, by which most keys are told apart.
        let start: UInt64
        let changes: Changes
    }

    /// Pieces of bytes, one behind the other.
    private struct Pieces {
        var bytes: [UInt8] = []
        /// Where each of them ends.
        private var ends: [Int] = []

        /// Some that follow each other.
        subscript(_ range: Range<Int>) -> ArraySlice<UInt8> {
            bytes[start(of: range.lowerBound)..<start(of: range.upperBound)]
        }

        private func start(of piece: Int) -> Int { piece == 0 ? 0 : ends[piece - 1] }

        /// Ends a piece.
        mutating func end() { ends.append(bytes.count) }

        var byteCount: Int { bytes.count + ends.count * MemoryLayout<Int>.stride }
    }

    /// Creates an empty list.
    ///
    /// - Parameters:
    ///   - types: The types of the key's columns, as the database calls them.
    ///   - hashKey: The key of the hashes of the rows' own keys.
    package init(types: [String], hashKey: UInt64) {
        var asked = 0
        columns = types.map { type in
            let form = Form(type)
            defer { if form.isAskedFor { asked += 1 } }
            return (form, asked)
        }
        firstText = asked
        self.hashKey = hashKey
        run = StreamProgram.Run(
            StreamProgram(slots: asked + types.count + 1, forms: [], key: hashKey))
    }

    /// How many entries of the log they are of.
    package var entryCount: Int { entries.count }

    /// How many bytes of memory they take, but for what is left free to grow.
    package var byteCount: Int {
        entries.count * MemoryLayout<Entry>.stride + values.byteCount + texts.byteCount
    }

    /// Whether anything may have happened to any row.
    package var hasUnknown: Bool { entries.contains { $0.changes.contains(.unknown) } }

    /// Takes what the log says, in whatever order.
    ///
    /// - Parameters:
    ///   - bytes: Whole rows of a COPY in its binary format.
    ///   - isFirst: Whether they begin with its header.
    /// - Throws: ``MalformedCopy``.
    package mutating func add(_ bytes: UnsafeRawBufferPointer, isFirst: Bool) throws {
        try run.rows(of: bytes, isFirst: isFirst) {
            let batch = run.batch
            for row in 0..<batch.count {
                var changes = Changes(
                    rawValue: UInt8(
                        truncatingIfNeeded: batch.number(firstText + columns.count, row)))
                // As the recorder of a row hashes its own key.
                var hash: UInt64 = 0
                for column in columns.indices {
                    let begin = values.bytes.count
                    if !append(column, row) { changes.formUnion(.unknown) }
                    values.end()
                    texts.end()
                    let own = values.bytes.withUnsafeBytes {
                        ByteHash.hash(UnsafeRawBufferPointer(rebasing: $0[begin...]), key: hashKey)
                    }
                    hash = column == 0 ? own : ByteHash.combine(hash, own)
                }
                let start = values[key(entries.count)].prefix(8)
                entries.append(
                    Entry(
                        hash: hash.kept,
                        start: start.reduce(0) { $0 << 8 | UInt64($1) }
                            << UInt64(64 - 8 * start.count),
                        changes: changes))
            }
        }
    }

    /// Adds the value and the text of a column.
    ///
    /// - Returns: Whether they are there.
    private mutating func append(_ column: Int, _ row: Int) -> Bool {
        let batch = run.batch
        let slot = firstText + column
        guard batch.lengths(slot)[row] >= 0 else { return false }
        let text = batch.value(slot, row)
        switch columns[column].form {
        case .integer(let bytes):
            guard let number = Int64(decimal: text) else { return false }
            withUnsafeBytes(of: number.bigEndian) {
                values.bytes.append(contentsOf: $0.suffix(bytes))
            }
        case .text:
            values.bytes += text
        case .other:
            let slot = columns[column].slot
            guard batch.lengths(slot)[row] >= 0 else { return false }
            values.bytes += batch.value(slot, row)
        }
        append(text)
        return true
    }

    /// The pieces of the key of an entry.
    private func key(_ entry: Int) -> Range<Int> {
        entry * columns.count..<(entry + 1) * columns.count
    }

    /// Puts the keys in about the order of their index, so that who looks for them looks at a page of it once, and
    /// makes one of what happened to a key several times.
    ///
    /// A log is mostly in that order already, statement by statement, so that this costs less than to have the database
    /// sort it. Numbers are ordered by their bytes, which puts negative ones last, and texts without a collation.
    package mutating func arrange() {
        var order = entries.indices.map { (start: entries[$0].start, entry: $0) }
        order.sort {
            if $0.start != $1.start { return $0.start < $1.start }
            let (left, right) = (values[key($0.entry)], values[key($1.entry)])
            guard left.elementsEqual(right) else { return left.lexicographicallyPrecedes(right) }
            // Of several columns two keys may have the same bytes together.
            return entries[$0.entry].hash < entries[$1.entry].hash
        }
        firsts = []
        hashes = []
        changes = []
        firsts.reserveCapacity(order.count)
        hashes.reserveCapacity(order.count)
        for (_, entry) in order {
            if let last = firsts.last, isSame(last, entry) {
                changes[changes.count - 1].formUnion(entries[entry].changes)
            } else {
                firsts.append(entry)
                hashes.append(entries[entry].hash)
                changes.append(entries[entry].changes)
            }
        }
    }

    /// Whether two entries name the same key.
    private func isSame(_ left: Int, _ right: Int) -> Bool {
        entries[left].hash == entries[right].hash
            && zip(key(left), key(right)).allSatisfy {
                values[$0..<$0 + 1].elementsEqual(values[$1..<$1 + 1])
            }
    }

    /// Adds a text as an array literal has it.
    private mutating func append(_ text: UnsafeRawBufferPointer) {
        let (quote, escape) = (UInt8(ascii: "\""), UInt8(ascii: "\\"))
        texts.bytes.append(quote)
        if text.contains(where: { $0 == quote || $0 == escape }) {
            for byte in text {
                if byte == quote || byte == escape { texts.bytes.append(escape) }
                texts.bytes.append(byte)
            }
        } else {
            texts.bytes.append(contentsOf: text)
        }
        texts.bytes.append(quote)
    }

    /// The numbers of the keys that rows may have, without those of rows that are known already.
    ///
    /// - Parameters:
    ///   - known: What was learned of those rows.
    ///   - isExact: Whether the log holds no more than what happened since the state was kept. What went is there no
    ///     more then; else it may have come again before.
    /// - Returns: The numbers.
    package func wanted(without known: [StreamTally], isExact: Bool) -> [Int] {
        let known = HashIndex(known.keptBlocks.flatMap { $0.keys })
        return hashes.indices.filter {
            (!isExact || changes[$0] != .went) && known.number(hashes[$0]) == nil
        }
    }

    /// Some keys by their numbers: by column of the key the values, as an array literal.
    package func literals(_ keys: ArraySlice<Int>) -> [String] {
        columns.indices.map { literal(of: $0, keys) }
    }

    private func literal(of column: Int, _ keys: ArraySlice<Int>) -> String {
        var literal = [UInt8(ascii: "{")]
        for key in keys {
            if literal.count > 1 { literal.append(UInt8(ascii: ",")) }
            let piece = firsts[key] * columns.count + column
            literal += texts[piece..<piece + 1]
        }
        literal.append(UInt8(ascii: "}"))
        return String(decoding: literal, as: UTF8.self)
    }
}

extension Int64 {
    /// The number that a text spells as the database spells integers; `nil` where it spells none.
    fileprivate init?(decimal text: UnsafeRawBufferPointer) {
        let isNegative = text.first == UInt8(ascii: "-")
        let digits = text.dropFirst(isNegative ? 1 : 0)
        // There is one more below zero than above.
        var negated: Int64 = 0
        for byte in digits {
            let digit = Int64(byte) - 48
            let (tens, isTooMuch) = negated.multipliedReportingOverflow(by: 10)
            let (sum, isTooLittle) = tens.subtractingReportingOverflow(digit)
            guard 0...9 ~= digit, !isTooMuch, !isTooLittle else { return nil }
            negated = sum
        }
        guard !digits.isEmpty, isNegative || negated != .min else { return nil }
        self = isNegative ? negated : -negated
    }
}

extension [StreamTally] {
    /// What was kept of the rows that they were given.
    var keptBlocks: [KeptBlock] {
        flatMap { tally in
            tally.recorder?.finish()
            return tally.recorder?.blocks ?? []
        }
    }
}

extension KeptBlock {
    /// The hashes of the rows' own keys.
    var keys: UnsafeBufferPointer<UInt64> {
        UnsafeBufferPointer(start: rows.column(KeptLayout.key), count: count)
    }
}
