import Assay

/// Everyone who ever put money into the company, one row an investor.
let companyEnrichInvestors = Table("extracted.companyenrich_investors", key: "id") {
    Unique(by: "domain", "investor_name")
    References("domain", in: "extracted.companyenrich_company.domain")
    Normalized("investor_name", as: .trimmed)

    served()
}
.owner("enrichment")
