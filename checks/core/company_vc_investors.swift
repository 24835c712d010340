import Assay

/// Which investors stand behind a company, one row each.
let companyVCInvestors = Table("core.company_vc_investors", key: "id") {
    Unique(by: "company_domain", "vc_name")
    References("company_domain", in: "core.companies.domain")
    Required("vc_name")
    Matches("vc_name", "^[^,]+$")
        .because("A comma means that a list of investors was stored as one.")

    stamped()
    served()
}
.owner("enrichment")
