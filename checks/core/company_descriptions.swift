import Assay

/// What a company says it does, long and short; one row a domain.
let companyDescriptions = Table("core.company_descriptions", key: "id") {
    Unique(by: "domain")
    References("domain", in: "core.companies.domain")
    Required("description")
    Length("description", 10...5_000)
    Length("tagline", ...300)
    Fresh("updated_at", within: .hours(26))

    stamped()
    served()
}
.fed(
    by: Payloads("raw.companyenrich_payloads", "payload")
        .found(by: "domain")
        .carrying("description")
        .carrying("tagline", at: "seo_description")
        .workflow("companyenrich")
)
.owner("enrichment")
