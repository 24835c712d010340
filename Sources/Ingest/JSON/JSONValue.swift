/// A value of JSON, as it was sent: members in their order, numbers by their digits.
public enum JSONValue: Sendable, Hashable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number, as it was written: no digit is lost.
    case number(String)
    /// Text.
    case string(String)
    /// A list.
    case array([JSONValue])
    /// Members in their order; no two have one key.
    case object([Member])

    /// A member of an object.
    public struct Member: Sendable, Hashable {
        /// Its key.
        public let key: String
        /// Its value.
        public let value: JSONValue

        /// Creates a member.
        public init(_ key: String, _ value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    /// A whole number.
    public static func integer(_ number: Int) -> JSONValue { .number(String(number)) }

    /// The value of a member; `nil` where it is absent, which is not the same as null.
    public subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        // Byte by byte: two spellings of "é" are two keys.
        return members.first { $0.key.utf8.elementsEqual(key.utf8) }?.value
    }

    /// The keys of an object, in their order.
    public var keys: [String] {
        guard case .object(let members) = self else { return [] }
        return members.map(\.key)
    }

    /// Whether it is null.
    var isNull: Bool { if case .null = self { true } else { false } }

    /// What it is, in words: `a list`.
    var noun: String {
        switch self {
        case .null: "null"
        case .bool: "true or false"
        case .number: "a number"
        case .string: "a text"
        case .array: "a list"
        case .object: "an object"
        }
    }
}

// MARK: Written down

extension JSONValue {
    /// The value as JSON, without white space, that PostgreSQL's `jsonb` takes.
    public var text: String {
        var bytes: [UInt8] = []
        write(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// How many bytes it is as JSON; of a text, how many it has itself.
    var length: Int {
        if case .string(let text) = self { text.utf8.count } else { text.utf8.count }
    }

    /// Adds it to the end of a text.
    func write(to bytes: inout [UInt8]) {
        switch self {
        case .null: bytes += "null".utf8
        case .bool(let truth): bytes += (truth ? "true" : "false").utf8
        case .number(let digits): bytes += digits.utf8
        case .string(let text): JSONValue.write(text, to: &bytes)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                element.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                JSONValue.write(member.key, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                member.value.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private static let digits = Array("0123456789abcdef".utf8)

    private static func write(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { utf8 in
            var start = 0
            for place in utf8.indices where isEscaped(utf8[place]) {
                bytes += utf8[start..<place]
                let byte = utf8[place]
                bytes +=
                    byte < 0x20
                    ? Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
                    : [UInt8(ascii: "\\"), byte]
                start = place + 1
            }
            bytes += utf8[start...]
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func isEscaped(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }
}
