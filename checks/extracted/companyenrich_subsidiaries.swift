import Assay

/// The profile's subsidiaries, one row each; empty until the vendor sends the first.
let companyEnrichSubsidiaries = Table("extracted.companyenrich_subsidiaries", key: "id") {
    Required("subsidiary_name")
    Normalized("subsidiary_domain", as: .domain)
    Unique(by: "domain", "subsidiary_name")
    References("domain", in: "extracted.companyenrich_company.domain")

    served()
}
.owner("enrichment")
