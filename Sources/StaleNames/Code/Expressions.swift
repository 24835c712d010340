/// Reads expressions off a program's tokens: texts put together, objects, lists, constants.
struct Expressions {
    let unit: CodeUnit
    let constants: Constants

    /// How far constants are followed that are made of constants.
    private static let deepest = 6

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

    // MARK: Values

    /// The places between the commas inside a bracket.
    func parts(inside open: Int) -> [Range<Int>] {
        guard let close = unit.partner(open), close > open else { return [] }
        var parts: [Range<Int>] = []
        var (start, place) = (open + 1, open + 1)
        while place < close {
            if unit.isSymbol(place, ",") {
                parts.append(start..<place)
                start = place + 1
            } else if let partner = unit.partner(place), partner > place {
                place = partner
            }
            place += 1
        }
        if start < close { parts.append(start..<close) }
        return parts.filter { !$0.isEmpty }
    }

    /// The arguments of the call whose bracket opens at a place.
    func arguments(inside open: Int) -> [CodeArgument] {
        parts(inside: open).map { part in
            let mark: Unicode.Scalar = unit.language == .swift ? ":" : "="
            let isLabelled =
                unit.language != .javaScript && part.count > 2
                && unit.kind(part.lowerBound) == .name && unit.isSymbol(part.lowerBound + 1, mark)
                && !unit.isSymbol(part.lowerBound + 2, "=")
            let start = part.lowerBound + (isLabelled ? 2 : 0)
            return CodeArgument(
                label: isLabelled ? unit.name(part.lowerBound) : nil,
                value: value(of: start..<part.upperBound), start: unit.start(start))
        }
    }

    /// What an expression is known to be.
    func value(of places: Range<Int>, depth: Int = 0) -> CodeValue {
        guard depth < Self.deepest, !places.isEmpty else { return .unknown }
        let (start, end) = (places.lowerBound, places.upperBound)
        if let phrase = phrase(at: start, depth: depth), !phrase.isChanged,
            isEnd(phrase.end, end)
        {
            return .text(phrase.text)
        }
        if let close = unit.partner(start), close > start, isEnd(close + 1, end) {
            if unit.isSymbol(start, "{") { return object(at: start, depth) }
            if unit.isSymbol(start, "[") {
                return unit.language == .swift && isDictionary(start)
                    ? object(at: start, depth) : list(at: start, depth)
            }
            if unit.isSymbol(start, "(") { return value(of: start + 1..<close, depth: depth + 1) }
        }
        if unit.isName(start, "dict"), unit.isSymbol(start + 1, "(") {
            return keywords(at: start + 1, depth)
        }
        if let path = path(at: start), isEnd(path.end, end) {
            return constants.value(path.names, depth: depth + 1)
        }
        return mapped(places, depth) ?? .unknown
    }

    /// Whether an expression that was read to a place is all there is but for its type.
    private func isEnd(_ place: Int, _ end: Int) -> Bool {
        place == end || unit.isName(place, "as") || unit.isName(place, "satisfies")
            || (unit.isSymbol(place, "!") && place + 1 == end)
    }

    private func isDictionary(_ open: Int) -> Bool {
        guard let first = parts(inside: open).first else { return true }
        return colon(in: first) != nil
    }

    private func colon(in places: Range<Int>) -> Int? {
        var place = places.lowerBound
        while place < places.upperBound {
            if unit.isSymbol(place, ":") { return place }
            if let partner = unit.partner(place), partner > place { place = partner }
            place += 1
        }
        return nil
    }

    private func object(at open: Int, _ depth: Int) -> CodeValue {
        var entries: [CodeValue.Entry] = []
        var isWhole = true
        for part in parts(inside: open) {
            if unit.kind(part.lowerBound) == .newline { continue }
            guard let entry = entry(part, depth) else {
                isWhole = false
                continue
            }
            entries.append(entry)
        }
        return .object(entries, isWhole: isWhole)
    }

    private func entry(_ places: Range<Int>, _ depth: Int) -> CodeValue.Entry? {
        let start = places.lowerBound
        let isScript = unit.language == .javaScript
        if isScript, unit.kind(start) == .name,
            places.count == 1 || unit.isSymbol(start + 1, "(")
        {
            return .init(key: word(start), value: .unknown)
        }
        guard let colon = colon(in: places) else { return nil }
        let value = value(of: colon + 1..<places.upperBound, depth: depth + 1)
        if isScript, unit.kind(start) == .name || unit.kind(start) == .number, colon == start + 1 {
            return .init(key: word(start), value: value)
        }
        guard let key = phrase(at: start, depth: depth + 1), key.end == colon, !key.text.hasHole
        else { return nil }
        return .init(key: key.text, value: value)
    }

    /// The entries of `dict(a=…)`.
    private func keywords(at open: Int, _ depth: Int) -> CodeValue {
        let parts = parts(inside: open)
        let entries = parts.filter { unit.kind($0.lowerBound) == .name && $0.count > 2 }
            .filter { unit.isSymbol($0.lowerBound + 1, "=") }
            .map { part in
                let value = value(
                    of: part.lowerBound + 2..<part.upperBound, depth: depth + 1)
                return CodeValue.Entry(key: word(part.lowerBound), value: value)
            }
        return .object(entries, isWhole: entries.count == parts.count)
    }

    private func list(at open: Int, _ depth: Int) -> CodeValue {
        var isWhole = true
        let elements = parts(inside: open).map { part in
            // `[{…} for row in rows]`
            if unit.isSymbol(part.lowerBound, "{"), let close = unit.partner(part.lowerBound) {
                if close + 1 < part.upperBound { isWhole = false }
                return value(of: part.lowerBound..<close + 1, depth: depth + 1)
            }
            return value(of: part, depth: depth + 1)
        }
        return .list(elements, isWhole: isWhole)
    }

    /// The objects that `rows.map(row => ({…}))` makes.
    private func mapped(_ places: Range<Int>, _ depth: Int) -> CodeValue? {
        guard unit.language == .javaScript, let path = path(at: places.lowerBound),
            path.names.last == "map", unit.isSymbol(path.end, "("),
            let close = unit.partner(path.end), close + 1 == places.upperBound
        else { return nil }
        for place in path.end..<close - 1
        where unit.isSymbol(place, "=") && unit.isSymbol(place + 1, ">")
            && unit.isSymbol(place + 2, "(") && unit.isSymbol(place + 3, "{")
        {
            return .list([object(at: place + 3, depth + 1)], isWhole: false)
        }
        return nil
    }

    private func word(_ place: Int) -> MappedText {
        MappedText(unit.source.bytes[unit.start(place)..<unit.end(place)])
    }
}
