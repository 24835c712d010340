import Assay

/// What a language model read in a case study, one row a reading: the people who bought.
let rawCaseStudyBuyersPayloads = Table("raw.case_study_buyers_payloads", key: "id") {
    Required("case_study_url")
    Matches("case_study_url", like: "https://_%/_%", "http://_%/_%")
    Fresh("created_at", within: .hours(26))

    NoRows("readings that were never extracted") {
        """
        SELECT id FROM raw.case_study_buyers_payloads AS raw
        WHERE NOT EXISTS (
            SELECT FROM extracted.case_study_buyers AS found WHERE found.raw_id = raw.id)
        """
    }
    .violated(by: .row("raw.case_study_buyers_payloads"))
    .kept(
        by: .row("raw.case_study_buyers_payloads", ["id": .sample(1)]),
        .row("extracted.case_study_buyers", ["raw_id": .sample(1)])
    )

    served()
}
.owner("case studies")
