import Glibc

/// The header by which a server says when it wants to be asked again (RFC 9110, 10.2.3).
enum RetryAfter {
    /// How many seconds from now, which is given in seconds since 1970; nothing where the text says neither a
    /// number nor a date.
    static func seconds(in text: String, now: Double) -> Double? {
        // `Sun, 06 Nov 1994 08:49:37 GMT`: the one form of dates that HTTP has had since 1997.
        let parts = text.split(whereSeparator: \.isWhitespace)
        if parts.count == 1, parts[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            // However many digits.
            return Double(parts[0])
        }
        guard parts.count == 6, parts[5] == "GMT", let day = Int32(parts[1]),
            let month = months.firstIndex(of: parts[2]), let year = Int32(parts[3])
        else { return nil }
        let clock = parts[4].split(separator: ":").compactMap { Int32($0) }
        guard clock.count == 3, (1...31).contains(day), (1970...9999).contains(year),
            (0..<24).contains(clock[0]), (0..<60).contains(clock[1]), (0...60).contains(clock[2])
        else { return nil }
        var date = tm()
        date.tm_year = year - 1900
        date.tm_mon = Int32(month)
        date.tm_mday = day
        date.tm_hour = clock[0]
        date.tm_min = clock[1]
        date.tm_sec = clock[2]
        return max(0, Double(timegm(&date)) - now)
    }

    private static let months: [Substring] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}

/// What may be kept of an answer that somebody else wrote.
enum Discretion {
    /// The beginning of a text, in one line, without secrets.
    ///
    /// Known secrets, and whatever looks like a key (24 letters and digits or more in a row, some of them
    /// digits), are left out.
    static func excerpt(of text: String, hiding secrets: [String], limit: Int = 300) -> String {
        var text = text
        for secret in secrets.sorted(by: { $0.utf8.count > $1.utf8.count })
        where secret.utf8.count > 3 {
            text = text.split(separator: secret, omittingEmptySubsequences: false)
                .joined(separator: "[…]")
        }
        var line = ""
        for word in text.split(whereSeparator: { $0.isWhitespace || $0.isNewline }) {
            if !line.isEmpty { line += " " }
            line += withoutKeys(word)
            if line.count > limit { break }
        }
        let shown = String(line.unicodeScalars.filter { $0.properties.generalCategory != .control })
        return shown.count > limit ? String(shown.prefix(limit)) + " …" : shown
    }

    private static func withoutKeys(_ word: Substring) -> String {
        var kept = ""
        var run = ""
        func endRun() {
            let looksLikeKey = run.utf8.count >= 24 && run.contains(where: \.isNumber)
            kept += looksLikeKey ? "[…]" : run
            run = ""
        }
        for character in word {
            if character.isASCII,
                character.isLetter || character.isNumber || "-_+/=.".contains(character)
            {
                run.append(character)
            } else {
                endRun()
                kept.append(character)
            }
        }
        endRun()
        return kept
    }
}
