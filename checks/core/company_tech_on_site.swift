import Assay

/// Which technologies stand on a company's site, one row each.
let companyTechOnSite = Table("core.company_tech_on_site", key: "id") {
    Unique(by: "domain", "technology_id")
    References("domain", in: "core.companies.domain")
    References("technology_id", in: "reference.technologies.id")

    stamped()
    served()
}
.owner("enrichment")
