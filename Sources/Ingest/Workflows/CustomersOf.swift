import Assay

extension Workflow {
    /// Who a company's customers are, as the structured agent found them on its site.
    public static let customersOf3 = Workflow(
        name: "customers-of-3",
        path: "/run/companies/claygent/customers-of-3/ingest",
        summary: "Store the customers that an agent found on a company's site.",
        fields: [
            .text("origin_company_domain").required,
            .text("origin_company_name", or: "company_name"),
            .any("response"),
            .list(
                "customers", of: .text("companyName"), .text("url"), .boolean("hasCaseStudy")),
            .text("reasoning"), .text("confidence"), .list("stepsTaken", of: .text),
            .text("batch_id"),
        ],
        raw: TableName("raw.claygent_customers_structured_raw"),
        subject: Subject(
            field: "origin_company_domain", column: "origin_company_domain", form: .domain),
        companyName: { $0.text("origin_company_name", "company_name") },
        steps: [
            .hold(.companyCustomers) { context in
                context.payload.items("customers").map { customer in
                    Draft(customer.path, context.customer(customer))
                }
            },
            .store(.customersStructured, identifies: true) { context in
                context.payload.items("customers").map { customer in
                    Draft(
                        customer.path,
                        context.customer(customer).merging([
                            "raw_id": .of(context.rawID),
                            "confidence": context.payload.text("confidence"),
                        ]))
                }
            },
            .store(.companyCustomers) { context in
                context.payload.items("customers").map { customer in
                    var draft = Draft(
                        customer.path,
                        context.customer(customer).merging(
                            ["source": .of("claygent_structured")]))
                    let extracted = Fields([
                        "raw_id": .string(context.rawID),
                        "customer_name": draft.fields["customer_name"],
                    ])
                    draft.fields["source_id"] = context.id(in: .customersStructured, extracted)
                        .map(JSONValue.number)
                    return draft
                }
            },
            .store(.stagedURLs) { context in
                context.payload.items("customers").compactMap { customer in
                    guard customer.text("url").value != nil else { return nil }
                    return Draft(
                        customer.path,
                        [
                            "origin_company_name": context.companyName,
                            "origin_company_domain": .of(context.subject),
                            "customer_company_name": customer.text("companyName"),
                            "case_study_url": customer.text("url"),
                            "batch_id": context.payload.text("batch_id"),
                        ])
                }
            },
        ],
        answer: { context in
            let names = context.admitted[Destination.customersStructured.table] ?? []
            return [
                .init("raw_id", .string(context.rawID)),
                .init("domain", .string(context.subject)),
                .init("customers_extracted", .integer(context.count(.customersStructured))),
                .init("customers_to_core", .integer(context.count(.companyCustomers))),
                .init("staging_case_study_urls", .integer(context.count(.stagedURLs))),
                .init("quarantined", .integer(context.tally.quarantined)),
                .init("customer_names", .array(names.compactMap { $0["customer_name"] })),
                .init("confidence", context.payload.text("confidence").value ?? .null),
            ]
        })
}

extension Context {
    /// What a customer's row holds wherever it is stored.
    fileprivate func customer(_ customer: Item) -> Columns<Reading> {
        [
            "origin_company_domain": .of(subject),
            "origin_company_name": companyName,
            "customer_name": customer.text("companyName"),
            "case_study_url": customer.text("url"),
            "has_case_study": customer.boolean("hasCaseStudy"),
        ]
    }
}
