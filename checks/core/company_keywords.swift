import Assay

/// Words a company is found by, one row each.
let companyKeywords = Table("core.company_keywords", key: "id") {
    Unique(by: "domain", "keyword")
    References("domain", in: "core.companies.domain")
    Length("keyword", 1...80)

    stamped()
    served()
}
.owner("enrichment")
