extension Workflow {
    /// All workflows, in the order in which they are listed.
    public static let all: [Workflow] = [
        .customersOf3, .companyEnrich, .caseStudyExtraction, .caseStudyBuyers,
    ]

    /// The workflow of a name.
    public static func named(_ name: String) -> Workflow? { all.first { $0.name == name } }

    /// Paths that are no longer served, and the one that took their place.
    public static let retired: [(path: String, successor: Workflow)] = [
        ("/run/companies/claygent/customers-of-1/ingest", .customersOf3),
        ("/run/companies/claygent/customers-of-2/ingest", .customersOf3),
        ("/run/companies/claygent/customers-of-4/ingest", .customersOf3),
    ]
}
