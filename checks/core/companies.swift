import Assay

/// Every company we know, one row a domain; all of core hangs on it.
let companies = Table("core.companies", key: "id") {
    RowCount(1_000...)
    Required("name", "domain")
    Normalized("domain", as: .domain)
    SharedHost("domain")
        .because("bit.ly became a company once, and 424 people were made to work there.")
    Unique(by: "domain")
    Unique(by: "linkedin_url").severity(.warning)
    Matches("linkedin_url", like: "https://www.linkedin.com/company/_%")
    Length("name", 1...200)
    Implies(.present("updated_at"), then: "updated_at >= created_at").named("updated-after-created")
    Fresh("created_at", within: .hours(26))

    Resolvable("the existence check") {
        "SELECT EXISTS (SELECT FROM core.companies WHERE domain = $1)"
    }

    stamped()
    served()
    Exposed(to: "service_role").severity(.warning)
}
.owner("revenue operations")
