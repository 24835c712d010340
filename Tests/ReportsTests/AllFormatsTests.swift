import Assay
import Reports
import Testing

struct `Every format` {
    @Test(arguments: ReportFormat.allCases)
    func `shows values only where the samples carry them`(format: ReportFormat) {
        #expect(!format.render(Fixture.report()).contains(Fixture.canary))
    }

    @Test(arguments: [ReportFormat.terminal, .json, .html, .junit, .markdown])
    func `shows values where the samples carry them`(format: ReportFormat) {
        #expect(format.render(Fixture.report(values: true)).contains(Fixture.canary))
    }

    @Test(arguments: ReportFormat.allCases)
    func `lets nothing through that acts on a terminal`(format: ReportFormat) {
        let text = format.render(Fixture.report(values: true))
        let unseen = text.unicodeScalars.filter { scalar in
            scalar != "\n" && scalar.value != 0x200D
                && [.control, .format, .unassigned].contains(scalar.properties.generalCategory)
        }
        #expect(unseen.isEmpty)
        #expect(!text.contains("\r\n"))
    }

    @Test(arguments: ReportFormat.allCases)
    func `renders a report of nothing`(format: ReportFormat) {
        let text = format.render(Fixture.report(results: []))
        #expect(text.hasSuffix("\n"))
        #expect(!text.contains("passed in"))
        #expect(!text.contains("kept"))
    }

    @Test(arguments: ReportFormat.allCases)
    func `says why an audit ended early`(format: ReportFormat) {
        let report = Fixture.report(results: [], trouble: "the server closed the connection")
        #expect(format.render(report).contains("the server closed the connection"))
    }

    @Test func `has a file name of its own`() {
        #expect(Set(ReportFormat.allCases.map(\.fileName)).count == ReportFormat.allCases.count)
    }
}

struct `A report at a terminal` {
    @Test func `has the same words with and without colours`() {
        let colored = ReportFormat.terminal.render(
            Fixture.report(), options: RenderOptions(color: true))
        let plain = colored.replacing(/\u{1B}\[[0-9;]*m/, with: "")
        #expect(plain == ReportFormat.terminal.render(Fixture.report()))
    }

    @Test func `is one line when all is well`() {
        let text = ReportFormat.terminal.render(Fixture.calm)
        #expect(text.split(separator: "\n").count == 1)
    }

    @Test func `calls an audit well only if something was examined everywhere`() {
        let results = Fixture.report().results.filter {
            $0.outcome == .passed || $0.outcome == .notApplicable
        }
        let text = ReportFormat.terminal.render(Fixture.report(results: results))
        #expect(text.contains("nothing examined  1 check had no row in scope"))
    }
}

struct `A report as workflow commands` {
    @Test func `is one command a line`() {
        let lines = ReportFormat.github.render(Fixture.report(values: true)).split(separator: "\n")
        #expect(lines.count == Fixture.report().findings.count + 2)
        for line in lines {
            #expect(line.contains(/^::(error|warning|notice) [^:]*::/))
        }
    }
}

struct `A report as Markdown` {
    @Test func `stays below the limit and says what is left out`() {
        let text = ReportFormat.markdown.render(Fixture.crowded(1_000))
        #expect(text.utf8.count <= 60_000)
        #expect(text.contains(/[0-9]+ more findings did not fit/))
    }

    @Test func `leaves no markup of others standing`() {
        let text = ReportFormat.markdown.render(Fixture.report(values: true))
        #expect(!text.contains("<script"))
        #expect(!text.contains("<b>"))
        #expect(!text.contains("@all"))
        #expect(!text.contains("`"))
    }
}
