import Assay

extension Workflow {
    /// What a language model read in a case study: its two companies, and who speaks for the product.
    public static let caseStudyExtraction = Workflow(
        name: "case-study-extraction",
        path: "/run/companies/gemini/case-study-extraction/ingest",
        summary: "Store what a case study says of its companies, and the champions it quotes.",
        fields: [
            .text("origin_company_name"), .text("origin_company_domain").required,
            .text("case_study_url").required, .text("company_customer_name"),
            .text("article_title"), .text("customer_company_domain"),
            .list("champions", of: .text("full_name"), .text("job_title"), .text("company_name")),
            .text("confidence"), .text("reasoning"), .text("workflow_slug"), .readAgain,
            .any("unsupported"), .any("reading_id"), .any("read_before"), .any("page_cut"),
            .any("cost_usd"), .any("input_tokens"), .any("output_tokens"),
        ],
        raw: TableName("raw.gemini_case_study_payloads"),
        subject: Subject(field: "case_study_url", column: "case_study_url", form: nil),
        companyName: { $0.text("origin_company_name") },
        steps: [
            .store(.stagedResults, decides: true) { context in
                [
                    Draft(
                        "",
                        [
                            "origin_company_name": context.companyName,
                            "origin_company_domain": context.originDomain,
                            "customer_company_name": context.payload.text("company_customer_name"),
                            "case_study_url": .of(context.subject),
                        ])
                ]
            },
            .store(.caseStudyDetails, decides: true, identifies: true) { context in
                let payload = context.payload
                return [
                    Draft(
                        "",
                        [
                            "raw_id": .of(context.rawID),
                            "case_study_url": .of(context.subject),
                            "origin_company_name": context.companyName,
                            "origin_company_domain": context.originDomain,
                            "company_customer_name": payload.text("company_customer_name"),
                            "customer_company_domain": context.customerDomain,
                            "article_title": payload.text("article_title"),
                            "confidence": payload.text("confidence"),
                            "reasoning": payload.text("reasoning"),
                            "workflow_slug": payload.text("workflow_slug"),
                        ])
                ]
            },
            .store(.extractedChampions, identifies: true) { context in
                context.payload.items("champions").map { champion in
                    Draft(
                        champion.path,
                        context.champion(champion).merging(
                            ["case_study_id": context.caseStudyID]))
                }
            },
            .store(.coreChampions) { context in
                context.payload.items("champions").map { champion in
                    var draft = Draft(
                        champion.path,
                        context.champion(champion).merging([
                            "origin_company_name": context.companyName,
                            "origin_company_domain": context.originDomain,
                            "case_study_url": .of(context.subject),
                            "source": .of("case_study_champions"),
                        ]))
                    let extracted = Fields([
                        "case_study_id": context.caseStudyID.value,
                        "full_name": draft.fields["full_name"],
                    ])
                    draft.fields["source_id"] = context.id(in: .extractedChampions, extracted)
                        .map(JSONValue.number)
                    return draft
                }
            },
            .run(.markProcessed) { [$0.subject] },
        ],
        answer: { context in
            [
                .init("raw_id", .string(context.rawID)),
                .init("case_study_id", context.caseStudyID.value ?? .null),
                .init("case_study_url", .string(context.subject)),
                .init("champions_extracted", .integer(context.count(.extractedChampions))),
                .init("champions_to_core", .integer(context.count(.coreChampions))),
                .init("quarantined", .integer(context.tally.quarantined)),
            ] + context.aboutReading
        })
}

extension Statement {
    /// Remembers that results of a URL came back: only where they did.
    static let markProcessed = Statement(
        "mark a staged URL processed", parameters: 1,
        """
        UPDATE raw.staging_case_study_urls AS staged SET processed = true
        WHERE case_study_url = $1 AND NOT processed AND (
            EXISTS (SELECT FROM extracted.case_study_details AS found
                WHERE found.case_study_url = staged.case_study_url)
            OR EXISTS (SELECT FROM extracted.case_study_buyers AS found
                WHERE found.case_study_url = staged.case_study_url))
        """)
}

extension Context {
    /// The domain of the company that published the case study.
    var originDomain: Reading { payload.text("origin_company_domain", as: .domain) }
    /// The domain of the company that the case study is about.
    var customerDomain: Reading { payload.text("customer_company_domain", as: .domain) }

    /// What is said of the reading, where the service read the page itself.
    fileprivate var aboutReading: [JSONValue.Member] {
        guard let id = payload.value["reading_id"], !id.isNull else { return [] }
        return [
            "unsupported", "reading_id", "read_before", "page_cut", "cost_usd", "input_tokens",
            "output_tokens",
        ].map { .init($0, payload.value[$0] ?? .null) }
    }

    fileprivate var caseStudyID: Reading {
        let key = Fields(["case_study_url": .string(subject)])
        return Reading(id(in: .caseStudyDetails, key).map(JSONValue.number), at: "")
    }

    fileprivate func champion(_ champion: Item) -> Columns<Reading> {
        [
            "full_name": champion.text("full_name"), "job_title": champion.text("job_title"),
            "company_name": champion.text("company_name"),
            "customer_company_domain": customerDomain,
        ]
    }
}
