import Assay

/// The profile's funding rounds, one row a round.
let companyEnrichFundingRounds = Table("extracted.companyenrich_funding_rounds", key: "id") {
    Required("funding_date", "funding_type")
        .because("Both stand in the key by which a round is found again.")
    Unique(by: "domain", "funding_date", "funding_type")
    References("domain", in: "extracted.companyenrich_company.domain")
    InRange("funding_date", from: "1980-01-01", through: "2100-01-01")
    InRange("amount", 0...)

    served()
}
.owner("enrichment")
