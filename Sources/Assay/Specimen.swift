/// One proof that a check can fail: what turns it red, beside what only just leaves it green.
public struct Specimen: Sendable, Hashable {
    /// Which promise of the check it is about: `null`, `too high`.
    public let label: String
    /// What is done so that the check turns red.
    public var violating: [Step]
    /// What is done that only just leaves it green.
    public var boundary: [Step]
    /// How many violations are counted then; `nil` for one at the least.
    public let violations: Int?
    /// What must be there for the proof.
    public let ground: Ground
    /// Whether SQL of the author's is met by guessing, so that a proof which fails says nothing.
    public var isGuess = false
    /// What recorded runs are taken to have measured, for a check that needs it.
    public var past = Past()

    /// What a proof needs, beyond a row or two.
    public enum Ground: Sendable, Hashable {
        /// Nothing: the rows of others do not matter.
        case anyRows
        /// The table for itself, empty: the check speaks of the table as a whole.
        case emptyTable
        /// A schema that may be changed.
        case ownSchema
        /// A table whose definition may be changed: the steps say all that the check speaks of.
        case ownTable
    }

    /// Creates a proof.
    public init(
        _ label: String, violating: [Step], boundary: [Step], violations: Int?,
        ground: Ground = .anyRows
    ) {
        self.label = label
        self.violating = violating
        self.boundary = boundary
        self.violations = violations
        self.ground = ground
    }

    /// Creates a proof by one row of the check's table that breaks the promise, and one that keeps it.
    public init(
        _ label: String, violating: [String: Value], boundary: [String: Value]
    ) {
        self.init(
            label, violating: [.rows(Rows(violating))], boundary: [.rows(Rows(boundary))],
            violations: 1)
    }
}

extension Specimen {
    /// The value of one column of a row that is made.
    public enum Value: Sendable, Hashable {
        /// No value.
        case null
        /// A text that PostgreSQL reads as the column's type.
        case text(String)
        /// A value of the column's type; a greater number gives a greater value.
        case sample(Int)
        /// A value like a sample that fits other types of its sort too, however narrow they are.
        case short(Int)
        /// The next value below this one.
        case below(String)
        /// The next value above this one.
        case above(String)
        /// An instant before the measure, by so many seconds.
        case ago(Double)
        /// Any value of the column's type but these.
        case unlike([String])
        /// The first of these texts for which the condition on `candidate` holds.
        case first(of: [String], where: SQL)

        /// Any value at all.
        public static let any = Value.sample(0)
    }

    /// Rows of one table, alike but for what must differ.
    ///
    /// Columns that are not named get a value where the table demands one.
    public struct Rows: Sendable, Hashable {
        /// The table; `nil` for the check's own.
        public let table: TableName?
        /// How many.
        public let count: Int
        /// The values by column.
        public var values: [String: Value]
        /// Whether what the named columns refer to is made too.
        public let hasParents: Bool
        /// Whether rows that are there already will do.
        public let mayExist: Bool

        /// Creates rows.
        public init(
            _ values: [String: Value], of table: TableName? = nil, count: Int = 1,
            hasParents: Bool = true, mayExist: Bool = false
        ) {
            self.table = table
            self.count = count
            self.values = values
            self.hasParents = hasParents
            self.mayExist = mayExist
        }
    }

    /// One thing that is done to the database, and taken back.
    ///
    ///     .violated(by: .row("core.company_customers", ["customer_name": "Acme", "source": nil]))
    public enum Step: Sendable, Hashable, ExpressibleByStringInterpolation {
        /// Rows are inserted.
        case rows(Rows)
        /// A statement of the author's is run.
        case statement(SQL)

        /// Creates a step from a statement.
        public init(stringLiteral value: String) {
            self = .statement(SQL(stringLiteral: value))
        }

        /// Creates a step from a statement with bound values.
        public init(stringInterpolation: SQL.StringInterpolation) {
            self = .statement(SQL(stringInterpolation: stringInterpolation))
        }

        /// A row with these values; what else the table demands is filled in.
        public static func row(_ table: String, _ values: [String: Value] = [:]) -> Step {
            .rows(Rows(values, of: TableName(table)))
        }

        /// Several rows that share these values.
        public static func rows(
            _ count: Int, of table: String, _ values: [String: Value] = [:]
        ) -> Step {
            .rows(Rows(values, of: TableName(table), count: count))
        }
    }
}

extension Specimen.Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
    /// Creates a value from its text.
    public init(stringLiteral value: String) { self = .text(value) }
    /// Creates a whole number.
    public init(integerLiteral value: Int) { self = .text(String(value)) }
    /// Creates a truth value.
    public init(booleanLiteral value: Bool) { self = .text(value ? "true" : "false") }
    /// Creates null.
    public init(nilLiteral: ()) { self = .null }

    /// An instant that lies so far back.
    public static func ago(_ age: Age) -> Specimen.Value { .ago(age.seconds) }
}

/// How a check is proven able to fail.
public enum Specimens: Sendable, Hashable {
    /// Each of these turns it red and leaves it green.
    case made([Specimen])
    /// Nothing can break it: the end of a sentence that begins with the check.
    case vacuous(String)
    /// Its `where` holds of no row that could break it, or of none that could keep it.
    case blind(String)
    /// None can be made, for this reason: the author says what breaks it.
    case missing(String)
}
