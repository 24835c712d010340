/// A predicate on one row that can be evaluated on the bytes of its values.
///
/// It holds or it does not: what is null in SQL does not hold. Each stands beside SQL that is true of the
/// same rows.
public indirect enum RowTest: Sendable, Hashable {
    /// The column is null.
    case isNull(String)
    /// The column is true.
    case isTrue(String)
    /// The column is false.
    case isFalse(String)
    /// The column's text holds nothing but white space and invisible characters.
    case isBlank(String)
    /// The column's value stands in a normal form.
    case isNormal(ColumnForm)
    /// The column, as text, is one of these.
    case isOneOf(String, [String])
    /// The column, as text, is like one of these patterns.
    case isLike(String, [String])
    /// The column, as text, has fewer characters than this.
    case isShorter(String, than: Int)
    /// The column, as text, has more characters than this.
    case isLonger(String, than: Int)
    /// The column's text matches a regular expression.
    case isMatch(String, RegexPattern)
    /// The column's value is less than one that is written as PostgreSQL reads the column's type.
    case isBelow(String, String)
    /// The column's value is greater than one that is written as PostgreSQL reads the column's type.
    case isAbove(String, String)
    /// The column's value, as a domain, is a host that many share.
    case isSharedHost(ColumnForm)
    /// SQL that gives a boolean, which only the database can evaluate.
    case sql(SQL)
    /// The test does not hold.
    case not(RowTest)
    /// All of these hold.
    case all([RowTest])
    /// At least one of these holds.
    case any([RowTest])

    /// The column is not null.
    public static func isNotNull(_ column: String) -> RowTest { .not(.isNull(column)) }
}

extension Condition {
    /// The condition as a test of a row.
    func test(in context: CheckContext) -> RowTest {
        switch self {
        case .isTrue(let column): return .isTrue(column)
        case .isFalse(let column): return .isFalse(column)
        case .isNull(let column): return .isNull(column)
        case .present(let column):
            guard context.isText(column) else { return .isNotNull(column) }
            return .all([.isNotNull(column), .not(.isBlank(column))])
        case .equals(let column, let value): return .isOneOf(column, [value])
        case .isOneOf(let column, let values): return .isOneOf(column, values)
        case .not(let condition): return .not(condition.test(in: context))
        case .all(let conditions): return .all(conditions.map { $0.test(in: context) })
        case .any(let conditions): return .any(conditions.map { $0.test(in: context) })
        case .sql: return .sql(sql(in: context))
        }
    }
}

extension Check {
    /// The scope that the author set with `where`, and columns that are not null, as a test of a row.
    func scopeTest(in context: CheckContext, notNull columns: [String] = []) -> RowTest? {
        let all =
            columns.map(RowTest.isNotNull)
            + (options.scope.map { [$0.test(in: context)] } ?? [])
        return all.isEmpty ? nil : all.count == 1 ? all[0] : .all(all)
    }
}
