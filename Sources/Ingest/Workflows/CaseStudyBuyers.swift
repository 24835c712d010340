import Assay

extension Workflow {
    /// Whom a language model found in a case study as buyers.
    public static let caseStudyBuyers = Workflow(
        name: "case-study-buyers",
        path: "/run/companies/not-sure/case-study-buyers/ingest",
        summary: "Store the people that a case study names as buyers.",
        fields: [
            .text("origin_company_name"), .text("origin_company_domain").required,
            .text("case_study_url").required, .text("customer_company_name"),
            .text("customer_company_domain"),
            .list("people", of: .text("fullName"), .text("jobTitle")),
            .any("success"), .any("cost_usd"), .any("input_tokens"), .any("output_tokens"),
        ],
        raw: TableName("raw.case_study_buyers_payloads"),
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
                            "customer_company_name": context.payload.text("customer_company_name"),
                            "case_study_url": .of(context.subject),
                        ])
                ]
            },
            .store(.extractedBuyers, identifies: true) { context in
                context.payload.items("people").map { person in
                    Draft(
                        person.path,
                        [
                            "raw_id": .of(context.rawID),
                            "case_study_url": .of(context.subject),
                            "origin_company_name": context.companyName,
                            "origin_company_domain": context.originDomain,
                            "customer_company_name": context.payload.text("customer_company_name"),
                            "customer_company_domain": context.customerDomain,
                            "buyer_full_name": person.text("fullName"),
                            "buyer_job_title": person.text("jobTitle"),
                        ])
                }
            },
            .store(.coreChampions) { context in
                context.payload.items("people").map { person in
                    var draft = Draft(
                        person.path,
                        [
                            "full_name": person.text("fullName"),
                            "job_title": person.text("jobTitle"),
                            "company_name": context.payload.text("customer_company_name"),
                            "customer_company_domain": context.customerDomain,
                            "origin_company_name": context.companyName,
                            "origin_company_domain": context.originDomain,
                            "case_study_url": .of(context.subject),
                            "source": .of("case_study_buyers"),
                        ])
                    let extracted = Fields([
                        "case_study_url": .string(context.subject),
                        "buyer_full_name": draft.fields["full_name"],
                    ])
                    draft.fields["source_id"] = context.id(in: .extractedBuyers, extracted)
                        .map(JSONValue.number)
                    return draft
                }
            },
            .run(.markProcessed) { [$0.subject] },
        ],
        answer: { context in
            [
                .init("raw_id", .string(context.rawID)),
                .init("case_study_url", .string(context.subject)),
                .init("buyers_extracted", .integer(context.count(.extractedBuyers))),
                .init("buyers_to_core", .integer(context.count(.coreChampions))),
                .init("quarantined", .integer(context.tally.quarantined)),
            ]
        })
}
