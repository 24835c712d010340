// What an expression is known to be: objects, lists, arguments, texts.

extension Expressions {
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
