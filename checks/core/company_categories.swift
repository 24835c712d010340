import Assay

/// Kinds of business a company is counted among, one row each.
let companyCategories = Table("core.company_categories", key: "id") {
    Unique(by: "domain", "category")
    References("domain", in: "core.companies.domain")
    Length("category", 1...80)

    stamped()
    served()
}
.owner("enrichment")
