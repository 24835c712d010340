import SQLSyntax

/// Reads the statements of a file of SQL, also one for psql or with marks of a template language.
struct SQLFileScan {
    private let source: SourceText
    private(set) var statements: [CodeStatement] = []
    private(set) var unread: [UnreadStatement] = []

    init(_ source: SourceText) {
        self.source = source
        let whole = Self.masked(source.bytes)
        if !read(whole) {
            for piece in pieces(of: whole) where !read(piece) {
                let place = Prose.firstWord(piece.bytes) ?? 0
                let isTemplate = piece.bytes.contains(UInt8(ascii: "{"))
                unread.append(
                    UnreadStatement(
                        source: source, offset: piece.source(of: place),
                        reason: isTemplate
                            ? CodeStatement.Gap.fragment.rawValue
                            : "PostgreSQL's grammar does not know it"))
            }
        }
    }

    private mutating func read(_ text: MappedText) -> Bool {
        guard Prose.firstWord(text.bytes) != nil else { return true }
        var reading = StatementText(text, style: .file)
        guard let read = reading.read() else { return false }
        for statement in read.statements {
            let place = source.location(at: read.filled.source(of: statement.location.offset))
            statements.append(
                CodeStatement(
                    statement, in: read.filled, source: source,
                    name: StatementScan.name(of: statement) ?? "line \(place.line)",
                    gap: reading.gap(around: statement, in: read.filled)))
        }
        return true
    }

    /// The parts between semicolons, where the whole cannot be read.
    private func pieces(of text: MappedText) -> [MappedText] {
        guard let tokens = try? tokens(in: text.string) else { return [text] }
        var pieces: [MappedText] = []
        var start = 0
        for token in tokens where token.kind == .symbol && token.text == ";" {
            pieces.append(text[start..<token.location.offset])
            start = token.location.offset + 1
        }
        pieces.append(text[start..<text.count])
        return pieces
    }

    /// The text without psql's commands and the rows behind `COPY … FROM stdin`, as spaces.
    private static func masked(_ bytes: [UInt8]) -> MappedText {
        var masked = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            masked.replaceSubrange(0..<3, with: [32, 32, 32])
        }
        var (start, copies) = (0, false)
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: 10) ?? bytes.count
            let line = bytes[start..<end]
            let isCommand = line.first == UInt8(ascii: "\\")
            if copies || isCommand || line.contains(0) {
                for place in start..<end { masked[place] = 32 }
            }
            if copies {
                if line.starts(with: "\\.".utf8) { copies = false }
            } else if let first = line.first, first | 0x20 == UInt8(ascii: "c") {
                let words = String(decoding: line, as: UTF8.self).lowercased()
                copies = words.hasPrefix("copy ") && words.contains(" from stdin")
            }
            start = end + 1
        }
        var text = MappedText()
        text.append(masked, at: 0)
        return text
    }
}

extension StatementText {
    /// What is known in part only of one of several statements.
    func gap(around statement: Statement, in filled: MappedText) -> CodeStatement.Gap? {
        let start = filled.source(of: statement.location.offset)
        let end = start + statement.text.utf8.count
        let inside = fillings.filter { (start..<end).contains(template.source(of: $0.offset)) }
        if inside.contains(where: { $0.form == .name }) { return .name }
        return inside.contains { $0.form == .removed || ($0.isFragment && $0.isPasted) }
            ? .fragment : nil
    }
}
