import Assay
import AssayTesting
import Auditor
import Gate
import Postgres
import Testing

/// A server beside a suite that is not the one of its real databases, for shadows.
struct SecondServer: SuiteTrait, TestScoping {
    @TaskLocal static var target: DatabaseTarget?

    func provideScope(
        for test: Test, testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await withThrowawayCluster { cluster in
            try await Self.$target.withValue(cluster.target) { try await function() }
        }
    }
}

extension Trait where Self == SecondServer {
    /// Starts a second server for the suite.
    static var secondServer: Self { SecondServer() }
}

/// A real database, a shadow of it, and what running a migration there shows.
struct GateFixture: Sendable {
    /// The database that stands for the real one.
    let real: ScratchDatabase
    /// An empty database on whose server shadows are made: another than the real one's.
    let empty: ScratchDatabase

    /// Makes the one in the server that the tests share, the other in the suite's second one.
    static func with<Value: Sendable>(
        _ schema: String,
        _ body: nonisolated(nonsending) (GateFixture) async throws -> Value
    ) async throws -> Value {
        try await withScratchDatabase(setUp: schema) { real in
            try await withScratchDatabase(on: SecondServer.target) { empty in
                try await body(GateFixture(real: real, empty: empty))
            }
        }
    }

    /// Options for a shadow of the real database on the second server.
    var options: ShadowOptions {
        var options = ShadowOptions()
        options.place = .server(empty.target)
        options.schema = .database(real.target)
        return options
    }

    /// Runs a stage over one migration.
    func report(
        on up: String, down: String? = nil, suite: Suite? = nil,
        statements: [ProgramStatement] = [],
        sample: Int? = nil, before stages: [any GateStage] = [],
        change: (inout ShadowOptions) -> Void = { _ in }
    ) async throws -> FindingReport {
        var options = options
        options.sample = sample
        change(&options)
        let stage = ShadowStage(
            shadow: options, suite: suite, statements: statements, version: "test")
        let migration = Migration(
            name: "m", up: .init(file: "m.sql", text: up),
            down: down.map { .init(file: "m.down.sql", text: $0) })
        return try await GateRun(stages: stages + [stage], version: "test").report(on: [migration])
    }

    /// A small warehouse of 2,000 companies, by what the catalog says of them.
    static let warehouse = """
        CREATE SCHEMA core;
        CREATE TABLE core.companies (
            id int PRIMARY KEY, name text, domain text, size text, employees int);
        CREATE TABLE core.customers (
            id int PRIMARY KEY, company_id int, name varchar(40) NOT NULL, revenue numeric(12, 4));
        CREATE INDEX ON core.customers (company_id);
        CREATE VIEW core.named AS SELECT id, name FROM core.companies WHERE name IS NOT NULL;
        INSERT INTO core.companies SELECT n, CASE WHEN n % 100 <> 0 THEN 'Company ' || n END,
            'company' || n % 1990 || '.example', CASE WHEN n % 500 = 0 THEN 'many' ELSE n::text END, n
            FROM generate_series(1, 2000) AS n;
        INSERT INTO core.customers SELECT n, CASE WHEN n > 95 THEN n + 5000 ELSE n END,
            repeat('x', n % 40), n + 0.1234 FROM generate_series(1, 100) AS n;
        ANALYZE;
        """
}

extension FindingReport {
    /// The findings of one rule.
    func of(_ rule: String) -> [Finding] { findings.filter { $0.rule == rule } }
}
