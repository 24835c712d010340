import SQLSyntax

/// Finds the SQL statements in the strings of a program.
struct StatementScan {
    private let file: CodeFile
    private(set) var statements: [CodeStatement] = []
    private(set) var unread: [UnreadStatement] = []

    init(_ file: CodeFile) {
        self.file = file
        for unit in file.units {
            var reader = StringScan(unit: unit, constants: file.constants)
            while let found = reader.next() { take(found) }
        }
    }

    private mutating func take(_ found: StringScan.Found) {
        var text = StatementText(found.text, style: found.style)
        guard let read = text.read() else {
            if found.use == .statement, looksCertain(found.text) {
                unread.append(
                    UnreadStatement(
                        source: file.source, offset: found.text.source(of: 0),
                        reason: text.hasName || text.hasFragment
                            ? CodeStatement.Gap.fragment.rawValue
                            : "PostgreSQL's grammar does not know it"))
            }
            return
        }
        guard !Prose.isProse(found.text, read.statements, use: found.use) else { return }
        for statement in read.statements {
            statements.append(
                CodeStatement(
                    statement, in: read.filled, source: file.source,
                    name: Self.name(of: statement) ?? found.name, gap: text.gap))
        }
    }

    /// Whether a text that cannot be read has enough of SQL for it to be said so.
    private func looksCertain(_ text: MappedText) -> Bool {
        let words = text.string.uppercased()
        return [" FROM ", "\nFROM ", " INTO ", " SET ", "\nSET "].contains { words.contains($0) }
    }

    /// The name that a comment gives a statement: `-- name: company_by_domain :one`.
    static func name(of statement: Statement) -> String? {
        for comment in statement.comments {
            guard let mark = comment.text.firstRange(of: "name:") else { continue }
            let words = comment.text[mark.upperBound...].split { $0 == " " || $0 == "\n" }
            if let name = words.first { return String(name) }
        }
        return nil
    }
}

extension StatementText {
    /// Why the statement is known in part only.
    var gap: CodeStatement.Gap? { hasName ? .name : hasFragment ? .fragment : nil }

    /// The statements of the text, after what is filled in was taken for what it can be.
    mutating func read() -> (statements: [Statement], filled: MappedText)? {
        for _ in 0..<12 {
            let filled = filled
            do throws(SyntaxError) {
                let statements = try SQLSyntax.statements(in: filled.string)
                return statements.isEmpty ? nil : (statements, filled)
            } catch {
                guard error.reason == .grammar || error.reason == .psql,
                    reconsider(before: filled.offset(line: error.line, column: error.column))
                else { return nil }
            }
        }
        return nil
    }
}

extension MappedText {
    /// The byte at a line and a column of Unicode scalars, both from 1.
    fileprivate func offset(line: Int, column: Int) -> Int {
        var (row, left) = (1, column)
        for (offset, byte) in bytes.enumerated() {
            if row == line, byte & 0xC0 != 0x80 {
                left -= 1
                if left <= 0 { return offset }
            }
            if byte == 10 { row += 1 }
        }
        return count
    }
}

extension CodeStatement {
    init(
        _ statement: Statement, in text: MappedText, source: SourceText, name: String, gap: Gap?
    ) {
        let start = statement.location.offset
        let length = statement.text.utf8.count
        self.init(
            name: name, file: source.path,
            location: source.location(at: text.source(of: start)), sql: statement.text,
            kind: statement.kind, gap: gap, parsed: statement,
            text: text[start..<min(start + length, text.count)], source: source)
    }
}
