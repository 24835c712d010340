import SQLSyntax

/// Goes over the strings of a program and picks those that may be SQL.
struct StringScan {
    /// A text that may be SQL.
    struct Found {
        let text: MappedText
        let style: PlaceholderStyle
        let use: Prose.Use
        let name: String
    }

    private let unit: CodeUnit
    private let reader: Expressions
    private var place = 0
    /// The function that is being read.
    private var function: String?

    init(unit: CodeUnit, constants: Constants) {
        self.unit = unit
        reader = Expressions(unit: unit, constants: constants)
    }

    mutating func next() -> Found? {
        while place < unit.count {
            let start = place
            place += 1
            if unit.kind(start) == .name {
                noteFunction(start)
                continue
            }
            guard unit.kind(start) == .string, let literal = unit.literal(start) else { continue }
            guard
                Prose.mayBeStatement(literal.text) || literal.text.bytes.first == MappedText.hole
                    || !startsText(literal.text)
            else {
                skipPhrase(start)
                continue
            }
            guard let phrase = reader.phrase(at: start) else { continue }
            place = max(place, phrase.end)
            if unit.language == .python, isDocumentation(start, phrase.end) { continue }
            if let found = found(phrase, at: start) { return found }
        }
        return nil
    }

    /// Whether a literal has anything but spaces and comments.
    private func startsText(_ text: MappedText) -> Bool {
        text.bytes.contains { !isSpace($0) } && !text.trimmed.bytes.starts(with: "--".utf8)
            && !text.trimmed.bytes.starts(with: "/*".utf8)
    }

    /// Goes past literals that are put together with one that begins no statement.
    private mutating func skipPhrase(_ start: Int) {
        var end = start + 1
        while true {
            if unit.language == .python, unit.kind(end) == .string {
                end += 1
            } else if unit.isSymbol(end, "+"), unit.kind(end + 1) == .string {
                end += 2
            } else {
                break
            }
        }
        place = end
    }

    private mutating func noteFunction(_ place: Int) {
        guard ["def", "function", "func"].contains(where: { unit.name(place) == $0 }),
            let name = unit.name(place + 1)
        else { return }
        function = name
    }

    /// Whether strings are a statement by themselves, as those that document Python are.
    private func isDocumentation(_ start: Int, _ end: Int) -> Bool {
        let begins =
            start == 0 || unit.kind(start - 1) == .newline
            || (unit.isSymbol(start - 1, ":") && unit.partner(start - 2) != nil)
            || unit.isSymbol(start - 1, ";")
        let ends = unit.kind(end) == nil || unit.kind(end) == .newline || unit.isSymbol(end, ";")
        return begins && ends
    }

    private func found(_ phrase: Expressions.Phrase, at start: Int) -> Found? {
        var text = phrase.text
        var style: PlaceholderStyle = []
        let tag = tag(of: start)
        if tag == "gql" || tag == "graphql" || tag == "css" || tag == "html" { return nil }
        if unit.language == .python {
            style = .percent
            if unit.isSymbol(phrase.end, "%") { style = .pastedPercent }
            if unit.isSymbol(phrase.end, ")"), unit.isSymbol(phrase.end + 1, "."),
                unit.isName(phrase.end + 2, "format")
            {
                text = reader.formatted(text)
            }
        }
        guard Prose.mayBeStatement(text) else { return nil }
        let context = context(of: start)
        let names = [tag, context.call, context.variable].compactMap { $0?.lowercased() }
        let isStatement = names.contains { name in
            Self.callers.contains(name) || ["sql", "query", "stmt"].contains { name.contains($0) }
        }
        return Found(
            text: text, style: style, use: isStatement ? .statement : .unknown,
            name: context.variable ?? function
                ?? "line \(unit.source.location(at: unit.start(start)).line)")
    }

    private static let callers: Set<String> = [
        "execute", "executemany", "executescript", "mogrify", "fetch", "fetchrow", "fetchval",
        "fetch_all", "fetch_one", "fetchall", "fetchone", "prepare", "exec_driver_sql", "read_sql",
        "copy", "copy_expert", "cursor", "unsafe", "raw", "script", "$queryraw", "$executeraw",
        "$queryrawunsafe", "$executerawunsafe", "any", "many", "none", "oneornone", "manyornone",
    ]

    /// The tag of a template.
    private func tag(of start: Int) -> String? {
        guard unit.language == .javaScript,
            unit.source.bytes[unit.start(start)] == UInt8(ascii: "`")
        else { return nil }
        if unit.end(start - 1) == unit.start(start), let name = unit.name(start - 1) { return name }
        // `sql<Row>` with the type of its rows.
        guard unit.isSymbol(start - 1, ">"), unit.end(start - 1) == unit.start(start) else {
            return nil
        }
        var place = start - 2
        while place >= 0, !unit.isSymbol(place, "<"), start - place < 24 { place -= 1 }
        return unit.name(place - 1)
    }

    /// The function that takes the string, and the name it is kept under.
    private func context(of start: Int) -> (call: String?, variable: String?) {
        var place = start - 1
        var call: String?
        while unit.isSymbol(place, "(") {
            if call == nil { call = unit.name(place - 1) }
            place -= 1
            while unit.kind(place) == .name || unit.isSymbol(place, ".") { place -= 1 }
        }
        if unit.isSymbol(place, "=") {
            place -= 1
            if unit.isSymbol(place, "+") { place -= 1 }
        } else if !unit.isSymbol(place, ":") {
            return (call, nil)
        } else {
            place -= 1
        }
        if let name = unit.name(place) {
            // `let sql: String = …`
            if unit.isSymbol(place - 1, ":"), let annotated = unit.name(place - 2) {
                return (call, annotated)
            }
            return (call, name)
        }
        return (call, nil)
    }
}
