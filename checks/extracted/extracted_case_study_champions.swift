import Assay

/// People a case study quotes in favour of the product, one row a person and case study.
let extractedCaseStudyChampions = Table("extracted.case_study_champions", key: "id") {
    Required("case_study_id", "full_name")
    Unique(by: "case_study_id", "full_name")
    References("case_study_id", in: "extracted.case_study_details.id")
    Normalized("customer_company_domain", as: .domain)

    served()
}
.fed(
    by: Payloads("raw.gemini_case_study_payloads", "payload", each: "champions")
        .through("extracted.case_study_details", by: "case_study_id", matching: "id")
        .found(by: "raw_id", matching: "id")
        .found(by: "full_name", at: .element("full_name"))
        .carrying("customer_company_domain")
        .carrying("full_name", at: .element("full_name"))
        .carrying("job_title", at: .element("job_title"))
        .carrying("company_name", at: .element("company_name"))
        .workflow(at: "workflow_slug", otherwise: "case-study-extraction")
)
.owner("case studies")
