import Assay

/// The free-text answers of the first customers-of agent, one row a run; kept, no longer written.
let rawClaygentCustomers = Table("raw.claygent_customers_raw", key: "id") {
    RowCount(1...)
    Required("origin_company_domain")
    Normalized("origin_company_domain", as: .domain)
    InRange("created_at", from: "2020-01-01")

    served()
}
.owner("data platform")
