import Assay

/// What earlier runs measured of a check and what this one did, as a line with its axes.
///
/// Heights are in pixels and widths in shares of the page, so that the labels stay legible on a phone.
struct HTMLTrend {
    let id: String
    let check: String
    /// What was expected of the last point.
    let expected: ClosedRange<Double>?
    let points: [Trend.Point]

    /// A trend with this run at its end; `nil` where there is nothing to compare with.
    init?(_ trend: Trend?, id: String, result: CheckResult, time: Double) {
        guard let trend, !trend.points.isEmpty, let measure = result.measure else { return nil }
        self.id = id
        check = result.id
        expected = measure.expected
        points = trend.ending(
            in: .init(time: time, violations: measure.violations, value: measure.value)
        ).points.sorted { $0.time < $1.time }
    }

    var markup: Markup {
        guard let first = points.first, let last = points.last else { return "" }
        let line = places.enumerated().map { "\($0 == 0 ? "M" : "L")\($1.x) \($1.y)" }
        let dots = places.map { "M\($0.x) \($0.y)h0" }
        return """
            <svg class="trend" role="img" aria-labelledby="\(id)t \(id)d">
            <title id="\(id)t">\(points.last?.value == nil ? "Violations" : "Values") of \(check) in \(points.count.counted("run"))</title>
            <desc id="\(id)d">\(sentence)</desc>
            <line class="grid" x1="0" x2="100%" y1="20" y2="20"/>
            <text x="0" y="14">\(most.figure)</text>
            <svg class="plot" x="0" y="20" width="100%" height="64" viewBox="-8 0 1016 64" \
            preserveAspectRatio="none">
            \(band)<path class="line" d="\(line.joined(separator: " "))"/>
            <path class="dots" d="\(dots.joined(separator: " "))"/>
            </svg>
            <line class="axis" x1="0" x2="100%" y1="84" y2="84"/>
            <text x="0" y="80">0</text>
            <text x="0" y="100">\(day(first))</text>
            <text class="end" x="100%" y="100">\(day(last))</text>
            </svg>
            """
    }

    private var most: Double {
        max(points.map(\.height).max() ?? 0, expected?.upperBound ?? 0, expected == nil ? 1 : 0.01)
    }

    /// What was expected of the last point, as a bar behind it.
    private var band: Markup {
        guard let expected else { return "" }
        let (low, high) = (height(expected.lowerBound), height(expected.upperBound))
        return """
            <path class="expected" d="M1000 \(low.fixed(1)) V\(high.fixed(1))"/>

            """
    }

    /// Where a number lies, of 64 from below.
    private func height(_ number: Double) -> Double { 64 - number / most * 64 }

    /// The line in words, for those who do not see it.
    private var sentence: String {
        guard let first = points.first, let last = points.last else { return "" }
        guard let ends = Trend(points).extremes else { return "" }
        let usual = expected.map {
            " \($0.lowerBound.figure) to \($0.upperBound.figure) was expected of the last."
        }
        return "From \(first.height.figure) on \(day(first)) to \(last.height.figure) on "
            + "\(day(last)); at the least \(ends.least), at the most \(ends.most).\(usual ?? "") "
            + "The axis begins at 0."
    }

    private func day(_ point: Trend.Point) -> String {
        String(Timestamp.text(point.time).prefix(10))
    }

    /// Where the points lie: by time from left to right, by number from below, of 1,000 and 64.
    private var places: [(x: String, y: String)] {
        guard let first = points.first, let last = points.last else { return [] }
        let span = last.time - first.time
        return points.map { point in
            let x = span > 0 ? (point.time - first.time) / span * 1_000 : 1_000
            return (x.fixed(1), height(point.height).fixed(1))
        }
    }
}
