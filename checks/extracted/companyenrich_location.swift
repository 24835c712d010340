import Assay

/// Where the profile says the company sits, one row a company.
let companyEnrichLocation = Table("extracted.companyenrich_location", key: "id") {
    Unique(by: "domain")
    References("domain", in: "extracted.companyenrich_company.domain")
    InRange("latitude", -90...90)
    InRange("longitude", -180...180)
    Implies(.present("state"), then: .present("country"))

    served()
}
.owner("enrichment")
