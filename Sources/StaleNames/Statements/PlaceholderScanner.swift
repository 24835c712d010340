/// Finds what is filled in at run time in SQL: holes of the program's text, and placeholders.
struct PlaceholderScanner {
    private let template: MappedText
    private let bytes: [UInt8]
    private let style: PlaceholderStyle
    private var index = 0
    /// The last word or symbol outside quotes, in upper case.
    private var last = ""
    /// The clause that is being read, for each open bracket.
    private var clauses = [""]
    private var found: [StatementText.Filling] = []

    init(template: MappedText, style: PlaceholderStyle) {
        self.template = template
        self.style = style
        bytes = template.bytes
    }

    private func byte(_ ahead: Int) -> UInt8 {
        let place = index + ahead
        return bytes.indices.contains(place) ? bytes[place] : 32
    }

    mutating func fillings() -> [StatementText.Filling] {
        while index < bytes.count {
            let current = bytes[index]
            switch current {
            case MappedText.hole: add(length: 1, isPasted: true)
            case UInt8(ascii: "'"): skipQuoted(current)
            case UInt8(ascii: "\""): skipIdentifier()
            case UInt8(ascii: "-") where byte(1) == current: skip(to: "\n")
            case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "*"): skip(to: "*/")
            case UInt8(ascii: "$"): dollar()
            case UInt8(ascii: "%"): percent()
            case UInt8(ascii: ":"): colon()
            case UInt8(ascii: "?"): questionMark()
            case UInt8(ascii: "@"): at()
            case UInt8(ascii: "{") where style.contains(.file) && byte(1) == current: braces()
            default:
                if isWordStart(current) {
                    word()
                } else {
                    symbol(current)
                }
            }
        }
        return found
    }

    private mutating func symbol(_ symbol: UInt8) {
        index += 1
        guard !isSpace(symbol) else { return }
        last = String(UnicodeScalar(symbol))
        if symbol == UInt8(ascii: "(") { clauses.append("(") }
        if symbol == UInt8(ascii: ")"), clauses.count > 1 { clauses.removeLast() }
    }

    // MARK: What is left as it is

    private mutating func word() {
        let start = index
        while index < bytes.count, isWordByte(bytes[index]) { index += 1 }
        last = String(decoding: bytes[start..<index], as: UTF8.self).uppercased()
        if Self.clauseWords.contains(last) { clauses[clauses.count - 1] = last }
    }

    private static let clauseWords: Set<String> = [
        "SELECT", "FROM", "WHERE", "SET", "VALUES", "BY", "RETURNING", "ON",
    ]

    private mutating func skipQuoted(_ quote: UInt8) {
        let isEscape = last == "E" && index > 0 && (bytes[index - 1] | 0x20) == UInt8(ascii: "e")
        index += 1
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "\\"), isEscape { index += 1 }
            if byte(0) == quote {
                if byte(1) != quote { break }
                index += 1
            }
            index += 1
        }
        index += 1
        last = "'"
    }

    /// A hole in a quoted name is a name that is only known at run time.
    private mutating func skipIdentifier() {
        let start = index
        index += 1
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") { index += 1 }
        index = min(index + 1, bytes.count)
        last = "\""
        if bytes[start..<index].contains(MappedText.hole) {
            found.append(
                .init(
                    offset: start, length: index - start, isPasted: true, isFragment: false,
                    form: .name))
        }
    }

    private mutating func skip(to end: StaticString) {
        index += 2
        while index < bytes.count {
            let isEnd = end.withUTF8Buffer { bytes[index...].starts(with: $0) }
            index += isEnd ? end.utf8CodeUnitCount : 1
            if isEnd { return }
        }
    }

    private mutating func dollar() {
        if isDigit(byte(1)) {
            let start = index
            index += 1
            while isDigit(byte(0)) { index += 1 }
            let text = String(decoding: bytes[start..<index], as: UTF8.self)
            found.append(
                .init(
                    offset: start, length: index - start, given: text, isPasted: false,
                    isFragment: false, form: .parameter))
            last = text
            return
        }
        var end = index + 1
        while end < bytes.count, isWordByte(bytes[end]), bytes[end] != UInt8(ascii: "$") {
            end += 1
        }
        guard end < bytes.count, bytes[end] == UInt8(ascii: "$") else {
            index += 1
            return
        }
        let tag = bytes[index...end]
        index = end + 1
        while index < bytes.count, !bytes[index...].starts(with: tag) { index += 1 }
        index = min(index + tag.count, bytes.count)
        last = "'"
    }

    // MARK: Placeholders

    private mutating func percent() {
        let isPasted = style.contains(.pastedPercent)
        guard style.contains(.percent) || isPasted else {
            last = "%"
            index += 1
            return
        }
        if byte(1) == UInt8(ascii: "%"), isPasted, byte(2) == UInt8(ascii: "s"),
            !isWordByte(byte(3))
        {
            // What formatting leaves as `%s` for the driver.
            add(length: 3, isPasted: false)
        } else if byte(1) == UInt8(ascii: "%") {
            found.append(
                .init(
                    offset: index, length: 2, given: "%", isPasted: false, isFragment: false,
                    form: .parameter))
            index += 2
            last = "%"
        } else if byte(1) == UInt8(ascii: "("),
            let close = bytes[index...].firstIndex(of: UInt8(ascii: ")")),
            close + 1 < bytes.count, isWordStart(bytes[close + 1])
        {
            add(length: close + 2 - index, isPasted: isPasted)
        } else if "sbtdirf".utf8.contains(byte(1)), !isWordByte(byte(2)) {
            add(length: 2, isPasted: isPasted)
        } else {
            last = "%"
            index += 1
        }
    }

    private mutating func colon() {
        let before = byte(-1)
        let isCast = byte(1) == UInt8(ascii: ":")
        if isCast {
            index += 2
            last = "::"
            return
        }
        let quote = byte(1)
        let isQuoted =
            style.contains(.file) && (quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\""))
        var end = index + (isQuoted ? 2 : 1)
        guard isWordStart(end < bytes.count ? bytes[end] : 0), !isWordByte(before),
            before != UInt8(ascii: "]")
        else {
            index += 1
            last = ":"
            return
        }
        while end < bytes.count, isWordByte(bytes[end]) { end += 1 }
        if isQuoted { end += 1 }
        if isQuoted, quote == UInt8(ascii: "\"") {
            let filling = StatementText.Filling(
                offset: index, length: end - index, isPasted: true, isFragment: false, form: .name)
            found.append(filling)
            index = end
        } else {
            add(length: end - index, isPasted: style.contains(.file) && !isQuoted)
        }
    }

    private static let operators = Set(
        "=<>(,+-*/|~^%[:&#@!?".utf8.map { String(UnicodeScalar($0)) })
    private static let wordsBeforeValues: Set<String> = [
        "LIKE", "ILIKE", "TO", "IN", "AND", "OR", "NOT", "BETWEEN", "SYMMETRIC", "LIMIT", "OFFSET",
        "VALUES", "THEN", "WHEN", "ELSE", "SELECT", "DISTINCT", "RETURNING", "SET", "WHERE",
        "HAVING", "ON", "ANY", "ALL", "SOME", "CASE", "BY", "IS", "FROM", "FOR", "FETCH", "FIRST",
        "NEXT", "ROWS", "RANGE", "ZONE", "ESCAPE", "OVERLAPS", "USING", "DEFAULT", "INTERVAL",
        "INTO", "JOIN", "TABLE", "UPDATE", "CALL", "VARIADIC", "EXPLAIN",
    ]

    /// Whether a value may stand here.
    private var takesValue: Bool {
        last.isEmpty || Self.operators.contains(last) || Self.wordsBeforeValues.contains(last)
    }

    /// A lone `?` is a placeholder where an operand must stand, else an operator of `jsonb`.
    private mutating func questionMark() {
        let isOperator = [byte(1), byte(-1)].contains { "|&?@#".utf8.contains($0) }
        if isOperator || !takesValue {
            index += 1
            last = "?"
        } else {
            add(length: 1, isPasted: false)
        }
    }

    private mutating func at() {
        let before = byte(-1)
        guard isWordStart(byte(1)), isSpace(before) || "(=,".utf8.contains(before) else {
            index += 1
            last = "@"
            return
        }
        var length = 1
        while isWordByte(byte(length)) { length += 1 }
        add(length: length, isPasted: false)
    }

    private mutating func braces() {
        var end = index + 2
        while end < bytes.count, !bytes[end...].starts(with: "}}".utf8) { end += 1 }
        add(length: min(end + 2, bytes.count) - index, isPasted: true)
    }

    // MARK: What stands where

    private static let wordsBeforeNames: Set<String> = [
        "FROM", "JOIN", "INTO", "UPDATE", "TABLE", "ONLY", "TRUNCATE", "VIEW", "COPY", "ANALYZE",
        "SCHEMA", "FUNCTION", "CALL", ".",
    ]
    private static let wordsBeforeFragments: Set<String> = [
        "SELECT", "DISTINCT", "BY", "WHERE", "ON", "HAVING", "SET", "RETURNING", "OR", "AND", "",
    ]

    /// Whether a piece of SQL may stand here as well as a value.
    private var takesFragment: Bool {
        if last == "," { return ["SELECT", "BY", "SET", "RETURNING"].contains(clauses.last) }
        return Self.wordsBeforeFragments.contains(last)
    }

    private mutating func add(length: Int, isPasted: Bool) {
        let after = byte(length)
        let isGlued =
            isWordByte(byte(-1)) || isWordByte(after) || after == UInt8(ascii: ".")
            || (after == MappedText.hole && isPasted)
            || (byte(-1) == MappedText.hole && isPasted)
        let isName = Self.wordsBeforeNames.contains(last) || (isPasted && isGlued)
        var (start, length) = (index, length)
        if isName {
            // The whole name, with what is glued to the hole.
            while start > 0, isNamePart(bytes[start - 1]) { start -= 1 }
            if let last = found.last { start = max(start, last.offset + last.length) }
            while isNamePart(byte(length)) { length += 1 }
            length += index - start
        }
        let form: StatementText.Filling.Form = isName ? .name : formOfValue(isPasted: isPasted)
        // One filling for holes that make one name.
        if isName, start < index, let before = found.last, before.form == .name,
            before.offset + before.length == start
        {
            found.removeLast()
            length += before.length
            start = before.offset
        }
        found.append(
            .init(
                offset: start, length: length, isPasted: isPasted,
                isFragment: takesFragment, form: form))
        index = start + length
        last = isName ? "NAME" : "$"
    }

    /// What a value is filled in as; libpg_query's grammar has parameters in more places than
    /// PostgreSQL's.
    private func formOfValue(isPasted: Bool) -> StatementText.Filling.Form {
        switch last {
        case "INTERVAL": .literal
        // A list that the driver writes out.
        case "IN": .list
        default: isPasted && !takesValue ? .removed : .parameter
        }
    }

    private func isNamePart(_ byte: UInt8) -> Bool {
        isWordByte(byte) || byte == UInt8(ascii: ".") || byte == MappedText.hole
    }
}
