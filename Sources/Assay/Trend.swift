/// What earlier runs measured of a check, in the order of time.
public struct Trend: Sendable, Hashable {
    /// What one run measured.
    public struct Point: Sendable, Hashable {
        /// When its snapshot was taken, in seconds since 1970.
        public let time: Double
        /// How many violations there were.
        public let violations: Int

        /// Creates a point.
        public init(time: Double, violations: Int) {
            self.time = time
            self.violations = violations
        }
    }

    /// The points, the earliest first.
    public let points: [Point]

    /// Creates a trend.
    public init(_ points: [Point]) {
        self.points = points
    }

    /// The violations as a row of bars, of which the tallest is the most and the lowest none: `▁▁▃█`.
    public var sparkline: String {
        let bars = Array("▁▂▃▄▅▆▇█")
        let most = points.map(\.violations).max() ?? 0
        return String(
            points.map { point in
                guard most > 0, point.violations > 0 else { return bars[0] }
                let height = Double(point.violations) / Double(most) * 7
                return bars[max(1, Int(height.rounded()))]
            })
    }
}
