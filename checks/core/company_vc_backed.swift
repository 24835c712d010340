import Assay

/// How many different investors stand behind a company, one row a domain.
let companyVCBacked = Table("core.company_vc_backed", key: "id") {
    Unique(by: "domain")
    References("domain", in: "core.companies.domain")
    Required("vc_count")
    InRange("vc_count", 1...)

    NoRows("companies whose investors were miscounted") {
        """
        SELECT backed.id FROM core.company_vc_backed AS backed
        WHERE vc_count <> (
            SELECT count(DISTINCT vc_name) FROM core.company_vc_investors AS investors
            WHERE investors.company_domain = backed.domain)
        """
    }
    .violated(
        by: .row("core.company_vc_investors", ["company_domain": "acme.com", "vc_name": "A"]),
        .row("core.company_vc_backed", ["domain": "acme.com", "vc_count": 2])
    )
    .kept(
        by: .row("core.company_vc_investors", ["company_domain": "acme.com", "vc_name": "A"]),
        .row("core.company_vc_backed", ["domain": "acme.com", "vc_count": 1])
    )

    stamped()
    served()
}
.owner("enrichment")
