extension Condition {
    /// Values of columns for which it holds, or does not: the likeliest first, sixteen at the most.
    ///
    /// A condition in SQL that is not understood (``isUnderstood``) says nothing of any column.
    func cases(_ truth: Bool, in context: CheckContext) -> [[String: Specimen.Value]] {
        switch self {
        case .isTrue(let column):
            truth ? [[column: .text("true")]] : [[column: .text("false")], [column: .null]]
        case .isFalse(let column):
            truth ? [[column: .text("false")]] : [[column: .text("true")], [column: .null]]
        case .isNull(let column):
            truth ? [[column: .null]] : [[column: .any]]
        case .present(let column):
            if truth {
                [[column: .any]]
            } else {
                [[column: .null]] + (context.isText(column) ? [[column: .text(" ")]] : [])
            }
        case .equals(let column, let value):
            Condition.isOneOf(column, [value]).cases(truth, in: context)
        case .isOneOf(let column, let values):
            truth
                ? values.map { [column: .text($0)] }
                : [[column: .unlike(values)], [column: .null]]
        case .not(let condition):
            condition.cases(!truth, in: context)
        case .all(let conditions):
            truth
                ? Condition.together(conditions, true, in: context)
                : Condition.apart(conditions, false, in: context)
        case .any(let conditions):
            truth
                ? Condition.apart(conditions, true, in: context)
                : Condition.together(conditions, false, in: context)
        case .sql(let sql):
            Comparison(sql)?.cases(truth, in: context) ?? [[:]]
        }
    }

    /// Whether its cases say all that it demands.
    var isUnderstood: Bool {
        statements.allSatisfy { Comparison($0) != nil }
    }

    private static func together(
        _ conditions: [Condition], _ truth: Bool, in context: CheckContext
    ) -> [[String: Specimen.Value]] {
        conditions.reduce([[:]]) { found, condition in
            let own = condition.cases(truth, in: context)
            return Array(found.flatMap { left in own.compactMap(left.meeting) }.prefix(16))
        }
    }

    private static func apart(
        _ conditions: [Condition], _ truth: Bool, in context: CheckContext
    ) -> [[String: Specimen.Value]] {
        Array(conditions.flatMap { $0.cases(truth, in: context) }.prefix(16))
    }
}

/// SQL that compares a column with another one or with a constant, as authors write most of it.
struct Comparison {
    private enum Operand {
        case column(String)
        case constant(String)
    }

    private let left: String
    private let symbol: String
    private let right: Operand

    /// Reads a comparison; `nil` for any other SQL.
    init?(_ sql: SQL) {
        guard case .text(let text)? = sql.parts.first, sql.parts.count == 1 else { return nil }
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count == 3, let left = Comparison.name(words[0]),
            ["=", "<>", "!=", "<", "<=", ">", ">="].contains(words[1])
        else { return nil }
        if let name = Comparison.name(words[2]) {
            right = .column(name)
        } else if words[2].count > 1, words[2].hasPrefix("'"), words[2].hasSuffix("'") {
            let inner = words[2].dropFirst().dropLast()
            guard !inner.contains("'") else { return nil }
            right = .constant(String(inner))
        } else if Double(words[2]) != nil {
            right = .constant(words[2])
        } else {
            return nil
        }
        self.left = left
        symbol = words[1] == "!=" ? "<>" : words[1]
    }

    /// A column's name in lower case and without quotes; anything else is no name here.
    private static func name(_ word: String) -> String? {
        guard let first = word.unicodeScalars.first, ("a"..."z").contains(first) || first == "_",
            word.unicodeScalars.allSatisfy({
                ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "_"
            }), !["true", "false", "null"].contains(word)
        else { return nil }
        return word
    }

    /// Values for which it holds, or does not.
    func cases(_ truth: Bool, in context: CheckContext) -> [[String: Specimen.Value]] {
        guard context.shape.column(left) != nil else { return [[:]] }
        switch right {
        case .column(let right):
            guard context.shape.column(right) != nil else { return [[:]] }
            let pairs: [(Int, Int)] =
                switch (symbol, truth) {
                case ("=", true), ("<>", false): [(1, 1)]
                case ("=", false), ("<>", true): [(1, 2), (2, 1)]
                case ("<", true), (">=", false): [(1, 2)]
                case (">", true), ("<=", false): [(2, 1)]
                case ("<=", true), (">=", true): [(1, 1)]
                default: [(1, 1)]
                }
            return pairs.map { [left: .sample($0.0), right: .sample($0.1)] }
        case .constant(let constant):
            let values: [Specimen.Value] =
                switch (symbol, truth) {
                case ("=", true), ("<>", false), ("<=", true), (">=", true): [.text(constant)]
                case ("=", false), ("<>", true): [.unlike([constant])]
                case ("<", true), (">=", false): [.below(constant)]
                case (">", true), ("<=", false): [.above(constant)]
                default: [.text(constant)]
                }
            return values.map { [left: $0] }
        }
    }
}
