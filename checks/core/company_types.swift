import Assay

/// Whether a company is private, public or self-employed, one row a domain and source.
let companyTypes = Table("core.company_types", key: "id") {
    Unique(by: "domain", "source")
    References("domain", in: "core.companies.domain")
    Required("raw_type", "matched_type")
    OneOf("matched_type", in: "reference.company_type_lookup.matched_company_type")

    stamped()
    served()
}
.fed(
    by: Payloads("raw.companyenrich_payloads", "payload")
        .found(by: "domain")
        .carrying("raw_type", at: "type")
        .carrying("matched_type", at: "type")
        .workflow("companyenrich")
)
.owner("enrichment")
