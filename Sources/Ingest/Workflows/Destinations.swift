/// The tables that workflows write, each with the way it takes a row in.
extension Destination {
    // MARK: Customers

    static let customersStructured = Destination(
        "extracted.claygent_customers_structured", .upsert(on: "raw_id", "customer_name"),
        belongsToPayload: true, .uuid("raw_id"), .text("origin_company_domain"),
        .text("origin_company_name"), .text("customer_name"), .text("case_study_url"),
        .boolean("has_case_study"), .text("confidence"))

    /// A case study that was found stays found: a later answer that misses it does not unmake it.
    static let companyCustomers = Destination(
        "core.company_customers",
        .upsert(on: "origin_company_domain", "customer_name").onceTrue("has_case_study")
            .together("source", "source_id"),
        .text("origin_company_domain"), .text("origin_company_name"), .text("customer_name"),
        .text("customer_domain"), .text("case_study_url"), .boolean("has_case_study"),
        .text("source"), .integer("source_id"))

    /// What says whether a URL was sent and came back is none of these columns: staging it again cannot
    /// reset it.
    static let stagedURLs = Destination(
        "raw.staging_case_study_urls", .upsert(on: "case_study_url"),
        .text("origin_company_name"), .text("origin_company_domain"),
        .text("customer_company_name"), .text("case_study_url"), .text("batch_id"))

    // MARK: Case studies

    /// A URL whose results come back was staged by somebody else, or never.
    static let stagedResults = Destination(
        "raw.staging_case_study_urls", .insertIfAbsent(on: "case_study_url"),
        .text("origin_company_name"), .text("origin_company_domain"),
        .text("customer_company_name"), .text("case_study_url"))

    static let caseStudyDetails = Destination(
        "extracted.case_study_details", .upsert(on: "case_study_url"), .uuid("raw_id"),
        .text("case_study_url"), .text("origin_company_name"), .text("origin_company_domain"),
        .text("company_customer_name"), .text("customer_company_domain"),
        .text("article_title"), .text("confidence"), .text("reasoning"), .text("workflow_slug"))

    static let extractedChampions = Destination(
        "extracted.case_study_champions", .upsert(on: "case_study_id", "full_name"),
        .integer("case_study_id"), .text("full_name"), .text("job_title"),
        .text("company_name"), .text("customer_company_domain"))

    static let extractedBuyers = Destination(
        "extracted.case_study_buyers", .upsert(on: "case_study_url", "buyer_full_name"),
        .uuid("raw_id"), .text("case_study_url"), .text("origin_company_name"),
        .text("origin_company_domain"), .text("customer_company_name"),
        .text("customer_company_domain"), .text("buyer_full_name"), .text("buyer_job_title"))

    /// Both pipelines find the same people: the first keeps the row.
    static let coreChampions = Destination(
        "core.case_study_champions",
        .upsert(on: "case_study_url", "full_name").neverOverwrite("source", "source_id")
            .together("source", "source_id"),
        .text("full_name"), .text("job_title"), .text("company_name"),
        .text("customer_company_domain"), .text("origin_company_name"),
        .text("origin_company_domain"), .text("case_study_url"), .text("source"),
        .integer("source_id"))

    // MARK: The vendor's profile, extracted

    static let profile = Destination(
        "extracted.companyenrich_company", .upsert(on: "domain"), .uuid("raw_id"),
        .text("domain"), .text("name"), .text("type"), .text("website"), .text("revenue"),
        .text("employees"), .text("industry"), .texts("industries"), .text("description"),
        .text("seo_description"), .integer("founded_year"), .number("page_rank"),
        .text("logo_url"), .texts("categories"), .texts("keywords"), .texts("technologies"),
        .texts("naics_codes"), .text("city"), .text("state"), .text("country"),
        .number("total_funding"), .text("funding_stage"), .date("funding_date"),
        .text("stock_symbol"), .text("stock_exchange"), .time("source_updated_at"))

    static let profileKeywords = brokenOut("keywords", "keyword")
    static let profileTechnologies = brokenOut("technologies", "technology")
    static let profileIndustries = brokenOut("industries", "industry")
    static let profileCategories = brokenOut("categories", "category")
    static let profileNAICSCodes = brokenOut("naics_codes", "naics_code")
    static let profileInvestors = brokenOut("investors", "investor_name")

    private static func brokenOut(_ table: String, _ column: String) -> Destination {
        Destination(
            "extracted.companyenrich_\(table)", .insertIfAbsent(on: "domain", column),
            .uuid("raw_id"), .text("domain"), .text(column))
    }

    static let profileRounds = Destination(
        "extracted.companyenrich_funding_rounds",
        .upsert(on: "domain", "funding_date", "funding_type"), .uuid("raw_id"),
        .text("domain"), .date("funding_date"), .text("funding_type"), .number("amount"),
        .text("investors"), .text("url"))

