/// Why bytes are no JSON that can be taken in.
public struct JSONFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// Where, as `customers[3].url`; empty for the payload as a whole.
    public let path: String
    /// What is wrong there, as the end of a sentence that begins with the place.
    public let sentence: String

    /// The sentence.
    public var description: String { path.isEmpty ? sentence : "\(path): \(sentence)" }
}

/// Reads JSON as RFC 8259 has it, and nothing else.
///
/// What the standard leaves to the reader is settled so: a key that stands twice is refused, for nobody
/// knows which value is meant; a character that no text of PostgreSQL holds (`\u0000`, half of a surrogate
/// pair) is read as U+FFFD; a number beyond what any program writes is refused; so is what is nested deeper
/// than 128 levels.
struct JSONReader {
    /// How deep lists and objects may be nested.
    static let depthLimit = 128
    /// How many characters a number may have.
    static let digitLimit = 400
    /// How large or small the power of ten of a number may be; a double's is 308.
    static let exponentLimit = 400

    private let bytes: [UInt8]
    private var index = 0
    private var path: [Step] = []

    private enum Step {
        case key(String)
        case place(Int)
    }

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Reads a whole text.
    static func value(of bytes: [UInt8]) throws(JSONFault) -> JSONValue {
        guard let broken = firstBrokenByte(bytes) else {
            var reader = JSONReader(bytes)
            let value = try reader.value()
            reader.skipSpace()
            guard reader.index == bytes.count else {
                throw reader.fault("something follows the value", at: true)
            }
            return value
        }
        throw JSONFault(path: "", sentence: "byte \(broken + 1) is no UTF-8")
    }

    // MARK: Values

