import Assay
import AssayTesting
import Auditor
import Postgres
import Testing

/// What the auditing role may and may not see.
@Suite(.timeLimit(.minutes(15))) struct RightsTests {
    private static let fixture = """
        CREATE SCHEMA core;
        CREATE TABLE core.companies (id int PRIMARY KEY, name text, domain text, at timestamptz);
        CREATE TABLE core.customers (id int PRIMARY KEY, company int);
        INSERT INTO core.companies SELECT i, nullif('n' || i % 9, 'n8'), 'd' || i % 50, now()
            FROM generate_series(1, 100) i;
        INSERT INTO core.customers SELECT i, i + 1 FROM generate_series(1, 100) i;
        """

    /// Every kind over the two tables.
    private static let tables = [
        Table("core.companies", key: "id") {
            Required("name")
            Normalized("name", as: .name)
            Unique(by: "domain")
            OneOf("name", "n1")
            Matches("name", "^n")
            InRange("id", 1...50)
            Length("name", 1...2)
            SharedHost("domain")
            PoisonedDomain("domain", names: "name")
            Fresh("at", within: .days(1))
            RowCount(1...)
            Implies(.present("name"), then: "domain <> 'd1'")
            NoRows("early companies") { "SELECT id FROM core.companies WHERE id < 3" }
            Resolvable("the lookup") { "SELECT domain FROM core.companies" }
        },
        Table("core.customers", key: "id") { References("company", in: "core.companies.id") },
    ]

    private static func mayRead(_ role: String) -> String {
        "GRANT USAGE ON SCHEMA core TO \(role); "
            + "GRANT SELECT ON ALL TABLES IN SCHEMA core TO \(role)"
    }

    /// Runs `body` with a target that logs in as a new role with these rights.
    private func asRole(
        _ database: ScratchDatabase, _ rights: (String) -> String,
        _ body: (DatabaseTarget, String) async throws -> Void
    ) async throws {
        let role = "auditor_\(database.name)"
        try await database.script("CREATE ROLE \(role) LOGIN; " + rights(role))
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(database.target.with("user", role), role))
        } catch {
            outcome = .failure(error)
        }
        try await database.script("DROP OWNED BY \(role); DROP ROLE \(role)")
        try outcome.get()
    }

    @Test func `a role that may only SELECT audits everything`() async throws {
        try await withScratchDatabase(setUp: Self.fixture) { database in
            let whole = try await audit(database, Self.tables)
            try await asRole(database) {
                Self.mayRead($0)
            } _: { target, role in
                let report = try await audit(database, Self.tables) { $0.target = target }
                #expect(report.results == whole.results)
                #expect(report.errored.isEmpty && report.database?.role == role)
            }
        }
    }

    @Test func `a table without SELECT is errored with the grant that it lacks`() async throws {
        try await withScratchDatabase(setUp: Self.fixture) { database in
            try await asRole(database) {
                "GRANT USAGE ON SCHEMA core TO \($0); GRANT SELECT ON core.companies TO \($0)"
            } _: { target, role in
                let tables = [
                    Table("core.customers", key: "id") {
                        Required("company")
                        NoRows("strays") { "SELECT id FROM core.customers WHERE company > 100" }
                    },
                    Table("core.companies", key: "id") { Required("name") },
                ]
                let report = try await audit(database, tables) { $0.target = target }
                for id in ["required:company", "no-rows:strays"] {
                    let result = try report.result(id)
                    #expect(result.outcome == .errored)
                    #expect(
                        result.trouble
                            == "permission denied for table customers; "
                            + "GRANT SELECT ON core.customers TO \(role)")
                }
                #expect(try report.result("required:name").measure?.scope == 100)
                #expect(report.exitCode(failOn: nil) == 2)
            }
        }
    }

    @Test func `a reference to a table without SELECT is errored alone`() async throws {
        try await withScratchDatabase(setUp: Self.fixture) { database in
            try await asRole(database) {
                "GRANT USAGE ON SCHEMA core TO \($0); GRANT SELECT ON core.customers TO \($0)"
            } _: { target, _ in
                let table = Table("core.customers", key: "id") {
                    References("company", in: "core.companies.id")
                    References("company", in: "core.customers.id").named("self")
                    Required("company")
                }
                let report = try await audit(database, [table]) { $0.target = target }
                #expect(report.results.map(\.outcome) == [.errored, .failed, .passed])
                #expect(
                    report.results.first?.trouble?.hasPrefix(
                        "permission denied for table companies; GRANT") == true)
            }
        }
    }

    @Test func `columns that may not be read are errored, others are measured`() async throws {
        try await withScratchDatabase(setUp: Self.fixture) { database in
            try await asRole(database) {
                """
                GRANT USAGE ON SCHEMA core TO \($0);
                GRANT SELECT (id, name) ON core.companies TO \($0)
                """
            } _: { target, _ in
                let table = Table("core.companies", key: "id") {
                    Required("name")
                    Required("domain")
                }
                let report = try await audit(database, [table]) { $0.target = target }
                #expect(report.results.map(\.outcome) == [.failed, .errored])
                #expect(report.results.first?.rows.count == 5)
            }
        }
    }

    @Test(arguments: [Engine.push, .stream], ["id, name", "id, name, domain, at"])
    func `who may read columns only may not see where rows lie`(
        engine: Engine, columns: String
    ) async throws {
        try await withScratchDatabase(setUp: Self.fixture) { database in
            let table = Table("core.companies", key: "id") {
                Required("name")
                Unique(by: "name")
                Unique(by: .normalized("name", as: .domain))
                References("name", in: "core.companies.name")
            }
            let whole = try await audit(database, [table]) { $0.engine = engine }
            try await asRole(database) {
                """
                GRANT USAGE ON SCHEMA core TO \($0);
                GRANT SELECT (\(columns)) ON core.companies TO \($0)
                """
            } _: { target, _ in
                let report = try await audit(database, [table]) {
                    $0.target = target
                    $0.engine = engine
                }
                #expect(report.results.map(\.measure) == whole.results.map(\.measure))
                #expect(report.results.map(\.outcome) == whole.results.map(\.outcome))
                #expect(report.engineNotes.isEmpty)
                #expect(try report.result("unique:name").rows.isEmpty == false)
            }
        }
    }

    @Test func `a schema without USAGE is errored with that grant`() async throws {
        try await withScratchDatabase(setUp: Self.fixture + "CREATE TABLE plain (id int);") {
            database in
            try await asRole(database) {
                "GRANT SELECT ON ALL TABLES IN SCHEMA core, public TO \($0)"
            } _: { target, role in
                let tables = [
                    Table("core.companies", key: "id") { Required("name") },
                    Table("plain") { RowCount(0...) },
                ]
                let report = try await audit(database, tables) { $0.target = target }
                #expect(report.results.map(\.outcome) == [.errored, .passed])
                let trouble = try #require(report.results.first?.trouble)
                #expect(trouble.hasPrefix("permission denied for schema core; "))
                #expect(trouble.contains("GRANT USAGE ON SCHEMA core TO \(role)"))
            }
        }
    }

    @Test func `row security that hides rows is refused, and one that does not is not`()
        async throws
    {
        let setUp =
            Self.fixture
                + """
                ALTER TABLE core.companies ENABLE ROW LEVEL SECURITY;
                CREATE POLICY late ON core.companies USING (id > 50);
                """
        try await withScratchDatabase(setUp: setUp) { database in
            let table = Table("core.companies", key: "id") { RowCount(100...100) }
            // A superuser sees all rows.
            #expect(try await audit(database, [table]).results.map(\.outcome) == [.passed])
            try await asRole(database) {
                Self.mayRead($0)
            } _: { target, role in
                let refusal = try await refusal {
                    _ = try await audit(database, [table]) { $0.target = target }
                }
                #expect(
                    refusal.items.map(\.sentence) == [
                        "row security hides rows of core.companies from \(role), so that an audit "
                            + "would not see them; audit as a role with BYPASSRLS"
                    ])
                try await database.script("ALTER ROLE \(role) BYPASSRLS")
                let report = try await audit(database, [table]) { $0.target = target }
                #expect(report.results.map(\.outcome) == [.passed])
            }
        }
    }

    @Test func `row security of a table that is referred to is no silent orphan`() async throws {
        let setUp =
            Self.fixture
                + """
                ALTER TABLE core.companies ENABLE ROW LEVEL SECURITY;
                CREATE POLICY late ON core.companies USING (id > 50);
                """
        try await withScratchDatabase(setUp: setUp) { database in
            try await asRole(database) {
                Self.mayRead($0)
            } _: { target, _ in
                let table = Table("core.customers", key: "id") {
                    NoRows("strays") {
                        """
                        SELECT id FROM core.customers \
                        WHERE company NOT IN (SELECT id FROM core.companies)
                        """
                    }
                    Required("company")
                }
                let report = try await audit(database, [table]) { $0.target = target }
                #expect(report.results.map(\.outcome) == [.errored, .passed])
                let trouble = try #require(report.results.first?.trouble)
                #expect(trouble.contains("row-level security") && trouble.contains("BYPASSRLS"))
                #expect(!trouble.contains("GRANT SELECT"))
            }
        }
    }

    @Test func `a role that may open one connection audits on one`() async throws {
        let setUp =
            Self.fixture
                + """
                CREATE TABLE core.big AS
                    SELECT repeat('x', 1000) AS t FROM generate_series(1, 20000);
                ANALYZE;
                """
        try await withScratchDatabase(setUp: setUp) { database in
            try await withScript("touch ready; cat", ready: "ready") { folder in
                // What is tracked is asked on a second connection, where there is one.
                for incremental in [nil, IncrementalOptions(folder: folder)] {
                    try await asRole(database) {
                        """
                        \(Self.mayRead($0));
                        ALTER ROLE \($0) CONNECTION LIMIT 1
                        """
                    } _: { target, _ in
                        let tables = Self.tables + [Table("core.big") { RowCount(20_000...) }]
                        let report = try await audit(database, tables) {
                            $0.target = target
                            $0.connections = 2
                            $0.incremental = incremental
                        }
                        #expect(report.errored.isEmpty && report.trouble == nil)
                        #expect(report.rows[TableName("core.big")] == 20_000)
                    }
                }
            }
        }
    }
}
