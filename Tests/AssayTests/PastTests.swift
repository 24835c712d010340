import Testing

@testable import Assay

/// What is expected of the next night, from nights that were made up.
struct PastTests {
    /// A night: its number, and what it measured.
    private typealias Night = @Sendable (Int, inout Seeded) -> Double

    private static let start = 1_790_000_000.0

    private func past(_ nights: Int, seed: UInt64 = 1, _ value: Night) -> Past {
        var random = Seeded(state: seed)
        return Past(
            (0..<nights).map { night in
                .init(time: time(night), value: value(night, &random))
            })
    }

    private func time(_ night: Int) -> Double { Self.start + Double(night) * 86_400 }

    private func expectation(
        _ past: Past, within deviations: Double = 5, least: Double = 0
    ) -> Past.Expectation? {
        past.expectation(at: time(past.points.count), within: deviations) { _ in least }
    }

    /// How many of the last nights are not as expected of them, by the nights before.
    private func surprises(
        among last: Int, of past: Past, within deviations: Double = 5, least: Double = 0
    ) -> Int {
        (past.points.count - last..<past.points.count).count { night in
            let before = Past(Array(past.points.prefix(night)))
            let range = expectation(before, within: deviations, least: least)?.range
            return range?.contains(past.points[night].value) == false
        }
    }

