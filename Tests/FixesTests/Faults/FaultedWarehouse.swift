import Assay
import AssayTesting
import Auditor
import Fixes
import FoundationEssentials
import Postgres
import SmallWarehouse
import Testing

/// A small warehouse and an approved fix of it, applied and undone under faults over and over.
struct FaultedWarehouse: Sendable {
    /// One of the two things that a fault may meet.
    enum Act: Sendable, Hashable { case apply, undo }

    /// What a command said of itself.
    enum Claim: Sendable, Hashable {
        case done, notDone
        /// It could not find out.
        case unknown
        /// It was killed.
        case none
    }

    let target: DatabaseTarget
    let folder: FixFolder
    /// The rows before the fix and after it.
    let before: String
    let after: String
    /// How many rows of the journal one apply writes.
    let journaled: Int

    /// A trigger counts the edits of a row, so that a row that was changed twice does not look like
    /// one that was changed once; a deferred reference is checked before COMMIT.
    static let schema = """
        CREATE SCHEMA core;
        CREATE TABLE core.companies (
            id bigint PRIMARY KEY, domain text UNIQUE, name text, note text NOT NULL DEFAULT '',
            edits integer NOT NULL DEFAULT 0);
        CREATE TABLE core.customers (
            id bigint PRIMARY KEY, name text NOT NULL, edits integer NOT NULL DEFAULT 0,
            company_domain text REFERENCES core.companies (domain) DEFERRABLE INITIALLY DEFERRED);
        CREATE FUNCTION core.count_edits() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN NEW.edits := OLD.edits + 1; RETURN NEW; END $$;
        CREATE TRIGGER count_edits BEFORE UPDATE ON core.companies
            FOR EACH ROW EXECUTE FUNCTION core.count_edits();
        CREATE TRIGGER count_edits BEFORE UPDATE ON core.customers
            FOR EACH ROW EXECUTE FUNCTION core.count_edits();
        INSERT INTO core.companies (id, domain, name)
            SELECT n, CASE WHEN n % 3 = 0 THEN 'HTTPS://WWW.C' || n || '.EXAMPLE/'
                ELSE 'c' || n || '.example' END, 'company ' || n FROM generate_series(1, 60) AS n;
        INSERT INTO core.customers (id, name, company_domain)
            SELECT n, CASE WHEN n % 10 = 0 THEN 'double' ELSE 'customer ' || n END,
                'c' || (1 + 3 * (n % 20)) || '.example' FROM generate_series(1, 200) AS n;
        """

    static let script = """
        -- Domains into their normal form
        UPDATE core.companies SET domain = lower(regexp_replace(domain, '^HTTPS://WWW\\.|/$', '', 'g'))
        WHERE domain LIKE 'HTTPS://%';
        -- A company that nobody had listed
        INSERT INTO core.companies (id, domain, name) VALUES (9001, 'late.example', 'Late');
        -- Its customers
        UPDATE core.customers SET company_domain = 'late.example' WHERE id % 50 = 1;
        -- Customers twice over go
        DELETE FROM core.customers WHERE name = 'double';
        """

    /// Makes one in a database of the server that the tests run beside.
    nonisolated(nonsending) static func with(
        _ body: nonisolated(nonsending) (FaultedWarehouse) async throws -> Void
    ) async throws {
        try await withScratchDatabase { database in
            try await with(in: database.target, body)
        }
    }

    /// Makes one in an empty database: plans, approves, applies and undoes its fix once.
    nonisolated(nonsending) static func with(
        in target: DatabaseTarget,
        _ body: nonisolated(nonsending) (FaultedWarehouse) async throws -> Void
    ) async throws {
        let fixes = FileManager.default.temporaryDirectory.appending(
            path: "assay-faults-\(UInt64.random(in: .min ... .max))"
        ).path
        defer { try? FileManager.default.removeItem(atPath: fixes) }
        let connection = try await Connection.connect(to: target, applicationName: "assay tests")
        try await connection.script(schema)
        await connection.close()
        try await Installation().install(in: target, expected: ExpectedDatabase())
        let folder = try FixFolder("mend", in: fixes)
        try FileManager.default.createDirectory(
            atPath: folder.path, withIntermediateDirectories: true)
        try Data(script.utf8).write(to: URL(filePath: folder.scriptPath))
        let blank = FaultedWarehouse(
            target: target, folder: folder, before: "", after: "", journaled: 0)
        let before = try await blank.state()
        let session = try blank.session()
        _ = try await session.plan(folder, resolving: ["core.companies/normalized:domain"])
        _ = try await folder.approve(
            by: "reviewer", now: 1_800_000_000, lifetime: 3_155_760_000, fourEyes: false,
            signingWith: nil)
        #expect(try await session.apply(folder, commits: true) == .applied)
        let after = try await blank.state()
        #expect(after.rows != before.rows && after.applied == 1 && after.leftOver == 0)
        _ = try await session.undo("mend", commits: true, skipsConflicts: false)
        #expect(try await blank.state().rows == before.rows)
        try await body(
            FaultedWarehouse(
                target: target, folder: folder, before: before.rows, after: after.rows,
                journaled: after.journaled))
    }

