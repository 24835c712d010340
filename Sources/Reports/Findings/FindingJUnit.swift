import Assay

/// Findings as JUnit XML: a suite a file, a case a finding, and one for a file without any.
///
/// What does not fail the run passes, with its text in `system-out`: the format knows no warning.
struct FindingJUnit {
    let report: FindingReport

    func render() -> String {
        let groups = Dictionary(grouping: report.tellings, by: \.place.file)
        let failures = report.counting.count(where: report.fails)
        let clean = report.subjects.count { groups[$0.file] == nil }
        let suites = report.subjects.map { suite($0, groups[$0.file] ?? []) }
        let document: Markup = """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="\(report.title)" tests="\(report.tellings.count + clean)" \
            failures="\(failures)" errors="\(report.errored.count)">
            \(Markup(suites))
            </testsuites>

            """
        return document.text
    }

    private func suite(_ subject: FindingReport.Subject, _ findings: [Finding]) -> Markup {
        let cases =
            findings.isEmpty
            ? [
                """
                    <testcase classname="\(subject.file)" \
                name="\(subject.statements.counted("statement"))" file="\(subject.file)"/>
                """ as Markup
            ] : findings.map(testCase)
        return """
              <testsuite name="\(subject.file)" tests="\(cases.count)" \
            failures="\(findings.count(where: report.fails))" \
            errors="\(findings.count { $0.severity == nil })">
            \(Markup(cases))
              </testsuite>
            """
    }

    private func testCase(_ finding: Finding) -> Markup {
        let details = Markup(details(finding).map { "\($0)" })
        let type = finding.severity == nil ? "error" : "failure"
        let content: Markup =
            finding.severity == nil || report.fails(finding)
            ? """
                  <\(type) type="\(finding.rule)" message="\(finding.message)">\(details)</\(type)>
            """
            : "      <system-out>\(details)</system-out>"
        return """
                <testcase classname="\(finding.place.file)" \
            name="\(finding.rule): line \(finding.place.line):\(finding.place.column)" file="\(finding.place.file)" \
            line="\(finding.place.line)">
            \(content)
                </testcase>
            """
    }

    private func details(_ finding: Finding) -> [String] {
        let rewrite = finding.rewrite.map { $0.split(separator: "\n").map(String.init) } ?? []
        return ["\(finding.heading)[\(finding.rule)]: \(finding.message)", finding.placeText]
            + finding.notesInWords.map { "\($0.label): \($0.text)" } + rewrite
    }
}
