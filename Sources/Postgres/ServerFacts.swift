import CLibPQ

/// What is known of a server once connected to it.
struct ServerFacts: Sendable {
    let version: Int
    let processID: Int
    let usesSSL: Bool
    let parameters: [String: String]
    let host: String
    let port: String
    let database: String
    let user: String

    @unsafe init(of connection: OpaquePointer) {
        version = Int(unsafe PQserverVersion(connection))
        processID = Int(unsafe PQbackendPID(connection))
        usesSSL = unsafe PQsslInUse(connection) == 1
        let text = { (pointer: UnsafeMutablePointer<CChar>?) in
            unsafe pointer.map { unsafe String(cString: $0) } ?? ""
        }
        host = unsafe text(PQhost(connection))
        port = unsafe text(PQport(connection))
        database = unsafe text(PQdb(connection))
        user = unsafe text(PQuser(connection))
        var reported: [String: String] = [:]
        for name in Self.reportedParameters {
            reported[name] = unsafe PQparameterStatus(connection, name).map {
                unsafe String(cString: $0)
            }
        }
        parameters = reported
    }

    private static let reportedParameters = [
        "server_version", "server_encoding", "client_encoding", "application_name",
        "default_transaction_read_only", "in_hot_standby", "is_superuser", "session_authorization",
        "DateStyle", "IntervalStyle", "TimeZone", "integer_datetimes",
        "standard_conforming_strings",
    ]
}
