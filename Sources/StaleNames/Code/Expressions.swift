/// Reads expressions off a program's tokens: texts put together, objects, lists, constants.
struct Expressions {
    let unit: CodeUnit
    let constants: Constants

    /// How far constants are followed that are made of constants.
    static let deepest = 6

    // MARK: Texts

    /// A text put together from literals, and what follows it.
    struct Phrase {
        var text = MappedText()
        /// The first place behind it.
        var end: Int
        /// Whether something is called on it that makes another value of it.
        var isChanged = false
    }

    /// The text that begins at a place; nil where none does.
    func phrase(at start: Int, depth: Int = 0) -> Phrase? {
        guard depth < Self.deepest else { return nil }
        var phrase = Phrase(end: start)
        var hasText = false
        while true {
            if unit.kind(phrase.end) == .string {
                appendLiterals(to: &phrase, depth)
                hasText = true
            } else if unit.isSymbol(phrase.end, "("), let close = unit.partner(phrase.end),
                let inner = self.phrase(at: phrase.end + 1, depth: depth + 1), inner.end == close
            {
                var text = inner.text
                phrase.end = close + 1
                if skipFormat(&phrase) { text = formatted(text) }
                phrase.text.append(text)
                hasText = true
            } else if let path = path(at: phrase.end), !unit.isSymbol(path.end, "("),
                let text = constants.text(path.names, depth: depth + 1)
            {
                phrase.text.append(text)
                phrase.end = path.end
                hasText = true
            } else if hasText, let end = operand(at: phrase.end) {
                phrase.text.append(MappedText.hole, at: unit.start(phrase.end))
                phrase.end = end
            } else {
                return hasText ? phrase : nil
            }
            guard unit.isSymbol(phrase.end, "+"), !unit.isSymbol(phrase.end + 1, "+"),
                !unit.isSymbol(phrase.end + 1, "=")
            else { return phrase }
            phrase.end += 1
        }
    }

    private func appendLiterals(to phrase: inout Phrase, _ depth: Int) {
        var text = MappedText()
        while let literal = unit.literal(phrase.end) {
            text.append(resolved(literal, depth))
            phrase.end += 1
            if unit.language != .python { break }
        }
        if skipFormat(&phrase) {
            text = formatted(text)
        } else if unit.isSymbol(phrase.end, "."), let method = unit.name(phrase.end + 1),
            unit.isSymbol(phrase.end + 2, "("), let close = unit.partner(phrase.end + 2)
        {
            phrase.isChanged = !Self.trimming.contains(method)
            if !phrase.isChanged { phrase.end = close + 1 }
        }
        phrase.text.append(text)
    }

    private static let trimming: Set<String> = [
        "strip", "lstrip", "rstrip", "trim", "trimStart", "trimEnd", "trimmingCharacters",
    ]

    /// Skips `.format(…)`; whether it was there.
    private func skipFormat(_ phrase: inout Phrase) -> Bool {
        guard unit.isSymbol(phrase.end, "."), unit.isName(phrase.end + 1, "format"),
            unit.isSymbol(phrase.end + 2, "("), let close = unit.partner(phrase.end + 2)
        else { return false }
        phrase.end = close + 1
        return true
    }

    /// A text whose `{…}` are holes, as `format` fills them.
    func formatted(_ text: MappedText) -> MappedText {
        var result = MappedText()
        var index = 0
        let bytes = text.bytes
        while index < bytes.count {
            let byte = bytes[index]
            let isBrace = byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}")
            if isBrace, index + 1 < bytes.count, bytes[index + 1] == byte {
                result.append(byte, at: text.source(of: index))
                index += 2
            } else if byte == UInt8(ascii: "{"),
                let close = bytes[index...].firstIndex(of: UInt8(ascii: "}"))
            {
                result.append(MappedText.hole, at: text.source(of: index))
                index = close + 1
            } else {
                result.append(byte, at: text.source(of: index))
                index += 1
            }
        }
        return result
    }

    /// A literal whose holes are filled where a constant stands in them.
    private func resolved(_ literal: CodeLiteral, _ depth: Int) -> MappedText {
        guard !literal.holes.isEmpty else { return literal.text }
        var result = MappedText()
        var (start, number) = (0, 0)
        for (index, byte) in literal.text.bytes.enumerated() where byte == MappedText.hole {
            result.append(literal.text[start..<index])
            start = index + 1
            defer { number += 1 }
            let source = literal.text.source(of: index)
            guard number < literal.holes.count,
                let text = constant(in: literal.holes[number], depth)
            else {
                result.append(MappedText.hole, at: source)
                continue
            }
            result.append(text)
        }
        result.append(literal.text[start..<literal.text.count])
        return result
    }

    private func constant(in hole: CodeTokens, _ depth: Int) -> MappedText? {
        let unit = CodeUnit(source: unit.source, language: unit.language, tokens: hole)
        let reader = Expressions(unit: unit, constants: constants)
        guard let path = reader.path(at: 0), path.end == hole.count else { return nil }
        return constants.text(path.names, depth: depth + 1)
    }

    // MARK: Names and operands

    /// The names of `a.b.c` and what follows them.
    func path(at start: Int) -> (names: [String], end: Int)? {
        guard let first = unit.name(start) else { return nil }
        var names = [first]
        var place = start + 1
        while unit.isSymbol(place, "."), let name = unit.name(place + 1) {
            names.append(name)
            place += 2
        }
        return (names, place)
    }

    /// Behind a name with its calls, indexes and members, or a number.
    private func operand(at start: Int) -> Int? {
        if unit.kind(start) == .number { return start + 1 }
        var place = start
        if unit.isSymbol(start, "("), let close = unit.partner(start) {
            place = close + 1
        } else if unit.kind(start) == .name {
            place = start + 1
        } else {
            return nil
        }
        while true {
            if unit.isSymbol(place, "."), unit.kind(place + 1) == .name {
                place += 2
            } else if unit.isSymbol(place, "(") || unit.isSymbol(place, "["),
                let close = unit.partner(place)
            {
                place = close + 1
            } else if unit.isSymbol(place, "!"), !unit.isSymbol(place + 1, "=") {
                place += 1
            } else {
                return place
            }
        }
    }
}
