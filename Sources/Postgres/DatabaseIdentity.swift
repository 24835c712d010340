/// Which database this is, and as whom we see it.
public struct DatabaseIdentity: Sendable, Equatable {
    /// The name of the database.
    public let name: String
    /// The number that tells this cluster from all others; nil when the user may not know it.
    public let systemIdentifier: String?
    /// The server's version as it writes it, for example `15.18 (Debian 15.18-0+deb12u1)`.
    public let serverVersion: String
    /// The server's version as a number, for example 150018.
    public let serverVersionNumber: Int
    /// The encoding of the database, for example `UTF8`.
    public let encoding: String
    /// Whether this is a replica, or a server that is being restored.
    public let isInRecovery: Bool
    /// The role whose rights apply.
    public let currentUser: String
    /// Whether that role may do everything.
    public let isSuperuser: Bool
    /// The address of the server, as it sees itself; nil over a socket.
    public let serverAddress: String?
    /// The port of the server, as it sees itself; nil over a socket.
    public let serverPort: Int?
    /// The session's time zone.
    public let timeZone: String
    /// The server's clock: seconds since 1970 began in UTC.
    public let now: Double
}
