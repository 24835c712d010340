import Assay

/// A company's addresses on social networks, one row a domain.
let companySocialURLs = Table("core.company_social_urls", key: "id") {
    Unique(by: "domain")
    References("domain", in: "core.companies.domain")
    Matches("linkedin_url", like: "https://www.linkedin.com/company/_%")
    Matches("twitter_url", like: "https://twitter.com/_%", "https://x.com/_%")
    Matches("github_url", like: "https://github.com/_%")
    Fresh("updated_at", within: .hours(26))
        .because("This step once failed for nine days while every answer said success.")

    stamped()
    served()
}
.owner("enrichment")
