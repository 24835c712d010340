import Assay
import Testing

/// What the answers to a question about the whole table amount to.
struct MeasureTests {
    private func fresh(_ newest: String?, now: Double = 1_000_000) -> Measure {
        Fresh("created_at", within: .hours(1)).measure(
            AggregateAnswers(values: [newest], now: now))
    }

    @Test func `a table is fresh up to the age, that included`() {
        #expect(fresh("996400").violations == 0)
        #expect(fresh("996399.9").violations == 1)
        #expect(
            fresh("900000").observed
                == "the newest created_at is 27 hours old; at most 1 hour allowed")
    }

    @Test func `a row from the future is told as one`() {
        #expect(fresh("1007200").observed == "the newest created_at lies 2 hours in the future")
        #expect(fresh("1007200").violations == 0)
    }

    @Test func `a table without any time is not applicable`() {
        #expect(
            fresh(nil) == Measure(violations: 0, scope: 0, observed: "no created_at at all"))
    }

    @Test(arguments: ["Infinity", "-Infinity"])
    func `a time that PostgreSQL calls infinity ends no audit`(newest: String) async {
        await #expect(processExitsWith: .success) { [newest = newest as String] in
            let check = Fresh("created_at", within: .hours(1))
            let measure = check.measure(AggregateAnswers(values: [newest], now: 1_000_000))
            #expect(measure.observed?.contains("created_at") == true)
        }
    }

    @Test func `a row count includes both bounds`() {
        func violations(_ check: RowCount, _ count: Int) -> Int {
            check.measure(AggregateAnswers(values: ["\(count)"], now: 0)).violations
        }
        #expect([0, 1, 5, 6].map { violations(RowCount(1...5), $0) } == [1, 0, 0, 1])
        #expect([0, 1, 9_999].map { violations(RowCount(1...), $0) } == [1, 0, 0])
    }
}
