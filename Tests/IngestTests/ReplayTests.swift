import AssayTesting
import Ingest
import Postgres
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(15))) struct ReplayTests {
    @Test func `core is built anew from raw, in the same state`() async throws {
        try await TestWarehouse.with { warehouse in
            try await warehouse.accept(CompanyTests.profile, by: .companyEnrich)
            try await warehouse.accept(CustomersTests.payload)
            try await warehouse.accept(
                """
                {"origin_company_domain": "acme.com", "origin_company_name": "ACME Corp",
                 "customers": [{"companyName": "Globex", "url": "", "hasCaseStudy": false}]}
                """)
            let before = try await warehouse.contents().map(Self.withoutIDs)
            try await warehouse.database.script(
                """
                TRUNCATE core.companies, core.company_customers CASCADE;
                TRUNCATE ingest.subjects;
                """)
            for workflow in [Workflow.companyEnrich, .customersOf3] {
                let pass = try await warehouse.ingest.replay(
                    workflow, batch: 1, over: warehouse.connection)
                #expect(pass.counts.inserted > 0 && pass.done == pass.total)
            }
            let after = try await warehouse.contents().map(Self.withoutIDs)
            #expect(after == before)
        }
    }

    @Test func `a replay that was interrupted goes on where it stopped`() async throws {
        try await TestWarehouse.with { warehouse in
            for number in 0..<6 {
                try await warehouse.accept(
                    """
                    {"origin_company_domain": "a\(number).com", "origin_company_name": "A",
                     "customers": [{"companyName": "Globex"}]}
                    """)
            }
            try await warehouse.database.script(
                """
                TRUNCATE core.company_customers CASCADE;
                TRUNCATE ingest.subjects;
                CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN RAISE EXCEPTION 'the third batch fails'; END $$;
                CREATE TRIGGER fail BEFORE INSERT ON core.company_customers
                    FOR EACH ROW WHEN (NEW.origin_company_domain = 'a5.com') EXECUTE FUNCTION fail();
                """)
            let done = Mutex<[Int]>([])
            await #expect(throws: PostgresError.self) {
                try await warehouse.ingest.replay(
                    .customersOf3, batch: 2, over: warehouse.connection
                ) { pass in done.withLock { $0.append(pass.done) } }
            }
            #expect(done.withLock { $0 } == [2, 4])
            #expect(
                try await warehouse.values("SELECT count(*) FROM core.company_customers") == ["4"])
            try await warehouse.database.script("DROP TRIGGER fail ON core.company_customers")
            let pass = try await warehouse.ingest.replay(
                .customersOf3, batch: 2, over: warehouse.connection)
            #expect(pass.isResumed && pass.done == 6)
            // Extracted and core, six each; nothing was done twice.
            #expect(pass.counts.inserted == 12)
            #expect(
                try await warehouse.values("SELECT count(*) FROM core.company_customers") == ["6"])
        }
    }

    @Test func `an older payload that is taken once more overwrites nothing`() async throws {
        try await TestWarehouse.with { warehouse in
            for name in ["Acme", "Acme Corporation"] {
                try await warehouse.accept(
                    """
                    {"origin_company_domain": "acme.com", "origin_company_name": "\(name)",
                     "customers": [{"companyName": "Globex"}]}
                    """)
            }
            // A person's correction survives as well.
            try await warehouse.database.script(
                "UPDATE core.company_customers SET origin_company_name = 'ACME'")
            let pass = try await warehouse.ingest.replay(.customersOf3, over: warehouse.connection)
            #expect(pass.counts.updated == 0 && pass.counts.inserted == 0)
            #expect(
                try await warehouse.values("SELECT origin_company_name FROM core.company_customers")
                    == ["ACME"])
        }
    }

    @Test func `a backfill fills in what core lacks, twice as well as once`() async throws {
        try await TestWarehouse.with { warehouse in
            try await warehouse.database.script(
                """
                INSERT INTO raw.claygent_customers_raw (origin_company_domain, payload)
                VALUES ('acme.com', '{}');
                INSERT INTO core.companies (name, domain) VALUES ('Acme', 'acme.com');
                INSERT INTO extracted.claygent_customers (raw_id, origin_company_domain,
                    origin_company_name, customer_name, case_study_url, has_case_study)
                SELECT r.id, 'acme.com', '-', 'Customer ' || n,
                    CASE WHEN n % 2 = 0 THEN 'https://acme.com/c/' || n END, n % 2 = 0
                FROM raw.claygent_customers_raw AS r, generate_series(1, 25) AS n;
                INSERT INTO core.company_customers (origin_company_domain, origin_company_name,
                    customer_name, source) VALUES ('acme.com', 'Acme', 'Customer 2', 'manual');
                """)
            let backfill = try #require(Backfill.named("claygent-customers"))
            let first = try await warehouse.ingest.run(
                backfill, batch: 10, over: warehouse.connection)
            #expect(first.done == 25 && first.counts.inserted == 24 && first.counts.updated == 1)
            #expect(
                try await warehouse.values(
                    """
                    SELECT concat_ws('|', origin_company_name, case_study_url, source, source_id)
                    FROM core.company_customers WHERE customer_name = 'Customer 2'
                    """) == ["Acme|https://acme.com/c/2|manual"])
            let before = try await warehouse.contents(stamps: true)
            for _ in 0..<2 {
                let again = try await warehouse.ingest.run(
                    backfill, batch: 7, over: warehouse.connection)
                #expect(again.counts.skipped == 25 && again.counts.updated == 0)
            }
            let after = try await warehouse.contents(stamps: true)
            #expect(after == before)
        }
    }

    @Test func `rows of a backfill that share a key are all accounted for`() async throws {
        try await TestWarehouse.with { warehouse in
            try await warehouse.database.script(
                """
                INSERT INTO raw.claygent_customers_raw (origin_company_domain, payload)
                SELECT 'acme.com', '{}' FROM generate_series(1, 10);
                INSERT INTO extracted.claygent_customers (raw_id, origin_company_domain,
                    origin_company_name, customer_name)
                SELECT id, 'acme.com', 'Acme', 'Customer ' || row_number() OVER () % 4
                FROM raw.claygent_customers_raw;
                """)
            let backfill = try #require(Backfill.named("claygent-customers"))
            let pass = try await warehouse.ingest.run(
                backfill, batch: 10, over: warehouse.connection)
            #expect(pass.done == 10 && pass.counts.inserted == 4 && pass.counts.skipped == 6)
        }
    }

    @Test func `what waits is listed without its values, and dropped`() async throws {
        try await TestWarehouse.with { warehouse in
            try await warehouse.accept(CustomersTests.payload)
            let quarantine = Quarantine(warehouse.connection)
            let entries = try await quarantine.entries()
            #expect(entries.map(\.path) == ["customers[2].companyName"])
            #expect(try await quarantine.drop(entries.map(\.id)) == 1)
            #expect(try await quarantine.entries() == [])
            _ = try await warehouse.ingest.replay(.customersOf3, over: warehouse.connection)
            #expect(try await quarantine.entries() == [], "what was dropped does not come back")
        }
    }

    /// Numbers that are given out anew when rows are.
    private static func withoutIDs(_ line: String) -> String {
        line.replacing(/"(id|raw_id|source_id|technology_id|case_study_id)": ("[^"]*"|[0-9]+)/) {
            "\"\($0.output.1)\""
        }
    }
}
