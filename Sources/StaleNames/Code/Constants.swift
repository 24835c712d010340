/// The names of a file that always stand for one value, as far as its text tells.
struct Constants {
    private let unit: CodeUnit
    /// Where the value of a name begins; nil where there is more than one, or a parameter of that name.
    private var places: [String: Int?] = [:]

    init(_ unit: CodeUnit) {
        self.unit = unit
        var place = 0
        while place < unit.count {
            if unit.kind(place) == .name {
                collect(at: place)
            } else if unit.language == .javaScript, unit.isSymbol(place, ")"),
                endsParameters(place),
                let open = unit.partner(place)
            {
                makeRunTime(parametersInside: open)
            }
            place += 1
        }
    }

    /// Whether `) =>`, `): T =>` or the body of a method follows.
    private func endsParameters(_ close: Int) -> Bool {
        var next = close + 1
        if unit.isSymbol(next, ":") {
            while next < close + 16, !unit.isSymbol(next, "{"), !unit.isSymbol(next, ";"),
                !unit.isSymbol(next, "=")
            { next += 1 }
        }
        if unit.isSymbol(next, "="), unit.isSymbol(next + 1, ">") { return true }
        guard unit.isSymbol(next, "{"), let open = unit.partner(close),
            let name = unit.name(open - 1)
        else { return false }
        return !["if", "for", "while", "switch", "catch", "with"].contains(name)
    }

    /// The text that a name or a member stands for.
    func text(_ names: [String], depth: Int) -> MappedText? {
        guard let (start, rest) = start(of: names) else { return nil }
        let reader = Expressions(unit: unit, constants: self)
        if rest.isEmpty {
            guard
                unit.kind(start) == .string || unit.isSymbol(start, "(")
                    || unit.kind(start) == .name
            else { return nil }
            guard let phrase = reader.phrase(at: start, depth: depth), !phrase.isChanged,
                endsValue(phrase.end)
            else { return nil }
            return phrase.text
        }
        return value(names, depth: depth).text
    }

    /// The value that a name or a member stands for.
    func value(_ names: [String], depth: Int) -> CodeValue {
        guard depth < 6, let (start, rest) = start(of: names) else { return .unknown }
        let reader = Expressions(unit: unit, constants: self)
        var value: CodeValue
        if let close = unit.partner(start), close > start {
            value = reader.value(of: start..<close + 1, depth: depth)
        } else if let phrase = reader.phrase(at: start, depth: depth), !phrase.isChanged,
            endsValue(phrase.end)
        {
            value = .text(phrase.text)
        } else {
            return .unknown
        }
        for name in rest {
            guard let member = value[name] else { return .unknown }
            value = member
        }
        return value
    }

    /// Where the value of a name begins, and the members that are looked up in it.
    private func start(of names: [String]) -> (Int, rest: ArraySlice<String>)? {
        guard let root = names.first, let last = names.last else { return nil }
        if names.count > 1, ["self", "this", "cls", "Self"].contains(root) {
            return start(of: Array(names.dropFirst()))
        }
        if let start = places[root], let start { return (start, names.dropFirst()) }
        // A member of an enumeration or of a class of constants.
        guard names.count == 2, root.first?.isUppercase == true, places[root] == nil,
            let start = places[last], let start
        else { return nil }
        return (start, [])
    }

    /// Whether nothing follows that would make another value of an expression.
    private func endsValue(_ place: Int) -> Bool {
        guard let kind = unit.kind(place) else { return true }
        if kind == .newline || kind == .name { return true }
        return [",", ";", ")", "}", "]", "@"].contains { unit.isSymbol(place, $0) }
    }

    // MARK: Collecting

    private mutating func collect(at place: Int) {
        if ["def", "function", "func", "init"].contains(where: { unit.name(place) == $0 }) {
            let open = unit.isSymbol(place + 1, "(") ? place + 1 : place + 2
            if unit.isSymbol(open, "(") { makeRunTime(parametersInside: open) }
            return
        }
        if unit.isName(place, "for") {
            makeRunTime(loopAt: place)
            return
        }
        if unit.isSymbol(place + 1, "="), unit.isSymbol(place + 2, ">") {
            if let name = unit.name(place) { places[name] = .some(nil) }
            return
        }
        if let start = valueStart(ofNameAt: place), let name = unit.name(place) {
            places[name] = places[name] == nil ? .some(start) : .some(nil)
        }
    }

    /// Where the value begins that is assigned to the name at a place; nil where none is.
    private func valueStart(ofNameAt place: Int) -> Int? {
        if unit.isSymbol(place - 1, ".") {
            guard let owner = unit.name(place - 2), ["self", "this", "cls"].contains(owner) else {
                return nil
            }
        }
        let isDeclared =
            ["let", "const", "var", "case"].contains { unit.name(place - 1) == $0 }
        var next = place + 1
        if unit.isSymbol(next, ":") {
            let beginsLine =
                place == 0 || unit.kind(place - 1) == .newline || unit.isSymbol(place - 1, ":")
            guard isDeclared || (unit.language == .python && beginsLine) else { return nil }
            next = endOfType(from: next + 1)
        }
        if unit.isSymbol(next, "+"), unit.isSymbol(next + 1, "=") { return -1 }
        guard unit.isSymbol(next, "="), !unit.isSymbol(next + 1, "="),
            !unit.isSymbol(next + 1, ">")
        else { return nil }
        // A keyword argument is no assignment.
        if unit.language == .python, isInParentheses(place) { return nil }
        return next + 1
    }

    private func endOfType(from start: Int) -> Int {
        var place = start
        while place < start + 16 {
            if unit.isSymbol(place, "="), !unit.isSymbol(place + 1, ">") { break }
            if unit.kind(place) == .newline || unit.isSymbol(place, ";") { break }
            place += 1
        }
        return place
    }

    /// Whether the nearest open bracket is a round one, as far as a few tokens tell.
    private func isInParentheses(_ place: Int) -> Bool {
        var before = place - 1
        while before >= 0, unit.kind(before) != .newline {
            if let partner = unit.partner(before) {
                if partner > before { return unit.isSymbol(before, "(") }
                before = partner
            } else if unit.isSymbol(before, "(") {
                return true
            }
            before -= 1
        }
        return false
    }

    private mutating func makeRunTime(parametersInside open: Int) {
        guard let close = unit.partner(open), close > open else { return }
        for place in open + 1..<max(open + 1, close) {
            guard let name = unit.name(place) else { continue }
            let follows = [",", "=", ":", ")"].contains { unit.isSymbol(place + 1, $0) }
            let leads =
                ["(", ",", "*", "{", "."].contains { unit.isSymbol(place - 1, $0) }
                || unit.kind(place - 1) == .name
            if follows, leads { places[name] = .some(nil) }
        }
    }

    private mutating func makeRunTime(loopAt place: Int) {
        for next in place + 1..<place + 8 {
            if ["in", "of"].contains(where: { unit.name(next) == $0 }) { return }
            if let name = unit.name(next) { places[name] = .some(nil) }
        }
    }
}
