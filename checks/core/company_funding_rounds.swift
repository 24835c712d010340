import Assay

/// When a company raised how much, one row a round and source.
let companyFundingRounds = Table("core.company_funding_rounds", key: "id") {
    Unique(by: "domain", "source", "funding_date", "funding_type")
    References("domain", in: "core.companies.domain")
    Required("funding_date", "funding_type")
        .because("Both stand in the key, and null equals nothing: such a round is stored anew.")
    InRange("funding_date", from: "1980-01-01", through: "2100-01-01")
    InRange("amount", 0...)

    stamped()
    served()
}
.owner("enrichment")
