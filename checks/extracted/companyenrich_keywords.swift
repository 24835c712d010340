import Assay

/// The profile's keywords, one row each.
let companyEnrichKeywords = Table("extracted.companyenrich_keywords", key: "id") {
    Unique(by: "domain", "keyword")
    References("domain", in: "extracted.companyenrich_company.domain")
    Normalized("keyword", as: .trimmed)
    Length("keyword", 1...80)

    served()
}
.owner("enrichment")
