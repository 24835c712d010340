/// How a broken promise can be mended: what the SQL of a fix is generated from.
public enum Repair: Sendable, Hashable {
    /// Values are put into their normal form; those that have none are garbage.
    case normalise(column: String, as: Normalizer, garbage: Remainder)
    /// Rows that share a key become one: the first by these rules.
    case merge(key: [Unique.Key], keep: [Keep])
    /// A missing value is taken from the first source that proves one.
    case fill(column: String, from: [FillSource])
    /// Values are translated; `accepted` says of `lookup.meant` whether it is in the vocabulary.
    case map(column: String, through: Translation, accepted: SQL)
    /// References that lead nowhere are pointed at what they meant, or taken out.
    case orphans(Orphans)
    /// No SQL is generated, for this reason: a person decides.
    case listOnly(String)

    /// References that lead nowhere, and what becomes of them.
    public struct Orphans: Sendable, Hashable {
        /// What is referred to, and which rows are looked at.
        public let question: OrphanQuestion
        /// The form in which a reference and what it meant are one; `nil` points nothing elsewhere.
        public let form: Normalizer?
        /// What becomes of the others.
        public let remainder: Remainder

        /// Creates a repair of references.
        public init(question: OrphanQuestion, form: Normalizer?, remainder: Remainder) {
            self.question = question
            self.form = form
            self.remainder = remainder
        }
    }
}

/// What becomes of values that nothing repairs.
public enum Remainder: Sendable, Hashable {
    /// They stay, and are listed for a person.
    case listed
    /// They move to `assay.quarantine`; null takes their place, or the row goes where it cannot.
    case quarantined
}

/// A rule by which one row of several is kept.
///
///     Unique(by: "customer_name").keep(.mostComplete, then: .oldest)
public struct Keep: Sendable, Hashable {
    private enum Rule: Sendable, Hashable {
        case cleanest, mostComplete
        case least(String)
        case greatest(String)
    }

    private let rule: Rule

    /// The row whose key stands in its normal form already.
    public static let cleanest = Keep(rule: .cleanest)
    /// The row with the fewest nulls.
    public static let mostComplete = Keep(rule: .mostComplete)
    /// The row that was created first, by `created_at`.
    public static let oldest = Keep.oldest(by: "created_at")
    /// The row that was created last, by `created_at`.
    public static let newest = Keep.newest(by: "created_at")

    /// The row with the smallest value in a column.
    public static func oldest(by column: String) -> Keep { Keep(rule: .least(column)) }

    /// The row with the largest value in a column.
    public static func newest(by column: String) -> Keep { Keep(rule: .greatest(column)) }

    /// The column that it looks at, where it looks at one.
    public var column: String? {
        switch rule {
        case .least(let column), .greatest(let column): column
        case .cleanest, .mostComplete: nil
        }
    }

    /// The row that is kept, in words: `the most complete`.
    public var words: String {
        switch rule {
        case .cleanest: "the one that is clean already"
        case .mostComplete: "the most complete"
        case .least(let column): "the one with the earliest \(column)"
        case .greatest(let column): "the one with the latest \(column)"
        }
    }

    /// What the rows that share a key are sorted by, the kept one first.
    ///
    /// - Parameters:
    ///   - isClean: For each part of the key that has a normal form, whether it stands in it.
    ///   - context: What the catalog says of the table.
    /// - Returns: The order in words that SQL understands.
    public func order(
        whereClean isClean: [SQL], in context: CheckContext
    ) -> [(value: SQL, direction: SQL)] {
        switch rule {
        case .cleanest:
            return isClean.map { ($0, "DESC") }
        case .mostComplete:
            let nullable = context.shape.columns.filter { !$0.isNotNull }
                .map { SQL.identifier($0.name) }
            guard !nullable.isEmpty else { return [] }
            return [("num_nonnulls(\(nullable.joined(separator: ", ")))", "DESC")]
        case .least(let column):
            return [(.identifier(column), "ASC NULLS LAST")]
        case .greatest(let column):
            return [(.identifier(column), "DESC NULLS LAST")]
        }
    }
}

/// A place that proves what a missing value must be.
///
/// A value is proven when all rows of the place that match agree in it.
public struct FillSource: Sendable, Hashable {
    /// The table; `nil` for the check's own.
    public let table: TableName?
    /// The column that holds the value; `nil` for the one that is filled.
    public let column: String?
    /// Where the value stands within the column, where that holds JSON.
    public let path: [String]
    /// The column of the check's table that finds the place, and the form it is compared in.
    public let key: Unique.Key
    /// The column of the place that it is compared with, in the same form.
    public let matching: String

    /// A column of another table: `.table("core.companies", "name", by: "domain")`.
    ///
    /// - Parameters:
    ///   - table: `schema.table`.
    ///   - column: The column that holds the value.
    ///   - key: The column of the check's table that finds the row, compared in its form.
    ///   - matching: The column of the other table; the same name where nothing is said.
    /// - Returns: The source.
    public static func table(
        _ table: String, _ column: String, by key: Unique.Key, matching: String? = nil
    ) -> FillSource {
        FillSource(
            table: TableName(table), column: column, path: [], key: key,
            matching: matching ?? key.column)
    }

    /// Other rows of the same table that have the value.
    public static func siblings(by key: Unique.Key) -> FillSource {
        FillSource(table: nil, column: nil, path: [], key: key, matching: key.column)
    }

    /// A value within a payload: `.json("raw.answers", "payload", at: "name", by: "domain")`.
    ///
    /// - Parameters:
    ///   - table: `schema.table`.
    ///   - column: The column of type `json` or `jsonb`.
    ///   - path: The way to the value, one name a step.
    ///   - key: The column of the check's table that finds the row, compared in its form.
    ///   - matching: The column of the other table; the same name where nothing is said.
    /// - Returns: The source.
    public static func json(
        _ table: String, _ column: String, at path: String..., by key: Unique.Key,
        matching: String? = nil
    ) -> FillSource {
        FillSource(
            table: TableName(table), column: column, path: path, key: key,
            matching: matching ?? key.column)
    }
}

/// How values outside a vocabulary are translated into it.
public enum Translation: Sendable, Hashable {
    /// By a lookup table: what is written, and what it means.
    case table(TableName, from: String, to: String)
    /// By a list.
    case values([String: String])
}
