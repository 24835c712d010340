import Assay

/// Customers found in the structured answers, one row a customer of a run.
let claygentCustomersStructured = Table("extracted.claygent_customers_structured", key: "id") {
    Required("raw_id", "origin_company_domain", "origin_company_name", "customer_name")
    Normalized("origin_company_domain", as: .domain)
    Unique(by: "raw_id", "customer_name")
    References("raw_id", in: "raw.claygent_customers_structured_raw.id")
    OneOf("confidence", "high", "medium", "low")
    Matches("case_study_url", like: "https://_%/_%", "http://_%/_%")
    Implies(.isTrue("has_case_study"), then: .present("case_study_url"))

    Implies(.present("updated_at"), then: "updated_at >= created_at")
        .named("updated-after-created")
        .because("Backfills take up what changed since their last run, and pass over such rows.")

    References(
        ["origin_company_domain", "customer_name"], in: "core.company_customers",
        columns: ["origin_company_domain", "customer_name"]
    )
    .because("What was extracted and never reached core is lost to everyone who reads core.")

    Fresh("created_at", within: .hours(26))

    stamped()
    served()
}
.fed(
    by: Payloads("raw.claygent_customers_structured_raw", "payload", each: "customers")
        .found(by: "raw_id", matching: "id")
        .found(by: "customer_name", at: .element("companyName"))
        .carrying("origin_company_name", at: "origin_company_name", or: "company_name")
        .carrying("origin_company_domain", "confidence")
        .carrying("customer_name", at: .element("companyName"))
        .carrying("case_study_url", at: .element("url"))
        .carrying("has_case_study", at: .element("hasCaseStudy"))
        .workflow(at: "workflow_slug", otherwise: "customers-of-3")
)
.owner("data platform")
