import Assay
import AssayTesting
import Ingest
import Postgres
import Testing

@Suite(.timeLimit(.minutes(15))) struct CustomersTests {
    static let payload = """
        {"origin_company_domain": "https://www.Acme.com/", "origin_company_name": "Acme",
         "customers": [
            {"companyName": "Globex", "url": "https://acme.com/customers/globex", "hasCaseStudy": true},
            {"companyName": " Initech ", "url": "", "hasCaseStudy": false},
            {"url": "https://acme.com/customers/x", "hasCaseStudy": true}],
         "confidence": "high", "stepsTaken": ["https://acme.com/customers"], "batch_id": "b-1"}
        """

    @Test func `a payload is stored, and the answer says what became of it`() async throws {
        try await TestWarehouse.with { warehouse in
            let answer = try await warehouse.accept(Self.payload)
            #expect(answer.status == .accepted)
            #expect(answer.body["domain"] == .string("acme.com"))
            #expect(answer.body["customers_extracted"] == .integer(2))
            #expect(answer.body["customers_to_core"] == .integer(2))
            #expect(answer.body["staging_case_study_urls"] == .integer(1))
            #expect(answer.body["quarantined"] == .integer(1))
            #expect(
                answer.body["customer_names"]
                    == .array([.string("Globex"), .string("Initech")]))
            #expect(
                try await warehouse.values(
                    "SELECT concat_ws(' ', path, table_name, reason) FROM ingest.quarantine ORDER BY id"
                )
                    == ["customers[2].companyName core.company_customers customer_name is null"])
            #expect(
                try await warehouse.values(
                    """
                    SELECT concat_ws('|', origin_company_name, customer_name, case_study_url,
                        has_case_study, source, source_id IS NOT NULL)
                    FROM core.company_customers ORDER BY customer_name
                    """) == [
                        "Acme|Globex|https://acme.com/customers/globex|t|claygent_structured|t",
                        "Acme|Initech|f|claygent_structured|t",
                    ])
            let findings = try await warehouse.findings()
            #expect(findings == ["core.company_customers/references:origin_company_domain: warned"])
            #expect(
                try await warehouse.values("SELECT body FROM raw.claygent_customers_structured_raw")
                    == [Self.payload])
        }
    }

    @Test func `a name that lacks is the one core knows, and never null over a value`() async throws
    {
        try await TestWarehouse.with { warehouse in
            try await warehouse.accept(Self.payload)
            let answer = try await warehouse.accept(
                """
                {"origin_company_domain": "acme.com", "origin_company_name": null,
                 "customers": [{"companyName": "Globex", "url": null}, {"companyName": "Hooli"}]}
                """)
            #expect(answer.body["quarantined"] == .integer(0))
            #expect(
                try await warehouse.values(
                    """
                    SELECT concat_ws('|', origin_company_name, customer_name, case_study_url)
                    FROM core.company_customers ORDER BY customer_name
                    """) == [
                        "Acme|Globex|https://acme.com/customers/globex", "Acme|Hooli",
                        "Acme|Initech",
                    ])
            let unknown = try await warehouse.accept(
                """
                {"origin_company_domain": "umbrella.com",
                 "customers": [{"companyName": "Globex"}, {"companyName": "Hooli"}]}
                """)
            // Each row that is refused is told, also for what they share.
            #expect(unknown.body["quarantined"] == .integer(2))
            #expect(unknown.body["customers_to_core"] == .integer(0))
        }
    }

    @Test func `staging a URL again resets nothing and replaces no value by null`() async throws {
        try await TestWarehouse.with { warehouse in
            try await warehouse.accept(Self.payload)
            let owner = try await warehouse.database.connect()
            try await owner.execute(
                "UPDATE raw.staging_case_study_urls SET processed = true, sent_to_clay = true")
            await owner.close()
            try await warehouse.accept(
                """
                {"origin_company_domain": "acme.com", "batch_id": "",
                 "customers": [{"companyName": "Globex", "url": "https://acme.com/customers/globex"}]}
                """)
            #expect(
                try await warehouse.values(
                    """
                    SELECT concat_ws('|', origin_company_name, origin_company_domain,
                        customer_company_name, batch_id, processed, sent_to_clay)
                    FROM raw.staging_case_study_urls
                    """) == ["Acme|acme.com|Globex|b-1|t|t"])
        }
    }

    @Test(
        arguments: [
            (#"{"customers": [{"url": 3}]}"#, "origin_company_domain: is required"),
            (
                #"{"origin_company_domian": "a.com"}"#,
                "origin_company_domain: is required; did you mean origin_company_domian?"
            ),
            (
                #"{"origin_company_domain": "a.com", "customers": [{}, {"url": 3}]}"#,
                "customers[1].url: must be a text, and is a number"
            ),
            (
                #"{"origin_company_domain": "Head of Sales"}"#,
                "origin_company_domain: is not a bare, lower-case domain: space_inside"
            ),
            ("[]", "the payload must be an object"),
        ])
    func `a payload of another shape is refused with the place`(
        payload: String, problem: String
    ) async throws {
        try await TestWarehouse.with { warehouse in
            let answer = try await warehouse.accept(payload)
            #expect(answer.status == .invalid)
            #expect(answer.problems.map(\.description).contains(problem), "\(answer.problems)")
            #expect(
                try await warehouse.values(
                    "SELECT count(*) FROM raw.claygent_customers_structured_raw")
                    == ["0"])
        }
    }

    @Test func `a request that is sent again with its key is answered as before`() async throws {
        try await TestWarehouse.with { warehouse in
            let first = try await warehouse.accept(Self.payload, key: "k-1")
            let again = try await warehouse.accept(Self.payload, key: "k-1")
            #expect(again.body["raw_id"] == first.body["raw_id"])
            #expect(
                try await warehouse.values(
                    "SELECT count(*) FROM raw.claygent_customers_structured_raw")
                    == ["1"])
            let other = try await warehouse.accept(
                #"{"origin_company_domain": "acme.com"}"#, key: "k-1")
            #expect(other.status == .conflict)
        }
    }

    @Test func `a payload of ten thousand customers is one transaction of few statements`()
        async throws
    {
        try await TestWarehouse.with { warehouse in
            let customers = (0..<10_000).map {
                #"{"companyName": "Customer \#($0)", "url": "https://acme.com/c/\#($0)"}"#
            }
            let answer = try await warehouse.accept(
                """
                {"origin_company_domain": "acme.com", "origin_company_name": "Acme",
                 "customers": [\(customers.joined(separator: ","))]}
                """)
            #expect(answer.body["customers_to_core"] == .integer(10_000))
            #expect(answer.body["staging_case_study_urls"] == .integer(10_000))
        }
    }
}
