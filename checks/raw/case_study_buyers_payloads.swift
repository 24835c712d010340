import Assay

/// What a language model read in a case study, one row a reading: the people who bought.
let rawCaseStudyBuyersPayloads = Table("raw.case_study_buyers_payloads", key: "id") {
    Required("case_study_url")
    Matches("case_study_url", like: "https://_%/_%", "http://_%/_%")
    Fresh("created_at", within: .hours(26))

    NoRows("readings that were never extracted") {
        """
        SELECT id FROM raw.case_study_buyers_payloads AS raw
        WHERE payload @? 'strict $.people[0]' AND NOT EXISTS (
            SELECT FROM extracted.case_study_buyers AS found
            WHERE found.case_study_url = raw.case_study_url)
        """
    }
    .violated(by: .row("raw.case_study_buyers_payloads", ["payload": #"{"people": [1]}"#]))
    .kept(
        by: .row("raw.case_study_buyers_payloads", ["payload": #"{"people": null}"#]),
        .row(
            "raw.case_study_buyers_payloads",
            [
                "id": .sample(1), "case_study_url": "https://acme.com/globex",
                "payload": #"{"people": [1]}"#,
            ]),
        .row(
            "raw.case_study_buyers_payloads",
            ["case_study_url": "https://acme.com/globex", "payload": #"{"people": [1]}"#]),
        .row(
            "extracted.case_study_buyers",
            ["raw_id": .sample(1), "case_study_url": "https://acme.com/globex"])
    )
    .because(
        "A case study that names nobody is read like any other; one that names people has their rows."
    )

    served()
}
.owner("case studies")
