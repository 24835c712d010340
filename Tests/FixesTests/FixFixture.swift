import Assay
import AssayTesting
import Auditor
import Fixes
import FoundationEssentials
import Postgres
import Testing

/// A small warehouse with dirty domains, a folder of fixes, and a session on both.
struct FixFixture: Sendable {
    static let companies = Table("core.companies", key: "id") {
        Normalized("domain", as: .domain)
        Required("name")
    }
    static let customers = Table("core.customers", key: "id") {
        References("company_domain", in: "core.companies.domain")
    }

    let database: ScratchDatabase
    let fixes: String
    let suite: Suite

    /// Three clean companies, two dirty ones, and customers of one of each.
    static let schema = """
        CREATE SCHEMA core;
        CREATE TABLE core.companies (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            domain text UNIQUE, name text, updated_at timestamptz DEFAULT '2026-01-01 00:00:00+00');
        CREATE TABLE core.customers (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            company_domain text REFERENCES core.companies (domain), name text NOT NULL);
        CREATE FUNCTION core.touch() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN NEW.updated_at := clock_timestamp(); RETURN NEW; END $$;
        CREATE TRIGGER touch BEFORE UPDATE ON core.companies
            FOR EACH ROW EXECUTE FUNCTION core.touch();
        INSERT INTO core.companies (domain, name) VALUES
            ('acme.example', 'Acme'), ('globex.example', 'Globex'), ('initech.example', NULL),
            ('https://www.umbrella.example/', 'Umbrella'), ('HOOLI.EXAMPLE', 'Hooli');
        INSERT INTO core.customers (company_domain, name)
            SELECT 'acme.example', 'customer ' || n FROM generate_series(1, 40) AS n;
        INSERT INTO core.customers (company_domain, name) VALUES ('HOOLI.EXAMPLE', 'of Hooli');
        """

    /// A script that mends the one dirty domain nothing refers to.
    static let script = """
        -- Bring the domain of Umbrella into its normal form
        UPDATE core.companies SET domain = 'umbrella.example'
        WHERE domain = 'https://www.umbrella.example/';
        """

    /// Runs a test with a database and a folder of its own, both gone afterwards.
    static func with(
        _ schema: String = schema, tables: [Table] = [companies, customers],
        _ body: (FixFixture) async throws -> Void
    ) async throws {
        let fixes = FileManager.default.temporaryDirectory.appending(
            path: "assay-fixes-\(UInt64.random(in: .min ... .max))"
        ).path
        defer { try? FileManager.default.removeItem(atPath: fixes) }
        try await withScratchDatabase { database in
            try await database.script(schema)
            try await Installation().install(in: database.target, expected: ExpectedDatabase())
            try await body(
                FixFixture(
                    database: database, fixes: fixes,
                    suite: try Suite(name: "test", tables: tables, root: "")))
        }
    }

    /// A session; an hour later where asked for.
    func session(later: Double = 0, user: String = "author") -> FixSession {
        var options = FixOptions(
            target: database.target, now: 1_800_000_000 + later, user: user)
        options.lockTimeout = .seconds(1)
        options.deadline = .seconds(60)
        return FixSession(suite: suite, options: options)
    }

    /// Writes a script and plans it.
    func plan(
        _ script: String = script, named name: String = "mend",
        resolving checks: [String] = ["core.companies/normalized:domain"]
    ) async throws -> (folder: FixFolder, plan: FixPlan) {
        let folder = try FixFolder(name, in: fixes)
        try FileManager.default.createDirectory(
            atPath: folder.path, withIntermediateDirectories: true)
        try Data(script.utf8).write(to: URL(filePath: folder.scriptPath))
        return (folder, try await session().plan(folder, resolving: checks))
    }

    /// Plans, approves for a century, and applies.
    @discardableResult
    func apply(
        _ script: String = script, resolving checks: [String] = ["core.companies/normalized:domain"]
    ) async throws -> FixFolder {
        let folder = try await plan(script, resolving: checks).folder
        try await approve(folder)
        _ = try await session().apply(folder, commits: true)
        return folder
    }

    /// Approves for a century.
    func approve(_ folder: FixFolder, by approver: String = "reviewer") async throws {
        _ = try await folder.approve(
            by: approver, now: 1_800_000_000, lifetime: 3_155_760_000, fourEyes: false,
            signingWith: nil)
    }

    /// Edits a file of a fix.
    func edit(_ path: String, _ change: (String) -> String) throws {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try Data(change(text).utf8).write(to: URL(filePath: path))
    }

    /// All rows of the tables as text: what they were, to the last byte.
    func image() async throws -> String {
        try await scalar(
            """
            SELECT (SELECT string_agg(c::text, E'\\n' ORDER BY id) FROM core.companies AS c)
                || (SELECT string_agg(c::text, E'\\n' ORDER BY id) FROM core.customers AS c)
            """)
    }

    /// The one value of a query.
    func scalar(_ sql: String) async throws -> String {
        let connection = try await database.connect()
        return try await connection.query(sql).scalar ?? "null"
    }
}

/// Waits until a fix waits for a lock.
func untilAFixWaits(in target: DatabaseTarget) async throws {
    let connection = try await Connection.connect(to: target, applicationName: "assay tests")
    while try await connection.query(
        """
        SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
            AND application_name = 'assay fix' AND wait_event_type = 'Lock'
        """
    ).scalar == "0" {
        try await Task.sleep(for: .milliseconds(10))
    }
    await connection.close()
}

/// Expects a refusal that says this.
func refuses(_ words: String, _ body: () async throws -> some Any) async {
    let refusal = await #expect(throws: Refusal.self) { _ = try await body() }
    #expect(refusal?.description.contains(words) == true, "\(refusal?.description ?? "nothing")")
}

/// Expects a rollback with a promise that says this.
func breaks(_ words: String, _ body: () async throws -> some Any) async {
    let broken = await #expect(throws: BrokenPromise.self) { _ = try await body() }
    #expect(broken?.description.contains(words) == true, "\(broken?.description ?? "nothing")")
}