    static let profileInvestments = Destination(
        "extracted.companyenrich_vc_investments",
        .insertIfAbsent(on: "domain", "investor_name", "funding_date", "funding_type"),
        .uuid("raw_id"), .text("domain"), .text("investor_name"), .date("funding_date"),
        .text("funding_type"))

    static let profileSocials = Destination(
        "extracted.companyenrich_socials", .upsert(on: "domain"), .uuid("raw_id"),
        .text("domain"), .text("linkedin_url"), .text("linkedin_id"), .text("twitter_url"),
        .text("facebook_url"), .text("github_url"), .text("youtube_url"),
        .text("instagram_url"), .text("crunchbase_url"), .text("g2_url"),
        .text("angellist_url"))

    static let profileLocation = Destination(
        "extracted.companyenrich_location",
        .ifMoreComplete(on: "domain", counting: "city", "state", "country"), .uuid("raw_id"),
        .text("domain"), .text("address"), .text("phone"), .text("postal_code"),
        .text("city"), .number("latitude"), .number("longitude"), .text("state"),
        .text("state_code"), .text("country"), .text("country_code"))

    static let profileSubsidiaries = Destination(
        "extracted.companyenrich_subsidiaries", .upsert(on: "domain", "subsidiary_name"),
        .uuid("raw_id"), .text("domain"), .text("subsidiary_name"),
        .text("subsidiary_domain"))

    // MARK: The vendor's profile, in core

    static let companies = Destination(
        "core.companies", .insertIfAbsent(on: "domain"), .text("name"), .text("domain"),
        .text("linkedin_url"))

    /// A cleaned name is a person's work: no column of ours.
    static let companyNames = Destination(
        "core.company_names", .insertIfAbsent(on: "domain", "source"), .text("domain"),
        .text("source"), .text("raw_name"), .text("linkedin_url"))

    static let employeeRange = Destination(
        "core.company_employee_range", .upsert(on: "domain"), .text("domain"),
        .text("employee_range"), .text("source"))

    static let revenue = Destination(
        "core.company_revenue",
        .upsert(on: "domain", "source").following("revenue_upper", "raw_revenue_range"),
        .text("domain"),
        .text("source"), .text("raw_revenue_range"), .text("matched_revenue_range"),
        .integer("revenue_upper"))

    static let companyTypes = Destination(
        "core.company_types", .upsert(on: "domain", "source"), .text("domain"),
        .text("source"), .text("raw_type"), .text("matched_type"))

    static let locations = Destination(
        "core.company_locations",
        .ifMoreComplete(on: "domain", counting: "city", "state", "country"), .text("domain"),
        .text("city"), .text("state"), .text("country"), .text("raw_location"),
        .text("raw_country"), .boolean("has_city"), .boolean("has_state"))

    static let descriptions = Destination(
        "core.company_descriptions", .upsert(on: "domain"), .text("domain"),
        .text("description"), .text("tagline"))

    static let referenceIndustries = Destination(
        "reference.company_industries", .insertIfAbsent(on: "name"), .text("name"),
        .text("source"))

    static let companyIndustries = Destination(
        "core.company_industries", .insertIfAbsent(on: "domain"), .text("domain"),
        .text("matched_industry"), .text("source"))

    static let techOnSite = Destination(
        "core.company_tech_on_site", .upsert(on: "domain", "technology_id"), .text("domain"),
        .integer("technology_id"))

    static let keywords = Destination(
        "core.company_keywords", .upsert(on: "domain", "keyword"), .text("domain"),
        .text("keyword"))

    static let categories = Destination(
        "core.company_categories", .upsert(on: "domain", "category"), .text("domain"),
        .text("category"))

    static let naicsCodes = Destination(
        "core.company_naics_codes", .upsert(on: "domain", "naics_code"), .text("domain"),
        .text("naics_code"))

    static let fundingRounds = Destination(
        "core.company_funding_rounds",
        .upsert(on: "domain", "source", "funding_date", "funding_type"), .text("domain"),
        .text("source"), .date("funding_date"), .text("funding_type"), .number("amount"),
        .text("investors"))

    static let investors = Destination(
        "core.company_vc_investors", .upsert(on: "company_domain", "vc_name"),
        .text("company_domain"), .text("vc_name"))

    static let socialURLs = Destination(
        "core.company_social_urls", .upsert(on: "domain"), .text("domain"),
        .text("linkedin_url"), .text("twitter_url"), .text("facebook_url"),
        .text("github_url"), .text("youtube_url"), .text("instagram_url"),
        .text("crunchbase_url"), .text("g2_url"), .text("angellist_url"))
}
