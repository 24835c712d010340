import Assay

/// The profile's industries, one row each.
let companyEnrichIndustries = Table("extracted.companyenrich_industries", key: "id") {
    Unique(by: "domain", "industry")
    References("domain", in: "extracted.companyenrich_company.domain")
    OneOf("industry", in: "reference.industry_lookup.industry_raw")

    served()
}
.owner("enrichment")
