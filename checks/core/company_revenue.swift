import Assay

/// What a company earns in a year, one row a domain and source.
let companyRevenue = Table("core.company_revenue", key: "id") {
    Unique(by: "domain", "source")
    References("domain", in: "core.companies.domain")
    Required("raw_revenue_range")
    Required("matched_revenue_range")
        .severity(.warning)
        .because("The source's value is missing from reference.revenue_range_lookup.")
    OneOf("matched_revenue_range", in: "reference.revenue_range_lookup.matched_revenue_range")
    InRange("revenue_upper", 0...)

    stamped()
    served()
}
.fed(
    by: Payloads("raw.companyenrich_payloads", "payload")
        .found(by: "domain")
        .carrying("raw_revenue_range", at: "revenue")
        .carrying("matched_revenue_range", at: "revenue")
        .workflow("companyenrich")
)
.owner("enrichment")
