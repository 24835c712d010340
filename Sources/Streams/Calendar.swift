/// Days and moments as PostgreSQL counts them, from the spellings that mean the same in every session.
///
/// They are `2024-02-29`, and `2024-02-29 23:59`, with seconds, up to six decimals and a zone; years of four
/// digits, before Christ with ` BC` at the end, and the infinities. Anything else is left to the database.
enum Calendar {
    /// The days since 2000-01-01.
    static func day(_ text: String) -> Int32? {
        if let infinity: Int32 = infinity(text) { return infinity }
        var reader = Reader(rest: Array(text.utf8)[...])
        guard let date = reader.date() else { return nil }
        let isBefore = reader.takeBefore()
        guard reader.rest.isEmpty else { return nil }
        return days(date, isBefore: isBefore).map(Int32.init)
    }

    /// The microseconds since the first moment of 2000; where no zone is named, that of an audit counts, UTC.
    static func moment(_ text: String, hasZone: Bool) -> Int64? {
        if let infinity: Int64 = infinity(text) { return infinity }
        var reader = Reader(rest: Array(text.utf8)[...])
        guard let date = reader.date() else { return nil }
        var time = 0
        if reader.take(" ") || reader.take("T") {
            if reader.rest.first == UInt8(ascii: "B") {
                reader = Reader(rest: Array(text.utf8).dropFirst(10))
            } else {
                guard let read = reader.time() else { return nil }
                time = read
                if hasZone, let offset = reader.zone() { time -= offset }
            }
        }
        let isBefore = reader.takeBefore()
        guard reader.rest.isEmpty, let days = days(date, isBefore: isBefore) else { return nil }
        return Int64(days) * 86_400_000_000 + Int64(time)
    }

    private static func infinity<Number: FixedWidthInteger>(_ text: String) -> Number? {
        switch text {
        case "infinity": .max
        case "-infinity": .min
        default: nil
        }
    }

    /// The days since 2000-01-01; `nil` where there is no such day.
    private static func days(
        _ date: (year: Int, month: Int, day: Int), isBefore: Bool
    ) -> Int? {
        let (_, month, day) = date
        guard (isBefore ? 1...4_713 : 1...9_999).contains(date.year), (1...12).contains(month)
        else { return nil }
        // The year 1 before Christ is 0.
        let year = isBefore ? 1 - date.year : date.year
        let isLeap =
            year.isMultiple(of: 4) && !year.isMultiple(of: 100) || year.isMultiple(of: 400)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (1...lengths[month - 1]).contains(day) else { return nil }
        // Years begin with March, eras of 400 of them with that of the year 0.
        let shifted = month > 2 ? year : year - 1
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 730_425
    }

    private struct Reader {
        var rest: ArraySlice<UInt8>

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard rest.first == UInt8(ascii: character) else { return false }
            rest.removeFirst()
            return true
        }

        mutating func takeBefore() -> Bool {
            guard rest.elementsEqual(" BC".utf8) else { return false }
            rest = []
            return true
        }

        /// A number of exactly so many digits.
        mutating func number(_ count: Int) -> Int? {
            let digits = rest.prefix(count)
            let isNumber = digits.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
            }
            guard digits.count == count, isNumber else { return nil }
            rest = rest.dropFirst(count)
            return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        }

        mutating func date() -> (year: Int, month: Int, day: Int)? {
            guard let year = number(4), take("-"), let month = number(2), take("-"),
                let day = number(2)
            else { return nil }
            return (year, month, day)
        }

        /// The microseconds of `23:59`, `23:59:59` or `23:59:59.999999`.
        mutating func time() -> Int? {
            guard let hour = number(2), hour < 24, take(":"), let minute = number(2), minute < 60
            else { return nil }
            var micros = (hour * 60 + minute) * 60_000_000
            guard take(":") else { return micros }
            guard let second = number(2), second < 60 else { return nil }
            micros += second * 1_000_000
            guard take(".") else { return micros }
            var scale = 1_000_000
            while let digit = number(1) {
                scale /= 10
                guard scale > 0 else { return nil }
                micros += digit * scale
            }
            return scale < 1_000_000 ? micros : nil
        }

        /// The microseconds that a zone is ahead of UTC: `Z`, `+02` or `-03:30`.
        mutating func zone() -> Int? {
            if take("Z") { return 0 }
            let isAhead = rest.first == UInt8(ascii: "+")
            var other = self
            guard other.take("+") || other.take("-"), let hour = other.number(2), hour < 15 else {
                return nil
            }
            var minute = 0
            if other.take(":") {
                guard let read = other.number(2), read < 60 else { return nil }
                minute = read
            }
            self = other
            return (hour * 60 + minute) * (isAhead ? 60_000_000 : -60_000_000)
        }
    }
}
