import Assay
import Testing

/// What a table is as a whole, held against what runs measured before.
struct SteadyTests {
    /// 2026-11-25T04:17:00Z, a Wednesday.
    private let now = 1_795_580_220.0

    /// One night after the other, the last one yesterday.
    private func past(_ nights: Int, _ value: Double) -> Past {
        Past(
            (1...max(1, nights)).prefix(nights).map { night in
                .init(time: now - Double(nights + 1 - night) * 86_400, value: value)
            })
    }

    private func measure(_ check: Steady, _ values: [Int], _ past: Past) -> Measure {
        check.measure(AggregateAnswers(values: values.map { String($0) }, now: now, past: past))
    }

    @Test func `it learns until fourteen runs are recorded, which is neither passed nor failed`() {
        for nights in [0, 1, 13] {
            let learning = measure(Steady(.rowCount), [9], past(nights, 5_000))
            #expect(
                learning
                    == Measure(
                        violations: 0, scope: 0,
                        observed: "9 rows; learning, \(nights) of 14 runs recorded", value: 9))
            #expect(Steady(.rowCount).judge(learning) == .notApplicable)
        }
    }

    @Test func `a number of rows is as usual, or it is few or many`() {
        let check = Steady(.rowCount)
        let table = TableName("core.companies")
        let usual = measure(check, [52_400], past(20, 52_310))
        #expect(
            usual
                == Measure(
                    violations: 0, scope: 1,
                    observed: "52,400 rows; expected 51,683 to 52,937 by the last 20 runs",
                    value: 52_400, expected: 51_683...52_937))
        #expect(check.judge(usual) == .passed)
        for (count, words) in [(51_682, "few"), (52_938, "many")] {
            let odd = measure(check, [count], past(20, 52_310))
            #expect(check.judge(odd) == .failed)
            #expect(check.headline(odd, of: table) == "core.companies has unusually \(words) rows")
        }
    }

    @Test func `the weekday is named where it decides`() {
        #expect(
            measure(Steady(.rowCount), [100], past(40, 100)).observed
                == "100 rows; expected 99 to 101 by the last 5 Wednesdays")
    }

    @Test func `a table that was empty may have a row`() {
        let check = Steady(.rowCount)
        #expect(measure(check, [0], past(20, 0)).expected == 0...1)
        #expect([0, 1, 2].map { measure(check, [$0], past(20, 0)).violations } == [0, 0, 1])
    }

    @Test func `a share of nulls is of the rows in scope`() {
        let check = Steady(nullShareOf: "domain")
        let table = TableName("core.companies")
        let usual = measure(check, [3_000, 2_999], past(20, 0))
        #expect(
            usual
                == Measure(
                    violations: 0, scope: 1,
                    observed: "0.03 % null; expected 0.00 to 0.60 % by the last 20 runs",
                    value: 0.03, expected: 0...0.6))
        let many = measure(check, [1_000, 993], past(20, 0))
        #expect(many.violations == 1 && many.value == 0.7)
        #expect(
            check.headline(many, of: table) == "core.companies has unusually many nulls in domain")
        let few = measure(check, [1_000, 500], past(20, 62.5))
        #expect(few.observed == "50.00 % null; expected 61.90 to 63.10 % by the last 20 runs")
        #expect(
            check.headline(few, of: table) == "core.companies has unusually few nulls in domain")
        #expect(measure(check, [4, 0], past(20, 100)).expected == 99.4...100)
    }

    @Test func `no row has no share`() {
        let none = measure(Steady(nullShareOf: "domain"), [0, 0], past(20, 0))
        #expect(none.value == nil && none.scope == 0)
        #expect(none.observed == "no row, so that no share is null")
    }

    @Test func `the author sets how far is too far`() {
        let wide = Steady(.rowCount, within: .deviations(50))
        #expect(measure(wide, [100], past(20, 100)).expected == 90...110)
        // Values between which the median lies are expected, however narrow the bound.
        let narrow = Steady(.rowCount, within: .deviations(0.001))
        #expect(measure(narrow, [100], past(20, 100)).violations == 0)
        #expect(Steady(.rowCount, within: .deviations(0)).fault != nil)
        #expect(Steady(.rowCount, within: .deviations(.infinity)).fault != nil)
        #expect(Steady(.rowCount).fault == nil)
    }

    @Test func `several columns are a check each`() {
        let check = Steady(nullShareOf: "domain", "name").severity(.warning)
        #expect(check.sentence == "the shares of nulls in domain and name are steady")
        #expect(check.parts.map(\.subject) == ["domain", "name"])
        #expect(check.parts.allSatisfy { $0.options.severity == .warning && $0.needsPast })
    }

    @Test func `an audit that only learns is no failure, and one that looked at nothing is`() {
        func report(_ measure: Measure) -> AuditReport {
            let result = CheckResult(
                Steady(.rowCount), id: "t/steady:row-count", table: TableName("t"),
                source: SourceLocation(file: "c.swift", line: 1), excerpt: nil,
                verdict: .measured(measure, samples: []))
            return AuditReport(
                run: "r", time: now, duration: nil, version: "test", suite: "tests", database: nil,
                rows: [:], results: [result])
        }
        #expect(report(measure(Steady(.rowCount), [5], Past())).exitCode(failOn: .error) == 0)
        #expect(report(Measure(violations: 0, scope: 0)).exitCode(failOn: .error) == 2)
    }
}
