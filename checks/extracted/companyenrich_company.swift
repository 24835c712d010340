import Assay

/// The vendor's profile of a company, flattened, one row a domain.
let companyEnrichCompany = Table("extracted.companyenrich_company", key: "id") {
    RowCount(100...)
    Required("domain", "name")
    Normalized("domain", as: .domain)
    SharedHost("domain")
    Unique(by: "domain")
    References("raw_id", in: "raw.companyenrich_payloads.id")
    References("domain", in: "core.companies.domain")

    OneOf("employees", in: "reference.employee_range_lookup.size_raw")
        .because("A size that the lookup lacks leaves the company without an employee range.")
    OneOf("revenue", in: "reference.revenue_range_lookup.raw_value")
        .because("A revenue that the lookup lacks leaves the company without a revenue range.")
    OneOf("type", in: "reference.company_type_lookup.raw_value")
    OneOf("industry", in: "reference.industry_lookup.industry_raw")

    Matches("website", like: "https://_%", "http://_%")
    InRange("founded_year", 1200...2100)
    InRange("page_rank", 0...10)
    InRange("total_funding", 0...)
    Length("name", 1...200)
    Implies(.present("funding_stage"), then: .present("total_funding"))
    Fresh("created_at", within: .hours(26))

    stamped()
    served()
}
.fed(
    by: Payloads("raw.companyenrich_payloads", "payload")
        .found(by: "raw_id", matching: "id")
        .carrying("name", "type", "website", "revenue", "employees", "industry", "industries")
        .carrying("description", "seo_description", "founded_year", "page_rank", "logo_url")
        .carrying("categories", "keywords", "technologies", "naics_codes")
        .carrying("city", at: .path("location", "city", "name"))
        .carrying("state", at: .path("location", "state", "name"))
        .carrying("country", at: .path("location", "country", "name"))
        .carrying("total_funding", at: .path("financial", "total_funding"))
        .carrying("funding_stage", at: .path("financial", "funding_stage"))
        .carrying("funding_date", at: .path("financial", "funding_date"))
        .workflow("companyenrich")
)
.owner("enrichment")
