import SQLSyntax

/// A part of a statement that a finding marks.
enum Spot: Sendable, Hashable {
    /// All of it.
    case statement
    /// One command of an ALTER TABLE, counted from 0.
    case command(Int)
    /// The item of a list that begins at a byte offset: a column, a constraint, an argument.
    case item(at: Int)
    /// The bytes between two offsets.
    case bytes(Range<Int>)
}

extension MigrationStatement {
    /// The bytes of the statement's text that a spot covers.
    func bytes(of spot: Spot) -> Range<Int> {
        let whole = 0..<text.utf8.count
        switch spot {
        case .statement: return whole
        case .bytes(let range): return range
        case .command(let index): return commandRanges.dropFirst(index).first ?? whole
        case .item(let offset):
            let tokens = offsets.filter { $0.range.lowerBound >= offset }
            return Self.items(in: tokens).first ?? whole
        }
    }

    /// The commands of an ALTER TABLE: what stands between commas behind the table's name.
    private var commandRanges: [Range<Int>] {
        let tokens = offsets
        let name = syntax.node["relation"]["location"].number ?? 0
        guard var index = tokens.firstIndex(where: { $0.range.lowerBound >= name }) else {
            return []
        }
        while index + 2 < tokens.count, tokens[index + 1].text == "." { index += 2 }
        index += 1
        if index < tokens.count, tokens[index].text == "*" { index += 1 }
        return Self.items(in: tokens.dropFirst(index))
    }

    private var offsets: [(text: String, range: Range<Int>)] {
        guard let tokens = try? tokens(in: text) else { return [] }
        return tokens.filter { $0.kind != .comment }.map {
            ($0.text, $0.location.offset..<$0.location.offset + $0.text.utf8.count)
        }
    }

    /// The pieces between commas outside of parentheses, up to a parenthesis that closes more.
    private static func items(
        in tokens: some Collection<(text: String, range: Range<Int>)>
    ) -> [Range<Int>] {
        var items: [Range<Int>] = []
        var item: Range<Int>?
        var depth = 0
        for token in tokens {
            switch token.text {
            case "(", "[": depth += 1
            case ")", "]": depth -= 1
            case "," where depth == 0:
                if let item { items.append(item) }
                item = nil
                continue
            default: break
            }
            if depth < 0 { break }
            item = (item?.lowerBound ?? token.range.lowerBound)..<token.range.upperBound
        }
        if let item { items.append(item) }
        return items
    }
}
