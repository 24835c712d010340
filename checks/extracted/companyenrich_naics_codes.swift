import Assay

/// The profile's industry codes of the NAICS, one row each.
let companyEnrichNAICSCodes = Table("extracted.companyenrich_naics_codes", key: "id") {
    Unique(by: "domain", "naics_code")
    References("domain", in: "extracted.companyenrich_company.domain")
    Matches("naics_code", "^[0-9]{2,6}$")

    served()
}
.owner("enrichment")
