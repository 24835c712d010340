import AssayTesting
import Ingest
import Postgres
import Testing

@Suite(.timeLimit(.minutes(15))) struct CaseStudyTests {
    static let reading = """
        {"origin_company_name": "Acme", "origin_company_domain": "acme.com",
         "case_study_url": "https://acme.com/customers/globex", "company_customer_name": "Globex",
         "article_title": "How Globex grew", "customer_company_domain": "globex.com",
         "champions": [{"full_name": "Ada Byron", "job_title": "CTO", "company_name": "Globex"},
                       {"full_name": null, "job_title": "CFO"}],
         "confidence": "high", "reasoning": "It says so.", "workflow_slug": "w"}
        """

    static let buyers = """
        {"origin_company_domain": "acme.com", "case_study_url": "https://acme.com/customers/globex",
         "customer_company_name": "Globex", "customer_company_domain": "Head of Sales",
         "people": [{"fullName": "Ada Byron", "jobTitle": "Chief Technologist"},
                    {"fullName": "Grace Hopper"}],
         "success": true, "cost_usd": 0.01, "input_tokens": 5, "output_tokens": 7}
        """

    @Test func `both pipelines store their people, and mark the URL processed`() async throws {
        try await TestWarehouse.with { warehouse in
            let owner = try await warehouse.database.connect()
            try await owner.execute(
                "INSERT INTO core.companies (name, domain) VALUES ('Acme', 'acme.com')")
            await owner.close()
            let first = try await warehouse.accept(Self.reading, by: .caseStudyExtraction)
            #expect(first.body["champions_to_core"] == .integer(1))
            #expect(first.body["quarantined"] == .integer(1))
            let second = try await warehouse.accept(Self.buyers, by: .caseStudyBuyers)
            #expect(second.body["buyers_to_core"] == .integer(2))
            // The domain that is none is left out once of each table.
            #expect(second.body["quarantined"] == .integer(2))
            #expect(
                try await warehouse.values(
                    """
                    SELECT concat_ws('|', full_name, job_title, origin_company_name,
                        customer_company_domain, source)
                    FROM core.case_study_champions ORDER BY full_name
                    """) == [
                        "Ada Byron|Chief Technologist|Acme|globex.com|case_study_champions",
                        "Grace Hopper|Acme|case_study_buyers",
                    ])
            #expect(
                try await warehouse.values("SELECT processed FROM raw.staging_case_study_urls")
                    == ["t"])
            let findings = try await warehouse.findings()
            #expect(findings == ["core.case_study_champions/required:job_title: warned"])
        }
    }

    @Test func `a reading without results marks nothing processed`() async throws {
        try await TestWarehouse.with { warehouse in
            let payload = """
                {"origin_company_domain": "acme.com", "origin_company_name": "Acme",
                 "customer_company_name": "Globex", "case_study_url": "https://acme.com/c/globex",
                 "people": []}
                """
            let answer = try await warehouse.accept(payload, by: .caseStudyBuyers)
            #expect(answer.body["buyers_extracted"] == .integer(0))
            #expect(
                try await warehouse.values("SELECT processed FROM raw.staging_case_study_urls")
                    == ["f"])
        }
    }

    @Test func `a case study without an address of its own is refused`() async throws {
        try await TestWarehouse.with { warehouse in
            let answer = try await warehouse.accept(
                #"{"origin_company_domain": "acme.com", "case_study_url": "acme"}"#,
                by: .caseStudyBuyers)
            #expect(answer.status == .invalid)
            #expect(answer.problems.first?.path == "case_study_url")
        }
    }

    @Test func `lookups say what is known, and which name is not`() async throws {
        try await TestWarehouse.with { warehouse in
            try await warehouse.accept(Self.reading, by: .caseStudyExtraction)
            try await warehouse.accept(CustomersTests.payload)
            func look(_ lookup: Lookup, _ request: String) async throws -> Answer {
                try await warehouse.ingest.look(
                    up: lookup, for: Array(request.utf8), over: warehouse.connection)
            }
            let study = try await look(
                .caseStudyDetails, #"{"case_study_url": "https://acme.com/customers/globex"}"#)
            #expect(study.body["found"] == .bool(true))
            #expect(study.body["case_study"]?["article_title"] == .string("How Globex grew"))
            let customers = try await look(.companyCustomers, #"{"domain": "https://acme.com"}"#)
            #expect(customers.body["count"] == .integer(2))
            func exists(_ request: String) async throws -> Answer {
                try await warehouse.ingest.checkExistence(
                    Array(request.utf8), over: warehouse.connection)
            }
            let yes = try await exists(
                """
                {"schema": "core", "table": "company_customers", "column": "origin_company_domain",
                 "value": "acme.com"}
                """)
            #expect(yes.body["exists"] == .bool(true))
            let typo = try await exists(
                #"{"schema": "core", "table": "company_employee_ranges", "value": "acme.com"}"#)
            #expect(
                typo.problems.map(\.description) == [
                    "table: core has no such table; did you mean company_employee_range?"
                ])
        }
    }
}
