public import Assay
import Postgres

/// What was found in one table.
public struct TableProfile: Sendable {
    /// The table.
    public let table: TableName
    /// How many rows were read.
    public let rows: Int
    /// About how many rows there are, where not all were read.
    public let sampledOf: Int?
    /// What the database guarantees itself, in words: `4 × NOT NULL`.
    let guarantees: [String]
    /// The columns that tell rows apart.
    let key: [String]
    /// The table's comment in the catalog.
    let comment: String?
    /// Checks that were measured.
    let measured: [(candidate: Candidate, measure: Measure)]
    /// What was found in each column.
    let columns: [ColumnProfile]

    /// How the rows are called in evidence.
    var noun: String { sampledOf == nil ? "row" : "sampled row" }
}

/// What was found in one column.
struct ColumnProfile: Sendable {
    /// Ages of a column of moments.
    struct Ages: Sendable {
        /// How old the newest value is, in seconds.
        let newest: Double
        /// On how many of the last 30 days something came.
        let days: Int
    }

    let column: Column
    /// How many rows hold a value.
    let present: Int
    /// How many different values there are, where they were counted.
    var distinct: Int?
    /// Whether they were counted in all the rows that were read.
    var distinctIsExact = false
    /// The shortest and the longest text.
    let lengths: ClosedRange<Int>?
    /// The values and how often each stands, the most frequent first, where there are few.
    var vocabulary: [(value: String, count: Int)] = []
    let ages: Ages?
    /// Whether a key or a foreign key holds it.
    let isKeyed: Bool
}

/// A table of which nothing can be said.
public struct SkippedTable: Sendable, Hashable {
    /// The table.
    public let table: TableName
    /// Why: `is a view: declare the tables that it reads`.
    public let reason: String
}
