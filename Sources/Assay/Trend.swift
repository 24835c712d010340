/// What earlier runs measured of a check, in the order of time.
public struct Trend: Sendable, Hashable {
    /// What one run measured.
    public struct Point: Sendable, Hashable {
        /// When its snapshot was taken, in seconds since 1970.
        public let time: Double
        /// How many violations there were.
        public let violations: Int
        /// The value, for a check that is held against earlier runs.
        public let value: Double?

        /// Creates a point.
        public init(time: Double, violations: Int, value: Double? = nil) {
            self.time = time
            self.violations = violations
            self.value = value
        }

        /// What is drawn of it: the value where there is one, else the violations.
        public var height: Double { value ?? Double(violations) }
    }

    /// The points, the earliest first.
    public let points: [Point]

    /// Creates a trend.
    public init(_ points: [Point]) {
        self.points = points
    }

    /// The trend with one point more at its end.
    ///
    /// Points without a value say nothing beside those that have one.
    public func ending(in last: Point, keeping count: Int = .max) -> Trend {
        let like = points.filter { ($0.value == nil) == (last.value == nil) }
        return Trend(like.suffix(count - 1) + [last])
    }

    /// The points as a row of bars, of which the tallest is the most and the lowest none: `▁▁▃█`.
    public var sparkline: String {
        let bars = Array("▁▂▃▄▅▆▇█")
        let most = points.map(\.height).max() ?? 0
        return String(
            points.map { point in
                guard most > 0, point.height > 0 else { return bars[0] }
                return bars[max(1, Int((point.height / most * 7).rounded()))]
            })
    }

    /// The least and the most of it, as a person reads them: `0` and `1,204`, `3.14`.
    public var extremes: (least: String, most: String)? {
        guard let least = points.map(\.height).min(), let most = points.map(\.height).max() else {
            return nil
        }
        return (least.figure, most.figure)
    }
}
