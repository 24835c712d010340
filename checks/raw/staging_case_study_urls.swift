import Assay

/// Case-study URLs that wait to be sent out for extraction, one row a URL, shared by two pipelines.
let stagingCaseStudyURLs = Table("raw.staging_case_study_urls", key: "id") {
    RowCount(1_000...)

    Required("origin_company_name")
        .filled(
            from: .table(
                "core.companies", "name", by: .normalized("origin_company_domain", as: .domain),
                matching: "domain"),
            .siblings(by: .normalized("origin_company_domain", as: .domain)),
            .table(
                "core.company_customers", "origin_company_name",
                by: .normalized("origin_company_domain", as: .domain))
        )
        .because("A URL that is sent without its company's name comes back without one.")
        .fix("fill-staged-names")
    Required("origin_company_domain", "customer_company_name")

    Normalized("origin_company_domain", as: .domain)
        .because("Names are looked up by domain, and no other spelling finds them.")
        .fix("normalise-staged-domains")
    SharedHost("origin_company_domain").severity(.warning)

    Unique(by: "case_study_url")
    Constrained(.unique("case_study_url"))
        .because("Staging a URL again is an upsert on this key, and fails without it.")
    Matches("case_study_url", like: "https://_%/_%", "http://_%/_%")
    Length("batch_id", 1...60)

    Implies(
        .isTrue("sent_to_clay"),
        then: .all([
            .present("origin_company_name"), .present("origin_company_domain"),
            .present("customer_company_name"),
        ])
    )
    .named("sent-only-when-complete")
    .because("851 rows went out without a name, and nobody had looked before sending.")
    .fix("fill-staged-names")

    NoRows("URLs left unsent in a batch that was begun") {
        """
        SELECT id FROM raw.staging_case_study_urls
        WHERE NOT sent_to_clay AND batch_id IN (
            SELECT batch_id FROM raw.staging_case_study_urls
            GROUP BY batch_id
            HAVING bool_or(sent_to_clay) AND max(created_at) < (
                SELECT max(created_at) - interval '1 day' FROM raw.staging_case_study_urls))
        """
    }
    .violated(
        by: .row("raw.staging_case_study_urls"),
        .row(
            "raw.staging_case_study_urls",
            ["batch_id": "a", "sent_to_clay": true, "created_at": .ago(.days(2))]),
        .row("raw.staging_case_study_urls", ["batch_id": "a", "created_at": .ago(.days(2))])
    )
    .kept(
        by: .row("raw.staging_case_study_urls"),
        .row(
            "raw.staging_case_study_urls",
            ["batch_id": "a", "sent_to_clay": true, "created_at": .ago(.hours(23))]),
        .row("raw.staging_case_study_urls", ["batch_id": "a", "created_at": .ago(.hours(23))])
    )
    .because("A job that dies halfway leaves no error behind, only a batch that is half sent.")

    NoRows("sent URLs of batches from which nothing came back") {
        """
        SELECT id FROM raw.staging_case_study_urls
        WHERE sent_to_clay AND batch_id IN (
            SELECT batch_id FROM raw.staging_case_study_urls
            GROUP BY batch_id
            HAVING NOT bool_or(processed) AND bool_and(sent_to_clay) AND max(created_at) < (
                SELECT max(created_at) - interval '7 days' FROM raw.staging_case_study_urls))
        """
    }
    .violated(
        by: .row("raw.staging_case_study_urls"),
        .row(
            "raw.staging_case_study_urls",
            ["batch_id": "a", "sent_to_clay": true, "created_at": .ago(.days(8))])
    )
    .kept(
        by: .row("raw.staging_case_study_urls"),
        .rows(
            2, of: "raw.staging_case_study_urls",
            ["batch_id": "a", "sent_to_clay": true, "created_at": .ago(.days(6))])
    )
    .severity(.warning)
    .because("A batch that was marked sent though every call failed looks just like this.")

    NoRows("URLs whose results came back and were forgotten") {
        """
        SELECT id FROM raw.staging_case_study_urls AS staged
        WHERE NOT processed AND (
            EXISTS (SELECT FROM extracted.case_study_details AS details
                WHERE details.case_study_url = staged.case_study_url)
            OR EXISTS (SELECT FROM extracted.case_study_buyers AS buyers
                WHERE buyers.case_study_url = staged.case_study_url))
        """
    }
    .violated(
        by: .row("raw.staging_case_study_urls", ["case_study_url": "https://a.io/1"]),
        .row("extracted.case_study_buyers", ["case_study_url": "https://a.io/1"])
    )
    .kept(
        by: .row("raw.staging_case_study_urls", ["case_study_url": "https://a.io/1"]),
        .row("extracted.case_study_buyers", ["case_study_url": "https://a.io/2"])
    )
    .because("Staging a URL again must not make it unprocessed again.")

    NoRows("URLs marked processed without a result") {
        """
        SELECT id FROM raw.staging_case_study_urls AS staged
        WHERE processed AND NOT (
            EXISTS (SELECT FROM extracted.case_study_details AS details
                WHERE details.case_study_url = staged.case_study_url)
            OR EXISTS (SELECT FROM extracted.case_study_buyers AS buyers
                WHERE buyers.case_study_url = staged.case_study_url))
        """
    }
    .violated(by: .row("raw.staging_case_study_urls", ["processed": true]))
    .kept(
        by: .row(
            "raw.staging_case_study_urls", ["case_study_url": "https://a.io/1", "processed": true]),
        .row("extracted.case_study_details", ["case_study_url": "https://a.io/1"])
    )

    Fresh("created_at", within: .hours(26))

    served()
    Exposed(to: "service_role").severity(.warning)
}
.fed(
    by: Payloads("raw.claygent_customers_structured_raw", "payload", each: "customers")
        .found(by: "case_study_url", at: .element("url"))
        .carrying("origin_company_name", at: "origin_company_name", or: "company_name")
        .carrying("origin_company_domain")
        .carrying("customer_company_name", at: .element("companyName"))
        .workflow(at: "workflow_slug", otherwise: "customers-of-3"),
    batch: "batch_id", sent: .isTrue("sent_to_clay")
)
.owner("case studies")
