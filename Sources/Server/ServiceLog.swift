import Assay
import FoundationEssentials
import Glibc
import Ingest
public import Logging

/// The service's log: one object of JSON a line, on the standard output.
public struct ServiceLog: LogHandler {
    /// What stands in each line.
    public var metadata: Logger.Metadata = [:]
    /// What is too small to be told.
    public var logLevel: Logger.Level = .info
    private let write: @Sendable (String) -> Void

    /// Creates a log.
    ///
    /// - Parameter write: Takes a line; the standard output, where nothing is said.
    public init(write: @escaping @Sendable (String) -> Void = ServiceLog.standardOutput) {
        self.write = write
    }

    /// Writes a line in one piece, so that lines of many threads do not mix.
    public static let standardOutput: @Sendable (String) -> Void = { line in
        let bytes = Array(line.utf8)
        _ = Glibc.write(STDOUT_FILENO, bytes, bytes.count)
    }

    /// A value that stands in each line.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes an event.
    public func log(event: LogEvent) {
        var members: [JSONValue.Member] = [
            .init("time", .string(Timestamp.text(Date().timeIntervalSince1970))),
            .init("level", .string(event.level.rawValue)),
            .init("message", .string("\(event.message)")),
        ]
        let own = metadata.filter { !$0.key.hasPrefix("hb.") }
        for (key, value) in own.merging(event.metadata ?? [:], uniquingKeysWith: { $1 })
            .sorted(by: { $0.key < $1.key })
        {
            members.append(.init(key, .string("\(value)")))
        }
        write(JSONValue.object(members).text + "\n")
    }
}
