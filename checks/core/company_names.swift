import Assay

/// A company's name as each source writes it, and as a person cleaned it.
let companyNames = Table("core.company_names", key: "id") {
    Required("domain", "source", "raw_name")
    Normalized("domain", as: .domain)
    Unique(by: "domain", "source")
    References("domain", in: "core.companies.domain").severity(.warning)
    PoisonedDomain("domain", names: "raw_name")
    Matches("linkedin_url", like: "https://www.linkedin.com/company/_%")
    Normalized("cleaned_name", as: .name)
    Fresh("created_at", within: .hours(26))

    stamped()
    served()
}
.owner("revenue operations")
