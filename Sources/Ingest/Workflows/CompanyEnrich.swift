import Assay

extension Workflow {
    /// A company's profile as the vendor CompanyEnrich sends it.
    public static let companyEnrich = Workflow(
        name: "companyenrich",
        path: "/run/companies/companyenrich/ingest",
        summary: "Store a company's profile, whole and broken out, and what core makes of it.",
        fields: [
            .text("domain").required,
            .object(
                "raw_payload", .code("id"), .text("name"), .text("type"), .text("website"),
                .text("revenue"), .text("employees"), .text("industry"),
                .list("industries", of: .text), .text("description"), .text("seo_description"),
                .integer("founded_year"), .number("page_rank"), .text("logo_url"),
                .list("categories", of: .text), .list("keywords", of: .text),
                .list("technologies", of: .text), .list("naics_codes", of: .code),
                .object(
                    "location", .text("address"), .code("phone"), .code("postal_code"),
                    .object(
                        "city", .code("id"), .text("name"), .number("latitude"),
                        .number("longitude")),
                    .object("state", .code("id"), .text("name"), .text("code")),
                    .object("country", .text("name"), .text("code"))),
                .object(
                    "socials", .text("linkedin_url"), .code("linkedin_id"),
                    .text("twitter_url"), .text("facebook_url"), .text("github_url"),
                    .text("youtube_url"), .text("instagram_url"), .text("crunchbase_url"),
                    .text("g2_url"), .text("angellist_url")),
                .object(
                    "financial", .number("total_funding"), .text("funding_stage"),
                    .text("funding_date"), .text("stock_symbol"), .text("stock_exchange"),
                    .list(
                        "funding", of: .text("date"), .text("type"), .number("amount"),
                        .text("from"), .text("url"))),
                .list("subsidiaries", of: .textOrObject([.text("name"), .text("domain")])),
                .text("updated_at")
            ).required,
        ],
        raw: TableName("raw.companyenrich_payloads"),
        subject: Subject(field: "domain", column: "domain", form: .domain),
        companyName: { $0.item("raw_payload").text("name") },
        steps: companyEnrichLookups + companyEnrichExtracted + companyEnrichCore,
        answer: { context in
            let key = Fields(["domain": .string(context.subject)])
            let companies = context.tally.tables[Destination.companies.table]
            return [
                .init("raw_id", .string(context.rawID)),
                .init("extracted_id", context.id(in: .profile, key).map(JSONValue.number) ?? .null),
                .init("core_company_inserted", .bool((companies?.inserted ?? 0) > 0)),
                .init("funding_rounds_processed", .integer(context.count(.fundingRounds))),
                .init("keywords_count", .integer(context.count(.keywords))),
                .init("technologies_count", .integer(context.count(.profileTechnologies))),
                .init("core_tech_on_site_count", .integer(context.count(.techOnSite))),
                .init("investors_count", .integer(context.count(.investors))),
                .init("quarantined", .integer(context.tally.quarantined)),
            ]
        })

    private static let companyEnrichLookups: [Step] = [
        .learn(.employeeRanges) { [$0.profile.text("employees").text].compactMap(\.self) },
        .learn(.revenueRanges) { [$0.profile.text("revenue").text].compactMap(\.self) },
        .learn(.companyTypes) { [$0.profile.lowercased("type").text].compactMap(\.self) },
        .learn(.industries) { [$0.profile.text("industry").text].compactMap(\.self) },
        .store(.technologies) { context in
            context.technologies.map { Draft($0.path, ["name": $0]) }
        },
        .learn(.technologyNames) { $0.technologies.compactMap(\.text) },
        .learn(.technologyIDs) { $0.technologies.compactMap(\.text) },
        .store(.companies, decides: true) { context in
            [
                Draft(
                    "",
                    [
                        "name": context.companyName, "domain": .of(context.subject),
                        "linkedin_url": context.profile.item("socials").text("linkedin_url"),
                    ])
            ]
        },
    ]

    private static let companyEnrichExtracted: [Step] = [
        .store(.profile, decides: true, identifies: true) { [Draft("", $0.profileRow)] },
        .store(.profileKeywords) { $0.brokenOut("keywords", "keyword") },
        .store(.profileTechnologies) { context in
            let names = context.known(.technologyNames)
            return context.technologies.map { technology in
                context.brokenOut(
                    technology.path, "technology",
                    technology.meaning(in: names, of: "reference.technologies"))
            }
        },
        .store(.profileIndustries) { $0.brokenOut("industries", "industry") },
        .store(.profileCategories) { $0.brokenOut("categories", "category") },
        .store(.profileNAICSCodes) { $0.brokenOut("naics_codes", "naics_code") },
        .store(.profileRounds) { context in
            context.rounds.map { round in
                Draft(
                    round.path,
                    context.round(round).merging([
                        "raw_id": .of(context.rawID), "url": round.text("url"),
                    ]))
            }
        },
        .store(.profileInvestors) { context in
            context.roundInvestors.map { round, name in
                context.brokenOut(round.place("from"), "investor_name", name)
            }
        },
        .store(.profileInvestments) { context in
            context.roundInvestors.map { round, name in
                Draft(
                    round.place("from"),
                    [
                        "raw_id": .of(context.rawID), "domain": .of(context.subject),
                        "investor_name": name, "funding_date": round.date("date"),
                        "funding_type": round.text("type"),
                    ])
            }
        },
        .store(.profileSocials) { context in
            context.socials("linkedin_id").map { row in
                [Draft("", row.merging(["raw_id": .of(context.rawID)]))]
            } ?? []
        },
        .store(.profileLocation) { $0.extractedLocation.map { [Draft("", $0)] } ?? [] },
        .store(.profileSubsidiaries) { context in
            context.profile.items("subsidiaries").map { subsidiary in
                let isName = subsidiary.itself.text != nil
                return Draft(
                    subsidiary.path,
                    [
                        "raw_id": .of(context.rawID), "domain": .of(context.subject),
                        "subsidiary_name": isName ? subsidiary.itself : subsidiary.text("name"),
                        "subsidiary_domain": subsidiary.text("domain", as: .domain),
                    ])
            }
        },
    ]

