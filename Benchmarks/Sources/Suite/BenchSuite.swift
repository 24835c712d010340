import Assay
import AssayMain

/// The suite that is measured: thirty checks, as `peers/` holds them for other tools.
@main
struct BenchSuite: AuditSuite {
    static let name = "benchmark"
    static let tables = [companyCustomers, stagingCaseStudyURLs, companies, companyIndustries]
}

/// Twenty checks on the table that grows.
let companyCustomers = Table("core.company_customers", key: "id") {
    RowCount(1...)
    Required(
        "origin_company_name", "origin_company_domain", "customer_company_name", "customer_domain",
        "case_study_url", "source", "created_at", "updated_at", blank: .accepted)
    Normalized("origin_company_domain", "customer_domain", as: .domain)
    Unique(
        by: .normalized("origin_company_domain", as: .domain),
        .normalized("customer_domain", as: .domain)
    )
    .named("pair")
    References("origin_company_domain", in: "core.companies.domain")
    References("customer_domain", in: "core.companies.domain")
    OneOf("source", "clay", "crawler", "manual", "partner")
    Fresh("created_at", within: .days(5_000))
    Length("case_study_url", 10...2_048)
    Matches("case_study_url", like: "https://_%/%", "http://_%/%")
    Implies(
        "created_at IS NOT NULL AND updated_at IS NOT NULL", then: "updated_at >= created_at"
    )
    .named("updated-after-created")
    Implies(
        "origin_company_domain IS NOT NULL AND customer_domain IS NOT NULL",
        then: "origin_company_domain <> customer_domain"
    )
    .named("not-its-own-customer")
}

/// Seven checks on a table of the same size.
let stagingCaseStudyURLs = Table("raw.staging_case_study_urls", key: "id") {
    RowCount(1...)
    Required("case_study_url", blank: .accepted)
    Unique(by: "case_study_url")
    Normalized("origin_company_domain", as: .domain)
    Implies(.isTrue("sent_to_clay"), then: .not(.isNull("origin_company_name"))).named("sent")
    Implies(.isTrue("processed"), then: .not(.isNull("batch_id"))).named("processed")
    Fresh("created_at", within: .days(5_000))
}

/// One check on the table that the others refer to.
let companies = Table("core.companies", key: "domain") {
    Matches(
        "linkedin_url",
        like: "https://www.linkedin.com/company/%", "https://linkedin.com/company/%")
}

/// Two references.
let companyIndustries = Table("core.company_industries", key: "id") {
    References("industry_id", in: "reference.industry_lookup.industry_id")
    References("domain", in: "core.companies.domain")
}
