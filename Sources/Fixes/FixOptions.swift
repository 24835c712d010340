public import Auditor
public import Postgres

/// How fixes are planned and applied.
public struct FixOptions: Sendable {
    /// Where the database is, as a role that may change the touched tables.
    public var target: DatabaseTarget
    /// The database that must answer there.
    public var expected = ExpectedDatabase()
    /// How long one statement may take.
    public var deadline: Duration = .seconds(1_800)
    /// How long a statement may wait for a lock.
    public var lockTimeout: Duration = .seconds(5)
    /// How often a fix is begun anew after a lock that was not to be had or a deadlock.
    public var attempts = 5
    /// How long the answer to a commit may take, and how long it is looked for after it was lost.
    public var commitTimeout: Duration = .seconds(60)
    /// How long the server keeps a transaction whose client says nothing.
    public var idleTimeout: Duration = .seconds(60)
    /// How long a connection may take to come about.
    public var connectTimeout: Duration = .seconds(10)
    /// This machine's clock, in seconds since 1970.
    public var now: Double
    /// Who runs the command, for plans and approvals.
    public var user: String

    /// Creates options for a database.
    public init(target: DatabaseTarget, now: Double, user: String) {
        self.target = target
        self.now = now
        self.user = user
    }
}
