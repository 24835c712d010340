import Assay

/// People a case study names as buyers, one row a person and case study.
let caseStudyBuyers = Table("extracted.case_study_buyers", key: "id") {
    Required("origin_company_domain", "buyer_full_name")
    Normalized("origin_company_domain", "customer_company_domain", as: .domain)
    Unique(by: "case_study_url", "buyer_full_name")
    References("raw_id", in: "raw.case_study_buyers_payloads.id")
    Fresh("created_at", within: .hours(26))

    stamped()
    served()
}
.fed(
    by: Payloads("raw.case_study_buyers_payloads", "payload", each: "people")
        .found(by: "raw_id", matching: "id")
        .found(by: "buyer_full_name", at: .element("fullName"))
        .carrying("case_study_url", "origin_company_name", "origin_company_domain")
        .carrying("customer_company_name", "customer_company_domain")
        .carrying("buyer_full_name", at: .element("fullName"))
        .carrying("buyer_job_title", at: .element("jobTitle"))
        .workflow("case-study-buyers")
)
.owner("case studies")
