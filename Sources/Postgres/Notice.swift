import CLibPQ

/// A remark of the server that is no error: a NOTICE, a WARNING, an INFO.
public struct Notice: Sendable, CustomStringConvertible {
    /// `NOTICE`, `WARNING`, `INFO`, `DEBUG` or `LOG`, never translated.
    public let severity: String
    /// The class of the remark.
    public let sqlState: SQLState?
    /// The remark.
    ///
    /// It may quote values of rows.
    public let message: String
    /// What the server added, such as the list of what a CASCADE drops.
    ///
    /// It may quote values of rows.
    public let detail: String?

    /// The text for people and logs.
    public var description: String { "\(severity): \(message)" }
}

/// The last remarks of the server; older ones give way.
///
/// Used on the connection's thread only.
final class NoticeLog {
    private static let limit = 100
    private var notices: [Notice] = []

    func append(_ notice: Notice) {
        if notices.count == Self.limit { notices.removeFirst() }
        notices.append(notice)
    }

    func takeAll() -> [Notice] {
        defer { notices = [] }
        return notices
    }

    /// Has libpq bring its notices here, for as long as both live.
    func listen(to connection: OpaquePointer) {
        let log = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe PQsetNoticeReceiver(
            connection,
            { argument, result in
                guard let argument = unsafe argument, let result = unsafe result else { return }
                let log = unsafe Unmanaged<NoticeLog>.fromOpaque(argument).takeUnretainedValue()
                unsafe log.append(
                    Notice(
                        severity: errorField("V", of: result) ?? "NOTICE",
                        sqlState: errorField("C", of: result).map(SQLState.init(rawValue:)),
                        message: errorField("M", of: result) ?? "",
                        detail: errorField("D", of: result)))
            }, log)
    }
}
