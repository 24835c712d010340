import Assay

/// Every industry a company may be filed under.
let referenceCompanyIndustries = Table("reference.company_industries", key: "id") {
    RowCount(1...)
    Unique(by: .normalized("name", as: .name))
    Normalized("name", as: .name)
    Required("source").severity(.info)

    served()
}
.owner("data platform")
