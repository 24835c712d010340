import Assay
import AssayTesting
import Postgres
import StaleNames
import Testing

/// Statements of SQL, held against a live catalog.
struct StatementTests {
    @Test(
        arguments: [
            (
                "f\"SELECT c.nam FROM core.companies c ORDER BY c.id {x}\"",
                "1:20 missing-column: core.companies has no column nam; did you mean name?"
            ),
            ("f\"SELECT nam FROM core.companies c ORDER BY c.id {x}\"", nil),
            (
                "f\"SELECT id FROM core.companys c {x}\"",
                "1:26 missing-table: there is no table core.companys; did you mean core.companies?"
            ),
            ("f\"SELECT c.id FROM core.companies c {joins} WHERE p.x = 1\"", nil),
            (
                "\"SELECT p.id FROM core.companies c\"",
                "1:17 refused-statement: the database does not take it: missing FROM-clause entry for table \"p\""
            ),
            (
                "\"SELECT id FROM core.companies WHERE id = 'a'::text\"",
                "1:49 refused-statement: the database does not take it: operator does not exist: bigint = text"
            ),
            ("\"SELECT %s + %s FROM core.companies\"", nil),
            ("\"SELECT a.b.c FROM d.core.companies\"", nil),
            (
                "\"SELECT x FROM (SELECT id AS x FROM core.companies) AS y, pg_class, pg_temp.z\"",
                nil
            ),
            (
                "\"SELECT * FROM information_schema.tables WHERE tabl = 1\"",
                "1:56 missing-column: nothing that is read has a column tabl"
            ),
            (
                "\"MERGE INTO core.people p USING core.companies c ON p.id = c.id WHEN MATCHED THEN DELETE\"",
                nil
            ),
            (
                "\"INSERT INTO core.people (id) VALUES (1) ON CONFLICT ON CONSTRAINT people_key DO NOTHING\"",
                "1:10 missing-object: constraint \"people_key\" for table \"people\" does not exist"
            ),
            (
                "\"EXPLAIN SELECT nowhere FROM core.people\"",
                "1:25 missing-column: core.people has no column nowhere"
            ),
        ] as [(String, String?)])
    func `a statement is told apart from what cannot be told`(
        _ statement: String, _ expected: String?
    ) async throws {
        try await withFixtureSchema { database in
            let told = try await found(in: "execute(\(statement))", on: database)
                .map { $0.hasPrefix("1:") ? $0 : "?\($0)" }
            #expect(told == (expected.map { [$0] } ?? []))
        }
    }

    @Test func `a name without a schema is looked up on the given path`() async throws {
        try await withFixtureSchema { database in
            let scan = CodeScan(text: "execute('SELECT id FROM companies')", named: "a.py")
            let without = try await database.names(in: scan)
            #expect(
                without.findings.map(\.line)
                    == [
                        "1:25 missing-table: there is no table companies; did you mean core.companies?"
                    ])
            let with = try await database.names(in: scan) { $0.searchPath = ["raw", "core"] }
            #expect(with.findings == [])
        }
    }

    @Test func `what a file makes itself is no stale name, and nothing else is excused`()
        async throws
    {
        try await withFixtureSchema { database in
            let text = """
                execute("CREATE TEMP TABLE staged (full_nam text)")
                execute("ALTER TABLE core.companies ADD COLUMN city text")
                execute("SELECT full_nam FROM staged")
                execute("SELECT city FROM core.companies")
                execute("SELECT full_nam FROM core.people")
                execute("SELECT city FROM core.people")
                """
            let told = try await found(in: text, on: database).map { $0.prefix(2) }
            #expect(told == ["5:", "6:"])
        }
    }

    @Test func `nothing is run, and nothing is left`() async throws {
        try await withFixtureSchema { database in
            let text = """
                execute("INSERT INTO core.people (full_name) VALUES ('a')")
                execute("DELETE FROM core.companies")
                execute("TRUNCATE core.people; DROP TABLE core.people")
                """
            let report = try await database.names(in: CodeScan(text: text, named: "a.py"))
            #expect(report.findings == [])
            let connection = try await database.connect()
            let count = try await connection.query("SELECT count(*) FROM core.people").scalar
            await connection.close()
            #expect(count == "0")
        }
    }

    @Test func `equal statements are found wherever they stand`() async throws {
        try await withFixtureSchema { database in
            let text = String(repeating: "execute('SELECT gone FROM core.people')\n", count: 120)
            let report = try await database.names(in: CodeScan(text: text, named: "a.py"))
            #expect(report.findings.map(\.place.line) == Array(1...120))
        }
    }

    @Test func `what is not evaluated is counted, and fails where that was asked for`() async throws
    {
        try await withFixtureSchema { database in
            let scan = CodeScan(text: "execute(f'SELECT id FROM {t}')", named: "a.py")
            let report = try await database.names(in: scan)
            #expect(report.exitCode == 0)
            #expect(
                report.facts.last
                    == Finding.Note(
                        "skipped", "1 not evaluated: a name in it is filled in at run time"))
            let strict = try await database.names(in: scan) { $0.isStrict = true }
            #expect(strict.exitCode == 2)
            #expect(strict.findings.map(\.severity) == [nil])
        }
    }

    @Test func `a role that may not look into a schema is told so, and nothing is stale`()
        async throws
    {
        try await withFixtureSchema { database in
            let stranger = "names_stranger_\(database.name)"
            let connection = try await database.connect()
            try await connection.execute("CREATE ROLE \(stranger)")
            try await connection.execute("SET ROLE \(stranger)")
            let scan = CodeScan(text: "execute('SELECT id FROM core.people')", named: "a.py")
            let run = StaleNamesRun(scan, options: StaleNamesOptions(), version: "test")
            let outcome: Result<FindingReport, any Error>
            do {
                outcome = .success(try await run.report(on: connection))
            } catch {
                outcome = .failure(error)
            }
            try await connection.execute("RESET ROLE")
            try await connection.execute("DROP ROLE \(stranger)")
            await connection.close()
            let report = try outcome.get()
            #expect(report.findings == [])
            #expect(
                report.facts.last?.text.hasPrefix("1 not evaluated: the role may not look into it")
                    == true)
        }
    }
}
