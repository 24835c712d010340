import Assay
import Suggestions

/// What stands behind a check.
struct Modifiers {
    var isWarning = false
    var allowed: Tolerance?
    var warnAbove: Tolerance?
    var scope: String?
    var tags: [String] = []

    /// The modifiers as Swift.
    var written: [String] {
        var written: [String] = []
        if let scope { written.append(".where(\(scope.oneLine.quoted))") }
        if let allowed { written.append(".allow(upTo: \(allowed.written))") }
        if let warnAbove { written.append(".warn(above: \(warnAbove.written))") }
        if isWarning { written.append(".severity(.warning)") }
        if !tags.isEmpty {
            written.append(".tagged(\(tags.map(\.quoted).joined(separator: ", ")))")
        }
        return written
    }

    func applied(to check: CheckText) -> CheckText {
        var check = check
        check.modifiers += written
        return check
    }
}

extension Tolerance {
    fileprivate var written: String {
        switch self {
        case .rows(let count): ".rows(\(SwiftText.number(count)))"
        case .percent(let share): ".percent(\(share.plain))"
        }
    }
}

extension String {
    var oneLine: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }

    /// The number, rounded where a rule says how; nil where it is none, or no whole one.
    func whole(_ rule: FloatingPointRoundingRule? = nil) -> Int? {
        Double(self).flatMap { number in
            Int(exactly: rule.map { number.rounded($0) } ?? number)
        }
    }
}

/// A comparison with a number: `> 10`, `<= 5 %`, `between 1 and 3`.
struct Threshold {
    /// The least and the most, where there are such.
    var lower: Double?
    var upper: Double?
    /// Whether the bounds themselves are left out.
    var isStrict = (lower: false, upper: false)
    /// What stands behind the number: `%`, `d`, `h`.
    var unit = ""

    /// Reads a comparison; nil where it is none.
    init?(_ text: String) {
        let words = text.replacing("%", with: " %").split(whereSeparator: \.isWhitespace)
            .map(String.init)
        if words.first == "between" {
            let numbers = words.compactMap { Threshold.number($0) }
            guard numbers.count == 2 else { return nil }
            (lower, upper) = (numbers[0].value, numbers[1].value)
            unit = words.contains("%") ? "%" : numbers[1].unit
            return
        }
        let joined = words.joined(separator: " ")
        guard
            let sign = [">=", "<=", "!=", "<>", "==", ">", "<", "="].first(where: joined.hasPrefix)
        else { return nil }
        let rest = joined.dropFirst(sign.count).split(separator: " ").map(String.init)
        guard let first = rest.first, let number = Threshold.number(first), rest.count <= 2 else {
            return nil
        }
        unit = rest.count == 2 ? rest[1] : number.unit
        switch sign {
        case ">": (lower, isStrict.lower) = (number.value, true)
        case ">=": lower = number.value
        case "<": (upper, isStrict.upper) = (number.value, true)
        case "<=": upper = number.value
        case "=", "==": (lower, upper) = (number.value, number.value)
        default:
            // Of counts, other than none is more than none.
            guard number.value == 0 else { return nil }
            (lower, isStrict.lower) = (0, true)
        }
    }

    /// The least whole number that fits.
    var least: Int? {
        lower.map { Int($0.rounded(.up)) + (isStrict.lower && $0 == $0.rounded() ? 1 : 0) }
    }

    /// The largest whole number that fits.
    var most: Int? {
        upper.map { Int($0.rounded(.down)) - (isStrict.upper && $0 == $0.rounded() ? 1 : 0) }
    }

    /// How many violations this accepts; nil where it demands some.
    var tolerance: Tolerance? {
        guard (lower ?? 0) <= 0, !(isStrict.lower && lower == 0), let upper else { return nil }
        if unit == "%" { return .percent(upper) }
        return most.map { .rows(max(0, $0)) }
    }

    /// How many violations there are at the most while this does not hold: `> 10` is not true of 10.
    var toleranceUntil: Tolerance? {
        guard upper == nil, let lower else { return nil }
        if unit == "%" { return .percent(lower) }
        return least.map { .rows(max(0, $0 - 1)) }
    }

    private static func number(_ text: String) -> (value: Double, unit: String)? {
        let digits = text.prefix { $0.isNumber || ".-_".contains($0) }
        guard let value = Double(digits.replacing("_", with: "")), abs(value) < 1e15 else {
            return nil
        }
        return (value, String(text.dropFirst(digits.count)))
    }
}

extension Tolerance {
    /// Whether nothing is accepted.
    var isNone: Bool { self == .rows(0) || self == .percent(0) }
}
