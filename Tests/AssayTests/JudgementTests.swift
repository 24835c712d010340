import Assay
import Testing

/// What becomes of a count: tolerance, severity and an empty scope.
struct JudgementTests {
    private let check = Required("name")

    private func measure(_ violations: Int, of scope: Int = 1_000) -> Measure {
        Measure(violations: violations, scope: scope)
    }

    @Test func `without a violation a check passes, whatever its severity`() {
        for severity in Severity.allCases {
            #expect(check.severity(severity).judge(measure(0)) == .passed)
        }
    }

    @Test(arguments: zip(Severity.allCases, [Outcome.warned, .warned, .failed]))
    func `one violation is told as gravely as the check says`(
        severity: Severity, outcome: Outcome
    ) {
        #expect(check.severity(severity).judge(measure(1)) == outcome)
    }

    @Test func `an empty scope is not applicable, never passed`() {
        let checks: [any Check] = [
            check, check.allow(upTo: .rows(9)), check.allow(upTo: .percent(100)),
            check.warn(above: .rows(0)), check.severity(.info),
        ]
        for check in checks {
            #expect(check.judge(measure(0, of: 0)) == .notApplicable)
        }
    }

    @Test func `what is allowed passes, and one more fails`() {
        let rows = check.allow(upTo: .rows(3))
        #expect(rows.judge(measure(3)) == .passed)
        #expect(rows.judge(measure(4)) == .failed)
        let share = check.allow(upTo: .percent(0.5))
        #expect(share.judge(measure(5)) == .passed)
        #expect(share.judge(measure(6)) == .failed)
        #expect(share.severity(.warning).judge(measure(6)) == .warned)
        #expect(check.allow(upTo: .rows(0)).judge(measure(1)) == .failed)
    }

    @Test func `a warning stands between what is fine and what is allowed`() {
        let both = check.allow(upTo: .rows(10)).warn(above: .rows(3))
        #expect(both.judge(measure(3)) == .passed)
        #expect(both.judge(measure(4)) == .warned)
        #expect(both.judge(measure(10)) == .warned)
        #expect(both.judge(measure(11)) == .failed)
        let share = check.allow(upTo: .percent(1)).warn(above: .percent(0.5))
        #expect(share.judge(measure(5)) == .passed)
        #expect(share.judge(measure(6)) == .warned)
        #expect(share.judge(measure(11)) == .failed)
    }

    @Test func `a warning without an allowance never fails`() {
        let warning = check.warn(above: .rows(3))
        #expect(warning.judge(measure(3)) == .passed)
        #expect(warning.judge(measure(4)) == .warned)
        #expect(warning.judge(measure(1_000)) == .warned)
    }

    @Test func `a warned check of severity error is told as a warning`() {
        let warning = result(check.warn(above: .rows(0)), .measured(measure(1), samples: []))
        #expect(warning.outcome == .warned)
        #expect(warning.findingSeverity == .warning)
        let info = result(check.severity(.info), .measured(measure(1), samples: []))
        #expect(info.findingSeverity == .info)
        let error = result(check, .measured(measure(1), samples: []))
        #expect(error.findingSeverity == .error)
        #expect(result(check, .errored("no")).findingSeverity == nil)
    }

    @Test func `only what is told has a headline`() {
        let broken = result(check, .measured(measure(2), samples: []))
        #expect(broken.headline == "name is missing in 2 rows of core.companies")
        let allowed = result(check.allow(upTo: .rows(2)), .measured(measure(2), samples: []))
        #expect(allowed.outcome == .passed)
        #expect(allowed.headline == "")
        let proven = result(check, .proven(by: "NOT NULL on name"))
        #expect(proven.outcome == .passed)
        #expect(proven.proof == "NOT NULL on name")
        #expect(proven.measure == nil)
        let errored = result(check, .errored("it was not reached"))
        #expect(errored.outcome == .errored)
        #expect(errored.trouble == "it was not reached")
    }

    // MARK: Exit codes

    @Test func `nothing examined is no success`() {
        #expect(report([]).exitCode(failOn: .error) == 2)
        #expect(report([]).exitCode(failOn: nil) == 2)
        #expect(report([]).summary == "no checks")
    }

    @Test func `what was not evaluated is no success, whatever else was found`() {
        let errored = result(check, .errored("it was not reached"))
        let failed = result(check, .measured(measure(1), samples: []))
        for threshold in Severity.allCases + [nil] {
            #expect(report([errored]).exitCode(failOn: threshold) == 2)
            #expect(report([failed, errored]).exitCode(failOn: threshold) == 2)
            #expect(report([failed], trouble: "interrupted").exitCode(failOn: threshold) == 2)
        }
    }

    @Test func `a finding counts from the threshold on`() {
        let info = result(check.severity(.info), .measured(measure(1), samples: []))
        let warning = result(check.severity(.warning), .measured(measure(1), samples: []))
        let error = result(check, .measured(measure(1), samples: []))
        for (threshold, codes) in [
            (Severity.info, [1, 1, 1]), (.warning, [0, 1, 1]), (.error, [0, 0, 1]),
            (nil, [0, 0, 0]),
        ] as [(Severity?, [Int32])] {
            #expect(
                [info, warning, error].map { report([$0]).exitCode(failOn: threshold) } == codes)
        }
    }

    @Test func `passed and proven checks are a success`() {
        let passed = result(check, .measured(measure(0), samples: []))
        let proven = result(check, .proven(by: "NOT NULL on name"))
        #expect(report([passed, proven]).exitCode(failOn: .info) == 0)
    }

    @Test func `an audit in which no row was in scope is no success`() {
        let empty = result(check, .measured(measure(0, of: 0), samples: []))
        let passed = result(check, .measured(measure(0), samples: []))
        #expect(report([empty]).exitCode(failOn: .error) == 2)
        #expect(report([empty, passed]).exitCode(failOn: .error) == 0)
    }

    @Test func `findings come with the gravest first, then in the order of the suite`() {
        let info = result(check.severity(.info), .measured(measure(1), samples: []))
        let warning = result(check.severity(.warning), .measured(measure(1), samples: []))
        let error = result(check, .measured(measure(1), samples: []))
        let passed = result(check, .measured(measure(0), samples: []))
        let found = report([passed, info, warning, error, warning]).findings
        #expect(found == [error, warning, warning, info])
    }

    @Test func `the summary counts outcomes`() {
        let error = result(check, .measured(measure(1), samples: []))
        let passed = result(check, .measured(measure(0), samples: []))
        let empty = result(check, .measured(measure(0, of: 0), samples: []))
        let all = report([passed, error, empty, passed, result(check, .errored("no"))])
        #expect(all.summary == "1 failed, 1 errored, 1 not applicable, 2 passed")
    }

    private func result(_ check: some Check, _ verdict: Verdict) -> CheckResult {
        CheckResult(
            check, id: "core.companies/required:name", table: TableName("core.companies"),
            source: SourceLocation(file: "a.swift", line: 1), excerpt: nil, verdict: verdict)
    }

    private func report(_ results: [CheckResult], trouble: String? = nil) -> AuditReport {
        AuditReport(
            run: "run", time: 0, duration: nil, version: "test", suite: "tests", database: nil,
            rows: [:], results: results, trouble: trouble)
    }
}
