import Assay

/// The profile's categories, one row each.
let companyEnrichCategories = Table("extracted.companyenrich_categories", key: "id") {
    Unique(by: "domain", "category")
    References("domain", in: "extracted.companyenrich_company.domain")
    Length("category", 1...80)

    served()
}
.owner("enrichment")
