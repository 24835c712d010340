/// Something that is true or false of a row, for scopes (`where`) and for ``Implies``.
///
/// A string literal is SQL over the table's columns; the named forms can be evaluated in Swift too.
public indirect enum Condition: Sendable, Hashable, ExpressibleByStringInterpolation {
    /// The column is true.
    case isTrue(String)
    /// The column is false.
    case isFalse(String)
    /// The column is null.
    case isNull(String)
    /// The column is not null and, when it is text, not blank.
    case present(String)
    /// The column, as text, equals this.
    case equals(String, String)
    /// The column, as text, is one of these.
    case isOneOf(String, [String])
    /// The condition does not hold; a null answer counts as not holding.
    case not(Condition)
    /// All of these hold.
    case all([Condition])
    /// At least one of these holds.
    case any([Condition])
    /// SQL that gives a boolean.
    case sql(SQL)

    /// Creates a condition from SQL text.
    public init(stringLiteral value: String) {
        self = .sql(SQL(stringLiteral: value))
    }

    /// Creates a condition from SQL text with bound values.
    public init(stringInterpolation: SQL.StringInterpolation) {
        self = .sql(SQL(stringInterpolation: stringInterpolation))
    }

    /// The columns it names; SQL text names are resolved by the database.
    public var columns: [String] {
        switch self {
        case .isTrue(let column), .isFalse(let column), .isNull(let column), .present(let column),
            .equals(let column, _), .isOneOf(let column, _):
            [column]
        case .not(let condition): condition.columns
        case .all(let conditions), .any(let conditions): conditions.flatMap(\.columns)
        case .sql: []
        }
    }

    /// The SQL texts in it.
    public var statements: [SQL] {
        switch self {
        case .sql(let sql): [sql]
        case .not(let condition): condition.statements
        case .all(let conditions), .any(let conditions): conditions.flatMap(\.statements)
        default: []
        }
    }

    /// The condition in words.
    public var sentence: String {
        switch self {
        case .isTrue(let column): column
        case .isFalse(let column): "not \(column)"
        case .isNull(let column): "\(column) is null"
        case .present(let column): "\(column) is present"
        case .equals(let column, let value): "\(column) is \(value)"
        case .isOneOf(let column, let values): "\(column) is one of \(values.inWords)"
        case .not(let condition): "not (\(condition.sentence))"
        case .all(let conditions): conditions.map(\.sentence).joined(separator: " and ")
        case .any(let conditions):
            "(" + conditions.map(\.sentence).joined(separator: " or ") + ")"
        case .sql(let sql): sql.readable
        }
    }

    /// The condition as a SQL boolean.
    public func sql(in context: CheckContext) -> SQL {
        switch self {
        case .isTrue(let column):
            return context.isTrue(.identifier(column))
        case .isFalse(let column):
            return "\(identifier: column) IS FALSE"
        case .isNull(let column):
            return "\(identifier: column) IS NULL"
        case .present(let column):
            guard context.isText(column) else { return "\(identifier: column) IS NOT NULL" }
            return "(\(identifier: column) IS NOT NULL AND NOT (\(context.isBlank(column))))"
        case .equals(let column, let value):
            return "\(context.text(column)) = \(value)"
        case .isOneOf(let column, let values):
            return "\(context.text(column)) = ANY (\(values)::text[])"
        case .not(let condition):
            return context.isNotTrue(condition.sql(in: context))
        case .all(let conditions):
            if conditions.isEmpty { return "true" }
            return "(" + conditions.map { $0.sql(in: context) }.joined(separator: " AND ") + ")"
        case .any(let conditions):
            if conditions.isEmpty { return "false" }
            return "(" + conditions.map { $0.sql(in: context) }.joined(separator: " OR ") + ")"
        case .sql(let sql):
            // The line break ends a comment that the author's text may end in.
            return "(\(sql)\n)"
        }
    }

    /// Whether it holds for a row, or `nil` where only the database can say.
    public func holds(for row: Row) -> Bool? {
        switch self {
        case .isTrue(let column): return row[column] == .boolean(true)
        case .isFalse(let column): return row[column] == .boolean(false)
        case .isNull(let column): return row[column] == .null
        case .present(let column):
            guard let text = row[column].text else { return false }
            return !BlankText.matches(text)
        case .equals(let column, let value): return row[column].text == value
        case .isOneOf(let column, let values):
            return row[column].text.map(values.contains) ?? false
        case .not(let condition): return condition.holds(for: row).map { !$0 }
        case .all(let conditions):
            let answers = conditions.map { $0.holds(for: row) }
            if answers.contains(false) { return false }
            return answers.contains(nil) ? nil : true
        case .any(let conditions):
            let answers = conditions.map { $0.holds(for: row) }
            if answers.contains(true) { return true }
            return answers.contains(nil) ? nil : false
        case .sql: return nil
        }
    }
}

extension [String] {
    /// The values as a person lists them: `a, b or c`; long lists are cut.
    public var inWords: String {
        guard count > 1 else { return first ?? "nothing" }
        guard count <= 6 else {
            return prefix(5).joined(separator: ", ") + " and \(count - 5) more"
        }
        return dropLast().joined(separator: ", ") + " or " + (last ?? "")
    }
}

extension SQL {
    /// The text on one line, for a person; bound values stand as `?`.
    public var readable: String {
        var text = ""
        for part in parts {
            switch part {
            case .text(let run): text += run
            case .identifier(let name): text += name
            case .binding: text += "?"
            }
        }
        return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
