/// A value that others are compared with, as PostgreSQL does, by the bytes of their types.
package enum ValueBound: Sendable {
    /// A whole number, the number of a day or of a microsecond: fixed width, the highest byte first.
    case whole(Int64)
    /// A `real`, which is a `double precision` too.
    case real(Double)
    /// A `double precision`.
    case double(Double)
    /// A `numeric`.
    case numeric(DecimalBound)

    /// Reads a value; `nil` where the type or the spelling leaves any doubt, which the database settles.
    ///
    /// - Parameters:
    ///   - text: The value as PostgreSQL reads it.
    ///   - type: The type, without length.
    package init?(_ text: String, type: String) {
        switch type {
        case "smallint": self.init(whole: Int16(text))
        case "integer": self.init(whole: Int32(text))
        case "bigint": self.init(whole: Int64(text))
        case "date": self.init(whole: Calendar.day(text))
        case "timestamp without time zone":
            self.init(whole: Calendar.moment(text, hasZone: false))
        case "timestamp with time zone":
            self.init(whole: Calendar.moment(text, hasZone: true))
        case "real":
            guard let value = FloatText.value(text, Float.init) else { return nil }
            self = .real(Double(value))
        case "double precision":
            guard let value = FloatText.value(text, Double.init) else { return nil }
            self = .double(value)
        case "numeric":
            guard let value = DecimalBound(text) else { return nil }
            self = .numeric(value)
        default: return nil
        }
    }

    private init?(whole: (some BinaryInteger)?) {
        guard let whole else { return nil }
        self = .whole(Int64(whole))
    }
}

extension StreamProgram.Run {
    /// Tells which values of a slot are less than a bound, or greater; a null is neither.
    func compare(_ slot: Int, with bound: ValueBound, isLess: Bool, into truth: Truth) {
        switch bound {
        case .whole(let bound):
            each(slot, into: truth) { value in
                let number = value.signedNumber
                return isLess ? number < bound : number > bound
            }
        case .real(let bound):
            each(slot, into: truth) { value in
                guard value.count == 4 else { return false }
                let number = Double(Float(bitPattern: value.bigEndian(UInt32.self, at: 0)))
                return isLess ? number.comes(before: bound) : bound.comes(before: number)
            }
        case .double(let bound):
            each(slot, into: truth) { value in
                guard value.count == 8 else { return false }
                let number = Double(bitPattern: value.bigEndian(UInt64.self, at: 0))
                return isLess ? number.comes(before: bound) : bound.comes(before: number)
            }
        case .numeric(let bound):
            each(slot, into: truth) { value in
                let order = bound.order(of: value)
                return isLess ? order < 0 : order > 0
            }
        }
    }
}

extension Double {
    /// Whether PostgreSQL sorts it before another one: NaN equals itself, and comes after all others.
    @inline(__always)
    fileprivate func comes(before other: Double) -> Bool {
        self < other || other.isNaN && !isNaN
    }
}

/// Numbers with a fraction as PostgreSQL and Swift read them alike.
private enum FloatText {
    static func value<Number: BinaryFloatingPoint>(
        _ text: String, _ read: (String) -> Number?
    ) -> Number? {
        switch text {
        case "NaN": return .nan
        case "Infinity", "inf": return .infinity
        case "-Infinity", "-inf": return -.infinity
        default: break
        }
        guard let decimal = DecimalText(text), let number = read(text), number.isFinite else {
            return nil
        }
        // PostgreSQL refuses what is too small to be told from zero.
        return number == 0 && !decimal.digits.isEmpty ? nil : number
    }
}
