@testable import AssayMain
@testable import Auditor
import Testing

/// What a person who watches an audit reads.
@Suite struct ProgressTextTests {
    private func text(
        done: Int = 7, of total: Int = 21, share: Double = 0.52, seconds: Int = 34,
        rows: RowProgress? = RowProgress(read: 3_100_000, expected: 10_000_000, isReading: true),
        isLoaded: Bool = true, left: Duration? = .seconds(38), rate: Int? = 810_000,
        current: [String] = ["core.companies (3 checks on its bytes, part 3 of 17)"]
    ) -> ProgressText {
        var progress = AuditProgress(done: done, total: total, current: current)
        progress.rows = rows
        if isLoaded { progress.workload = Workload(connections: 1) }
        return ProgressText(
            progress: progress, noun: "checks", share: share, seconds: seconds, left: left,
            rate: rate)
    }

    @Test func `a wide terminal shows all that is known`() {
        #expect(
            text().line(width: 159)
                == "[##########----------]  7/21 checks, 34 s    about 40 s left     3.1 of about 10.0 million rows  "
                + "810,000 rows/s    core.companies (3 checks on its bytes, part…")
    }

    @Test(
        arguments: [
            (
                119,
                "[#####-----]  7/21 checks, 34 s    about 40 s left     3.1 of about 10.0 million rows  "
                    + "810,000 rows/s    core.companie…"
            ),
            (
                104,
                "[#####-----]  7/21 checks, 34 s    about 40 s left     3.1 of about 10.0 million rows  "
                    + "810,000 rows/s"
            ),
            (
                94,
                " 7/21 checks, 34 s    about 40 s left     3.1 of about 10.0 million rows  810,000 rows/s"
            ),
            (79, "34 s    about 40 s left     3.1 of about 10.0 million rows  810,000 rows/s"),
            (60, "34 s    about 40 s left     3.1 of about 10.0 million rows"),
            (50, " 7/21 checks, 34 s    about 40 s left"), (30, " 7/21 checks, 34 s"),
            (12, " 7/21 check…"),
        ])
    func `a narrow one shows what matters most, on one line`(width: Int, line: String) {
        #expect(text().line(width: width) == line)
    }

    @Test func `figures that grow leave the rest where it is`() {
        let early = text(
            done: 1, seconds: 2,
            rows: RowProgress(read: 900_000, expected: 10_400_000, isReading: true), left: nil,
            rate: nil)
        let late = text(
            done: 20, seconds: 1_234,
            rows: RowProgress(read: 10_300_000, expected: 10_400_000, isReading: true),
            left: .seconds(1_190), rate: 9_900_000)
        func place(_ text: ProgressText) -> Int? {
            let line = text.line(width: 159)
            return line.firstRange(of: "core.companies")
                .map { line.distance(from: line.startIndex, to: $0.lowerBound) }
        }
        #expect(place(early) != nil && place(early) == place(late))
        #expect(early.line(width: 159).contains(" 0.9 of about 10.4 million rows"))
        #expect(late.line(width: 159).contains("1234 s  about 20 min left  10.3 of about"))
    }

    @Test func `where only the database works there is nothing of rows`() {
        #expect(
            text(rows: nil, left: nil, rate: nil).line(width: 79)
                == "[##########----------]  7/21 checks, 34 s                       core.companies…"
        )
        // Nor of what is left, where work is only counted.
        #expect(
            text(rows: nil, isLoaded: false, left: nil, rate: nil).line(width: 59)
                == "[##########----------]  7/21 checks, 34 s    core.companie…")
    }

    @Test func `rows that were never counted are not said to be about so many`() {
        let unknown = RowProgress(read: 1_250_000, expected: nil, isReading: true)
        #expect(text(rows: unknown).line(width: 119).contains("  1.3 million rows  810,000 rows/s"))
        let over = RowProgress(read: 999_999, expected: 999_999, isReading: false)
        let line = text(rows: over).line(width: 119)
        #expect(line.contains("  999,999 rows  core.companies"))
    }

    @Test func `wide characters and long names do not make a second line`() {
        let line = text(rows: nil, left: nil, current: ["core.顧客データ一覧 (3 checks)"])
            .line(width: 80)
        #expect(line.hasSuffix("  core.顧客データ…"))
        #expect(line.columns == 79 || line.columns == 80)
    }

    @Test(
        arguments: [
            (0.2, "1 s"), (1, "1 s"), (9.5, "10 s"), (10.2, "15 s"), (38, "40 s"), (55, "55 s"),
            (56, "1 min"), (60, "1 min"), (61, "2 min"), (600, "10 min"), (1_201, "25 min"),
            (5_400, "90 min"), (5_401, "2 h"), (90_000, "25 h"),
        ])
    func `what is left is said as a person says it, and not less`(seconds: Double, span: String) {
        #expect(ProgressText.timeLeft(.seconds(seconds)) == "about \(span) left")
    }

    @Test func `rows a second are those of late, and to two digits`() {
        let start = ContinuousClock.now
        var rate = RowRate()
        rate.note(0, at: start)
        rate.note(5_000, at: start + .milliseconds(500))
        #expect(rate.perSecond == nil)
        rate.note(123_456, at: start + .seconds(1))
        #expect(rate.perSecond == 120_000)
        for second in 2...10 { rate.note(123_456 + second * 100, at: start + .seconds(second)) }
        // What came at first is forgotten.
        #expect(rate.perSecond == 100)
        rate.note(124_456, at: start + .seconds(30))
        #expect(rate.perSecond == 0)
    }
}
