import Assay

/// How many people a company employs, as a range; one row a domain.
let companyEmployeeRange = Table("core.company_employee_range", key: "id") {
    Unique(by: "domain")
    References("domain", in: "core.companies.domain")
    Required("employee_range")
    OneOf("employee_range", in: "reference.employee_range_lookup.size_cleaned")
    Fresh("updated_at", within: .hours(26))

    stamped()
    served()
}
.fed(
    by: Payloads("raw.companyenrich_payloads", "payload")
        .found(by: "domain")
        .carrying("employee_range", at: "employees")
        .workflow("companyenrich")
)
.owner("enrichment")
