import Assay

/// Company profiles as the data vendor CompanyEnrich sent them, one row a profile.
let rawCompanyEnrichPayloads = Table("raw.companyenrich_payloads", key: "id") {
    Required("domain")
    Normalized("domain", as: .domain)
    Fresh("created_at", within: .hours(26))

    NoRows("profiles that were never extracted") {
        """
        SELECT id FROM raw.companyenrich_payloads AS raw
        WHERE NOT EXISTS (
            SELECT FROM extracted.companyenrich_company AS company WHERE company.domain = raw.domain)
        """
    }
    .violated(by: .row("raw.companyenrich_payloads", ["domain": "acme.com"]))
    .kept(
        by: .row("raw.companyenrich_payloads", ["domain": "acme.com"]),
        .row("extracted.companyenrich_company", ["domain": "acme.com"])
    )

    served()
}
.owner("enrichment")
