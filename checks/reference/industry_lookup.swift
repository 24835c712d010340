import Assay

/// Industries as sources write them, and the industry each one means.
let industryLookup = Table("reference.industry_lookup", key: "id") {
    RowCount(1...)
    Required("industry_raw", "industry_cleaned")
    Unique(by: "industry_raw")
    OneOf("industry_cleaned", in: "reference.company_industries.name")

    served()
}
.owner("data platform")