    private static let companyEnrichCore: [Step] = [
        .store(.companyNames) { context in
            let name = context.profile.text("name")
            guard name.value != nil else { return [] }
            return context.sourced([
                "raw_name": name,
                "linkedin_url": context.profile.item("socials").text("linkedin_url"),
            ])
        },
        .store(.employeeRange) { context in
            let size = context.profile.text("employees")
            guard size.value != nil else { return [] }
            return context.sourced([
                "employee_range": size.meaning(
                    in: context.known(.employeeRanges), of: "reference.employee_range_lookup")
            ])
        },
        .store(.revenue) { context in
            let revenue = context.profile.text("revenue")
            guard let text = revenue.text else { return [] }
            let matched = revenue.meaning(
                in: context.known(.revenueRanges), of: "reference.revenue_range_lookup")
            return context.sourced([
                "raw_revenue_range": matched.fault == nil ? revenue : matched,
                "matched_revenue_range": matched,
                "revenue_upper": .of(RevenueRange.upperEnd(of: text)),
            ])
        },
        .store(.companyTypes) { context in
            let type = context.profile.lowercased("type")
            guard type.value != nil else { return [] }
            return context.sourced([
                "raw_type": context.profile.text("type"),
                "matched_type": type.meaning(
                    in: context.known(.companyTypes), of: "reference.company_type_lookup"),
            ])
        },
        .store(.locations) { $0.location.map { [Draft("", $0)] } ?? [] },
        .store(.descriptions) { context in
            let (long, short) = (
                context.profile.text("description"), context.profile.text("seo_description")
            )
            guard long.value != nil || short.value != nil else { return [] }
            return context.sourced(["description": long, "tagline": short])
        },
        .store(.referenceIndustries) { context in
            guard context.industry.value != nil else { return [] }
            return [Draft("", ["name": context.industry, "source": .of("companyenrich")])]
        },
        .store(.companyIndustries) { context in
            guard context.profile.text("industry").value != nil else { return [] }
            return context.sourced(["matched_industry": context.industry])
        },
        .store(.techOnSite) { context in
            let ids = context.known(.technologyIDs)
            return context.technologies.compactMap { technology in
                guard let id = technology.text.flatMap({ ids[$0] }) else { return nil }
                return Draft(
                    technology.path,
                    [
                        "domain": .of(context.subject),
                        "technology_id": Reading(.number(id), at: technology.path),
                    ])
            }
        },
        .store(.keywords) { $0.listed("keywords", "keyword") },
        .store(.categories) { $0.listed("categories", "category") },
        .store(.naicsCodes) { $0.listed("naics_codes", "naics_code") },
        .store(.fundingRounds) { context in
            context.rounds.map { round in
                Draft(
                    round.path,
                    context.round(round).merging(["source": .of("companyenrich")]))
            }
        },
        .store(.investors) { context in
            context.roundInvestors.map { round, name in
                Draft(
                    round.place("from"),
                    ["company_domain": .of(context.subject), "vc_name": name])
            }
        },
        .run(.countInvestors) { [$0.subject] },
        .store(.socialURLs) { $0.socials().map { [Draft("", $0)] } ?? [] },
    ]
}

extension Statement {
    static let employeeRanges = lookup(
        "employee ranges", "reference.employee_range_lookup", "size_raw", "size_cleaned")
    static let revenueRanges = lookup(
        "revenue ranges", "reference.revenue_range_lookup", "raw_value", "matched_revenue_range")
    static let companyTypes = lookup(
        "company types", "reference.company_type_lookup", "raw_value", "matched_company_type")
    static let industries = lookup(
        "industries", "reference.industry_lookup", "industry_raw", "industry_cleaned")
    static let technologyNames = technologies("names", "name")
    static let technologyIDs = technologies("ids", "id")

    private static func lookup(
        _ words: String, _ table: String, _ raw: String, _ meaning: String
    ) -> Statement {
        Statement(
            "look up \(words)", parameters: 1,
            """
            SELECT \(identifier: raw), \(identifier: meaning) FROM \(TableName(table))
            WHERE \(identifier: raw) IN (SELECT jsonb_array_elements_text($1::jsonb)) ORDER BY 1
            """)
    }

    private static func technologies(_ words: String, _ column: String) -> Statement {
        Statement(
            "look up \(words) of technologies", parameters: 1,
            """
            SELECT word, known.\(identifier: column) FROM jsonb_array_elements_text($1::jsonb) AS word
            JOIN reference.technologies AS known
                ON lower(known.name COLLATE "C") = lower(word COLLATE "C")
            ORDER BY 1
            """)
    }

    /// Counts the different investors that are known of a company.
    static let countInvestors = Statement(
        "count investors", parameters: 1,
        """
        INSERT INTO core.company_vc_backed AS stored (domain, vc_count)
        SELECT company_domain, count(DISTINCT vc_name) FROM core.company_vc_investors
        WHERE company_domain = $1 GROUP BY company_domain
        ON CONFLICT (domain) DO UPDATE SET vc_count = excluded.vc_count
        WHERE stored.vc_count <> excluded.vc_count
        """)
}

extension Destination {
    /// A technology that is met for the first time is known from then on, however it is spelled next.
    fileprivate static let technologies = Destination(
        "reference.technologies", .insertIfAbsent(on: "name"), .text("name"))
}
