public import Assay
public import Postgres

/// What running a migration on a shadow did, statement by statement.
public struct MigrationTrace: Sendable {
    /// The migration.
    public let migration: Migration
    /// What each statement did that was run, in order; the last one may have failed.
    public internal(set) var statements: [StatementTrace] = []
    /// Why its text was run as a whole, which traces nothing but whether it runs.
    public internal(set) var isWhole = false

    /// Whether all of it ran.
    public var hasRun: Bool { failure == nil && refusal == nil }
    /// What the server said where a statement failed.
    public internal(set) var failure: PostgresError?
    /// Why it was not run at all.
    public internal(set) var refusal: String?
}

/// What running one statement did.
public struct StatementTrace: Sendable {
    /// The statement.
    public let statement: MigrationStatement
    /// The number of the transaction it ran in; a new one for each statement outside one.
    public let transaction: Int
    /// Whether its locks are known from PostgreSQL's documentation, since they ended with it.
    public internal(set) var isDocumented = false
    /// The locks that it took or made stronger, on tables that were there before.
    public internal(set) var locks: [HeldLock] = []
    /// The tables whose rows it wrote anew.
    public internal(set) var rewritten: [TableName] = []
    /// The tables of which it built indexes anew, or added one.
    public internal(set) var indexed: [TableName] = []
    /// The tables that it read from end to end.
    public internal(set) var scanned: [TableName] = []
    /// What it dropped by CASCADE, in the server's words: `view core.active_companies`.
    public internal(set) var cascaded: [String] = []
    /// What else the server remarked.
    public internal(set) var notices: [Notice] = []
    /// What it demands of rows that are there already.
    public internal(set) var demands: [RowDemand] = []
    /// What the server said where it failed.
    public internal(set) var failure: PostgresError?

    init(_ statement: MigrationStatement, transaction: Int) {
        self.statement = statement
        self.transaction = transaction
    }
}
