import Assay

/// The profile's addresses on social networks, one row a company.
let companyEnrichSocials = Table("extracted.companyenrich_socials", key: "id") {
    Unique(by: "domain")
    References("domain", in: "extracted.companyenrich_company.domain")
    Matches("linkedin_url", like: "https://www.linkedin.com/company/_%")

    served()
}
.owner("enrichment")
