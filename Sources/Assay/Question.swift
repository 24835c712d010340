/// What a check asks of the database.
///
/// The auditor decides how it is asked, and with what else.
public enum Question: Sendable, Hashable {
    /// Nothing: a constraint has proven the promise.
    case proven(by: String)
    /// A predicate on each row, which shares a scan with its neighbours.
    case rows(RowQuestion)
    /// Aggregates over the table, which share the same scan.
    case aggregates(AggregateQuestion)
    /// Groups of rows that should not be.
    case groups(GroupQuestion)
    /// Rows whose reference leads nowhere.
    case orphans(OrphanQuestion)
    /// SQL that returns the violating rows.
    case violators(SQL)
    /// Whether a table of another database says the same.
    case distant(DistantQuestion)
    /// Facts of the catalog: a query with a row for each, in which stand its place and what is wrong
    /// with it, or null.
    case facts(SQL)
    /// SQL that must be understood by the database, and is not run.
    case statement(SQL)
}

/// A predicate on each row.
public struct RowQuestion: Sendable, Hashable {
    /// A sort of violation and how it shows.
    public struct Part: Sendable, Hashable {
        /// What it is called in the measure.
        public let label: String
        /// True for a row that breaks the promise; null and false for one that does not.
        public let violated: SQL
        /// What holds for the same rows, evaluated on their bytes.
        public let test: RowTest

        /// Creates a part; without a test, only the database can evaluate it.
        public init(_ label: String, _ violated: SQL, test: RowTest? = nil) {
            self.label = label
            self.violated = violated
            self.test = test ?? .sql(violated)
        }
    }

    /// Which rows the promise speaks of; `nil` for all.
    public let scope: SQL?
    /// What holds for the same rows, evaluated on their bytes; `nil` for all.
    public let scopeTest: RowTest?
    /// The sorts of violation; no row is counted in two.
    public let parts: [Part]
    /// The form, where all that is asked is whether a column's values stand in it.
    public let form: ColumnForm?

    /// Creates a question.
    public init(
        scope: SQL?, scopeTest: RowTest? = nil, parts: [Part], form: ColumnForm? = nil
    ) {
        self.scope = scope
        self.scopeTest = scopeTest ?? scope.map { .sql($0) }
        self.parts = parts
        self.form = form
    }

    /// True for a row that breaks the promise in any way.
    public var violated: SQL {
        let any = parts.map { "(\($0.violated))" as SQL }.joined(separator: " OR ")
        guard let scope else { return any }
        return "(\(scope)) AND (\(any))"
    }
}

/// Aggregates over the table, answered as text to ``Check/measure(_:)``.
public struct AggregateQuestion: Sendable, Hashable {
    /// How what parts of the table answer becomes the answer of all.
    public enum Combination: Sendable, Hashable {
        /// The counts are added up.
        case sum
        /// The greatest number is taken.
        case greatest
    }

    /// The aggregate expressions, each limited to the check's scope already.
    public let expressions: [SQL]
    /// How the answers of parts of the table are combined; `nil` where all of it is asked at once.
    public let combination: Combination?
    /// The same aggregates, as they can be kept up to date from the rows that changed; `nil` where one cannot.
    public let tests: [AggregateTest]?

    /// Creates a question.
    public init(_ expressions: SQL..., combined combination: Combination? = nil) {
        self.init(expressions, combined: combination)
    }

    /// Creates a question; without tests, only the database can answer it.
    public init(
        _ expressions: [SQL], combined combination: Combination? = nil,
        tests: [AggregateTest]? = nil
    ) {
        self.expressions = expressions
        self.combination = combination
        self.tests = tests
    }
}

/// An aggregate that can be kept up to date from the rows that changed.
public enum AggregateTest: Sendable, Hashable {
    /// How many rows a test holds of; of all where there is none.
    case count(where: RowTest?)
    /// The largest value of a date or timestamp column, of the rows that a test and the same SQL hold of.
    case largest(of: String, where: RowTest?, filter: SQL?)
}

/// Groups of rows that should not be.
public struct GroupQuestion: Sendable, Hashable {
    /// A part of what the rows are grouped by.
    public struct Key: Sendable, Hashable {
        /// The value that rows share.
        public let value: SQL
        /// The column and its form, where rows share that.
        public let form: ColumnForm?
        /// The column, where rows share its value as it is: texts byte by byte.
        public let column: String?

        /// A column's value as it is, computed so.
        public init(_ value: SQL, of column: String) {
            self.value = value
            form = nil
            self.column = column
        }

        /// The form of a column.
        public init(_ form: ColumnForm) {
            value = form.key
            self.form = form
            column = nil
        }
    }

    /// What the rows are grouped by; a row in which one of them is null belongs to no group.
    public let keys: [Key]
    /// The columns that the keys are computed from; a row in which one is null is not looked at.
    public let columns: [String]
    /// Which of the other rows are looked at; `nil` for all.
    public let condition: SQL?
    /// What holds for the same rows, evaluated on their bytes; `nil` for all.
    public let conditionTest: RowTest?
    /// What is counted in a group, each value once; `nil` counts rows.
    public let distinct: Key?
    /// The largest count that a group may have.
    public let limit: Int

    /// Creates a question.
    public init(
        keys: [Key], columns: [String], condition: SQL?, conditionTest: RowTest? = nil,
        distinct: Key? = nil, limit: Int = 1
    ) {
        self.keys = keys
        self.columns = columns
        self.condition = condition
        self.conditionTest = conditionTest ?? condition.map { .sql($0) }
        self.distinct = distinct
        self.limit = limit
    }

    /// Which rows are looked at.
    public var scope: SQL {
        (columns.map { "\(identifier: $0) IS NOT NULL" as SQL } + [condition].compactMap(\.self))
            .joined(separator: " AND ")
    }
}

/// Rows whose reference leads nowhere.
public struct OrphanQuestion: Sendable, Hashable {
    /// The referring columns.
    public let columns: [String]
    /// The table referred to.
    public let parent: TableName
    /// The columns referred to.
    public let parentColumns: [String]
    /// Whether the columns referred to are unique by the catalog.
    public let parentIsUnique: Bool
    /// Which rows are looked at; `nil` for all.
    public let scope: SQL?
    /// What holds for the same rows, evaluated on their bytes; `nil` for all.
    public let scopeTest: RowTest?

    /// Creates a question.
    public init(
        columns: [String], parent: TableName, parentColumns: [String], parentIsUnique: Bool,
        scope: SQL?, scopeTest: RowTest? = nil
    ) {
        self.columns = columns
        self.parent = parent
        self.parentColumns = parentColumns
        self.parentIsUnique = parentIsUnique
        self.scope = scope
        self.scopeTest = scopeTest ?? scope.map { .sql($0) }
    }
}

/// Whether a table of another database says the same as the check's own.
public struct DistantQuestion: Sendable, Hashable {
    /// What the database is called; where it is, is said when the command runs.
    public let database: String
    /// The table in it.
    public let table: TableName
    /// The columns by which a row finds its like; none where totals are compared.
    public let keys: [String]
    /// The columns whose values must be the same.
    public let compared: [String]
    /// The aggregates over all rows that must be the same.
    public let totals: [SQL]
    /// Which rows are looked at, of both tables; `nil` for all.
    public let scope: SQL?

    /// Creates a question.
    public init(
        database: String, table: TableName, keys: [String], compared: [String], totals: [SQL],
        scope: SQL?
    ) {
        self.database = database
        self.table = table
        self.keys = keys
        self.compared = compared
        self.totals = totals
        self.scope = scope
    }
}
