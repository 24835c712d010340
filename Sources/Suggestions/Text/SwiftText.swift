/// Values and names as Swift writes them.
public enum SwiftText {
    /// How wide a line of a file may be.
    static let width = 100

    /// A text as a string literal; raw where backslashes or quotes would have to be escaped.
    public static func literal(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
        let needsEscapes = text.contains("\\") || text.contains("\"")
        if isPlain, !needsEscapes { return "\"\(text)\"" }
        if isPlain, !text.contains("\"#"), !text.contains("\\#") { return "#\"\(text)\"#" }
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            case "\t": escaped += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                escaped += "\\u{\(String(scalar.value, radix: 16))}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return "\"\(escaped)\""
    }

    /// A line of a multi-line string literal.
    static func multiline(_ line: String) -> String {
        line.replacing("\\", with: "\\\\").replacing("\"\"\"", with: "\\\"\\\"\\\"")
    }

    /// A whole number with `_` between thousands: `10_000`.
    public static func number(_ number: Int) -> String {
        let digits = String(number.magnitude)
        var text = number < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text.append("_") }
            text.append(digit)
        }
        return text
    }

    /// A name of the database in lower camel case: `company_customers` becomes `companyCustomers`.
    public static func identifier(_ name: String) -> String {
        var words: [String] = [""]
        var last: Character = " "
        for character in name {
            let isPart = character.isLetter || character.isWholeNumber
            let begins = character.isUppercase && last.isLowercase
            if (!isPart || begins), words.last?.isEmpty == false { words.append("") }
            if isPart { words[words.count - 1].append(character) }
            last = character
        }
        var identifier = ""
        for word in words where !word.isEmpty {
            identifier +=
                identifier.isEmpty
                ? word.lowercased() : word.prefix(1).uppercased() + word.dropFirst().lowercased()
        }
        guard let first = identifier.first else { return "table" }
        if first.isWholeNumber { return "table" + identifier }
        return reserved.contains(identifier) ? identifier + "Table" : identifier
    }

    /// A name of the database fit for a file's.
    public static func fileName(_ name: String) -> String {
        let safe = name.map { $0.isLetter || $0.isNumber || "_-".contains($0) ? $0 : "_" }
        return safe.isEmpty ? "table" : String(safe.prefix(60))
    }

    /// Words that mean something else in Swift, or in a file of checks.
    private static let reserved: Set<String> = [
        "actor", "any", "as", "associatedtype", "async", "await", "borrowing", "break", "case",
        "catch", "checks", "class", "consuming", "continue", "default", "defer", "deinit", "do",
        "else", "enum", "extension", "fallthrough", "false", "fileprivate", "for", "func", "get",
        "guard", "if", "import", "in", "indirect", "infix", "init", "inout", "internal", "is",
        "lazy", "left", "let", "macro", "mutating", "nil", "none", "open", "operator", "optional",
        "override", "package", "postfix", "precedence", "prefix", "private", "protocol", "public",
        "repeat", "required", "rethrows", "return", "right", "self", "set", "some", "static",
        "struct", "subscript", "super", "switch", "tables", "throw", "throws", "true", "try",
        "type", "typealias", "unowned", "var", "weak", "where", "while",
    ]
}
