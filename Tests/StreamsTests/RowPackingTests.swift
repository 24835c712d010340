import Testing

@testable import Streams

/// The rows of a pack come apart as they went in, or are refused.
@Suite struct RowPackingTests {
    private let packing = RowPacking([.text, .fixed(2)])

    private func number(_ value: Int64) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }

    private func field(_ bytes: [UInt8]?) -> [UInt8] {
        guard let bytes else { return [0xff, 0xff, 0xff, 0xff] }
        return withUnsafeBytes(of: Int32(bytes.count).bigEndian) { Array($0) } + bytes
    }

    /// A pack as the server sends it.
    private func pack(
        page: Int64, texts: [String?], numbers: [Int16?], count: Int? = nil, answers: [String?] = []
    ) -> [UInt8] {
        let places = texts.indices.flatMap { row -> [UInt8] in
            [0, 0, 0, UInt8(page), UInt8(row >> 8), UInt8(row & 255)]
        }
        let text = texts.map { Array(($0 ?? packing.null).utf8) }
            .joined(separator: [RowPacking.separator])
        let fixed = numbers.flatMap { value -> [UInt8] in
            value.map { [1, UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)] }
                ?? [0]
        }
        let isEmpty = texts.isEmpty
        return [0, UInt8(5 + answers.count)] + field(number(page))
            + field(number(Int64(count ?? texts.count))) + field(isEmpty ? nil : places)
            + field(isEmpty ? nil : Array(text)) + field(isEmpty ? nil : fixed)
            + answers.flatMap { field($0.map { Array($0.utf8) }) }
    }

    private func read(
        _ bytes: [UInt8]
    ) throws -> (rows: [(String?, Int16?, String)], packs: [RowPacking.Pack]) {
        let run = StreamProgram.Run(StreamProgram(slots: 3, forms: []))
        var rows: [(String?, Int16?, String)] = []
        let packs = try bytes.withUnsafeBytes { bytes in
            try run.packs(of: bytes, isFirst: false, packing) {
                for row in 0..<run.batch.count {
                    let text =
                        run.batch.lengths(1)[row] < 0
                        ? nil : String(decoding: run.batch.value(1, row), as: UTF8.self)
                    let number =
                        run.batch.lengths(2)[row] < 0
                        ? nil : Int16(run.batch.value(2, row).signedNumber)
                    rows.append((text, number, run.batch.rowPlace(0, row).text))
                }
            }
        }
        return (rows, packs)
    }

    @Test func `texts, numbers, nulls and places come out as they went in`() throws {
        let texts: [String?] = [
            "a", nil, "", "é😀", "a text of more than eight bytes", nil, "", "x",
        ]
        let numbers: [Int16?] = [1, nil, -1, 257, nil, nil, .min, .max]
        let (rows, packs) = try read(
            pack(page: 7, texts: texts, numbers: numbers, answers: ["8", nil])
                + pack(page: 9, texts: [], numbers: []) + [0xff, 0xff])
        #expect(rows.map(\.0) == texts)
        #expect(rows.map(\.1) == numbers)
        #expect(rows.map(\.2) == texts.indices.map { "(7,\($0))" })
        #expect(packs.map(\.page) == [7, 9])
        #expect(packs.map(\.isClear) == [true, true])
        #expect(packs.map(\.answers) == [["8", nil], []])
    }

    @Test func `a pack of more rows than a batch holds comes in several`() throws {
        let texts = (0..<5_000).map { $0 % 7 == 0 ? nil : "text \($0)" }
        let numbers = (0..<5_000).map { $0 % 5 == 0 ? nil : Int16($0) }
        let small = pack(page: 1, texts: ["one"], numbers: [nil])
        let (rows, _) = try read(
            small + pack(page: 2, texts: texts, numbers: numbers) + small)
        #expect(rows.map(\.0) == ["one"] + texts + ["one"])
        #expect(rows.map(\.1) == [nil] + numbers + [nil])
    }

    @Test func `a text that holds the separator makes its pack unclear, and no other`() throws {
        for text in ["a\u{1}", "\u{1}", "\u{1}\u{1}", "eight ch\u{1}racters and more"] {
            let (rows, packs) = try read(
                pack(page: 1, texts: ["b", text, nil], numbers: [1, 2, 3])
                    + pack(page: 2, texts: ["c"], numbers: [4]))
            #expect(rows.map(\.0) == ["c"])
            #expect(packs.map(\.isClear) == [false, true])
        }
    }

    @Test func `bytes that are no packs are refused`() {
        let good = pack(page: 1, texts: ["abc", nil], numbers: [1, 2], answers: ["3"])
        for length in 1..<good.count {
            #expect(throws: MalformedCopy.self, "\(length)") { try read(Array(good[..<length])) }
        }
        for wrong in [
            pack(page: 1, texts: ["a", "b"], numbers: [1, 2], count: 3),
            pack(page: 1, texts: ["a", "b"], numbers: [1]),
            pack(page: 1, texts: ["a", "b"], numbers: [1, 2, 3]),
            pack(page: 1, texts: [], numbers: [], count: 1),
        ] {
            #expect(throws: MalformedCopy.self) { try read(wrong) }
        }
    }
}
