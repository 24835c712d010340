/// A JSON value whose keys keep their order.
///
/// The system's encoder takes some 8 µs a finding and needs Foundation.
enum JSON {
    /// A key and its value.
    struct Member {
        let key: String
        let value: JSON
    }

    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([Member])

    /// A text, or null.
    init(_ text: String?) {
        self = text.map(JSON.string) ?? .null
    }

    /// A whole number, or null.
    init(_ number: Int?) {
        self = number.map(JSON.integer) ?? .null
    }

    /// A number, or null.
    init(_ number: Double?) {
        self = number.map(JSON.number) ?? .null
    }

    /// The value on one line.
    var text: String {
        var text = ""
        write(to: &text)
        return text
    }

    private func write(to text: inout String) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .integer(let value): text += String(value)
        case .number(let value): text += value.isFinite ? String(value) : "null"
        case .string(let value): JSON.write(value, to: &text)
        case .array(let values):
            text += "["
            for (index, value) in values.enumerated() {
                if index > 0 { text += "," }
                value.write(to: &text)
            }
            text += "]"
        case .object(let members):
            text += "{"
            for (index, member) in members.enumerated() {
                if index > 0 { text += "," }
                JSON.write(member.key, to: &text)
                text += ":"
                member.value.write(to: &text)
            }
            text += "}"
        }
    }

    /// Writes a string; what is unseen is escaped, so that the file can be shown on a terminal.
    private static func write(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case _ where scalar.isUnseen:
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}

extension JSON: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral,
    ExpressibleByStringLiteral
{
    init(dictionaryLiteral members: (String, JSON)...) {
        self = .object(members.map { Member(key: $0, value: $1) })
    }

    init(arrayLiteral values: JSON...) {
        self = .array(values)
    }

    init(stringLiteral value: String) {
        self = .string(value)
    }
}
