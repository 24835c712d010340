import Assay
import AssayTesting
import Auditor
import StaleNames
import Testing

/// Requests of PostgREST clients, held against a live catalog.
struct RequestTests {
    @Test(
        arguments: [
            // What is no request of a PostgREST client.
            (
                "a.ts", "Array.from('gone').map(f); Buffer.from('gone'); Observable.from('gone')",
                nil
            ),
            ("a.ts", "import knex from 'knex'; db.from('gone').select('a')", nil),
            ("a.ts", "db.select().from(gone).where('a')", nil),
            ("a.py", "db.table('gone').insert({'a': 1})", nil),
            ("a.py", "table('gone').select()", nil),
            (
                "a.ts",
                "supabase.storage.from('gone').list(); x = supabase.storage.from('b').remove([])",
                nil
            ),
            // What is one.
            (
                "a.ts", "db.from('people').select('gone')",
                "1:27 missing-column: core.people has no column gone"
            ),
            (
                "a.py", "db.table('people').select('gone').execute()",
                "1:28 missing-column: core.people has no column gone"
            ),
            (
                "a.py", "db.schema('core').table('people').select('gone')",
                "1:43 missing-column: core.people has no column gone"
            ),
            (
                "a.ts", "client!.schema('core')!.from('people')?.select('gone')",
                "1:49 missing-column: core.people has no column gone"
            ),
            // Selects.
            (
                "a.ts",
                "db.from('people').select('*, full_name::text, id.sum(), count(), n:id.max()::int')",
                nil
            ),
            ("a.ts", "db.from('companies').select('details->a->>b, x:details->>c, \"name\"')", nil),
            (
                "a.ts", "db.from('companies').select('...people(full_name), technologies(count)')",
                nil
            ),
            (
                "a.ts",
                "db.from('companies').select('people(case_studies!case_studies_author(titel))')",
                "1:70 missing-column: core.case_studies has no column titel; did you mean title?"
            ),
            (
                "a.ts", "db.from('people').select('companies!people_company(name)')",
                "1:27 missing-relationship: no foreign key people_company leads from core.people to companies; "
                    + "did you mean people_company_domain_fkey?"
            ),
            (
                "a.ts",
                "db.from('people').select('c:companies!company_domain(name)').eq('c.nme', 1)",
                "1:68 missing-column: core.companies has no column nme; did you mean name?"
            ),
            (
                "a.ts", "db.from('people').select('companies(name)').not('companies', 'is', null)",
                nil
            ),
            (
                "a.ts", "db.from('people').select(`id, ${more}, gone`)",
                "1:40 missing-column: core.people has no column gone"
            ),
            ("a.ts", "db.from('people').select(list).eq('a.b', 1)", nil),
            (
                "a.ts", "db.from('people').select('companies(name)').order('companies(nme)')",
                "1:62 missing-column: core.companies has no column nme; did you mean name?"
            ),
            (
                "a.ts",
                "db.from('people').select('companies(name)').or('nme.eq.1', { referencedTable: 'companies' })",
                "1:49 missing-column: core.companies has no column nme; did you mean name?"
            ),
            (
                "a.py",
                "db.from_('people').select('companies(name)').order('nme', foreign_table='companies')",
                "1:53 missing-column: core.companies has no column nme; did you mean name?"
            ),
            (
                "a.ts",
                "db.from('people').select('id').or('id.in.(1,2),full_name.not.is.null,full_nam.like.a.b')",
                "1:70 missing-column: core.people has no column full_nam; did you mean full_name?"
            ),
            // Rows that are written.
            (
                "a.ts", "const row = { full_name: 1, age: 2 }; db.from('people').insert(row)",
                "1:29 missing-column: core.people has no column age"
            ),
            (
                "a.py", "db.from_('people').insert(dict(full_name=1, age=2))",
                "1:45 missing-column: core.people has no column age"
            ),
            ("a.ts", "db.from('people').insert([{ ['x' + y]: 1, full_name, }])", nil),
            (
                "a.ts",
                "db.from('company_customers').upsert(rows, { onConflict: 'customer_name, origin_company_domain' })",
                nil
            ),
            (
                "a.ts", "db.from('company_customers').upsert(rows, { onConflict: 'customer' })",
                "1:58 missing-column: core.company_customers has no column customer; did you mean customer_name?"
            ),
            // Variables.
            (
                "a.ts", "const c = db.schema('raw'); c.from('people').select('id')",
                "1:37 missing-table: there is no table raw.people; did you mean core.people?"
            ),
            (
                "a.ts",
                "let q = db.from('people').select('id'); q = q.eq('gone', 1); q = other; q.eq('x', 1)",
                "1:51 missing-column: core.people has no column gone"
            ),
            (
                "a.py", "T = 'peeple'\nclass A:\n  x = db.from_(T).select('id')",
                "1:6 missing-table: there is no table core.peeple; did you mean core.people?"
            ),
            ("a.py", "def f(t):\n  db.from_(t).select('id')\ndef g():\n  t = 'gone'", nil),
            ("a.ts", "for (const t of ['gone']) db.from(t).select('id')", nil),
            (
                "a.ts",
                "const f = (t: string) => db.from(t).select('id'); const g = () => { const t = 'gone' }",
                nil
            ),
            // Functions.
            (
                "a.ts",
                "db.schema('core').rpc('company_summary', { wanted_domain: 'a', since: 'b' })", nil
            ),
            ("a.ts", "db.schema('core').rpc('company_summary', { ...rest })", nil),
            (
                "a.ts", "db.schema('core').rpc('company_summary', { since: 'b' })",
                "1:24 missing-function: core.company_summary takes wanted_domain too (PGRST202)"
            ),
            ("a.ts", "chain.rpc('eth_call', {})", nil),
        ] as [(String, String, String?)])
    func `a request is held against the catalog`(
        _ file: String, _ text: String, _ expected: String?
    ) async throws {
        try await withFixtureSchema { database in
            let told = try await found(in: text, named: file, on: database)
            #expect(told == (expected.map { [$0] } ?? []))
        }
    }

