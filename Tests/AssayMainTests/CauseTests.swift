import Assay
import AssayTesting
import Auditor
import Checks
import Postgres
import Testing

/// Why the incident's rows are as they are, told by the command.
@Suite(.timeLimit(.minutes(15))) struct CauseTests {
    private static let missing = "raw.staging_case_study_urls/required:origin_company_name"

    private func explain(_ arguments: [String]) async throws -> Ended {
        let warehouse = try await Warehouse.shared
        return try await Command.assay(
            ["explain", "--cause"] + arguments, environment: warehouse.variables)
    }

    @Test func `the 1,040 missing names have eight causes`() async throws {
        let ended = try await explain([Self.missing])
        #expect(ended.status == 0 && ended.errors == "")
        expectGolden(ended.output, named: "cause.txt")
    }

    @Test func `the page on causes shows what the command shows`() async throws {
        let page = try text(of: "\(Command.root)/docs/finding-causes.md")
        let ended = try await explain([Self.missing])
        let lines = page.split(separator: "\n").filter {
            $0.hasPrefix("   ") && $0.contains(" %  ")
        }
        #expect(lines.count == 3)
        for line in lines { #expect(ended.output.contains(line), "\(line)") }
    }

    @Test func `a program reads the causes as JSON`() async throws {
        let ended = try await explain([Self.missing, "--format", "json", "--samples", "1"])
        #expect(ended.status == 0 && ended.errors == "")
        expectGolden(ended.output, named: "cause.json")
        #expect(ended.output.split(separator: "\n").count == 1)
    }

    @Test func `values of rows are shown only where they are asked for`() async throws {
        let check = "core.case_study_champions/normalized:customer_company_domain"
        let hidden = try await explain([check])
        #expect(hidden.status == 0 && hidden.output.contains("changed on the way"))
        #expect(!hidden.output.contains("Healthcare"))
        let shown = try await explain([check, "--show-values", "--samples", "37"])
        #expect(shown.output.contains("\"Healthcare\", in the payload"))
    }

    @Test func `for every check with a lineage the classes sum to what the audit counts`()
        async throws
    {
        let warehouse = try await Warehouse.shared
        let target = try DatabaseTarget("port=5432 user=postgres").with("host", warehouse.host)
            .with("dbname", "audited").with("password", Warehouse.password)
        var options = AuditOptions(target: target)
        options.now = 1_795_406_400
        let tables = Checks.warehouse.filter { $0.lineage != nil }
        #expect(tables.count >= 12)
        let suite = try Suite(name: "checks", tables: tables, root: Command.root)
        let audited = try await AuditRun(suite: suite, options: options, version: "test").report()
        var traced = 0
        for result in audited.results where (result.measure?.violations ?? 0) > 0 {
            let report: CauseReport
            do {
                report = try await Provenance(
                    of: result.id, column: nil, in: suite, options: options
                ).report()
            } catch is Refusal {
                continue
            }
            traced += 1
            #expect(report.violations == result.measure?.violations, "\(result.id)")
            #expect(
                report.causes.reduce(0) { $0 + $1.count } == report.violations, "\(result.id)")
        }
        #expect(traced >= 6)
    }

    @Test func `what was found for one class stands in no other`() async throws {
        let ended = try await explain(
            ["raw.staging_case_study_urls/implies:sent-only-when-complete", "--column"]
                + ["origin_company_name"])
        #expect(ended.output.contains("  851           in all"))
        let none = try await explain(["core.company_customers/required:customer_name"])
        #expect(
            none.output
                == "ok: no row breaks core.company_customers/required:customer_name, so there "
                + "is no cause to find\n")
    }

    @Test func `a table without lineage, a kind and no check at all are refused`() async throws {
        let people = try await explain(["core.people/shared-host:company_domain"])
        #expect(people.status == 2)
        #expect(
            people.errors.hasPrefix(
                "refused: core.people does not say where its rows come from; add .fed(by: "))
        let kind = try await explain(["unique"])
        #expect(kind.status == 2)
        #expect(kind.errors.hasPrefix("refused: there is no check called unique"))
        let none = try await explain([])
        #expect(none.status == 2)
        #expect(none.errors.contains("--cause needs a check, by identity (`assay list --ids`)"))
    }
}
