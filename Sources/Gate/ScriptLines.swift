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
}

extension MigrationStatement {
    /// The line on which it ends.
    var lastLine: Int { line + text.utf8.count { $0 == UInt8(ascii: "\n") } }
}
