/// What is asked of a host.
public struct WebRequest: Sendable {
    /// What is asked for.
    public enum Method: Sendable, Hashable {
        /// To be given what is there.
        case get
        /// To take a body.
        case post([UInt8])
    }

    /// What becomes of an answer that is longer than ``limit``.
    public enum Beyond: Sendable {
        /// Its beginning is enough.
        case cut
        /// It is a failure.
        case refuse
    }

    /// Who is asked.
    public var address: WebAddress
    /// What is asked for.
    public var method: Method
    /// Names and values.
    public var headers: [(name: String, value: String)]
    /// How long all of it may take.
    public var timeout: Duration
    /// How many bytes of the answer's body are kept.
    public var limit: Int
    /// What becomes of a longer answer.
    public var beyond: Beyond
    /// Asked once the connection stands, right before anything is sent; false gives the request up.
    ///
    /// All transfers of the client wait for it, so that what it allows leaves at once; and what it allowed leaves
    /// once: without it, a request whose kept connection breaks is sent again over a new one.
    public var departure: (@Sendable () async -> Bool)?

    /// Creates a request.
    public init(
        _ method: Method, _ address: WebAddress, headers: [(name: String, value: String)] = [],
        timeout: Duration = .seconds(20), limit: Int = 4_096, beyond: Beyond = .cut,
        departure: (@Sendable () async -> Bool)? = nil
    ) {
        self.address = address
        self.method = method
        self.headers = headers
        self.timeout = timeout
        self.limit = limit
        self.beyond = beyond
        self.departure = departure
    }
}

/// What a host answered.
public struct WebAnswer: Sendable, Hashable {
    /// The status: 200 to 599.
    public let status: Int
    /// Values by name, in lower case; of several, the last.
    public let headers: [String: String]
    /// The body, or its beginning.
    public let body: [UInt8]
}

/// Why there is no answer.
public struct WebFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// Its sort.
    public enum Kind: Sendable, Hashable {
        /// The name leads to addresses that may not be talked to.
        case addressRefused
        /// The name leads nowhere.
        case unresolved
        /// Nobody takes the connection.
        case unreachable
        /// The other side could not show who it is.
        case insecure
        /// It took too long.
        case timedOut
        /// The answer was longer than it may be.
        case tooLarge
        /// The connection ended before the answer did.
        case broken
        /// The task was cancelled.
        case cancelled
        /// It was not allowed to leave.
        case withheld
    }

    /// Its sort.
    public let kind: Kind
    /// Whether the request, or part of it, may have reached the other side.
    public let mayHaveArrived: Bool
    /// The text for people and logs, without the address.
    public let description: String
}
