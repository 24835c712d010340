import AssayTesting
import Ingest
import Postgres
import Testing

@Suite(.timeLimit(.minutes(15))) struct CompanyTests {
    static let profile = """
        {"domain": "WWW.Acme.com", "raw_payload": {
          "id": 77, "name": "Acme", "type": "Private", "website": "https://acme.com",
          "revenue": "10m-50m", "employees": "1K-5K", "industry": "Software",
          "industries": ["Software", "Software", null], "description": "Makes anvils and rockets.",
          "seo_description": "Better anvils", "founded_year": 1949, "page_rank": 4.2,
          "categories": ["B2B"], "keywords": ["anvils", " rockets ", "anvils"],
          "technologies": ["react", "Fortran 77"], "naics_codes": [511210, "54"],
          "location": {"address": "1 Road", "phone": "", "city": {"name": "Austin", "latitude": 30.2,
            "longitude": -97.7}, "state": {"name": "Texas", "code": "TX"},
            "country": {"name": "United States", "code": "US"}},
          "socials": {"linkedin_url": "https://www.linkedin.com/company/acme",
            "twitter_url": "acme", "linkedin_id": 12},
          "financial": {"total_funding": 2500000, "funding_stage": "Seed", "funding_date": "2020-02-29",
            "funding": [
              {"date": "2020-02-29T10:00:00Z", "type": "Seed", "amount": 2500000,
               "from": "Oak Street Ventures, Blue Hill, Inc., Oak Street Ventures", "url": "https://a.io/1"},
              {"date": "2020-02-30", "type": "Series A", "amount": 1, "from": "Nobody"}]},
          "subsidiaries": ["Acme Rail", {"name": "Acme Air", "domain": "https://air.acme.com/"}],
          "updated_at": "2024-05-06T07:08:09Z"}}
        """

    @Test func `a profile is stored whole, broken out, and coalesced`() async throws {
        try await TestWarehouse.with { warehouse in
            let answer = try await warehouse.accept(Self.profile, by: .companyEnrich)
            #expect(answer.status == .accepted, "\(answer.body.text)")
            #expect(answer.body["core_company_inserted"] == .bool(true))
            #expect(answer.body["funding_rounds_processed"] == .integer(1))
            #expect(answer.body["keywords_count"] == .integer(2))
            #expect(answer.body["technologies_count"] == .integer(2))
            #expect(answer.body["core_tech_on_site_count"] == .integer(2))
            #expect(answer.body["investors_count"] == .integer(2))
            #expect(
                try await warehouse.values(
                    "SELECT path || ': ' || reason FROM ingest.quarantine ORDER BY path, table_name"
                )
                    == [
                        "raw_payload.financial.funding[1].date: is not a date",
                        """
                        raw_payload.socials.twitter_url: twitter_url is not like https://twitter.com/_% or \
                        https://x.com/_%
                        """,
                    ])
            let one = """
                SELECT concat_ws('|', e.employee_range, r.matched_revenue_range, r.revenue_upper,
                    t.matched_type, l.raw_location, l.has_state, d.tagline, i.matched_industry,
                    v.vc_count, s.linkedin_url, n.raw_name)
                FROM core.companies AS c
                JOIN core.company_employee_range AS e USING (domain)
                JOIN core.company_revenue AS r USING (domain)
                JOIN core.company_types AS t USING (domain)
                JOIN core.company_locations AS l USING (domain)
                JOIN core.company_descriptions AS d USING (domain)
                JOIN core.company_industries AS i USING (domain)
                JOIN core.company_vc_backed AS v USING (domain)
                JOIN core.company_social_urls AS s USING (domain)
                JOIN core.company_names AS n USING (domain)
                WHERE c.domain = 'acme.com'
                """
            #expect(
                try await warehouse.values(one) == [
                    """
                    1,001-5,000|$10M-$50M|50000000|Private Company|Austin, Texas, United States|t|\
                    Better anvils|Software Development|2|https://www.linkedin.com/company/acme|Acme
                    """
                ])
            #expect(
                try await warehouse.values(
                    """
                    SELECT technology FROM extracted.companyenrich_technologies ORDER BY 1
                    """) == ["Fortran 77", "React"])
            #expect(
                try await warehouse.values(
                    "SELECT vc_name FROM core.company_vc_investors ORDER BY 1")
                    == ["Blue Hill Inc.", "Oak Street Ventures"])
            let findings = try await warehouse.findings()
            #expect(findings == [])
        }
    }

    @Test func `a word that no vocabulary knows waits, and is released when one does`() async throws
    {
        try await TestWarehouse.with { warehouse in
            let payload =
                #"{"domain": "acme.com", "raw_payload": {"name": "Acme", "employees": "many"}}"#
            let answer = try await warehouse.accept(payload, by: .companyEnrich)
            #expect(answer.body["quarantined"] == .integer(2))
            #expect(
                try await warehouse.values(
                    "SELECT concat_ws('|', table_name, column_name, reason) FROM ingest.quarantine "
                        + "ORDER BY table_name") == [
                        """
                        core.company_employee_range|is a value that reference.employee_range_lookup does \
                        not know
                        """,
                        """
                        extracted.companyenrich_company|employees|is a value that \
                        reference.employee_range_lookup.size_raw does not know
                        """,
                    ])
            let owner = try await warehouse.database.connect()
            try await owner.execute(
                "INSERT INTO reference.employee_range_lookup (size_raw, size_cleaned) "
                    + "VALUES ('many', '10,001+')")
            await owner.close()
            let tally = try await warehouse.ingest.release(
                nil, of: .companyEnrich, over: warehouse.connection)
            #expect(tally.total.inserted == 1)
            #expect(
                try await warehouse.values("SELECT state FROM ingest.quarantine ORDER BY id")
                    == ["released", "released"])
            #expect(
                try await warehouse.values("SELECT employee_range FROM core.company_employee_range")
                    == ["10,001+"])
        }
    }

    @Test func `the upper end of a revenue goes with the revenue`() async throws {
        try await TestWarehouse.with { warehouse in
            for revenue in ["10m-50m", "over-1b"] {
                try await warehouse.accept(
                    """
                    {"domain": "acme.com", "raw_payload": {"name": "Acme", "revenue": "\(revenue)"}}
                    """, by: .companyEnrich)
            }
            #expect(
                try await warehouse.values(
                    """
                    SELECT concat_ws('|', raw_revenue_range, matched_revenue_range, revenue_upper)
                    FROM core.company_revenue
                    """) == ["over-1b|>$1B"])
        }
    }

    @Test func `a shared host is nobody's company, and all of its profile waits`() async throws {
        try await TestWarehouse.with { warehouse in
            let payload =
                #"{"domain": "bit.ly", "raw_payload": {"name": "Acme", "keywords": ["a"]}}"#
            let answer = try await warehouse.accept(payload, by: .companyEnrich)
            #expect(answer.body["core_company_inserted"] == .bool(false))
            #expect(answer.body["quarantined"] == .integer(1))
            #expect(try await warehouse.values("SELECT count(*) FROM core.companies") == ["0"])
        }
    }

    @Test func `an older place is no replacement for a fuller one, and a cleaned name stays`()
        async throws
    {
        try await TestWarehouse.with { warehouse in
            try await warehouse.accept(Self.profile, by: .companyEnrich)
            let owner = try await warehouse.database.connect()
            try await owner.execute("UPDATE core.company_names SET cleaned_name = 'ACME'")
            await owner.close()
            let payload = """
                {"domain": "acme.com", "raw_payload": {"name": "Acme Incorporated",
                 "location": {"city": {"name": "Berlin"}, "country": {"name": "Germany"}},
                 "industry": "Banking", "description": null}}
                """
            try await warehouse.accept(payload, by: .companyEnrich)
            #expect(
                try await warehouse.values(
                    """
                    SELECT concat_ws('|', l.city, l.country, n.raw_name, n.cleaned_name,
                        i.matched_industry, d.description)
                    FROM core.company_locations AS l JOIN core.company_names AS n USING (domain)
                    JOIN core.company_industries AS i USING (domain)
                    JOIN core.company_descriptions AS d USING (domain)
                    """) == [
                        "Austin|United States|Acme|ACME|Software Development|Makes anvils and rockets."
                    ])
        }
    }
}
