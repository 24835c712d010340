import Assay

/// Where a company sits, one row a domain.
let companyLocations = Table("core.company_locations", key: "id") {
    Unique(by: "domain")
    References("domain", in: "core.companies.domain")
    Required("country")
    Implies(.isTrue("has_city"), then: .present("city"))
    Implies(.isTrue("has_state"), then: .present("state"))
    Fresh("updated_at", within: .hours(26))

    stamped()
    served()
}
.fed(
    by: Payloads("raw.companyenrich_payloads", "payload")
        .found(by: "domain")
        .carrying("city", at: .path("location", "city", "name"))
        .carrying("state", at: .path("location", "state", "name"))
        .carrying("country", at: .path("location", "country", "name"))
        .workflow("companyenrich")
)
.owner("enrichment")
