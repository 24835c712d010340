/// Days and moments as ISO 8601 writes them, held against the calendar before the server sees them.
enum CalendarText {
    /// A day: `2024-05-03`, also in front of a time.
    static func date(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 10, isDate(bytes[..<10]) else { return nil }
        if bytes.count > 10, time(text) == nil { return nil }
        return String(decoding: bytes[..<10], as: UTF8.self)
    }

    /// A moment: a day and a time, in UTC where no zone is given; a day alone is its beginning.
    static func time(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 10, isDate(bytes[..<10]) else { return nil }
        if bytes.count == 10 { return text + "T00:00:00Z" }
        guard bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: " ") else { return nil }
        var rest = bytes[11...]
        guard let hour = number(&rest, 2), hour < 24, take(UInt8(ascii: ":"), &rest),
            let minute = number(&rest, 2), minute < 60
        else { return nil }
        if take(UInt8(ascii: ":"), &rest) {
            guard let second = number(&rest, 2), second < 60 else { return nil }
            if take(UInt8(ascii: "."), &rest) {
                let digits = rest.prefix { isDigit($0) }.count
                guard (1...9).contains(digits) else { return nil }
                rest = rest.dropFirst(digits)
            }
        }
        if rest.isEmpty { return text + "Z" }
        if rest.elementsEqual("Z".utf8) { return text }
        guard take(UInt8(ascii: "+"), &rest) || take(UInt8(ascii: "-"), &rest),
            let hours = number(&rest, 2), hours < 15
        else { return nil }
        if rest.isEmpty { return text }
        _ = take(UInt8(ascii: ":"), &rest)
        guard let minutes = number(&rest, 2), minutes < 60, rest.isEmpty else { return nil }
        return text
    }

    private static func isDate(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        guard let year = number(&rest, 4), year > 0, take(UInt8(ascii: "-"), &rest),
            let month = number(&rest, 2), (1...12).contains(month),
            take(UInt8(ascii: "-"), &rest), let day = number(&rest, 2), rest.isEmpty
        else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...lengths[month - 1]).contains(day)
    }

    private static func number(_ rest: inout ArraySlice<UInt8>, _ digits: Int) -> Int? {
        guard rest.count >= digits, rest.prefix(digits).allSatisfy(isDigit) else { return nil }
        let value = rest.prefix(digits).reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        rest = rest.dropFirst(digits)
        return value
    }

    private static func take(_ byte: UInt8, _ rest: inout ArraySlice<UInt8>) -> Bool {
        guard rest.first == byte else { return false }
        rest = rest.dropFirst()
        return true
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}
