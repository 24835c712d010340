import Assay

/// People a case study quotes in favour of the product, one row a person and case study.
let extractedCaseStudyChampions = Table("extracted.case_study_champions", key: "id") {
    Required("case_study_id", "full_name")
    Unique(by: "case_study_id", "full_name")
    References("case_study_id", in: "extracted.case_study_details.id")
    Normalized("customer_company_domain", as: .domain)
}
.owner("case studies")
