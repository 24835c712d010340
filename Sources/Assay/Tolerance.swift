/// How many violations are accepted.
public enum Tolerance: Sendable, Hashable, CustomStringConvertible {
    /// So many rows.
    case rows(Int)
    /// So large a share of the rows in scope, in percent: `.percent(0.5)` is one row in 200.
    case percent(Double)

    /// Whether a measure lies within it.
    public func accepts(_ measure: Measure) -> Bool {
        switch self {
        case .rows(let limit):
            measure.violations <= limit
        case .percent(let share):
            Double(measure.violations) * 100 <= share * Double(measure.scope)
        }
    }

    /// The tolerance in words: `3 rows`, `0.5 %`.
    public var description: String {
        switch self {
        case .rows(let count): count == 1 ? "1 row" : "\(count.grouped) rows"
        case .percent(let share): "\(share.plain) %"
        }
    }
}

/// A span of time, for promises such as `Fresh("created_at", within: .hours(26))`.
public enum Age: Sendable, Hashable, CustomStringConvertible {
    /// So many minutes.
    case minutes(Double)
    /// So many hours.
    case hours(Double)
    /// So many days of 24 hours.
    case days(Double)

    /// The span in seconds.
    public var seconds: Double {
        switch self {
        case .minutes(let count): count * 60
        case .hours(let count): count * 3_600
        case .days(let count): count * 86_400
        }
    }

    /// The span in words: `26 hours`.
    public var description: String {
        switch self {
        case .minutes(let count): Age.words(count, "minute")
        case .hours(let count): Age.words(count, "hour")
        case .days(let count): Age.words(count, "day")
        }
    }

    private static func words(_ count: Double, _ unit: String) -> String {
        count == 1 ? "1 \(unit)" : "\(count.plain) \(unit)s"
    }
}
