import Assay
import AssayTesting
import Reports
import Testing

struct `A report as its readers see it` {
    private let report = Fixture.report()

    @Test func `at a terminal`() {
        expectGolden(ReportFormat.terminal.render(report), named: "report.txt")
    }

    @Test func `at a terminal with colours, 72 columns wide`() {
        let options = RenderOptions(color: true, width: 72)
        let text = ReportFormat.terminal.render(report, options: options)
        expectGolden(text, named: "report.color.txt")
    }

    @Test func `at a terminal with values`() {
        let text = ReportFormat.terminal.render(Fixture.report(values: true))
        expectGolden(text, named: "report.values.txt")
    }

    @Test func `at a terminal when all is well`() {
        expectGolden(ReportFormat.terminal.render(Fixture.calm), named: "report.calm.txt")
    }

    @Test func `at a terminal when the audit ended early`() {
        let report = Fixture.report(results: [], trouble: "the server closed the connection")
        expectGolden(ReportFormat.terminal.render(report), named: "report.trouble.txt")
    }

    @Test func `as JSON Lines, with values`() {
        let text = ReportFormat.json.render(Fixture.report(values: true))
        expectGolden(text, named: "report.jsonl")
    }

    @Test func `as a page`() {
        expectGolden(ReportFormat.html.render(report), named: "report.html")
    }

    @Test func `as JUnit XML`() {
        expectGolden(ReportFormat.junit.render(report), named: "report.junit.xml")
    }

    @Test func `as SARIF`() {
        expectGolden(ReportFormat.sarif.render(report), named: "report.sarif")
    }

    @Test func `as Markdown`() {
        expectGolden(ReportFormat.markdown.render(report), named: "report.md")
    }

    @Test func `as workflow commands`() {
        expectGolden(ReportFormat.github.render(report), named: "report.github.txt")
    }

    @Test(arguments: [
        (ReportFormat.terminal, "later.txt"), (.json, "later.jsonl"), (.html, "later.html"),
        (.junit, "later.junit.xml"), (.sarif, "later.sarif"), (.markdown, "later.md"),
        (.github, "later.github.txt"), (.prometheus, "later.prom"),
        (.openlineage, "later.openlineage.json"),
    ])
    func `compared with a baseline`(format: ReportFormat, golden: String) {
        expectGolden(format.render(Fixture.later), named: golden)
    }

    @Test func `no golden file is orphaned`() throws {
        #expect(try unreferencedGoldens() == [])
    }
}
