import Assay
import FoundationEssentials
import Synchronization

/// How what is said beside the report is written to standard error.
enum LogFormat: String, CaseIterable {
    case text, json
}

extension Screen {
    /// How grave what is said is.
    enum Level: String {
        case info, warning, error
    }

    /// How it is written; set once, by the command line.
    private static let logFormat = Mutex(LogFormat.text)

    /// Says from now on in this form what is said.
    static func speak(_ format: LogFormat) {
        logFormat.withLock { $0 = format }
    }

    /// Says something beside the report: a line of text, or an object of JSON where that was asked for.
    static func note(_ area: String, _ message: String, _ level: Level = .info) {
        guard logFormat.withLock({ $0 }) == .json else {
            say("\(area): \(message)\n")
            return
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let record = Record(
            time: Timestamp.text(Date.now.timeIntervalSince1970), level: level.rawValue, area: area,
            message: message)
        // A record of four texts can always be encoded.
        guard let data = try? encoder.encode(record) else { return }
        say(String(decoding: data, as: UTF8.self) + "\n")
    }

    private struct Record: Encodable {
        let time: String
        let level: String
        let area: String
        let message: String
    }
}
