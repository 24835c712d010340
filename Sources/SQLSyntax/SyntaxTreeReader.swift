/// Reads libpg_query's JSON.
struct SyntaxTreeReader {
    /// Says that a tree is too deep, or no JSON at all.
    enum Failure: Error {
        case depth
        case malformed(at: Int)
    }

    /// Deep enough for a thousand operators in a chain, and shallow enough to be freed by recursion.
    static let depthLimit = 2_000

    private let bytes: [UInt8]
    private var index = 0
    private var depth = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    static func tree(in json: [UInt8]) throws(Failure) -> SyntaxTree {
        var reader = SyntaxTreeReader(json)
        let tree = try reader.value()
        guard reader.index == json.count else { throw .malformed(at: reader.index) }
        return tree
    }

    private var next: UInt8 { index < bytes.count ? bytes[index] : 0 }

    private mutating func value() throws(Failure) -> SyntaxTree {
        switch next {
        case UInt8(ascii: "{"): .object(try members())
        case UInt8(ascii: "["): .array(try elements())
        case UInt8(ascii: "\""): .string(try string())
        case UInt8(ascii: "t"): try word("true", .bool(true))
        case UInt8(ascii: "f"): try word("false", .bool(false))
        case UInt8(ascii: "n"): try word("null", .null)
        default: .number(try number())
        }
    }

    private mutating func members() throws(Failure) -> [SyntaxTree.Member] {
        var members: [SyntaxTree.Member] = []
        try list(closedBy: UInt8(ascii: "}")) { (reader) throws(Failure) in
            let key = try reader.string()
            try reader.take(UInt8(ascii: ":"))
            members.append(.init(key: key, value: try reader.value()))
        }
        return members
    }

    private mutating func elements() throws(Failure) -> [SyntaxTree] {
        var elements: [SyntaxTree] = []
        try list(closedBy: UInt8(ascii: "]")) { (reader) throws(Failure) in
            elements.append(try reader.value())
        }
        return elements
    }

    private mutating func list(
        closedBy end: UInt8, _ item: (inout Self) throws(Failure) -> Void
    ) throws(Failure) {
        guard depth < Self.depthLimit else { throw .depth }
        depth += 1
        index += 1
        if next != end {
            try item(&self)
            while next == UInt8(ascii: ",") {
                index += 1
                try item(&self)
            }
        }
        try take(end)
        depth -= 1
    }

    private mutating func string() throws(Failure) -> String {
        try take(UInt8(ascii: "\""))
        let start = index
        while next != UInt8(ascii: "\""), next != UInt8(ascii: "\\"), next != 0 { index += 1 }
        if next == UInt8(ascii: "\"") {
            index += 1
            return String(decoding: bytes[start..<index - 1], as: UTF8.self)
        }
        return try string(escapedFrom: start)
    }

    private mutating func string(escapedFrom start: Int) throws(Failure) -> String {
        var text = Array(bytes[start..<index])
        while next != UInt8(ascii: "\"") {
            let byte = next
            guard byte != 0 else { throw .malformed(at: index) }
            index += 1
            if byte == UInt8(ascii: "\\") { try escape(into: &text) } else { text.append(byte) }
        }
        index += 1
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func escape(into text: inout [UInt8]) throws(Failure) {
        let byte = next
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: Array(String(try scalar()).utf8))
        default: throw .malformed(at: index - 1)
        }
    }

    /// Reads four digits; libpg_query escapes only control characters, `<` and `>` so.
    private mutating func scalar() throws(Failure) -> Unicode.Scalar {
        let start = index
        index = min(index + 4, bytes.count)
        let digits = String(decoding: bytes[start..<index], as: UTF8.self)
        guard let code = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(code) else {
            throw .malformed(at: start)
        }
        return scalar
    }

    private mutating func number() throws(Failure) -> Int {
        let start = index
        let isNegative = next == UInt8(ascii: "-")
        if isNegative { index += 1 }
        let digits = index
        var value = 0
        while case UInt8(ascii: "0")...UInt8(ascii: "9") = next {
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            guard !overflow else { throw .malformed(at: start) }
            value = tens &+ Int(next - UInt8(ascii: "0"))
            index += 1
        }
        guard index > digits else { throw .malformed(at: start) }
        return isNegative ? -value : value
    }

    private mutating func word(_ word: StaticString, _ tree: SyntaxTree) throws(Failure)
        -> SyntaxTree
    {
        index += word.utf8CodeUnitCount
        return tree
    }

    private mutating func take(_ byte: UInt8) throws(Failure) {
        guard next == byte else { throw .malformed(at: index) }
        index += 1
    }
}
