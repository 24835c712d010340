/// Guards the C stack: libpg_query writes its tree by recursion and never asks how deep it is.
///
/// The parser itself refuses deep parentheses, but a chain such as `1-1-1-…` or
/// `SELECT … UNION SELECT … UNION …` is left-deep at any length.
enum Nesting {
    /// libpg_query takes about 100 bytes of stack a level, and no level is less than a token.
    static let limit = 5_000

    /// Whether `tokens`, one correct statement, can be read on a thread's usual stack.
    static func isReadable(_ tokens: ArraySlice<ScannedToken>) -> Bool {
        if tokens.count <= limit { return true }
        var outer: [Level] = []
        var level = Level()
        var depth = 0
        for token in tokens where !token.isComment {
            switch token.code {
            case Code.openParenthesis, Code.openBracket, Code.case:
                outer.append(level)
                depth += level.depth + 1
                level = Level()
            case Code.closeParenthesis, Code.closeBracket, Code.end:
                guard let last = outer.popLast() else { break }
                level = last
                depth -= level.depth + 1
                level.run += 1
            case Code.union, Code.intersect, Code.except, Code.join:
                level.links += 1
            case Code.comma, Code.and, Code.or:
                level.run = 0
            case Code.semicolon:
                level = Level()
            default:
                level.run += 1
            }
            if depth + level.depth > limit { return false }
        }
        return true
    }

    private typealias Code = ScannedToken.Code

    /// What may be nested between one pair of brackets.
    private struct Level {
        /// Tokens since the last one that begins a new item of a flat list.
        var run = 0
        /// Joins and set operations: their chains hold lists, so no comma ends them.
        var links = 0

        var depth: Int { run + links }
    }
}
