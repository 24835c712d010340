import Assay

/// A company's NAICS codes, one row each.
let companyNAICSCodes = Table("core.company_naics_codes", key: "id") {
    Unique(by: "domain", "naics_code")
    References("domain", in: "core.companies.domain")
    Matches("naics_code", "^[0-9]{2,6}$")

    stamped()
    served()
}
.owner("enrichment")
