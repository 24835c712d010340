import Assay

/// The industry a company is filed under, one row a domain; the first source wins.
let companyIndustries = Table("core.company_industries", key: "id") {
    Unique(by: "domain")
    References("domain", in: "core.companies.domain")
    Required("matched_industry")
    OneOf("matched_industry", in: "reference.company_industries.name")

    stamped()
    served()
}
.owner("enrichment")
