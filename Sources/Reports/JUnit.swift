import Assay

/// A report as JUnit XML: a suite a table, a case a check.
///
/// Warned and known checks pass, with their finding in `system-out`: the format knows no warning.
struct JUnit {
    let report: AuditReport

    func render() -> String {
        let suites = report.tables.map { suite("\($0.name)", $0.results, $0.results.map(testCase)) }
        let body = Markup(suites + [interruption].compactMap(\.self))
        let errors = report.errored.count + (report.trouble == nil ? 0 : 1)
        let tests = report.results.count + (report.trouble == nil ? 0 : 1)
        let time = report.duration.map { " time=\"\($0.fixed(3))\"" as Markup } ?? ""
        let document: Markup = """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="\(report.suite)" tests="\(tests)" \
            failures="\(report.count(.failed))" errors="\(errors)" \
            skipped="\(report.count(.notApplicable))"\(time)>
            \(body)
            </testsuites>

            """
        return document.text
    }

    private func suite(_ name: String, _ results: [CheckResult], _ cases: [Markup]) -> Markup {
        let count = { (outcome: Outcome) in results.count { $0.outcome == outcome } }
        return """
              <testsuite name="\(name)" tests="\(results.count)" failures="\(count(.failed))" \
            errors="\(count(.errored))" skipped="\(count(.notApplicable))" \
            timestamp="\(report.timeText)">
            \(Markup(cases))
              </testsuite>
            """
    }

    private func testCase(_ result: CheckResult) -> Markup {
        let opening: Markup = """
                <testcase classname="\(result.table.description)" \
            name="\(result.title)" file="\(result.source.file)" \
            line="\(result.source.line)"
            """
        switch result.outcome {
        case .passed:
            return "\(opening)/>"
        case .failed:
            return "\(opening)>\n\(fault("failure", result))\n    </testcase>"
        case .errored:
            return "\(opening)>\n\(fault("error", result))\n    </testcase>"
        case .warned, .known:
            let text = Markup(details(result))
            return "\(opening)>\n      <system-out>\(text)</system-out>\n    </testcase>"
        case .notApplicable:
            let reason =
                result.isLearning
                ? result.measure?.observed ?? "learning" : "nothing examined: no row in scope"
            return "\(opening)>\n      <skipped message=\"\(reason)\"/>\n    </testcase>"
        }
    }

    private func fault(_ element: Markup, _ result: CheckResult) -> Markup {
        """
              <\(element) type="\(result.kind)" message="\(result.message)">\
        \(Markup(details(result)))</\(element)>
        """
    }

    private func details(_ result: CheckResult) -> [Markup] {
        let lines: [String?] = [
            "\(result.heading)[\(result.kind)]: \(result.message)", result.place,
            result.measureInWords, result.changesInWords, result.issueInWords,
            result.rowsInWords.isEmpty ? nil : result.rowsInWords.joined(separator: " · "),
            result.valuesInWords.isEmpty ? nil : result.valuesInWords.joined(separator: " · "),
            result.reason?.onOneLine, result.fixFolder, result.explanation,
        ]
        return lines.compactMap(\.self).map { "\($0)" }
    }

    /// An audit that ended early must not read as green.
    private var interruption: Markup? {
        report.trouble.map { trouble in
            """
              <testsuite name="the audit" tests="1" failures="0" errors="1" skipped="0">
                <testcase classname="the audit" name="the audit ran to its end">
                  <error message="\(trouble.onOneLine)"/>
                </testcase>
              </testsuite>
            """
        }
    }
}
