import Assay

/// One audit of a small warehouse with every outcome, and with text that wishes readers ill.
enum Fixture {
    /// Stands for what must only be seen where a person asked for values.
    static let canary = "CANARY-VALUE"

    /// Markup, quotes, escapes, line breaks, a reversed line and an emoji.
    static let hostile =
        "<script>alert(1)</script> \"&'` | \u{1B}[31m\r\n::error::\t\u{9B}2J @all #1 \u{202E}abc\u{FFFE} 👩‍🔬"

    static func report(values: Bool = false) -> AuditReport {
        report(results: results(values: values))
    }

    /// The next run: some violations are new, some gone, and one finding is accepted.
    static var later: AuditReport {
        let sample = Sample(keys: [[Field("id", "5001")]])
        return report(
            results: [
                result(
                    Required("name", line: 8), table: "core.companies",
                    excerpt: "    Required(\"name\", \"domain\")",
                    .measured(Measure(violations: 14, scope: 52_310), samples: [sample]),
                    BaselineComparison(now: 14, before: 51, still: 11, samples: [sample])),
                result(
                    OneOf("source", "a", "b", line: 9), table: "core.companies",
                    excerpt: "    OneOf(\"source\", \"a\", \"b\")",
                    .measured(Measure(violations: 0, scope: 52_310), samples: []),
                    BaselineComparison(now: 0, before: 3, still: 0)),
                result(
                    Unique(by: "domain", line: 10).knownIssue("DQ-118", until: "2027-03-31"),
                    table: "core.companies", excerpt: "    Unique(by: \"domain\")",
                    .measured(Measure(violations: 4, scope: 52_310, groups: 2), samples: []),
                    BaselineComparison(now: 2, before: 2, still: 2)),
                result(
                    Required("url", line: 6).knownIssue("DQ-119", until: "2026-03-31"),
                    table: "raw.case_studies", excerpt: "    Required(\"url\")",
                    .measured(Measure(violations: 2_000_000, scope: 9_000_000), samples: []),
                    BaselineComparison(now: 2_000_000, before: 1_900_000)),
                result(
                    Required("title", line: 7).knownIssue("DQ-120", until: "2027-03-31"),
                    table: "raw.case_studies", excerpt: "    Required(\"title\")",
                    .measured(Measure(violations: 0, scope: 1_204), samples: []),
                    BaselineComparison(now: 0, before: nil)),
            ], baseline: Baseline(run: "2026-11-22-041500", time: 1_795_320_900),
            trends: [
                "core.companies/required:name": Trend(
                    [12, 0, 37, 51].enumerated().map { number, count in
                        .init(
                            time: 1_795_320_900 - Double(3 - number) * 86_400, violations: count)
                    })
            ])
    }

    static func report(
        results: [CheckResult], baseline: Baseline? = nil, trends: [String: Trend] = [:],
        trouble: String? = nil
    ) -> AuditReport {
        AuditReport(
            run: "2026-11-23-041500", time: 1_795_407_300, duration: 1.237, version: "0.1.0",
            suite: "warehouse",
            database: AuditedDatabase(
                name: "warehouse", server: "db.internal:5432", version: "15.18", role: "auditor",
                isReplica: true),
            rows: [
                TableName("core.companies"): 52_310, TableName("core.company_customers"): 10_982,
                TableName("raw.case_studies"): 1_204,
            ],
            results: results, baseline: baseline, trends: trends, trouble: trouble)
    }

    /// All promises kept.
    static var calm: AuditReport {
        report(
            results: results(values: false).filter { $0.outcome == .passed })
    }

    /// Nothing but findings, so many.
    static func crowded(_ count: Int) -> AuditReport {
        report(
            results: (1...count).map { number in
                result(
                    Unique(by: Unique.Key(stringLiteral: "domain_\(number)"), line: number)
                        .because("Two rows for one company split its history in two.")
                        .fix("merge-duplicate-companies").owner("revenue operations"),
                    table: "schema\(number / 200).companies_\(number / 20)",
                    excerpt: "    Unique(by: \"domain_\(number)\")",
                    .measured(
                        Measure(violations: number + 10, scope: 100_000, groups: 5),
                        samples: (0..<5).map { sample in
                            Sample(keys: [
                                [Field("id", "\(number * 100 + sample)")],
                                [Field("id", "\(number * 200 + sample)")],
                            ])
                        }))
            })
    }

