/// A moment written as people and machines both read it.
public enum Timestamp {
    /// A moment, in seconds since 1970, in UTC: `2026-11-23T04:15:00Z`.
    public static func text(_ seconds: Double) -> String {
        let (year, month, day, rest) = parts(seconds)
        return "\(pad(year, 4))-\(pad(month))-\(pad(day))T"
            + "\(pad(rest / 3_600)):\(pad(rest / 60 % 60)):\(pad(rest % 60))Z"
    }

    /// A moment, in seconds since 1970, fit for a file's name: `2026-11-23-041500`.
    public static func fileName(_ seconds: Double) -> String {
        let (year, month, day, rest) = parts(seconds)
        return "\(pad(year, 4))-\(pad(month))-\(pad(day))-"
            + "\(pad(rest / 3_600))\(pad(rest / 60 % 60))\(pad(rest % 60))"
    }

    /// The weekday of a moment, in UTC: `Wednesday`.
    static func weekday(_ seconds: Double) -> String {
        let names = [
            "Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday",
        ]
        let days = Int((seconds / 86_400).rounded(.down))
        return names[(days % 7 + 7) % 7]
    }

    /// Year, month and day of the Gregorian calendar, and the seconds of the day.
    ///
    /// The algorithm is Howard Hinnant's `civil_from_days`.
    private static func parts(_ seconds: Double) -> (Int, Int, Int, Int) {
        let total = Int(seconds.rounded(.down))
        let days = (total >= 0 ? total : total - 86_399) / 86_400
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, day, total - days * 86_400)
    }

    private static func pad(_ number: Int, _ width: Int = 2) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
