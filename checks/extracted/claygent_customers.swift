import Assay

/// Customers found in the free-text answers, one row a customer of a run; the backfill reads it.
let claygentCustomers = Table("extracted.claygent_customers", key: "id") {
    Required("origin_company_domain", "origin_company_name", "customer_name")
    Normalized("origin_company_domain", as: .domain)
    Unique(by: "raw_id", "customer_name")
    References("raw_id", in: "raw.claygent_customers_raw.id")
    Implies(.isTrue("has_case_study"), then: .present("case_study_url"))
    Length("customer_name", 1...200)

    stamped()
    served()
}
.fed(
    by: Payloads("raw.claygent_customers_raw", "payload")
        .found(by: "raw_id", matching: "id")
        .carrying("origin_company_domain")
        .workflow("customers-of-1")
)
.owner("data platform")
