import Assay
import Testing

/// A finding accepted under a ticket until a day.
struct KnownIssueTests {
    private let check = Required("name", line: 3).knownIssue("DQ-118", until: "2027-03-31")
    private let broken = Verdict.measured(Measure(violations: 2, scope: 10), samples: [])
    private let kept = Verdict.measured(Measure(violations: 0, scope: 10), samples: [])

    @Test func `a finding is known until the end of its day, and fails nothing`() {
        for day in ["2026-11-25", "2027-03-31", nil] {
            let result = result(check, broken, day)
            #expect(result.outcome == .known)
            #expect(result.findingSeverity == nil)
            #expect(result.headline == "name is missing in 2 rows of core.companies")
            #expect(report([result]).exitCode(failOn: .info) == 0)
            #expect(report([result]).summary == "1 known")
        }
    }

    @Test func `a finding fails from the next day on, whatever its severity`() {
        for check in [check, check.severity(.warning), check.severity(.info)] {
            let result = result(check, broken, "2027-04-01")
            #expect(result.outcome == .failed)
            #expect(result.findingSeverity == .error)
            #expect(
                result.knownIssueFault
                    == "DQ-118 was accepted until 2027-03-31: mend it or agree on a new date")
            #expect(report([result]).exitCode(failOn: .error, isAboutNew: true) == 1)
        }
    }

    @Test func `a known issue that no longer happens fails`() {
        for verdict in [kept, .proven(by: "NOT NULL on name")] {
            let result = result(check, verdict, "2026-11-25")
            #expect(result.outcome == .failed)
            #expect(
                result.headline
                    == "core.companies keeps a promise that has a known issue: name is required")
            #expect(
                result.knownIssueFault
                    == "DQ-118 no longer happens: take .knownIssue out of the check")
            #expect(report([result]).exitCode(failOn: .error) == 1)
        }
    }

    @Test func `a known issue says nothing of what was not examined`() {
        let empty = Verdict.measured(Measure(violations: 0, scope: 0), samples: [])
        #expect(result(check, empty, "2028-01-01").outcome == .notApplicable)
        #expect(result(check, .errored("no"), "2028-01-01").outcome == .errored)
    }

    @Test(arguments: [
        "2027-3-31", "2027-02-29", "2100-02-29", "2027-13-01", "2027-00-10", "2027-04-31",
        "31.3.2027", "2027-03-31T00:00", "", "+027-03-31",
    ])
    func `a day that is none is a fault`(day: String) {
        #expect(
            KnownIssue("DQ-1", until: day).fault
                == "has a known issue until \"\(day)\", which is no day: write 2027-03-31")
    }

    @Test func `days of the calendar are no fault, a missing ticket is`() {
        for day in ["2027-03-31", "2028-02-29", "2000-02-29"] {
            #expect(KnownIssue("DQ-1", until: day).fault == nil)
        }
        #expect(KnownIssue(" ", until: "2027-03-31").fault == "has a known issue without a ticket")
    }

    // MARK: New findings

    @Test func `only findings with new violations fail where it is about new ones`() {
        let check = Required("name", line: 3)
        func code(_ comparison: BaselineComparison?, _ check: Required) -> Int32 {
            let result = CheckResult(
                check, id: "x", table: TableName("core.companies"),
                source: SourceLocation(file: "x.swift", line: 3), excerpt: nil, verdict: broken,
                comparison: comparison)
            return report([result]).exitCode(failOn: .warning, isAboutNew: true)
        }
        #expect(code(BaselineComparison(now: 2, before: 3, still: 2), check) == 0)
        #expect(code(BaselineComparison(now: 2, before: 2, still: 1), check) == 1)
        #expect(code(BaselineComparison(now: 2, before: 2), check) == 0)
        #expect(code(BaselineComparison(now: 2, before: nil), check) == 1)
        #expect(code(nil, check) == 1)
        #expect(code(nil, check.severity(.info)) == 0)
    }

    @Test func `a comparison counts what is new, gone and still there`() {
        #expect(
            BaselineComparison(now: 14, before: 51, still: 11).sentence
                == "3 new, 40 gone, 11 still there")
        #expect(
            BaselineComparison(now: 14, before: 51).sentence == "0 new, 37 gone, 14 still there")
        #expect(
            BaselineComparison(now: 1_400, before: nil).sentence
                == "1,400 new, 0 gone, 0 still there")
    }

    private func result(_ check: Required, _ verdict: Verdict, _ day: String?) -> CheckResult {
        CheckResult(
            check, id: "core.companies/required:name", table: TableName("core.companies"),
            source: SourceLocation(file: "x.swift", line: 3), excerpt: nil, verdict: verdict,
            day: day)
    }

    private func report(_ results: [CheckResult]) -> AuditReport {
        AuditReport(
            run: "r", time: 0, duration: nil, version: "1", suite: "s", database: nil, rows: [:],
            results: results)
    }
}