    private mutating func value() throws(JSONFault) -> JSONValue {
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw fault("a value is expected", at: true)
        }
    }

    private mutating func object() throws(JSONFault) -> JSONValue {
        try enter()
        var members: [JSONValue.Member] = []
        var seen: Set<[UInt8]> = []
        skipSpace()
        if next != UInt8(ascii: "}") {
            while true {
                skipSpace()
                guard next == UInt8(ascii: "\"") else {
                    throw fault("a key in quotes is expected", at: true)
                }
                let key = try string()
                path.append(.key(key))
                guard seen.insert(Array(key.utf8)).inserted else {
                    throw fault("the key stands twice, and which value is meant is not known")
                }
                skipSpace()
                try take(UInt8(ascii: ":"), "a colon")
                members.append(.init(key, try value()))
                path.removeLast()
                skipSpace()
                guard next == UInt8(ascii: ",") else { break }
                index += 1
            }
        }
        try take(UInt8(ascii: "}"), "a comma or }")
        depth -= 1
        return .object(members)
    }

    private mutating func array() throws(JSONFault) -> JSONValue {
        try enter()
        var elements: [JSONValue] = []
        skipSpace()
        if next != UInt8(ascii: "]") {
            while true {
                path.append(.place(elements.count))
                elements.append(try value())
                path.removeLast()
                skipSpace()
                guard next == UInt8(ascii: ",") else { break }
                index += 1
            }
        }
        try take(UInt8(ascii: "]"), "a comma or ]")
        depth -= 1
        return .array(elements)
    }

    private var depth = 0

    private mutating func enter() throws(JSONFault) {
        guard depth < Self.depthLimit else {
            throw JSONFault(
                path: "", sentence: "it is nested deeper than \(Self.depthLimit) levels")
        }
        depth += 1
        index += 1
    }

    private mutating func word(
        _ word: StaticString, _ value: JSONValue
    ) throws(JSONFault) -> JSONValue {
        guard bytes.count - index >= word.utf8CodeUnitCount,
            bytes[index..<index + word.utf8CodeUnitCount].elementsEqual("\(word)".utf8)
        else { throw fault("a value is expected", at: true) }
        index += word.utf8CodeUnitCount
        return value
    }

    // MARK: Numbers

    private mutating func number() throws(JSONFault) -> JSONValue {
        let start = index
        if next == UInt8(ascii: "-") { index += 1 }
        if next == UInt8(ascii: "0") {
            index += 1
        } else if digits() == 0 {
            throw fault("a digit is expected", at: true)
        }
        if next == UInt8(ascii: ".") {
            index += 1
            if digits() == 0 { throw fault("a digit is expected", at: true) }
        }
        var exponent = 0
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            index += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { index += 1 }
            let first = index
            if digits() == 0 { throw fault("a digit is expected", at: true) }
            exponent = Int(String(decoding: bytes[first..<index], as: UTF8.self)) ?? .max
        }
        guard index - start <= Self.digitLimit, exponent <= Self.exponentLimit else {
            throw fault("is a number out of range")
        }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        // Some columns hold double precision, which takes neither what is too large nor what is too near to 0.
        guard let number = Double(text), number.isFinite, number != 0 || text.isZero else {
            throw fault("is a number out of range")
        }
        return .number(text)
    }

    private mutating func digits() -> Int {
        let start = index
        while (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next) { index += 1 }
        return index - start
    }

    // MARK: Texts

    private mutating func string() throws(JSONFault) -> String {
        index += 1
        let start = index
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 { break }
            index += 1
        }
        if next == UInt8(ascii: "\"") {
            index += 1
            return String(decoding: bytes[start..<index - 1], as: UTF8.self)
        }
        var text = Array(bytes[start..<index])
        while next != UInt8(ascii: "\"") {
            guard index < bytes.count else { throw fault("the text does not end", at: true) }
            guard bytes[index] >= 0x20 else {
                throw fault("a control character in a text must be escaped", at: true)
            }
            if bytes[index] == UInt8(ascii: "\\") {
                try escape(into: &text)
            } else {
                text.append(bytes[index])
                index += 1
            }
        }
        index += 1
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONFault) {
        index += 1
        let byte = next
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text += Array(String(Character(try scalar())).utf8)
        default:
            index -= 1
            throw fault("\\ is followed by nothing that it escapes", at: true)
        }
    }

    /// A character by its number, of one or of two halves.
    private mutating func scalar() throws(JSONFault) -> Unicode.Scalar {
        let high = try unit()
        if high == 0 { return "\u{FFFD}" }
        guard (0xD800...0xDBFF).contains(high) else {
            return Unicode.Scalar(high) ?? "\u{FFFD}"
        }
        // The second half; without one, the first stands for nothing.
        let mark = index
        guard next == UInt8(ascii: "\\"), index + 1 < bytes.count,
            bytes[index + 1] == UInt8(ascii: "u")
        else { return "\u{FFFD}" }
        index += 2
        let low = try unit()
        guard (0xDC00...0xDFFF).contains(low) else {
            index = mark
            return "\u{FFFD}"
        }
        return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)) ?? "\u{FFFD}"
    }

    private mutating func unit() throws(JSONFault) -> UInt32 {
        guard bytes.count - index >= 4 else { throw fault("\\u needs four digits", at: true) }
        var unit: UInt32 = 0
        for byte in bytes[index..<index + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw fault("\\u needs four digits", at: true)
            }
            unit = unit << 4 | UInt32(digit)
        }
        index += 4
        return unit
    }

    // MARK: Places

    private var next: UInt8 { index < bytes.count ? bytes[index] : 0 }

    private mutating func skipSpace() {
        while next == 0x20 || next == 0x0A || next == 0x0D || next == 0x09 { index += 1 }
    }

    private mutating func take(_ byte: UInt8, _ name: String) throws(JSONFault) {
        guard next == byte else { throw fault("\(name) is expected", at: true) }
        index += 1
    }

    private func fault(_ sentence: String, at place: Bool = false) -> JSONFault {
        var text = ""
        for step in path {
            switch step {
            case .key(let key): text += (text.isEmpty ? "" : ".") + JSONPath.shown(key)
            case .place(let number): text += "[\(number)]"
            }
        }
        return JSONFault(path: text, sentence: sentence + (place ? " at byte \(index + 1)" : ""))
    }

    /// The place of the first byte that belongs to no character, if one does not.
    private static func firstBrokenByte(_ bytes: [UInt8]) -> Int? {
        if String(validating: bytes, as: UTF8.self) != nil { return nil }
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var place = 0
        while case .scalarValue(let scalar) = decoder.decode(&iterator) {
            place += UTF8.width(scalar)
        }
        return place
    }
}

extension String {
    /// Whether a number is 0, however it is written.
    fileprivate var isZero: Bool {
        !utf8.prefix { $0 | 0x20 != UInt8(ascii: "e") }
            .contains { (UInt8(ascii: "1")...UInt8(ascii: "9")).contains($0) }
    }
}

/// How keys are shown to people.
enum JSONPath {
    /// A key, cut where it is long: a payload decides what stands in it.
    static func shown(_ key: String) -> String {
        if key.utf8.count <= 60, key.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return key }
        let plain = key.unicodeScalars.map { scalar in
            scalar.properties.generalCategory == .control ? "\u{FFFD}" : String(scalar)
        }
        return plain.count > 60 ? plain.prefix(59).joined() + "…" : plain.joined()
    }
}
