import Assay

/// People whom case studies name, as champions or as buyers, one row a person and case study.
let caseStudyChampions = Table("core.case_study_champions", key: "id") {
    Required("full_name", "origin_company_domain", "case_study_url")
    Required("job_title").severity(.warning)

    Normalized("customer_company_domain", as: .domain)
        .garbage(.quarantined)
        .because("37 rows held a role or a category where the customer's domain belongs.")
    Normalized("origin_company_domain", as: .domain)
    SharedHost("customer_company_domain").severity(.warning)

    Unique(by: "source", "source_id")
    Unique(by: "case_study_url", "full_name")
    OneOf("source", "case_study_champions", "case_study_buyers")
    References("source_id", in: "extracted.case_study_champions.id")
        .where(.equals("source", "case_study_champions"))
        .named("source_id-champions")
    References("source_id", in: "extracted.case_study_buyers.id")
        .where(.equals("source", "case_study_buyers"))
        .named("source_id-buyers")
    References("case_study_url", in: "raw.staging_case_study_urls.case_study_url")
    Length("full_name", 2...120)
    Fresh("created_at", within: .hours(26))
}
.owner("case studies")
