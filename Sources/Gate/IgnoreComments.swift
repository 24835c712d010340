import SQLSyntax

/// The comments of a script and of the bodies in it, and of which line each speaks.
struct IgnoreComments {
    /// One line of a comment.
    struct Line {
        /// The line of the script, from 1.
        let number: Int
        /// What stands behind the mark.
        let words: [String]
        /// The line of which it speaks: its own behind a statement, else the next that is no comment.
        let spoken: Int
        /// Whether it stands behind something on its line.
        let isTrailing: Bool
    }

    /// The lines with a mark.
    let lines: [Line]

    init(in migration: Migration, mark: String) {
        let script = (try? tokens(in: migration.up)) ?? []
        let bodies = migration.statements.flatMap(Self.bodies)
        lines = ([script] + bodies.map(\.tokens)).flatMap { Self.lines(in: $0, mark: mark) }
            .sorted { $0.number < $1.number }
    }

    private static func bodies(of statement: MigrationStatement) -> [RoutineBody] {
        let own = statement.syntax.doBody ?? statement.syntax.routineBody
        return [own].compactMap(\.self) + statement.body.flatMap(bodies)
    }

    private static func lines(in tokens: [Token], mark: String) -> [Line] {
        var found: [Line] = []
        for (index, token) in tokens.enumerated() where token.kind == .comment {
            guard token.text.contains(mark) else { continue }
            let before = tokens[..<index].last { $0.kind != .comment }
            let isTrailing = before.map { $0.lastLine == token.location.line } ?? false
            let next = tokens[index...].first { $0.kind != .comment }
            for (offset, line) in ScriptLines(token.text).lines.enumerated() {
                guard let start = line.firstRange(of: mark)?.upperBound else { continue }
                let number = token.location.line + offset
                found.append(
                    Line(
                        number: number,
                        words: line[start...].split(whereSeparator: \.isWhitespace).map(String.init)
                            .filter { $0 != "*/" },
                        spoken: isTrailing ? number : next?.location.line ?? number,
                        isTrailing: isTrailing))
            }
        }
        return found
    }
}

extension Token {
    /// The line on which it ends.
    fileprivate var lastLine: Int {
        location.line + text.utf8.count { $0 == UInt8(ascii: "\n") }
    }
}
