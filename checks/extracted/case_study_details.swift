import Assay

/// What a case study says of its two companies, one row a URL.
let caseStudyDetails = Table("extracted.case_study_details", key: "id") {
    Required("origin_company_name", "origin_company_domain", "company_customer_name")
    Normalized("origin_company_domain", "customer_company_domain", as: .domain)
    SharedHost("customer_company_domain").severity(.warning)
    Unique(by: "case_study_url")
    References("raw_id", in: "raw.gemini_case_study_payloads.id")
    References("case_study_url", in: "raw.staging_case_study_urls.case_study_url")
    OneOf("confidence", "high", "medium", "low")
    Length("article_title", 1...300)

    Resolvable("the case-study-details lookup") {
        """
        SELECT id, case_study_url, article_title, company_customer_name, customer_company_domain,
            confidence, created_at
        FROM extracted.case_study_details
        WHERE case_study_url = $1
        """
    }

    Fresh("created_at", within: .hours(26))

    stamped()
    served()
    Exposed(to: "service_role").severity(.warning)
}
.fed(
    by: Payloads("raw.gemini_case_study_payloads", "payload")
        .found(by: "raw_id", matching: "id")
        .carrying("case_study_url", "origin_company_name", "origin_company_domain")
        .carrying("company_customer_name", "customer_company_domain", "article_title")
        .carrying("confidence", "reasoning")
        .workflow(at: "workflow_slug", otherwise: "case-study-extraction")
)
.owner("case studies")
