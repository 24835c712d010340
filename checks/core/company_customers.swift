import Assay

/// Who buys from whom, one row a pair, coalesced from every source.
let companyCustomers = Table("core.company_customers", key: "id") {
    RowCount(10_000...)
    Required("origin_company_domain", "origin_company_name", "customer_name")

    Normalized("origin_company_domain", "customer_domain", as: .domain)
        .because("Each spelling of a domain is a company of its own to every join and count.")
        .fix("normalise-customer-domains")

    Unique(by: .normalized("origin_company_domain", as: .domain), "customer_name")
        .keep(.cleanest, then: .mostComplete, .oldest)
        .because("Two spellings of one publisher split a customer's history in two.")
        .fix("normalise-customer-domains")

    References("origin_company_domain", in: "core.companies.domain")
        .severity(.warning)
        .because("Dirty spellings count here too; what is left once they are gone is unknown.")
    References("source_id", in: "extracted.claygent_customers_structured.id")
        .where(.equals("source", "claygent_structured"))

    SharedHost("customer_domain").severity(.warning)
    PoisonedDomain("customer_domain", names: "customer_name")
        .because("A lookup that finds nothing must say so, not answer with its own domain.")

    OneOf("source", "claygent", "claygent_structured", "manual")
        .mapped(["Claygent": "claygent", "clay": "claygent"])
    Implies(.isTrue("has_case_study"), then: .present("case_study_url"))
    Matches("case_study_url", like: "https://_%/_%", "http://_%/_%")
    Length("customer_name", 1...200)
    Implies(.present("updated_at"), then: "updated_at >= created_at").named("updated-after-created")
    Fresh("created_at", within: .hours(26))

    NoRows("customers that are their own customer") {
        "SELECT id FROM core.company_customers WHERE customer_domain = origin_company_domain"
    }
    .violated(
        by: .row(
            "core.company_customers",
            ["customer_domain": "acme.com", "origin_company_domain": "acme.com"])
    )
    .kept(
        by: .row(
            "core.company_customers",
            ["customer_domain": "acme.com", "origin_company_domain": "acme.io"])
    )

    Resolvable("the company-customers lookup") {
        """
        SELECT customers.customer_name, customers.customer_domain, companies.linkedin_url,
            sizes.employee_range, industries.matched_industry
        FROM core.company_customers AS customers
        LEFT JOIN core.companies AS companies ON companies.domain = customers.customer_domain
        LEFT JOIN core.company_employee_range AS sizes ON sizes.domain = customers.customer_domain
        LEFT JOIN core.company_industries AS industries
            ON industries.domain = customers.customer_domain
        WHERE customers.origin_company_domain = $1
        ORDER BY customers.customer_name
        """
    }
    .because("It broke when a table and a column were renamed, and a client was the first to know.")

    stamped()
    served()
}
.fed(
    by: Payloads("raw.claygent_customers_structured_raw", "payload", each: "customers")
        .where(.equals("source", "claygent_structured"))
        .through("extracted.claygent_customers_structured", by: "source_id", matching: "id")
        .found(by: "raw_id", matching: "id")
        .found(by: "customer_name", at: .element("companyName"))
        .carrying("origin_company_name", at: "origin_company_name", or: "company_name")
        .carrying("origin_company_domain")
        .carrying("customer_name", at: .element("companyName"))
        .carrying("case_study_url", at: .element("url"))
        .carrying("has_case_study", at: .element("hasCaseStudy"))
        .workflow(at: "workflow_slug", otherwise: "customers-of-3"),
    Payloads("raw.claygent_customers_raw", "payload")
        .where(.isOneOf("source", ["claygent", "Claygent", "clay"]))
        .through("extracted.claygent_customers", by: "customer_name", matching: "customer_name")
        .found(by: "raw_id", matching: "id")
        .found(by: .normalized("origin_company_domain", as: .domain), at: "origin_company_domain")
        .carrying("origin_company_domain")
        .workflow("customers-of-1")
)
.owner("revenue operations")
