/// Why a connection or a statement failed, in words that are safe to log.
///
/// `description` never holds a binding, a password or a value of a row. The server's own texts that may
/// quote values stay in ``unredactedMessage``, ``detail`` and ``context``, for callers that ask for them.
public struct PostgresError: Error, Sendable {
    /// What went wrong, in general.
    public var code: Code
    /// The five characters by which the server classifies the error; nil when the server did not speak.
    public var sqlState: SQLState?
    /// The primary message as it came: it may quote values of rows.
    public var unredactedMessage: String
    /// What the server added.
    ///
    /// It may quote values of rows.
    public var detail: String?
    /// What the server, or this library, suggests.
    public var hint: String?
    /// Where in the server's calls it happened.
    ///
    /// It may quote values of rows.
    public var context: String?
    /// The character of the SQL text at which the error is, from 1.
    public var position: Int?
    /// The schema of the object the error is about.
    public var schema: String?
    /// The table the error is about.
    public var table: String?
    /// The column the error is about.
    public var column: String?
    /// The data type the error is about.
    public var dataType: String?
    /// The constraint that was violated.
    public var constraint: String?

    /// Makes an error of one code and one sentence.
    public init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.unredactedMessage = message
        self.hint = hint
    }

    /// The primary message without the values that errors about data (SQLSTATE class 22) quote.
    public var message: String {
        guard let sqlState, sqlState.rawValue.hasPrefix("22") else { return unredactedMessage }
        return redactingValues(in: unredactedMessage)
    }

    /// What went wrong, without anything that may come from rows.
    ///
    /// The server gives a position where the fault is in the SQL text; such a message is about the text.
    /// Any other may quote data: a value that a function was given, or what a RAISE says.
    public var messageWithoutValues: String {
        if position != nil || code != .server { return message }
        if let sqlState, sqlState.rawValue.hasPrefix("P0") {
            return "code in the database raised an error (SQLSTATE \(sqlState))"
        }
        let text = redactingValues(in: unredactedMessage)
        return sqlState.map { "\(text) (SQLSTATE \($0))" } ?? text
    }

    /// Whether the connection is gone, or never came to be.
    public var isConnectionLoss: Bool { code == .connectionLost || code == .connectionFailed }

    /// Whether somebody asked for the end of the statement, here or on the server.
    ///
    /// The server's own `statement_timeout` counts; a deadline that passed here does not.
    public var isCancelled: Bool {
        code == .cancelled || (code == .server && sqlState == .queryCanceled)
    }
}

extension PostgresError {
    /// The general kind of a ``PostgresError``.
    ///
    /// There may be more in later versions.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Base: String {
            case malformedTarget, connectionFailed, connectionLost, deadlineExceeded, cancelled
            case server, misuse, unexpected, serverNotInstalled, clusterFailed
        }

        private let base: Base

        /// The connection string cannot be read.
        public static let malformedTarget = Code(base: .malformedTarget)
        /// No connection could be made.
        public static let connectionFailed = Code(base: .connectionFailed)
        /// The connection ended before the answer came, or had ended earlier.
        public static let connectionLost = Code(base: .connectionLost)
        /// The time the caller gave ran out.
        public static let deadlineExceeded = Code(base: .deadlineExceeded)
        /// The task was cancelled, or `cancel()` was called.
        public static let cancelled = Code(base: .cancelled)
        /// The server refused the statement; `sqlState` says why.
        public static let server = Code(base: .server)
        /// The call cannot be carried out as it is.
        public static let misuse = Code(base: .misuse)
        /// The server answered what it should not have.
        public static let unexpected = Code(base: .unexpected)
        /// There is no PostgreSQL server program on this machine.
        public static let serverNotInstalled = Code(base: .serverNotInstalled)
        /// A throw-away server did not start.
        public static let clusterFailed = Code(base: .clusterFailed)

        /// The text for people and logs.
        public var description: String { base.rawValue }
    }
}

extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The text for people and logs.
    public var description: String {
        guard let sqlState else { return message }
        return "\(message) (SQLSTATE \(sqlState))"
    }

    /// The text for developers.
    public var debugDescription: String { "PostgresError(\(code): \(description))" }

    /// What `dump` may show.
    public var customMirror: Mirror {
        Mirror(self, children: ["code": code, "description": description], displayStyle: .struct)
    }
}

/// Cuts what stands between the first and the last quotation mark, and bytes shown as `0x…`.
private func redactingValues(in message: String) -> String {
    let marks: Set<Character> = ["\"", "«", "»", "„", "“", "”"]
    var text = message
    if let first = text.firstIndex(where: marks.contains),
        let last = text.lastIndex(where: marks.contains), first < last
    {
        text.replaceSubrange(text.index(after: first)..<last, with: "…")
    }
    if let bytes = text.indices.first(where: { text[$0...].hasPrefix("0x") }) {
        text.replaceSubrange(bytes..., with: "…")
    }
    return text
}
