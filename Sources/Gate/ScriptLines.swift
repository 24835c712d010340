import SQLSyntax

/// A script by its lines, as places count them: parted by line feeds alone.
struct ScriptLines {
    let lines: [Substring]

    init(_ text: String) {
        let text = text.unicodeScalars.first == "\u{FEFF}" ? text.dropFirst() : text[...]
        lines = text.utf8.split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
        ).map { line in
            line.last == UInt8(ascii: "\r") ? Substring(line.dropLast()) : Substring(line)
        }
    }

    /// The line of a number from 1.
    subscript(number: Int) -> String? {
        lines.indices.contains(number - 1) ? String(lines[number - 1]) : nil
    }

    /// The lines of which a comment speaks.
    ///
    /// That is the statement that begins behind it or on its line, or that ends before it on its line;
    /// where the comment stands inside of a statement, it is the next line that is no comment.
    func spoken(ofAt index: Int, in statements: [MigrationStatement]) -> ClosedRange<Int> {
        let line = index + 1
        var next = index
        while next < lines.count, isComment(lines[next]) { next += 1 }
        let statement = statements.first { statement in
            statement.line == next + 1 || statement.line == line
                || (statement.lastLine == line && next == index)
        }
        guard let statement else { return line...max(index, next) + 1 }
        return min(line, statement.line)...max(line, statement.lastLine)
    }

    private func isComment(_ line: Substring) -> Bool {
        let text = line.drop(while: \.isWhitespace)
        return text.isEmpty || text.hasPrefix("--") || text.hasPrefix("/*")
    }
}

extension MigrationStatement {
    /// The line on which it ends.
    fileprivate var lastLine: Int { line + text.utf8.count { $0 == UInt8(ascii: "\n") } }
}
