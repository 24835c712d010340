import Assay
import AssayTesting
import Auditor
import Postgres
import Testing

/// Sessions whose answers do not depend on what a database or a role has set.
@Suite(.timeLimit(.minutes(15))) struct SettlingTests {
    private static let setUp = """
        CREATE TABLE feeds (id int PRIMARY KEY, workflow text, payload jsonb);
        CREATE TABLE companies (
            id int PRIMARY KEY, name text, payload_id int REFERENCES feeds, site varchar(40));
        INSERT INTO feeds VALUES (1, 'a', '{"name": "x"}');
        INSERT INTO companies VALUES (1, 'a\\b', 1, ' x');
        DO $$ BEGIN
            EXECUTE format('ALTER DATABASE %I SET quote_all_identifiers = on', current_database());
            EXECUTE format(
                'ALTER DATABASE %I SET standard_conforming_strings = off', current_database());
        END $$;
        """

    private static let table = Table("companies", key: "id") {
        Required("name")
        Matches("name", "^a.b$")
        Normalized("site", as: .trimmed)
        Length("site", 1...40)
        References("payload_id", in: "feeds.id")
        Grants(.select, to: "postgres")
        Constrained(.references("payload_id", in: "feeds.id"))
        NoRows("backslashes") { "SELECT id FROM companies WHERE name = 'a\\b'" }
            .violated(by: .row("companies", ["name": #"a\b"#]))
            .kept(by: .row("companies", ["name": "a"]))
    }

    @Test func `a database that quotes all names and reads backslashes is audited as any other`()
        async throws
    {
        try await withScratchDatabase(setUp: Self.setUp) { database in
            let report = try await audit(database, [Self.table])
            #expect(report.results.filter { $0.outcome == .errored }.map(\.trouble) == [])
            #expect(
                report.results.filter { $0.outcome == .failed }.map(\.kind)
                    == ["normalized", "no-rows"])
        }
    }

    @Test(arguments: [ProofRun.Place.scratch, .inPlace(lockTimeout: .seconds(5))])
    func `its checks are proven as any other's`(place: ProofRun.Place) async throws {
        try await withScratchDatabase(setUp: Self.setUp) { database in
            var options = AuditOptions(target: database.target)
            options.now = 1_800_000_000
            let table = Table("companies", key: "id") {
                Normalized("site", as: .trimmed)
                Length("site", 1...40)
            }
            let suite = try Suite(name: "tests", tables: [table], root: folderOfTests())
            let report = try await ProofRun(suite: suite, options: options, place: place).report()
            #expect(report.exitCode == 0, "\(report.proofs)")
        }
    }

    @Test func `the server looks whether the client is still there`() async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect()
            try await connection.begin(.repeatableReadReadOnly)
            try await connection.settle(deadline: .seconds(5))
            let interval = try await connection.query(
                "SELECT current_setting('client_connection_check_interval', true)"
            ).scalar
            #expect(interval == (connection.serverVersion < 140_000 ? nil : "5s"))
            await connection.close()
        }
    }

    @Test func `no span is more than the server can be told`() async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect()
            try await connection.begin(.readOnly)
            try await connection.settle(
                deadline: .seconds(Int.max), lockTimeout: .seconds(2_147_484))
            let timeouts = try await connection.query(
                """
                SELECT setting FROM pg_settings WHERE name IN ('statement_timeout', 'lock_timeout')
                """)
            #expect(timeouts.map { $0[0] } == ["2147483647", "2147483647"])
            await connection.close()
        }
    }
}
