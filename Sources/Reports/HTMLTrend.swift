import Assay

/// What earlier runs measured of a check and what this one did, as a line with its axes.
///
/// Heights are in pixels and widths in shares of the page, so that the labels stay legible on a phone.
struct HTMLTrend {
    let id: String
    let check: String
    let points: [Trend.Point]

    /// A trend with this run at its end; `nil` where there is nothing to compare with.
    init?(_ trend: Trend?, id: String, result: CheckResult, time: Double) {
        guard let trend, !trend.points.isEmpty, let measure = result.measure else { return nil }
        self.id = id
        check = result.id
        points =
            (trend.points + [Trend.Point(time: time, violations: measure.violations)])
            .sorted { $0.time < $1.time }
    }

    var markup: Markup {
        guard let first = points.first, let last = points.last else { return "" }
        let line = places.enumerated().map { "\($0 == 0 ? "M" : "L")\($1.x) \($1.y)" }
        let dots = places.map { "M\($0.x) \($0.y)h0" }
        return """
            <svg class="trend" role="img" aria-labelledby="\(id)t \(id)d">
            <title id="\(id)t">Violations of \(check) in \(points.count.counted("run"))</title>
            <desc id="\(id)d">\(sentence)</desc>
            <line class="grid" x1="0" x2="100%" y1="20" y2="20"/>
            <text x="0" y="14">\(most.grouped)</text>
            <svg class="plot" x="0" y="20" width="100%" height="64" viewBox="-8 0 1016 64" \
            preserveAspectRatio="none">
            <path class="line" d="\(line.joined(separator: " "))"/>
            <path class="dots" d="\(dots.joined(separator: " "))"/>
            </svg>
            <line class="axis" x1="0" x2="100%" y1="84" y2="84"/>
            <text x="0" y="80">0</text>
            <text x="0" y="100">\(day(first))</text>
            <text class="end" x="100%" y="100">\(day(last))</text>
            </svg>
            """
    }

    private var most: Int { max(1, points.map(\.violations).max() ?? 0) }

    /// The line in words, for those who do not see it.
    private var sentence: String {
        guard let first = points.first, let last = points.last else { return "" }
        let counts = points.map(\.violations)
        return "From \(first.violations.grouped) on \(day(first)) to \(last.violations.grouped) on "
            + "\(day(last)); at the least \((counts.min() ?? 0).grouped), "
            + "at the most \((counts.max() ?? 0).grouped). The axis begins at 0."
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
            let y = 64 - Double(point.violations) / Double(most) * 64
            return (x.fixed(1), y.fixed(1))
        }
    }
}
