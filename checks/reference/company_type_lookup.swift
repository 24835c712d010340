import Assay

/// Company types as sources write them, and the type each one means.
let companyTypeLookup = Table("reference.company_type_lookup", key: "id") {
    RowCount(1...)
    Required("raw_value", "matched_company_type")
    Unique(by: "raw_value")
    Normalized("raw_value", as: .lowercase)
        .named("raw_value-lowercase")
        .because("Types are looked up in lower case, so that an entry in capitals is never found.")
    OneOf("matched_company_type", "Private Company", "Public Company", "Self-Employed")

    served()
}
.owner("data platform")
