import AssayTesting
import Postgres
import Testing

@testable import Ingest

@Suite(.timeLimit(.minutes(15))) struct JSONTests {
    @Test(
        arguments: [
            (
                #"{"a": 1, "a": 2}"#,
                "a: the key stands twice, and which value is meant is not known"
            ),
            (#"{"a": [{"b": 1e999}]}"#, "a[0].b: is a number out of range"),
            (#"[1e-399]"#, "[0]: is a number out of range"),
            (#"{"a": 01}"#, "a comma or } is expected at byte 8"),
            (#"{"a": "\x"}"#, #"a: \ is followed by nothing that it escapes at byte 9"#),
            ("{\"a\": \"\n\"}", "a: a control character in a text must be escaped at byte 8"),
            (#"{"a": 1,}"#, "a key in quotes is expected at byte 9"),
            ("[1] 2", "something follows the value at byte 5"),
            ("", "a value is expected at byte 1"),
            ("\u{feff}{}", "a value is expected at byte 1"),
            ("nul", "a value is expected at byte 1"),
            (#"{"a": "#, "a: a value is expected at byte 7"),
            (#"{"a": "b"#, "a: the text does not end at byte 9"),
        ])
    func `what is no JSON is refused with its place`(text: String, sentence: String) {
        let fault = #expect(throws: JSONFault.self) {
            try JSONReader.value(of: Array(text.utf8))
        }
        #expect(fault?.description == sentence)
    }

    @Test func `bytes that are no UTF-8, and depths without end, are refused`() {
        let broken = #expect(throws: JSONFault.self) {
            try JSONReader.value(of: Array("{\"é\": \"".utf8) + [0xC3, 0x28] + Array("\"}".utf8))
        }
        #expect(broken?.description == "byte 9 is no UTF-8")
        let deep = #expect(throws: JSONFault.self) {
            try JSONReader.value(of: Array(repeating: UInt8(ascii: "["), count: 1_000_000))
        }
        #expect(deep?.description == "it is nested deeper than 128 levels")
    }

    @Test func `absent is not null, and no digit is lost`() throws {
        let value = try JSONReader.value(
            of: Array(
                #"{"a": null, "n": 123456789012345678901234567890.10, "u": "\u00e9\ud83d\ude00"}"#
                    .utf8))
        #expect(value["a"] == .null)
        #expect(value["b"] == nil)
        #expect(value["n"] == .number("123456789012345678901234567890.10"))
        #expect(value["u"] == .string("é😀"))
    }

    @Test func `a character that no text holds becomes the mark of a lost one`() throws {
        let text = #"["a\u0000b", "\ud800", "\ud800\u0041", "\udc00x", "\ud800\ud83d\ude00"]"#
        let value = try JSONReader.value(of: Array(text.utf8))
        #expect(
            value
                == .array(
                    ["a\u{FFFD}b", "\u{FFFD}", "\u{FFFD}A", "\u{FFFD}x", "\u{FFFD}😀"]
                        .map(JSONValue.string)))
    }

    /// The server's own reader is the second opinion, but for what is settled otherwise here.
    @Test func `what is read is what PostgreSQL reads`() async throws {
        var random = SeededGenerator(seed: 11)
        var texts: [String] = []
        for _ in 0..<400 {
            var text = Self.document(&random, depth: 3)
            if Bool.random(using: &random),
                let cut = text.utf8.indices.randomElement(using: &random)
            {
                // One byte less, one more, or another.
                var bytes = Array(text.utf8)
                let place = text.utf8.distance(from: text.utf8.startIndex, to: cut)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes.remove(at: place)
                case 1: bytes.insert(Self.marks.randomElement(using: &random) ?? 0x22, at: place)
                default: bytes[place] = Self.marks.randomElement(using: &random) ?? 0x22
                }
                text = String(validating: bytes, as: UTF8.self) ?? text
            }
            texts.append(text)
        }
        try await withScratchDatabase(setUp: Self.reader) { database in
            let connection = try await database.connect()
            for text in texts {
                let ours = try? JSONReader.value(of: Array(text.utf8))
                let theirs = try await connection.query(
                    "SELECT pg_temp_read($1)", [text]
                ).scalar
                guard let ours else {
                    // Only a key that stands twice is taken there and not here.
                    #expect(theirs == nil || Self.hasTwin(text), "\(text)")
                    continue
                }
                guard theirs != nil else {
                    // What no text of the server's holds is marked here, and refused there.
                    #expect(ours.text.contains("\u{FFFD}"), "\(text)")
                    continue
                }
                let same = try await connection.query(
                    "SELECT $1::jsonb = $2::jsonb", [ours.text, theirs]
                ).scalar
                #expect(same == "t", "\(text)")
            }
            await connection.close()
        }
    }

    private static let reader = """
        CREATE FUNCTION pg_temp_read(text) RETURNS jsonb LANGUAGE plpgsql AS $$
        BEGIN RETURN $1::jsonb; EXCEPTION WHEN OTHERS THEN RETURN NULL; END $$
        """
    private static let marks = Array("{}[]:,\"\\0e-.+tn \u{1}".utf8)

    private static func hasTwin(_ text: String) -> Bool {
        guard
            let fault = #expect(
                throws: JSONFault.self,
                performing: {
                    try JSONReader.value(of: Array(text.utf8))
                })
        else { return false }
        return fault.sentence.contains("stands twice")
    }

    private static func document(_ random: inout SeededGenerator, depth: Int) -> String {
        let space = ["", " ", "\n\t"].randomElement(using: &random) ?? ""
        switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &random) {
        case 0: return "null\(space)"
        case 1: return Bool.random(using: &random) ? "true" : "false"
        case 2:
            return ["0", "-0", "1e5", "-12.50", "1E-7", "98765432109876543210"]
                .randomElement(using: &random) ?? "0"
        case 3: return #""\u00e9\n\\ \/ \ud83d\ude00""#
        case 4: return "\"שלום 😀 e\u{301}\""
        case 5: return "\"\(space.isEmpty ? "x" : "y")\""
        case 6:
            let elements = (0..<Int.random(in: 0..<4, using: &random)).map { _ in
                document(&random, depth: depth - 1)
            }
            return "[\(space)\(elements.joined(separator: ","))]"
        default:
            let members = (0..<Int.random(in: 0..<4, using: &random)).map { index in
                "\"k\(index)\"\(space):\(document(&random, depth: depth - 1))"
            }
            return "{\(members.joined(separator: ",\(space)"))}"
        }
    }
}
