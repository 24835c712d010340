import Assay
import AssayTesting
import Reports
import Testing

struct `Findings in files as their readers see them` {
    private let report = FindingReport(
        title: "gate", version: "0.1.0",
        subjects: [
            .init(file: "migrations/1_a.sql", statements: 3),
            .init(file: "migrations/2 b.sql", statements: 1),
        ],
        findings: [
            Finding(
                rule: "setting-not-null", severity: .error,
                message: "setting domain NOT NULL blocks reading and writing core.companies",
                place: .init(
                    file: "migrations/1_a.sql", line: 3, column: 28, endLine: 3, endColumn: 49),
                excerpt: "ALTER TABLE core.companies ALTER domain SET NOT NULL;",
                notes: [.init("locks", "ACCESS EXCLUSIVE on core.companies")],
                why: "Nobody reads or writes the table.", help: "Add a CHECK first.",
                rewrite:
                    "ALTER TABLE core.companies ADD CHECK (domain IS NOT NULL) NOT VALID;\n\n-- then\nSELECT 1",
                fingerprint: "0123456789abcdef"),
            Finding(
                rule: "setting-not-null", severity: .warning,
                message: "the same with <b>markup</b>, `code`, @someone and \u{1B}[31m",
                place: .init(
                    file: "migrations/1_a.sql", line: 12, column: 5, endLine: 14, endColumn: 2),
                excerpt: "    ALTER TABLE a\u{202E} ", why: "Nobody reads or writes the table.",
                fingerprint: "123456789abcdef0"),
            Finding(
                rule: "dropping-table", severity: .error, message: "dropping core.old",
                place: .init(file: "migrations/1_a.sql", line: 20, column: 1),
                fingerprint: "23456789abcdef01", standing: .ignored("nobody reads it")),
            Finding(
                rule: "unread-text", severity: nil, message: "syntax error at or near \"TABEL\"",
                place: .init(file: "migrations/1_a.sql", line: 21, column: 8),
                excerpt: "CREATE TABEL x ();", fingerprint: "3456789abcdef012"),
        ],
        rules: [
            .init(
                name: "setting-not-null", summary: "It reads the table.",
                page: "# setting-not-null\n")
        ],
        facts: [.init("judged for", "PostgreSQL 15, by 66 rules")])

    @Test func `at a terminal`() {
        expectGolden(FindingFormat.terminal.render(report), named: "findings.txt")
    }

    @Test func `at a terminal with colours, 72 columns wide`() {
        let text = FindingFormat.terminal.render(
            report, options: RenderOptions(color: true, width: 72))
        expectGolden(text, named: "findings.color.txt")
    }

    @Test func `as JSON Lines`() {
        expectGolden(FindingFormat.json.render(report), named: "findings.jsonl")
    }

    @Test func `in Markdown`() {
        expectGolden(FindingFormat.markdown.render(report), named: "findings.md")
    }

    @Test func `as annotations`() {
        expectGolden(FindingFormat.github.render(report), named: "findings.github.txt")
    }

    @Test func `as SARIF`() {
        expectGolden(FindingFormat.sarif.render(report), named: "findings.sarif")
    }

    @Test func `as JUnit`() {
        expectGolden(FindingFormat.junit.render(report), named: "findings.junit.xml")
    }

    @Test(arguments: FindingFormat.allCases)
    func `with nothing that acts on a terminal`(format: FindingFormat) {
        let text = format.render(report)
        #expect(!text.contains("\u{1B}") && !text.contains("\u{202E}"))
        #expect(text.hasSuffix("\n"))
    }

    @Test(arguments: FindingFormat.allCases)
    func `where there is nothing to tell`(format: FindingFormat) {
        let calm = FindingReport(
            title: "gate", version: "0", subjects: [.init(file: "a.sql", statements: 1)],
            findings: [])
        let text = format.render(calm)
        #expect(text.hasSuffix("\n"))
        #expect(calm.exitCode == 0)
    }

    @Test func `where there was nothing to judge, nothing passes`() {
        let nothing = FindingReport(title: "gate", version: "0", subjects: [], findings: [])
        #expect(nothing.exitCode == 2)
        #expect(FindingFormat.terminal.render(nothing).contains("nothing was judged"))
    }

    @Test(arguments: [(Severity.error, 1), (nil, 0)] as [(Severity?, Int32)])
    func `what fails is said by the severity that fails`(failOn: Severity?, code: Int32) {
        let finding = Finding(
            rule: "a", severity: .error, message: "b", place: .init(file: "a", line: 1, column: 1),
            fingerprint: "")
        let report = FindingReport(
            title: "gate", version: "0", subjects: [.init(file: "a", statements: 1)],
            findings: [finding], failOn: failOn)
        #expect(report.exitCode == code)
    }
}
