import Assay
import Foundation
import Reports
import Testing

struct `A trend on a page` {
    private let page = ReportFormat.html.render(Fixture.later)

    @Test func `is drawn for a check with a past, and said in words`() {
        #expect(page.components(separatedBy: "class=\"trend\"").count == 2)
        #expect(
            page.contains("<title id=\"c1t\">Violations of core.companies/required:name in 5 runs"))
        #expect(
            page.contains(
                "From 12 on 2026-11-19 to 14 on 2026-11-23; at the least 0, at the most 51."))
        #expect(page.contains("aria-labelledby=\"c1t c1d\""))
    }

    @Test func `has its points by time and number, the most on the line above`() throws {
        let line = try #require(page.firstMatch(of: /class="line" d="([^"]*)"/)?.output.1)
        #expect(line == "M0.0 48.9 L250.0 64.0 L500.0 17.6 L750.0 0.0 L1000.0 46.4")
    }

    @Test func `is a row of bars at a terminal`() {
        let text = ReportFormat.terminal.render(Fixture.later)
        #expect(text.contains("  = trend    ▃▁▆█▃ 0 to 51 in 5 runs\n"))
    }

    @Test func `of nothing but zeros is flat`() {
        #expect(
            Trend([.init(time: 1, violations: 0), .init(time: 2, violations: 0)]).sparkline == "▁▁")
        // One violation among thousands is seen.
        let rare = Trend([0, 1, 9_000].map { .init(time: 1, violations: $0) })
        #expect(rare.sparkline == "▁▂█")
        #expect(Trend([]).sparkline == "")
    }
}

struct `A value that is held against earlier runs` {
    private let report: AuditReport

    init() {
        let odd = Measure(
            violations: 1, scope: 1,
            observed: "40,112 rows; expected 51,683 to 52,937 by the last 5 Mondays", value: 40_112,
            expected: 51_683...52_937)
        let learning = Measure(
            violations: 0, scope: 0, observed: "1.25 % null; learning, 3 of 14 runs recorded",
            value: 1.25)
        func result(_ check: Steady, _ id: String, _ measure: Measure) -> CheckResult {
            CheckResult(
                check, id: id, table: TableName("core.companies"),
                source: SourceLocation(file: "checks/c.swift", line: 4), excerpt: nil,
                verdict: .measured(measure, samples: []))
        }
        let rows = "core.companies/steady:row-count"
        // The first night could not be measured; it is no zero.
        let points = [nil, 52_310, 52_400].enumerated().map { night, value in
            Trend.Point(
                time: 1_795_320_900 - Double(2 - night) * 86_400, violations: 0, value: value)
        }
        report = Fixture.report(
            results: [
                result(Steady(.rowCount, line: 4), rows, odd),
                result(
                    Steady(nullShareOf: "name", line: 5), "core.companies/steady:name", learning),
            ], trends: [rows: Trend(points)])
    }

    @Test func `is drawn with what was expected of it`() {
        let page = ReportFormat.html.render(report)
        #expect(page.contains("Values of core.companies/steady:row-count in 3 runs"))
        #expect(
            page.contains(
                "at the least 40,112, at the most 52,400. 51,683 to 52,937 was expected of the last."
            ))
        #expect(page.contains("<path class=\"expected\" d=\"M1000 1.5 V0.0\"/>"))
        let text = ReportFormat.terminal.render(report)
        #expect(text.contains(" = trend    ██▆ 40,112 to 52,400 in 3 runs\n"))
    }

    @Test func `is learning where too few runs are recorded, and not left unexamined`() {
        let text = ReportFormat.terminal.render(report)
        #expect(
            text.contains(
                "  learning          1 check until 14 runs are recorded: core.companies/steady:name\n"
            ))
        #expect(!text.contains("nothing examined"))
        #expect(ReportFormat.html.render(report).contains("<span>(still learning)</span>"))
        #expect(
            ReportFormat.junit.render(report).contains(
                "<skipped message=\"1.25 % null; learning, 3 of 14 runs recorded\"/>"))
        let lines = ReportFormat.json.render(report)
        #expect(lines.contains("\"verdict\":\"1 of 2 promises broken; 1 still learning.\""))
        #expect(lines.contains("\"value\":1.25,\"expected\":null"))
        #expect(lines.contains("\"value\":40112.0,\"expected\":{\"from\":51683.0,\"to\":52937.0}"))
    }

    @Test func `is a metric beside its bounds`() {
        let text = ReportFormat.prometheus.render(report)
        #expect(text.contains(/assay_check_value\{[^}]*row-count[^}]*\} 40112\n/))
        #expect(text.contains(/assay_check_expected\{[^}]*bound="least"\} 51683\n/))
        #expect(text.contains(/assay_check_expected\{[^}]*bound="greatest"\} 52937\n/))
    }
}

