import Assay

/// Technologies that the profile saw on the company's site, one row each.
let companyEnrichTechnologies = Table("extracted.companyenrich_technologies", key: "id") {
    Unique(by: "domain", "technology")
    References("domain", in: "extracted.companyenrich_company.domain")
    OneOf("technology", in: "reference.technologies.name")

    served()
}
.owner("enrichment")