    @Test func `what PostgREST serves is read as PostgREST reads it`() async throws {
        try await withFixtureSchema { database in
            let scan = CodeScan(
                text: "db.schema('reference').from('industry_lookup').select('id')", named: "a.ts")
            let server = "names_server_\(database.name)"
            func told() async throws -> [String] {
                try await database.names(in: scan) {
                    $0.exposed = nil
                    $0.server = server
                }.findings.map(\.rule)
            }
            #expect(try await told() == [])
            try await database.script(
                "ALTER DATABASE \(database.name) SET pgrst.db_schemas = 'core, raw'")
            #expect(try await told() == ["not-exposed"])
            try await database.script(
                """
                CREATE ROLE \(server);
                ALTER ROLE \(server) IN DATABASE \(database.name) SET pgrst.db_schemas = 'reference'
                """)
            let asRole = try await told()
            try await database.script("DROP OWNED BY \(server); DROP ROLE \(server)")
            #expect(asRole == [])
        }
    }

    @Test func `a role's rights are looked at where it is named`() async throws {
        try await withFixtureSchema { database in
            let role = "names_client_\(database.name)"
            let text = """
                db.from('people').upsert({ full_name: 'a' })
                db.from('companies').select('id')
                db.schema('raw').from('payloads').delete().eq('id', 1)
                db.schema('core').rpc('company_summary', { wanted_domain: 'a' })
                """
            try await database.script(
                """
                CREATE ROLE \(role);
                GRANT USAGE ON SCHEMA core TO \(role);
                GRANT INSERT ON core.people TO \(role);
                GRANT SELECT (id) ON core.companies TO \(role);
                REVOKE EXECUTE ON FUNCTION core.company_summary FROM PUBLIC;
                """)
            let scan = CodeScan(text: text, named: "a.ts")
            let report = try await database.names(in: scan) { $0.role = role }
            try await database.script("DROP OWNED BY \(role); DROP ROLE \(role)")
            let told = report.findings.map { $0.line.replacing(role, with: "ROLE") }
            #expect(
                told == [
                    "1:10 missing-grant: ROLE may not UPDATE on core.people",
                    "3:12 missing-grant: ROLE may not use the schema raw",
                    "3:24 missing-grant: ROLE may not DELETE on raw.payloads",
                    "4:24 missing-grant: ROLE may not EXECUTE core.company_summary",
                ])
            await #expect(throws: Refusal.self) {
                _ = try await database.names(in: scan) { $0.role = "nobody_\(role)" }
            }
        }
    }
}
