import Assay
import AssayTesting
import Auditor
import Gate
import Postgres
import Testing

@Suite(.timeLimit(.minutes(15)), .secondServer) struct ShadowTests {
    private func refusal(_ body: () async throws -> Void) async -> String? {
        do {
            try await body()
            return nil
        } catch let refusal as Refusal {
            return "\(refusal)"
        } catch {
            return "not a refusal: \(error)"
        }
    }

    @Test func `a shadow has the real schema, no rows, and the real sizes as numbers`() async throws
    {
        try await GateFixture.with(GateFixture.warehouse) { fixture in
            let (rows, real) = try await withShadow(fixture.options) { shadow in
                let rows = try await shadow.withCopy { target in
                    let connection = try await Connection.connect(to: target, applicationName: "t")
                    let rows = try await connection.query("SELECT count(*) FROM core.companies")
                    await connection.close()
                    return rows.scalar
                }
                return (rows, shadow.sizes)
            }
            #expect(rows == "0")
            let companies = TableName("core.companies")
            #expect(real.tables[companies]?.rows == 2000)
            #expect(real.columns[companies]?["name"]?.nullFraction == 0.01)
        }
    }

    @Test func `nothing is left of a shadow, whatever its use threw`() async throws {
        struct Failure: Error {}
        try await GateFixture.with(GateFixture.warehouse) { fixture in
            let connection = try await fixture.empty.connect()
            let name = try await { () async throws -> String? in
                var name: String?
                await #expect(throws: Failure.self) {
                    try await withShadow(fixture.options) { shadow in
                        try await shadow.withCopy { target in
                            name = target.option("dbname")
                            throw Failure()
                        }
                    }
                }
                return name
            }()
            let left = try await connection.query(
                "SELECT datname FROM pg_catalog.pg_database WHERE datname = $1", [name])
            #expect(name?.hasPrefix("assay_shadow_") == true && left.isEmpty)
            await connection.close()
        }
    }

    @Test func `a shadow that is not empty is refused by the name of what it holds`() async throws {
        try await GateFixture.with(GateFixture.warehouse) { fixture in
            try await fixture.empty.script("CREATE SCHEMA kept; CREATE TABLE kept.notes (id int)")
            let said = await refusal { try await withShadow(fixture.options) { _ in } }
            #expect(
                said
                    == "the shadow \(fixture.empty.name) is not empty: it has the table kept.notes "
                    + "and 1 more; give an empty database")
        }
    }

    @Test func `production is refused as a shadow, by --from and by the configuration`()
        async throws
    {
        try await GateFixture.with("") { fixture in
            var options = fixture.options
            options.place = .server(fixture.real.target)
            let said = await refusal { [options] in try await withShadow(options) { _ in } }
            #expect(
                said?.contains(
                    "the shadow cannot be \(fixture.real.name): it is the database that --from names"
                )
                    == true)
            options = ShadowOptions()
            options.place = .server(fixture.empty.target)
            options.expected = ExpectedDatabase(name: fixture.empty.name)
            let expected = await refusal { [options] in try await withShadow(options) { _ in } }
            #expect(expected?.contains("it is the database that the configuration expects") == true)
        }
    }

    @Test func `a shadow on the server of the real database is refused, whatever it is called`()
        async throws
    {
        try await GateFixture.with("") { fixture in
            try await withScratchDatabase { beside in
                var options = fixture.options
                options.place = .server(beside.target)
                let said = await refusal { [options] in try await withShadow(options) { _ in } }
                #expect(
                    said?.contains(
                        "the shadow cannot be \(beside.name): it is on the server of --from")
                        == true)
                let identity = try await DatabaseIdentity.read(from: beside.connect())
                options = ShadowOptions()
                options.place = .server(beside.target)
                options.expected = ExpectedDatabase(
                    name: "production", systemIdentifier: identity.systemIdentifier)
                let expected = await refusal { [options] in try await withShadow(options) { _ in } }
                #expect(
                    expected?.contains("it is on the server that the configuration expects") == true
                )
            }
        }
    }

    @Test(arguments: [
        "CREATE ROLE assay_test_made;", "ALTER ROLE postgres NOLOGIN;",
        "DROP DATABASE IF EXISTS template1;", "ALTER SYSTEM SET work_mem = '1GB';",
        "GRANT CONNECT ON DATABASE postgres TO PUBLIC;",
        "ALTER DATABASE postgres RENAME TO other;",
        "DO $$ BEGIN EXECUTE 'CREATE ROLE assay_test_made'; END $$;",
        "COPY (SELECT 1) TO '/tmp/assay_test_written';",
    ])
    func `what changes a whole server is not run on one that is not the gate's own`(sql: String)
        async throws
    {
        try await GateFixture.with(GateFixture.warehouse) { fixture in
            let report = try await fixture.report(
                on: "ALTER TABLE core.companies ADD country text;\n\(sql)")
            let finding = try #require(report.of("fails-on-shadow").first)
            #expect(finding.place.line == 2 && report.exitCode == 2)
            #expect(finding.message.contains("would change the shadow's whole server"))
            let back = try await fixture.report(on: "SELECT 1;", down: sql)
            #expect(back.of("fails-on-shadow").map(\.place.file) == ["m.down.sql"])
            let base = await refusal {
                _ = try await fixture.report(on: "SELECT 1;") { options in
                    options.base = [Migration(name: "b", up: .init(file: "b.sql", text: sql))]
                }
            }
            #expect(base?.hasPrefix("b.sql:1:") == true && base?.hasSuffix("ephemeral") == true)
            let connection = try await fixture.empty.connect()
            let made = try await connection.query(
                "SELECT FROM pg_catalog.pg_roles WHERE rolname = 'assay_test_made'")
            #expect(made.isEmpty)
            await connection.close()
        }
    }

    @Test func `a base that does not replay is refused with file, line and the server's words`()
        async throws
    {
        try await GateFixture.with("") { fixture in
            var options = fixture.options
            options.schema = nil
            options.base = [
                Migration(
                    name: "one", up: .init(file: "0001.sql", text: "CREATE TABLE a (id int);")),
                Migration(
                    name: "two",
                    up: .init(
                        file: "0002.sql",
                        text: "CREATE TABLE b (id int);\nALTER TABLE a\n  ADD CHECK (size > 0);")),
            ]
            let said = await refusal { [options] in try await withShadow(options) { _ in } }
            #expect(
                said == "0002.sql:2:1: the base does not replay: the server says: "
                    + "column \"size\" does not exist")
            options.base = [
                Migration(name: "one", up: .init(file: "1.sql", text: "SELECT 1;\n\\i other.sql\n"))
            ]
            let psql = await refusal { [options] in try await withShadow(options) { _ in } }
            #expect(
                psql?.hasPrefix("1.sql:2:1: the base does not replay: \\i is a psql meta-command")
                    == true)
        }
    }

    @Test func `a schema file as pg_dump writes it makes a shadow on a server of its own`()
        async throws
    {
        var options = ShadowOptions()
        options.schema = .script(
            .init(
                file: "schema.sql",
                text: """
                    \\restrict abc
                    SET search_path = '';
                    CREATE TABLE public.notes (id integer);
                    GRANT SELECT ON public.notes TO nobody_has_made_this_role;
                    \\unrestrict abc
                    """))
        let grants = try await withShadow(options) { shadow in
            try await shadow.withCopy { target in
                let connection = try await Connection.connect(to: target, applicationName: "t")
                let rows = try await connection.query(
                    """
                    SELECT pg_catalog.has_table_privilege(
                        'nobody_has_made_this_role', 'public.notes', 'SELECT')
                    """)
                await connection.close()
                return rows.scalar
            }
        }
        #expect(grants == "t")
    }

    @Test func `a role that a given server lacks is a refusal`() async throws {
        try await GateFixture.with("") { fixture in
            let migration = Migration(
                name: "m",
                up: .init(file: "m.sql", text: "GRANT USAGE ON SCHEMA public TO assay_no_such_role")
            )
            let said = await refusal {
                try await withShadow(fixture.options, for: [migration]) { _ in }
            }
            #expect(
                said?.contains("has no role assay_no_such_role, which the schema names") == true)
        }
    }

    @Test func `a shadow looks names up where the real database does`() async throws {
        try await GateFixture.with(GateFixture.warehouse) { fixture in
            let connection = try await fixture.real.connect()
            try await connection.execute(
                "ALTER DATABASE \(fixture.real.name) SET search_path TO core, public")
            await connection.close()
            let report = try await fixture.report(
                on: "ALTER TABLE companies ADD COLUMN country text;")
            #expect(report.errored.map(\.message) == [])
        }
    }

    @Test func `a shadow cannot reach the servers that the real database can`() async throws {
        let foreign = """
            CREATE EXTENSION postgres_fdw;
            CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'elsewhere.example');
            CREATE USER MAPPING FOR PUBLIC SERVER elsewhere OPTIONS (user 'u', password 'p');
            CREATE USER MAPPING FOR CURRENT_USER SERVER elsewhere OPTIONS (user 'u', password 'p');
            CREATE FOREIGN TABLE far (id int) SERVER elsewhere;
            """
        try await GateFixture.with(foreign) { fixture in
            let report = try await fixture.report(on: "INSERT INTO far VALUES (1);")
            let message = try #require(report.of("fails-on-shadow").first?.message)
            #expect(message.contains("user mapping not found"), "\(message)")
        }
    }
}
