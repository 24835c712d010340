/// What recorded runs measured of one check: the ground on which the next value is judged.
public struct Past: Sendable, Hashable {
    /// What one run measured.
    public struct Point: Sendable, Hashable {
        /// When its snapshot was taken, in seconds since 1970.
        public let time: Double
        /// What it measured.
        public let value: Double

        /// Creates a point.
        public init(time: Double, value: Double) {
            self.time = time
            self.value = value
        }
    }

    /// What is expected of the next value.
    public struct Expectation: Sendable, Hashable {
        /// The value in the middle of what is expected.
        public let middle: Double
        /// All values that are expected.
        public let range: ClosedRange<Double>
        /// How many runs it comes from.
        public let runs: Int
        /// The weekday, where only runs of the same one gave the middle: `Wednesday`.
        public let weekday: String?
    }

    /// So many runs are recorded before anything is expected of the next one.
    public static let learning = 14
    /// So many runs, the latest ones, are looked at: eight weeks of nights.
    static let memory = 56
    /// So many runs are needed for that where some days have several.
    public static let reach = 500
    /// So many runs of a weekday show what is usual on it.
    static let weekdays = 5
    /// So many distances from what is usual show how far from it is usual.
    private static let distances = 8

    /// The points in the order of the runs.
    public let points: [Point]

    /// Creates a past.
    public init(_ points: [Point] = []) {
        self.points = points
    }

    /// What is expected of a value, by the median of past ones and the median of their distances from it.
    ///
    /// Both shrug off outliers: a bad night is neither expected again nor makes the next one harder to see.
    /// Where the weekday is known well enough its own median counts, and each distance is one from the
    /// median of its weekday. Before that, what the weekday had so far is expected as well. Of each day its
    /// last run counts, and none of the day itself, so that repeating a run changes nothing; only while
    /// there are too few days, each run is one.
    ///
    /// - Parameters:
    ///   - time: When the value is measured, in seconds since 1970.
    ///   - deviations: How many standard deviations from the middle are expected.
    ///   - least: The least standard deviation of values around a middle, for those that hardly vary.
    /// - Returns: The expectation, or `nil` until ``learning`` runs are recorded.
    public func expectation(
        at time: Double, within deviations: Double, least: (_ middle: Double) -> Double
    ) -> Expectation? {
        guard points.count >= Past.learning else { return nil }
        let daily = onePerDay(before: time)
        let recent = (daily.count >= Past.learning ? daily : points).suffix(Past.memory)
        let weekday = Timestamp.weekday(time)
        let days = Dictionary(grouping: daily.suffix(Past.memory)) { Timestamp.weekday($0.time) }
            .mapValues { $0.map(\.value) }
        let same = days[weekday] ?? []
        func reach(_ distances: [Double], around middle: Double) -> Double {
            deviations * max(Past.deviation(distances), least(middle))
        }
        let known = days.values.filter { $0.count >= Past.weekdays }
        let distances = known.flatMap(Past.distances)
        if same.count >= Past.weekdays, distances.count >= Past.distances {
            let middle = Past.median(same)
            let reach = reach(distances, around: middle)
            return Expectation(
                middle: middle, range: (middle - reach)...(middle + reach), runs: same.count,
                weekday: weekday)
        }
        let all = recent.map(\.value)
        let middle = Past.median(all)
        let reach = reach(all.map { abs($0 - middle) }, around: middle)
        // One run of a weekday may be the outlier.
        let other = same.count > 1 ? Past.median(same) : middle
        return Expectation(
            middle: middle, range: (min(middle, other) - reach)...(max(middle, other) + reach),
            runs: all.count, weekday: nil)
    }

    /// The last point of each day (UTC) but that of a moment, in the order of the runs.
    private func onePerDay(before time: Double) -> [Point] {
        func day(_ time: Double) -> Int { Int((time / 86_400).rounded(.down)) }
        var seen: Set = [day(time)]
        return points.reversed().filter { seen.insert(day($0.time)).inserted }.reversed()
    }

    /// How far values lie from their median.
    ///
    /// Of an odd number one is the median itself, and says nothing of how far the others are.
    private static func distances(_ values: [Double]) -> [Double] {
        let middle = median(values)
        let distances = values.map { abs($0 - middle) }.sorted()
        return values.count.isMultiple(of: 2) ? distances : Array(distances.dropFirst())
    }

    /// The standard deviation of normally distributed values whose distances from their middle these are.
    private static func deviation(_ distances: [Double]) -> Double {
        1.4826 * median(distances)
    }

    /// The value in the middle, or halfway between the two there; 0 of none.
    static func median(_ values: [Double]) -> Double {
        guard !values.isEmpty else { return 0 }
        let sorted = values.sorted()
        let upper = sorted[sorted.count / 2]
        return sorted.count.isMultiple(of: 2) ? (sorted[sorted.count / 2 - 1] + upper) / 2 : upper
    }
}
