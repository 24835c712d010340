import Assay

/// What a language model read in a case study, one row a reading: details and champions.
let rawGeminiCaseStudyPayloads = Table("raw.gemini_case_study_payloads", key: "id") {
    Required("case_study_url")
    Matches("case_study_url", like: "https://_%/_%", "http://_%/_%")
    Fresh("created_at", within: .hours(26))

    NoRows("readings that were never extracted") {
        """
        SELECT id FROM raw.gemini_case_study_payloads AS raw
        WHERE NOT EXISTS (
            SELECT FROM extracted.case_study_details AS found
            WHERE found.case_study_url = raw.case_study_url)
        """
    }
    .violated(by: .row("raw.gemini_case_study_payloads"))
    .kept(
        by: .row(
            "raw.gemini_case_study_payloads",
            ["id": .sample(1), "case_study_url": "https://acme.com/globex"]),
        .row("raw.gemini_case_study_payloads", ["case_study_url": "https://acme.com/globex"]),
        .row(
            "extracted.case_study_details",
            ["raw_id": .sample(1), "case_study_url": "https://acme.com/globex"])
    )
    .because("What is extracted has one row a URL, whichever of its readings came last.")

    served()
}
.owner("case studies")
