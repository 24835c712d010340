import Testing

@testable import Streams

/// The bytes of a COPY are taken apart, or refused.
@Suite struct RowBatchTests {
    private static let header: [UInt8] =
        Array("PGCOPY\n".utf8) + [0xff, 0x0d, 0x0a, 0] + [0, 0, 0, 0, 0, 0, 0, 0]

    private func row(_ values: [String?]) -> [UInt8] {
        var bytes: [UInt8] = [0, UInt8(values.count)]
        for value in values {
            guard let value else {
                bytes += [0xff, 0xff, 0xff, 0xff]
                continue
            }
            bytes += [0, 0, 0, UInt8(value.utf8.count)] + Array(value.utf8)
        }
        return bytes
    }

    private func read(_ bytes: [UInt8], slots: Int = 2, isFirst: Bool = true) throws -> [[String?]]
    {
        let run = StreamProgram.Run(StreamProgram(slots: slots, forms: []))
        var rows: [[String?]] = []
        try bytes.withUnsafeBytes { bytes in
            try run.rows(of: bytes, isFirst: isFirst) {
                for row in 0..<run.batch.count {
                    rows.append(
                        (0..<slots).map { slot in
                            run.batch.lengths(slot)[row] < 0
                                ? nil
                                : String(decoding: run.batch.value(slot, row), as: UTF8.self)
                        })
                }
            }
        }
        return rows
    }

    @Test func `values, nulls and empty texts come out as they went in`() throws {
        let rows: [[String?]] = [["a", nil], [nil, ""], ["", "é😀"]]
        let bytes = Self.header + rows.flatMap(row) + [0xff, 0xff]
        #expect(try read(bytes) == rows)
    }

    @Test func `more rows than a batch holds come in several`() throws {
        let rows = (0..<5_000).map { ["\($0)" as String?, nil] }
        #expect(try read(rows.flatMap(row), isFirst: false) == rows)
    }

    @Test func `bytes that are no rows are refused`() {
        let good = Self.header + row(["abc", "def"])
        for length in 20..<good.count {
            #expect(throws: MalformedCopy.self, "\(length)") {
                try read(Array(good[..<length]))
            }
        }
        #expect(throws: MalformedCopy.self) { try read(Self.header + row(["one"])) }
        #expect(throws: MalformedCopy.self) { try read([0, 1, 2]) }
    }

    @Test func `places are written as PostgreSQL writes them, and sorted as the table is`() {
        let place = RowPlace(block: 4_294_967_295, offset: 65_535)
        #expect(place.text == "(4294967295,65535)")
        #expect(RowPlace(block: 1, offset: 2).text == "(1,2)")
        #expect(RowPlace(block: 1, offset: 900) < RowPlace(block: 2, offset: 1))
    }

    @Test func `places in several leaves are told apart, and sorted leaf by leaf`() {
        let last = RowPlace(block: .max, offset: .max, leaf: 1)
        let next = RowPlace(block: 0, offset: 1, leaf: .max)
        #expect(last < next)
        #expect([last.leaf, next.leaf] == [1, 65_535])
        #expect([last.text, next.text] == ["(4294967295,65535)", "(0,1)"])
        #expect(next.mark == "65535(0,1)")
        #expect(RowPlace(block: 0, offset: 1, leaf: 2) != RowPlace(block: 0, offset: 1))
    }
}
