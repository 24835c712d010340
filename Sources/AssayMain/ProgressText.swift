import Assay
import Auditor

/// How far a run has come, as one line of a terminal that stays as wide as it is while figures change.
struct ProgressText {
    let progress: AuditProgress
    /// What is counted: `checks`.
    let noun: String
    /// The share of the work that is done, from 0 to 1.
    let share: Double
    /// How long the run has taken.
    let seconds: Int
    /// About how long the rest takes; `nil` where that is not known.
    let left: Duration?
    /// How many rows come in a second; `nil` where that is not known.
    let rate: Int?

    /// The line, with as much as there is room for; what is being asked comes last, and is cut.
    func line(width: Int) -> String {
        let work = progress.current.joined(separator: " · ")
        let figures = [timeLeft, rows, rowRate].compactMap(\.self)
        let long = [[drawn(20), count], [drawn(10), count], [count], [elapsed]]
        for (place, head) in long.enumerated() {
            let line = ([head.joined(separator: " ")] + figures).joined(separator: "  ")
            let room = width - line.columns
            // A shorter bar is better than not to say what is being asked.
            if room >= 14, !work.isEmpty { return "\(line)  \(work.cut(to: room - 2))" }
            if room >= 0, place > 0 || work.isEmpty { return line.trimmed }
        }
        let short = [[elapsed, timeLeft, rows], [count, timeLeft], [count]]
            .map { $0.compactMap(\.self).joined(separator: "  ") }
        return (short.first { $0.columns <= width } ?? count).trimmed.cut(to: width)
    }

    private func drawn(_ columns: Int) -> String {
        let filled = min(columns, Int(share * Double(columns)))
        return "[" + String(repeating: "#", count: filled)
            + String(repeating: "-", count: columns - filled) + "]"
    }

    private var count: String {
        let total = String(progress.total)
        let done = String(progress.done)
        let room = String(repeating: " ", count: max(0, total.count - done.count))
        return "\(room)\(done)/\(total) \(noun), \(elapsed)"
    }

    /// With room for an hour in seconds.
    private var elapsed: String { "\(seconds) s".padded(to: 6) }

    /// Where it may become known, its room is kept.
    private var timeLeft: String? {
        guard progress.workload != nil else { return nil }
        return (left.map(ProgressText.timeLeft) ?? "").padded(to: 17)
    }

    /// A span as a person says it, never less than it is.
    static func timeLeft(_ time: Duration) -> String {
        let (whole, rest) = time.components
        let seconds = max(1, Int(whole) + (rest > 0 ? 1 : 0))
        func rounded(_ value: Int, up unit: Int) -> Int { (value + unit - 1) / unit * unit }
        let minutes = rounded(seconds, up: 60) / 60
        let hours = rounded(minutes, up: 60) / 60
        let span =
            switch seconds {
            case ...10: "\(seconds) s"
            case ...55: "\(rounded(seconds, up: 5)) s"
            case ...1_200: "\(minutes) min"
            case ...5_400: "\(rounded(minutes, up: 5)) min"
            default: "\(hours) h"
            }
        return "about \(span) left"
    }

    private var rows: String? {
        guard let rows = progress.rows else { return nil }
        guard rows.isReading, let expected = rows.expected, expected >= rows.read else {
            let figure = ProgressText.figure(rows.read, of: rows.read)
            return "\(figure) \(rows.read == 1 ? "row" : "rows")"
        }
        let all = ProgressText.figure(expected, of: expected)
        let read = ProgressText.number(rows.read, of: expected)
        let room = ProgressText.number(expected, of: expected).count - read.count
        return String(repeating: " ", count: max(0, room)) + "\(read) of about \(all) rows"
    }

    private var rowRate: String? {
        guard progress.rows?.isReading == true else { return nil }
        return (rate.map { "\($0.grouped) rows/s" } ?? "").padded(to: 16)
    }

    /// A number in the unit of a larger one, with that unit: `3.1 million`.
    private static func figure(_ number: Int, of largest: Int) -> String {
        let unit =
            switch largest {
            case ..<1_000_000: ""
            case ..<1_000_000_000: " million"
            default: " billion"
            }
        return self.number(number, of: largest) + unit
    }

    private static func number(_ number: Int, of largest: Int) -> String {
        switch largest {
        case ..<1_000_000: number.grouped
        case ..<1_000_000_000: (Double(number) / 1e6).fixed(1)
        default: (Double(number) / 1e9).fixed(2)
        }
    }
}

extension String {
    /// How many columns of a terminal it takes.
    var columns: Int { reduce(0) { $0 + $1.columns } }

    /// With spaces behind it up to a number of columns.
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - columns))
    }

    /// Without spaces at its end.
    fileprivate var trimmed: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }

    /// As much of it as there are columns for; an ellipsis stands for the rest.
    fileprivate func cut(to width: Int) -> String {
        guard columns > width else { return self }
        var text = ""
        var taken = 1
        for character in self {
            taken += character.columns
            guard taken <= width else { break }
            text.append(character)
        }
        return width > 0 ? text + "…" : ""
    }
}

extension Character {
    /// How many columns of a terminal it takes: two, where Unicode calls it wide.
    fileprivate var columns: Int {
        guard let scalar = unicodeScalars.first else { return 0 }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
            0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
            0x1F300...0x1F64F, 0x1F680...0x1FAFF, 0x20000...0x3FFFD:
            return 2
        default: return unicodeScalars.contains { $0.value == 0xFE0F } ? 2 : 1
        }
    }
}