    private static func result(
        _ check: any Check, table: String, excerpt: String?, _ verdict: Verdict,
        _ comparison: BaselineComparison? = nil
    ) -> CheckResult {
        let name = TableName(table)
        let subject = check.subject.isEmpty ? "" : ":\(check.subject)"
        return CheckResult(
            check, id: "\(name)/\(check.kind)\(subject)", table: name,
            source: SourceLocation(
                file: "checks/\(name.schema)/\(name.name).swift", line: check.options.source.line),
            excerpt: excerpt, verdict: verdict, day: "2026-11-23", comparison: comparison)
    }

    private static func results(values: Bool) -> [CheckResult] {
        companies + customers(values: values) + caseStudies
    }

    private static var companies: [CheckResult] {
        [
            result(
                Required("name", line: 8), table: "core.companies",
                excerpt: "    Required(\"name\", \"domain\")",
                .measured(Measure(violations: 0, scope: 52_310), samples: [])),
            result(
                Unique(by: "domain", line: 9), table: "core.companies",
                excerpt: "    Unique(by: \"domain\")",
                .proven(by: "unique index companies_domain_key")),
            result(
                Fresh("created_at", within: .hours(26), line: 12).severity(.warning)
                    .owner("platform").tagged("nightly", "feeds"),
                table: "core.companies", excerpt: "    Fresh(\"created_at\", within: .hours(26))",
                .measured(
                    Measure(
                        violations: 1, scope: 1,
                        observed: "the newest created_at is 30 hours old; at most 26 hours allowed"),
                    samples: [])),
            result(
                Matches("domain", "^[a-z0-9.|-]+$", line: 14).allow(upTo: .percent(0.5))
                    .warn(above: .rows(10)),
                table: "core.companies", excerpt: "\tMatches(\"domain\", \"^[a-z0-9.|-]+$\")",
                .measured(
                    Measure(violations: 41, scope: 52_310),
                    samples: [
                        Sample(keys: [[Field("id", "7")]]), Sample(keys: [[Field("id", "19")]]),
                    ])),
            result(
                Matches("industry", "([", line: 15), table: "core.companies",
                excerpt: "    Matches(\"industry\", \"([\")",
                .errored(
                    "the database refused it: invalid regular expression:\n  brackets [] not balanced"
                )),
        ]
    }

    private static func customers(values: Bool) -> [CheckResult] {
        let shown = [Field("customer_name", "\(canary) \(hostile)"), Field("source", nil)]
        return [
            result(
                Unique(by: "origin_company_domain", "customer_name", line: 11)
                    .because(
                        """
                        Two spellings of one customer split its history in two, and whoever counts \
                        customers afterwards
                        counts one of them twice.
                        """
                    )
                    .fix("merge-duplicate-customers").owner("revenue operations"),
                table: "core.company_customers",
                excerpt:
                    "    Unique(by: .normalized(\"origin_company_domain\", as: .domain), "
                    + ".normalized(\"customer_name\", as: .name))",
                .measured(
                    Measure(violations: 14, scope: 10_982, groups: 6),
                    samples: [
                        Sample(
                            keys: [[Field("id", "118")], [Field("id", "4022")]],
                            values: values ? shown : []),
                        Sample(
                            keys: [[Field("id", "77")], [Field("id", "91")]], more: 1,
                            values: values ? shown : []),
                    ])),
            result(
                NoRows("customers that are their own customer", line: 20) { "SELECT id" }
                    .severity(.info),
                table: "core.company_customers", excerpt: nil,
                .measured(
                    Measure(violations: 1, scope: 10_982),
                    samples: [
                        Sample(keys: [[Field("id", "5"), Field("source", hostile)]])
                    ])),
        ]
    }

    private static var caseStudies: [CheckResult] {
        [
            result(
                Required("url", line: 6).where(.isTrue("published")), table: "raw.case_studies",
                excerpt: "    Required(\"url\").where(.isTrue(\"published\"))",
                .measured(Measure(violations: 0, scope: 0), samples: [])),
            result(
                Required("title", line: 7).because("\(hostile)").owner("<b>content</b>"),
                table: "raw.case_studies", excerpt: "    Required(\"title\") // \(hostile)",
                .measured(
                    Measure(
                        violations: 301, scope: 1_204,
                        parts: [.init("null", 300), .init("blank", 1)]),
                    samples: [Sample(keys: [[Field("id", "1")]])])),
        ]
    }
}