    /// A session, by another way to the database where one is given.
    func session(
        by way: DatabaseTarget? = nil, _ adjust: (inout FixOptions) -> Void = { _ in }
    ) throws -> FixSession {
        var options = FixOptions(target: way ?? target, now: 1_800_000_000, user: "author")
        options.lockTimeout = .seconds(10)
        options.deadline = .seconds(60)
        options.commitTimeout = .seconds(20)
        options.connectTimeout = .seconds(20)
        adjust(&options)
        let suite = try Suite(name: "faults", tables: [companies, customers], root: "")
        return FixSession(suite: suite, options: options)
    }

    /// Applies or undoes, and says what came of it.
    func perform(_ act: Act, _ session: FixSession) async throws -> Claim {
        do {
            switch act {
            case .apply: _ = try await session.apply(folder, commits: true)
            case .undo: _ = try await session.undo("mend", commits: true, skipsConflicts: false)
            }
            return .done
        } catch is BrokenAcknowledgement {
            return .unknown
        } catch is PostgresError {
            return .notDone
        }
    }

    // MARK: What is there

    /// Everything that a fault could leave behind.
    struct State: Sendable {
        /// All rows, as one digest.
        let rows: String
        /// Fixes in the ledger that stand.
        let applied: Int
        /// Fixes that were ever committed, and how many of them were undone.
        let total: Int
        let undone: Int
        /// Rows in the journal of those that stand.
        let journaled: Int
        /// Triggers that are added, switched off, or noted as such.
        let leftOver: Int
    }

    /// Looks, on a connection of its own; a server that crashed is waited for.
    func state() async throws -> State {
        let connection = try await connected()
        let row = try await connection.query(
            """
            SELECT (SELECT md5(string_agg(c::text, E'\\n' ORDER BY id)) FROM core.companies AS c)
                || (SELECT md5(string_agg(c::text, E'\\n' ORDER BY id)) FROM core.customers AS c),
                (SELECT count(*) FROM assay.fix_ledger WHERE undone_at IS NULL),
                (SELECT count(*) FROM assay.fix_ledger),
                (SELECT count(*) FROM assay.fix_ledger WHERE undone_at IS NOT NULL),
                (SELECT count(*) FROM assay.fix_journal AS j JOIN assay.fix_ledger AS l ON j.fix = l.id
                 WHERE l.undone_at IS NULL),
                (SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'zz\\_assay%'
                    OR NOT tgisinternal AND tgenabled <> 'O')
                + (SELECT count(*) FROM assay.altered_triggers)
            """)
        await connection.close()
        let number = { (column: Int) in row[0, column].flatMap { Int($0) } ?? -1 }
        return State(
            rows: row[0, 0] ?? "", applied: number(1), total: number(2), undone: number(3),
            journaled: number(4), leftOver: number(5))
    }

    /// Waits until the server has noticed the end of every client.
    func untilQuiet() async throws {
        let connection = try await connected()
        for _ in 0..<1_500 {
            let busy = try await connection.query(
                """
                SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND application_name = 'assay fix'
                """)
            if busy.scalar == "0" { return await connection.close() }
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("a connection of a client that is gone stays open")
    }

    /// A connection past the proxy.
    func connected() async throws -> Connection {
        for _ in 0..<500 {
            do throws(PostgresError) {
                let connection = try await Connection.connect(
                    to: target, applicationName: "assay tests")
                try await connection.script("SELECT 1")
                return connection
            } catch {
                // The server may be recovering.
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        return try await Connection.connect(to: target, applicationName: "assay tests")
    }
}
