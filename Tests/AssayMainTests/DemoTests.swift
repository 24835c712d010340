import AssayTesting
import FoundationEssentials
import Testing

@Suite(.timeLimit(.minutes(15))) struct DemoTests {
    /// What the incident did, as every report must tell it.
    private static let incident: [(check: String, violations: Int, headline: String)] = [
        (
            "core.company_customers/normalized:origin_company_domain", 10_982,
            "in 10,982 rows of core.company_customers"
        ),
        (
            "core.company_customers/unique:origin_company_domain.domain+customer_name", 13_254,
            "7,336 would go if each kept one"
        ),
        (
            "raw.staging_case_study_urls/normalized:origin_company_domain", 1_861,
            "in 1,861 rows of raw.staging_case_study_urls"
        ),
        (
            "raw.staging_case_study_urls/required:origin_company_name", 1_040,
            "origin_company_name is missing in 1,040 rows of raw.staging_case_study_urls"
        ),
        (
            "raw.staging_case_study_urls/implies:sent-only-when-complete", 851,
            "does not hold in 851 rows of raw.staging_case_study_urls"
        ),
        (
            "core.case_study_champions/normalized:customer_company_domain", 37,
            "in 37 rows of core.case_study_champions"
        ),
        (
            "core.people/shared-host:company_domain", 424,
            "company_domain is a host that many companies share in 424 rows of core.people"
        ),
    ]

    @Test func `the demo ends with 0, for its findings are what it shows`() async throws {
        let demo = try await Demo.shared
        #expect(demo.ended.status == 0)
        #expect(
            demo.ended.errors == "starting a throw-away PostgreSQL and filling the warehouse …\n")
        #expect(demo.ended.output.contains("The report as a page: reports/demo/report.html\n"))
    }

    @Test func `the demo mends the incident, takes it back, mends it again and locks it in`()
        async throws
    {
        let demo = try await Demo.shared
        let story = try #require(demo.ended.output.after("What mends it"))
        let told = story.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        for part in [
            "10,982 dirty rows: 7,336 repeat a customer and go, 3,646 are updated; 4,762 survivors",
            "(8,408 updates in all)", "1,861 staged domains are updated",
            "of 1,040 missing names 700 from core.companies.name and 314 from core.company_customers",
            "26 rows of raw.staging_case_study_urls keep no origin_company_name",
            "does exactly what its plan says, and was rolled back",
            "15,744 rows put back; all 52,310 of the table are what they were, to the byte",
            "https://www.Example.com/ is refused",
        ] {
            #expect(told.contains(part), "\(part)")
        }
        let dirty = "core.company_customers/normalized:origin_company_domain"
        #expect(told.contains("audit \(dirty): 0 violations"))
        #expect(told.contains("audit \(dirty): proven by constraint"))
        #expect(
            demo.scripts.keys.sorted() == [
                "mend-staged-urls/fix.sql", "normalise-customer-domains/fix.sql",
                "normalise-customer-domains/lock.sql",
            ])
    }

    @Test func `every report tells the incident to the row`() async throws {
        let demo = try await Demo.shared
        let lines = try demo.report("jsonl").split(separator: "\n")
        for part in Self.incident {
            let id = #""id":"\#(part.check)","#
            let line = try #require(lines.first { $0.contains(id) }, "\(part.check)")
            #expect(line.contains(#""violations":\#(part.violations),"#), "\(part.check)")
            for name in ["txt", "md", "html", "junit.xml", "sarif", "jsonl"] {
                // Markdown writes _ so that it is no emphasis.
                let report = try demo.report(name).replacing("&#95;", with: "_")
                let isTold = report.contains(part.headline)
                #expect(isTold, "\(part.check) in report.\(name)")
            }
        }
    }

    @Test func `the text report is what the terminal shows`() async throws {
        let demo = try await Demo.shared
        #expect(try demo.ended.output.hasPrefix(demo.report("txt")))
    }

    @Test func `the same seed gives the same reports, byte for byte`() async throws {
        let demo = try await Demo.shared
        try await withTemporaryFolder { folder in
            let again = try await Command.assay(["demo"], in: folder)
            #expect(again.output == demo.ended.output)
            let repeated = try Demo(again, in: folder)
            #expect(repeated.reports == demo.reports)
            // A plan also names the server it was made for.
            #expect(repeated.scripts == demo.scripts)
        }
    }

    @Test func `another seed gives other rows with the same faults`() async throws {
        let demo = try await Demo.shared
        try await withTemporaryFolder { folder in
            _ = try await Command.assay(["demo", "--seed", "2"], in: folder)
            let other = try text(of: "\(folder)/reports/demo/report.jsonl")
            let isOther = try other != demo.report("jsonl")
            #expect(isOther)
            for part in Self.incident {
                let isFound = other.contains(part.headline)
                #expect(isFound, "\(part.check)")
            }
        }
    }

    @Test func `the demo needs PostgreSQL's server, and says so`() async throws {
        let ended = try await Command.assay(["demo"], environment: ["ASSAY_PG_BIN": "/no/such"])
        #expect(ended.status == 2)
        #expect(
            ended.errors.hasSuffix(
                "failed: PostgreSQL's server is not installed: apt-get install postgresql\n"))
    }
}

/// One run of the demo, which all tests share.
struct Demo: Sendable {
    let ended: Ended
    /// The reports by file name.
    let reports: [String: String]
    /// The scripts that mend what was found, by fix and file name.
    let scripts: [String: String]

    init(_ ended: Ended, in folder: String) throws {
        self.ended = ended
        let path = "\(folder)/reports/demo"
        let files = try names(in: path).filter { $0 != "fixes" }
        reports = Dictionary(try files.map { ($0, try text(of: "\(path)/\($0)")) }) { $1 }
        var scripts: [String: String] = [:]
        for fix in try names(in: "\(path)/fixes") {
            for file in try names(in: "\(path)/fixes/\(fix)") where file.hasSuffix(".sql") {
                scripts["\(fix)/\(file)"] = try text(of: "\(path)/fixes/\(fix)/\(file)")
            }
        }
        self.scripts = scripts
    }

    /// The report whose name ends so.
    func report(_ name: String) throws -> String { try #require(reports["report.\(name)"]) }

    static var shared: Demo {
        get async throws { try await running.value }
    }

    private static let running = Task {
        try await withTemporaryFolder { folder in
            try Demo(try await Command.assay(["demo"], in: folder), in: folder)
        }
    }
}
