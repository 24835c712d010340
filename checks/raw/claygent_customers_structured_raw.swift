import Assay

/// The structured answers of the customers-of agent, one row a run, written all day.
let rawClaygentCustomersStructured = Table("raw.claygent_customers_structured_raw", key: "id") {
    Required("origin_company_domain", "payload")
    Normalized("origin_company_domain", as: .domain)
    Fresh("created_at", within: .hours(26))

    NoRows("answers from which nothing was extracted") {
        """
        SELECT id FROM raw.claygent_customers_structured_raw AS raw
        WHERE payload @? 'strict $.customers[0]' AND NOT EXISTS (
            SELECT FROM extracted.claygent_customers_structured AS found WHERE found.raw_id = raw.id)
        """
    }
    .violated(
        by: .row("raw.claygent_customers_structured_raw", ["payload": #"{"customers": [1]}"#])
    )
    .kept(
        by: .row("raw.claygent_customers_structured_raw", ["payload": #"{"customers": []}"#]),
        .row("raw.claygent_customers_structured_raw", ["payload": #"{"customers": null}"#]),
        .row(
            "raw.claygent_customers_structured_raw",
            ["id": .sample(1), "payload": #"{"customers": [1]}"#]),
        .row("extracted.claygent_customers_structured", ["raw_id": .sample(1)])
    )
    .because("The step after this one can fail while the caller is told that all went well.")

    served()
}
.owner("data platform")
