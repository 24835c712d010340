import Assay
import AssayTesting
import Auditor
import Gate
import Postgres
import Testing

@Suite(.timeLimit(.minutes(15)), .secondServer) struct RoundTripTests {
    @Test func `a way back to the same catalog says nothing, whatever the order of columns`()
        async throws
    {
        try await GateFixture.with(GateFixture.warehouse) { fixture in
            let report = try await fixture.report(
                on: """
                    ALTER TABLE core.companies DROP COLUMN size;
                    ALTER TABLE core.companies ADD COLUMN country text;
                    CREATE INDEX companies_name ON core.companies (name);
                    """,
                down: """
                    DROP INDEX core.companies_name;
                    ALTER TABLE core.companies DROP COLUMN country;
                    ALTER TABLE core.companies ADD COLUMN size text;
                    """)
            #expect(report.of("way-back-differs").isEmpty && report.of("way-back-fails").isEmpty)
        }
    }

    @Test func `a way back that leaves something is told by what it lacks and leaves`() async throws
    {
        try await GateFixture.with(GateFixture.warehouse) { fixture in
            let report = try await fixture.report(
                on: """
                    ALTER TABLE core.customers ALTER name DROP NOT NULL;
                    CREATE TABLE core.notes (id int);
                    """, down: "ALTER TABLE core.customers ALTER name SET NOT NULL;")
            let finding = try #require(report.of("way-back-differs").first)
            #expect(finding.place.file == "m.down.sql")
            #expect(
                finding.notes == [
                    .init(
                        "leaves",
                        "column core.notes.id, relation core.notes, table core.notes")
                ])
        }
    }

    @Test func `a way back that fails is told where it fails`() async throws {
        try await GateFixture.with(GateFixture.warehouse) { fixture in
            let report = try await fixture.report(
                on: "CREATE TABLE core.notes (id int);",
                down: "DROP TABLE core.notes;\nDROP TABLE core.notices;")
            let finding = try #require(report.of("way-back-fails").first)
            #expect(
                "\(finding.place.file):\(finding.place.line): \(finding.message)"
                    == "m.down.sql:2: the way back fails on the shadow: "
                    + "table \"notices\" does not exist")
        }
    }

    @Test func `data that no way back brings again is listed with about how much of it`()
        async throws
    {
        try await GateFixture.with(
            GateFixture.warehouse + "CREATE TABLE core.unused (id int); ANALYZE;"
        ) { fixture in
            let report = try await fixture.report(
                on: """
                    ALTER TABLE core.companies DROP COLUMN name CASCADE;
                    DROP TABLE core.customers;
                    DROP TABLE core.unused;
                    """)
            #expect(
                report.of("data-destroyed").map { "\($0.place.line): \($0.message)" } == [
                    "1: core.companies.name goes with about 1,980 values, and no way back brings "
                        + "them again",
                    "2: core.customers goes with about 100 rows, and no way back brings them again",
                ])
            #expect(
                report.of("dropped-by-cascade").map(\.message)
                    == ["CASCADE takes 1 other object along: view core.named"])
        }
    }

    @Test func `two catalogs with the same things made in another order have one fingerprint`()
        async throws
    {
        let first = """
            CREATE SCHEMA a; CREATE SCHEMA b;
            CREATE TABLE a.t (x int, y text DEFAULT 'q', CHECK (x > 0)); CREATE INDEX ON a.t (y);
            CREATE TYPE b.e AS ENUM ('one', 'two');
            CREATE FUNCTION a.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
            CREATE FUNCTION a.g(b.e) RETURNS int LANGUAGE sql AS 'SELECT 1';
            GRANT SELECT ON a.t TO PUBLIC; COMMENT ON TABLE a.t IS 'words';
            """
        let second = """
            CREATE SCHEMA b; CREATE TYPE b.e AS ENUM ('one', 'two'); CREATE SCHEMA a;
            CREATE FUNCTION a.g(b.e) RETURNS int LANGUAGE sql AS 'SELECT 1';
            CREATE FUNCTION a.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
            CREATE TABLE a.t (y text, x int); CREATE INDEX ON a.t (y);
            ALTER TABLE a.t ALTER y SET DEFAULT 'q'; ALTER TABLE a.t ADD CHECK (x > 0);
            COMMENT ON TABLE a.t IS 'words'; GRANT SELECT ON a.t TO PUBLIC;
            GRANT UPDATE ON a.t TO PUBLIC; REVOKE UPDATE ON a.t FROM PUBLIC;
            """
        let changes = [
            "ALTER TYPE b.e ADD VALUE 'three'", "REVOKE SELECT ON a.t FROM PUBLIC",
            "COMMENT ON TABLE a.t IS 'other words'", "ALTER TABLE a.t ENABLE ROW LEVEL SECURITY",
            "ALTER FUNCTION a.f() SECURITY DEFINER", "ALTER TABLE a.t SET (fillfactor = 70)",
            "CREATE SEQUENCE a.s", "CREATE POLICY p ON a.t USING (x > 1)",
            "CREATE DOMAIN a.d AS int CHECK (VALUE > 0)", "CREATE VIEW a.v AS SELECT x FROM a.t",
            "ALTER TABLE a.t REPLICA IDENTITY FULL", "ALTER TABLE a.t ALTER y SET STORAGE PLAIN",
            "ALTER TABLE a.t ALTER x SET STATISTICS 500",
            "ALTER TABLE a.t ALTER x SET (n_distinct = -0.5)", "CLUSTER a.t USING t_y_idx",
            "CREATE CAST (b.e AS int) WITH FUNCTION a.g(b.e)",
            "CREATE OPERATOR a.## (FUNCTION = a.g, RIGHTARG = b.e)",
            "CREATE TEXT SEARCH CONFIGURATION a.words (COPY = simple)",
            "ALTER TEXT SEARCH CONFIGURATION a.words DROP MAPPING FOR word",
            "CREATE COLLATION a.c (provider = icu, locale = 'de')",
            "CREATE CONVERSION a.v FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8",
            "ALTER TABLE a.t ALTER x ADD GENERATED ALWAYS AS IDENTITY",
        ]
        try await withScratchDatabase(setUp: first) { one in
            try await withScratchDatabase(setUp: second) { other in
                let left = try await one.connect()
                let right = try await other.connect()
                var seen = try await CatalogFingerprint.read(from: left)
                #expect(seen == (try await CatalogFingerprint.read(from: right)))
                for change in changes {
                    if change.contains("IDENTITY") {
                        try await left.execute("ALTER TABLE a.t ALTER x SET NOT NULL")
                        seen = try await CatalogFingerprint.read(from: left)
                    }
                    try await left.execute(change)
                    let now = try await CatalogFingerprint.read(from: left)
                    #expect(now.digest != seen.digest, "\(change)")
                    seen = now
                }
                await left.close()
                await right.close()
            }
        }
    }

    @Test func `roles are of the catalog where their server is the gate's own`() async throws {
        let changes = [
            "CREATE ROLE made", "CREATE ROLE member", "ALTER ROLE made CREATEDB",
            "GRANT made TO member", "ALTER ROLE made SET work_mem = '1MB'", "DROP ROLE member",
        ]
        try await withThrowawayCluster { cluster in
            let connection = try await Connection.connect(
                to: cluster.target, applicationName: "assay tests")
            let apart = try await CatalogFingerprint.read(from: connection)
            var seen = try await CatalogFingerprint.read(from: connection, roles: true)
            for change in changes {
                try await connection.execute(change)
                let now = try await CatalogFingerprint.read(from: connection, roles: true)
                #expect(now.digest != seen.digest, "\(change)")
                seen = now
            }
            #expect(try await CatalogFingerprint.read(from: connection) == apart)
            await connection.close()
        }
    }
}
