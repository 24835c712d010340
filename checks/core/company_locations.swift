import Assay

/// Where a company sits, one row a domain.
let companyLocations = Table("core.company_locations", key: "id") {
    Unique(by: "domain")
    References("domain", in: "core.companies.domain")
    Required("country")
    Implies(.isTrue("has_city"), then: .present("city"))
    Implies(.isTrue("has_state"), then: .present("state"))
    Fresh("updated_at", within: .hours(26))
}
.owner("enrichment")