struct `A message to a chat` {
    @Test func `names checks and counts, and no key`() throws {
        let message = try #require(ChatMessage(Fixture.later))
        let object = try JSONSerialization.jsonObject(with: Data(message.json.utf8))
        let text = try #require((object as? [String: String])?["text"])
        #expect(
            text == """
                *Audit of warehouse*: 3 failed, 1 known, 1 passed
                100,003 new, 43 gone, 1,900,013 still there since 2026-11-22-041500 of \
                2026-11-22T04:15:00Z
                • error core.companies/required:name: 3 new, 40 gone, 11 still there
                • passed core.companies/one-of:source: 0 new, 3 gone, 0 still there
                • error raw.case_studies/required:url: 100,000 new, 0 gone, 1,900,000 still there, by \
                their number only
                • known issue raw.case_studies/required:url: DQ-119 was accepted until 2026-03-31: mend \
                it or agree on a new date
                • known issue raw.case_studies/required:title: DQ-120 no longer happens: take \
                .knownIssue out of the check
                """)
    }

    @Test func `is silent where nothing changed`() {
        let results = Fixture.later.results.filter { $0.id == "core.companies/unique:domain" }
        let baseline = Baseline(run: "r", time: 0)
        #expect(ChatMessage(Fixture.report(results: results, baseline: baseline)) == nil)
        #expect(ChatMessage(Fixture.calm) == nil)
    }

    @Test func `is not silent where the audit ended early or could not tell`() {
        let baseline = Baseline(run: "r", time: 0)
        let early = Fixture.report(
            results: [], baseline: baseline, trouble: "the server <went> away")
        #expect(ChatMessage(early)?.json.contains("the server &lt;went&gt; away") == true)
        let errored = Fixture.report().results.filter { $0.outcome == .errored }
        #expect(ChatMessage(Fixture.report(results: errored, baseline: baseline)) != nil)
    }

    @Test func `names ten checks and counts the rest`() {
        let text = ChatMessage(Fixture.report(results: many))?.json ?? ""
        #expect(text.contains("and 20 more checks"))
    }

    private var many: [CheckResult] {
        Fixture.crowded(30).results.map { result in
            CheckResult(
                Required("c", line: 1), id: result.id, table: result.table, source: result.source,
                excerpt: nil, verdict: .measured(Measure(violations: 1, scope: 2), samples: []),
                comparison: BaselineComparison(now: 1, before: 0, still: 0))
        }
    }
}

struct `A report as metrics` {
    private let text = ReportFormat.prometheus.render(Fixture.report())

    @Test func `has help, a type and one line a sample`() {
        for line in text.split(separator: "\n") {
            let isComment = line.contains(/^# (HELP|TYPE) assay_[a-z_]+ ./)
            let isSample = line.contains(
                /^assay_[a-z_]+\{([a-z]+="([^"\\]|\\["\\])*",?)+\} [0-9.]+$/)
            #expect(isComment || isSample, "\(line)")
        }
        let samples = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
            .map { $0.prefix { $0 != " " } }
        #expect(Set(samples).count == samples.count)
    }
}

struct `A report as a run event` {
    @Test func `carries an assertion for each check that examined something`() throws {
        let report = Fixture.report()
        let text = ReportFormat.openlineage.render(report)
        let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
        let event = try #require(value as? [String: Any])
        #expect(event["eventType"] as? String == "COMPLETE")
        let run = try #require(event["run"] as? [String: Any])
        let id = try #require(run["runId"] as? String)
        #expect(UUID(uuidString: id) != nil)
        #expect(
            id.contains(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/))
        let inputs = try #require(event["inputs"] as? [[String: Any]])
        #expect(
            inputs.map { $0["name"] as? String } == [
                "warehouse.core.companies", "warehouse.core.company_customers",
                "warehouse.raw.case_studies",
            ])
        var successes: [Bool] = []
        for input in inputs {
            let facets = try #require(input["inputFacets"] as? [String: [String: Any]])
            let assertions = facets["dataQualityAssertions"]?["assertions"] as? [[String: Any]]
            successes += try #require(assertions).compactMap { $0["success"] as? Bool }
            #expect(facets["dataQualityMetrics"]?["rowCount"] is Int)
        }
        let examined = report.results.filter { $0.outcome != .notApplicable }
        #expect(successes == examined.map { $0.outcome == .passed })
    }

    @Test func `fails where the audit ended early`() {
        let report = Fixture.report(results: [], trouble: "the server went away")
        #expect(ReportFormat.openlineage.render(report).contains("\"eventType\":\"FAIL\""))
    }
}
