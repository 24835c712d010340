import Assay
import Foundation
import FoundationXML
import Reports
import Testing

struct `A report as JSON Lines` {
    private let lines: [[String: Any]]

    init() throws {
        lines = try ReportFormat.json.render(Fixture.report(values: true))
            .split(separator: "\n")
            .map { line in
                let value = try JSONSerialization.jsonObject(with: Data(line.utf8))
                return try #require(value as? [String: Any])
            }
    }

    @Test func `is a record a line: the run, the results, the summary`() {
        let kinds = lines.map { $0["kind"] as? String }
        let results = Fixture.report().results.map { _ in "result" }
        #expect(kinds == ["run"] + results + ["summary"])
        #expect(lines.allSatisfy { $0["version"] as? Int == 1 && $0.count == 3 })
    }

    @Test func `gives text back as it was`() throws {
        let results = lines.compactMap { $0["payload"] as? [String: Any] }
        let reasons = results.compactMap { $0["reason"] as? String }
        #expect(reasons.contains(Fixture.hostile))
    }

    @Test func `has only fields that reports README describes`() throws {
        let root = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let readme = root.appending(path: "reports/README.md")
        let grammar = try String(contentsOf: readme, encoding: .utf8)
        func names(_ value: Any) -> [String] {
            if let list = value as? [Any] { return list.flatMap(names) }
            guard let object = value as? [String: Any] else { return [] }
            return object.keys + object.values.flatMap(names)
        }
        for name in Set(lines.flatMap(names)).sorted() {
            #expect(grammar.contains("| `\(name)` |"), "\(name) is not described")
        }
    }
}

struct `A report as SARIF` {
    private let run: [String: Any]

    init() throws {
        let text = ReportFormat.sarif.render(Fixture.report())
        let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
        let log = try #require(value as? [String: Any])
        #expect(log["version"] as? String == "2.1.0")
        run = try #require((log["runs"] as? [[String: Any]])?.first)
    }

    @Test func `has a result for each finding, and its rule`() throws {
        let report = Fixture.report()
        let driver = try #require((run["tool"] as? [String: Any])?["driver"] as? [String: Any])
        let rules = try #require(driver["rules"] as? [[String: Any]])
        let results = try #require(run["results"] as? [[String: Any]])
        #expect(results.count == report.findings.count)
        for (result, finding) in zip(results, report.findings) {
            let index = try #require(result["ruleIndex"] as? Int)
            #expect(rules[index]["id"] as? String == finding.kind)
            #expect(rules[index]["help"] != nil)
            #expect(result["ruleId"] as? String == finding.kind)
            let levels: [Severity: String] = [.error: "error", .warning: "warning", .info: "note"]
            #expect(result["level"] as? String == finding.findingSeverity.flatMap { levels[$0] })
            let prints = result["partialFingerprints"] as? [String: String]
            #expect(prints == ["assayCheck/v1": finding.id])
            let location = try #require((result["locations"] as? [[String: Any]])?.first)
            let place = try #require(location["physicalLocation"] as? [String: [String: Any]])
            #expect(place["artifactLocation"]?["uri"] as? String == finding.source.file)
            #expect(place["region"]?["startLine"] as? Int == finding.source.line)
        }
    }

    @Test func `does not call an audit successful that could not evaluate everything`() throws {
        let invocation = try #require((run["invocations"] as? [[String: Any]])?.first)
        #expect(invocation["executionSuccessful"] as? Bool == false)
        let notifications = invocation["toolExecutionNotifications"] as? [[String: Any]]
        #expect(notifications?.count == Fixture.report().errored.count)
    }
}

struct `A report as JUnit XML` {
    @Test func `is well-formed and has a case for each check`() throws {
        let report = Fixture.report(values: true)
        let text = ReportFormat.junit.render(report)
        let document = try XMLDocument(data: Data(text.utf8))
        let count = { (path: String) in try document.nodes(forXPath: path).count }
        #expect(try count("//testcase") == report.results.count)
        #expect(try count("//testcase/failure") == report.count(.failed))
        #expect(try count("//testcase/error") == report.errored.count)
        #expect(try count("//testcase/skipped") == report.count(.notApplicable))
        #expect(try count("//testsuite") == 3)
    }

    @Test func `tells checks of one promise apart by their names, as OpenLineage does`() throws {
        let named: [String?] = [nil, "in-use", "old"]
        let results = named.map { name in
            let check = name.map { Required("a", line: 1).named($0) } ?? Required("a", line: 1)
            return CheckResult(
                check, id: "t/required:\(name ?? "a")", table: TableName("public.t"),
                source: SourceLocation(file: "t.swift", line: 1), excerpt: nil,
                verdict: .measured(Measure(violations: 0, scope: 1), samples: []))
        }
        let report = Fixture.report(results: results)
        let document = try XMLDocument(data: Data(ReportFormat.junit.render(report).utf8))
        let names = try document.nodes(forXPath: "//testcase/@name").compactMap {
            $0.stringValue
        }
        #expect(
            names == [
                "required: a is required", "required: a is required (in-use)",
                "required: a is required (old)",
            ])
        let event = ReportFormat.openlineage.render(report)
        for name in names { #expect(event.contains("\"\(name)\"")) }
    }

    @Test func `does not read as green when the audit ended early`() throws {
        let report = Fixture.report(results: [], trouble: "the server closed the connection")
        let text = ReportFormat.junit.render(report)
        #expect(text.contains("errors=\"1\""))
    }
}
