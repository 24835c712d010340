public import Assay
public import Postgres

/// Which database is expected; what is `nil` is not looked at.
public struct ExpectedDatabase: Sendable, Hashable {
    /// The database's name.
    public var name: String?
    /// The host that was connected to, or the folder of its socket.
    public var host: String?
    /// The cluster's system identifier, which no other cluster has.
    public var systemIdentifier: String?

    /// Creates an expectation.
    public init(name: String? = nil, host: String? = nil, systemIdentifier: String? = nil) {
        self.name = name
        self.host = host
        self.systemIdentifier = systemIdentifier
    }
}

/// How an audit is run.
public struct AuditOptions: Sendable {
    /// Where the database is.
    public var target: DatabaseTarget
    /// The database that must answer there.
    public var expected = ExpectedDatabase()
    /// How many connections are used at the most.
    public var connections = 2
    /// Where checks are evaluated.
    public var engine = Engine.auto
    /// How many bytes of memory the run may take, where keys are compared here.
    public var memory = 256 * 1_048_576
    /// How many bytes of rows are read in a second at the most, over all connections; `nil` for any.
    public var maxRate: Int?
    /// How many bytes of a table are read in one part.
    var partSize = 4 * 1_048_576
    /// How many bytes a second a connection brings; measured where nil.
    var throughput: Double?
    /// How many changed rows are read by one statement.
    var changesAtOnce = 2_500
    /// How long one statement may take.
    public var deadline: Duration = .seconds(1_800)
    /// How long a connection may take to come about.
    public var connectTimeout: Duration = .seconds(10)
    /// Whether values of rows are read and shown.
    public var showsValues = false
    /// How many violations are shown of each check.
    public var samples = 5
    /// The planner's cost that a statement may not exceed; `nil` for any.
    public var maxCost: Double?
    /// What the run is called; the time of the snapshot where nothing is said.
    public var run: String?
    /// The time that freshness is judged by, in seconds since 1970; the server's where nil.
    ///
    /// A run at a given time reports no duration either, so that equal data give equal reports.
    public var now: Double?
    /// Where the other databases are that checks compare with, by what checks call them.
    public var others: [String: DatabaseTarget] = [:]
    /// What recorded runs measured, by the check's identity; `nil` where there is no history.
    public var past: [String: Past]?
    /// How a run looks only at what changed; all is looked at where nil.
    public var incremental: IncrementalOptions?
    /// How violations are told apart and compared with an earlier run's; not at all where nil.
    public var identification: IdentificationOptions?
    /// What the server is called in the report; host and port where nothing is said.
    public var server: String?

    /// Creates options for a database.
    public init(target: DatabaseTarget) {
        self.target = target
    }
}

extension ExpectedDatabase {
    /// Refuses another database than the expected one.
    func refuse(_ database: DatabaseIdentity, host: String) throws(Refusal) {
        var problems: [Refusal.Item] = []
        func compare(_ what: String, _ expected: String?, _ found: String?) {
            guard let expected, expected != found else { return }
            problems.append(
                .init(
                    "the wrong database answered: its \(what) is \(found ?? "not readable"), "
                        + "expected \(expected); nothing was read from its tables"))
        }
        compare("name", name, database.name)
        compare("host", self.host, host)
        compare("system identifier", systemIdentifier, database.systemIdentifier)
        if !problems.isEmpty { throw Refusal(problems) }
    }
}

extension Connection {
    /// Refuses another database than the expected one.
    public nonisolated func refuseUnexpected(_ expected: ExpectedDatabase) async throws {
        try expected.refuse(try await DatabaseIdentity.read(from: self), host: host)
    }
}

extension AuditOptions {
    /// What a run takes beside keys: the program, its connections and what is under way on them.
    private static let ownMemory = 96 * 1_048_576

    /// How many bytes of keys are held in memory at the most; there has to be room for some.
    var keyMemory: Int { max(memory / 4, memory - AuditOptions.ownMemory) }
}