    /// About normally distributed around 0, with a standard deviation of 1.
    private static func noise(_ random: inout Seeded) -> Double {
        (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0...1, using: &random) }
    }

    private static let level: Night = { _, random in 1_000 + 10 * noise(&random) }

    /// A third on weekends.
    private static let weekly: Night = { night, random in
        (night % 7 < 2 ? 350 : 1_000) + 10 * noise(&random)
    }

    // MARK: Learning

    @Test func `nothing is expected until enough runs are recorded`() {
        for nights in 0..<Past.learning {
            #expect(expectation(past(nights, Self.level)) == nil)
        }
        #expect(expectation(past(Past.learning, Self.level))?.runs == Past.learning)
    }

    // MARK: What is expected

    @Test func `of nights that only vary, hardly any is a surprise, with weekends or without`() {
        for night in [Self.level, Self.weekly] {
            let count = (1...80).reduce(0) { sum, seed in
                sum + surprises(among: 100, of: past(114, seed: seed, night), within: 6)
            }
            // Of 8,000; a surprise that is none is a person woken for nothing.
            #expect(count <= 8)
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `growth is expected`(seed: UInt64) {
        let growing = past(120, seed: seed) { night, random in
            Double(10_000 + 50 * night) + 10 * Self.noise(&random)
        }
        #expect(surprises(among: 100, of: growing) == 0)
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `a weekday's value on another weekday is a surprise`(seed: UInt64) throws {
        // Five weeks: a weekend's value on a weekday, and the other way round.
        let weeks = past(35, seed: seed, Self.weekly)
        let weekend = try #require(expectation(weeks))
        #expect(weekend.weekday != nil && weekend.runs == 5)
        #expect(weekend.range.contains(350) && !weekend.range.contains(1_000))
        let weekday = try #require(expectation(past(37, seed: seed, Self.weekly)))
        #expect(weekday.range.contains(1_000) && !weekday.range.contains(350))
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `an outlier in the past changes hardly anything`(seed: UInt64) throws {
        for nights in [Past.learning, 30, 60] {
            let clean = past(nights, seed: seed, Self.level)
            for place in [0, nights / 2, nights - 7] {
                var points = clean.points
                points[place] = .init(time: points[place].time, value: 0)
                let usual = try #require(expectation(clean))
                let marred = try #require(expectation(Past(points)))
                #expect(!marred.range.contains(0))
                #expect(abs(marred.middle - usual.middle) < 20)
                #expect(marred.range.upperBound < usual.middle + 130)
            }
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `a step is a surprise until half of the runs know it`(seed: UInt64) {
        let stepped = past(160, seed: seed) { night, random in
            (night < 80 ? 1_000 : 1_500) + 10 * Self.noise(&random)
        }
        #expect(surprises(among: 1, of: Past(Array(stepped.points.prefix(81)))) == 1)
        #expect(surprises(among: 21, of: Past(Array(stepped.points.prefix(101)))) == 21)
        #expect(surprises(among: 44, of: stepped) == 0)
        // And then the old level is one.
        let back = stepped.points + [.init(time: time(160), value: 1_000)]
        #expect(surprises(among: 1, of: Past(back)) == 1)
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `a run that is repeated is as much of a surprise as before`(seed: UInt64) throws {
        for nights in [15, 30, 60] {
            let clean = past(nights, seed: seed, Self.weekly)
            let usual = try #require(expectation(clean))
            // The whole day long, and the day before.
            let again = (0..<40).map {
                Past.Point(time: time(nights) + Double($0) * 60, value: 0)
            }
            let repeated = Past(clean.points + again)
            #expect(repeated.expectation(at: time(nights) + 3_600, within: 5) { _ in 0 } == usual)
            let yesterday = (0..<40).map {
                Past.Point(time: time(nights - 1) + Double($0 + 1) * 60, value: 0)
            }
            let other = try #require(expectation(Past(clean.points + yesterday)))
            #expect(!other.range.contains(0))
        }
    }

    @Test func `while there are too few days, each run is one`() throws {
        let runs = (0..<20).map { Past.Point(time: Self.start + Double($0), value: 100) }
        let usual = Past(runs).expectation(at: Self.start + 60, within: 5) { _ in 1 }
        #expect(usual?.range == 95...105 && usual?.runs == 20)
    }

    // MARK: What hardly varies

    @Test func `what never varied may vary by the least deviation`() throws {
        for value in [0.0, 12, 1e9] {
            for nights in [Past.learning, 25, 90] {
                let usual = try #require(expectation(past(nights) { _, _ in value }, least: 0.2))
                #expect(usual.middle == value)
                #expect(usual.range.lowerBound == value - 1)
                #expect(usual.range.upperBound == value + 1)
            }
        }
    }

    @Test func `what is nearly always the same is as what always is`() throws {
        let mostly = past(60) { night, _ in night % 9 == 0 ? 13 : 12 }
        let usual = try #require(expectation(mostly, least: 0.2))
        #expect(usual.range == 11...13)
    }

    // MARK: Laws

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `units and origin do not matter, and more deviations expect more`(seed: UInt64) throws {
        for nights in [15, 20, 50] {
            let plain = past(nights, seed: seed, Self.weekly)
            let other = Past(plain.points.map { .init(time: $0.time, value: $0.value * 4 - 512) })
            let usual = try #require(expectation(plain))
            let moved = try #require(expectation(other))
            #expect(abs(moved.middle - (usual.middle * 4 - 512)) < 1e-6)
            #expect(abs(moved.range.lowerBound - (usual.range.lowerBound * 4 - 512)) < 1e-6)
            #expect(abs(moved.range.upperBound - (usual.range.upperBound * 4 - 512)) < 1e-6)
            let wide = try #require(expectation(plain, within: 8))
            #expect(wide.range.lowerBound < usual.range.lowerBound)
            #expect(wide.range.upperBound > usual.range.upperBound)
            #expect(usual.range.contains(usual.middle))
        }
    }

    @Test func `only the latest runs count`() {
        let early = past(200) { night, _ in night < 140 ? 5 : 1_000 }
        #expect(expectation(early, least: 1)?.range == 995...1_005)
    }

    @Test func `a weekday is told by the day in UTC`() {
        #expect(Timestamp.weekday(0) == "Thursday")
        #expect(Timestamp.weekday(86_399.9) == "Thursday")
        #expect(Timestamp.weekday(-1) == "Wednesday")
        // 2026-11-25T23:59:59Z and a second later.
        #expect(Timestamp.weekday(1_795_651_199) == "Wednesday")
        #expect(Timestamp.weekday(1_795_651_200) == "Thursday")
    }

    @Test func `a median is in the middle`() {
        #expect(Past.median([]) == 0)
        #expect(Past.median([7]) == 7)
        #expect(Past.median([9, 1, 4]) == 4)
        #expect(Past.median([9, 1, 4, 6]) == 5)
    }
}
