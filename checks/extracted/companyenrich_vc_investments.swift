import Assay

/// Who took part in which round, one row an investor and round.
let companyEnrichVCInvestments = Table("extracted.companyenrich_vc_investments", key: "id") {
    Required("investor_name", "funding_date", "funding_type")
    Unique(by: "domain", "investor_name", "funding_date", "funding_type")
    References(
        ["domain", "funding_date", "funding_type"], in: "extracted.companyenrich_funding_rounds",
        columns: ["domain", "funding_date", "funding_type"])

    served()
}
.owner("enrichment")
