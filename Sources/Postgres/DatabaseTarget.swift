import CLibPQ

/// Where a database is and how to enter it.
///
/// A URI, a keyword string, `service=NAME`, or nothing: libpq reads it, and fills in what is missing from
/// the environment (`PGHOST` …), the service file and `.pgpass`, when it connects.
public struct DatabaseTarget: Sendable {
    private var options: [(key: String, value: String)]

    /// Reads a connection string.
    ///
    /// - Parameter conninfo: A URI or keyword string as libpq knows them; empty for the environment alone.
    /// - Throws: ``PostgresError/Code/malformedTarget``. The sentence quotes no part of the string, for any
    ///   part of a malformed one may be the password.
    public init(_ conninfo: String) throws(PostgresError) {
        guard !conninfo.utf8.contains(0) else { throw .malformed("holds a NUL byte") }
        var message: UnsafeMutablePointer<CChar>?
        guard let parsed = unsafe PQconninfoParse(conninfo, &message) else {
            defer { unsafe PQfreemem(message) }
            throw .malformed(
                Self.sentence(for: unsafe message.map { unsafe String(cString: $0) } ?? ""))
        }
        defer { unsafe PQconninfoFree(parsed) }
        options = []
        var option = unsafe parsed
        while let keyword = unsafe option.pointee.keyword {
            if let value = unsafe option.pointee.val {
                unsafe options.append((String(cString: keyword), String(cString: value)))
            }
            unsafe option += 1
        }
        if conninfo.hasPrefix("postgres://") || conninfo.hasPrefix("postgresql://") {
            try refuseMisreadURI()
        }
    }

    /// The same target with one option set anew, for example `dbname`.
    public func with(_ key: String, _ value: String) -> DatabaseTarget {
        var copy = self
        copy.options.removeAll { $0.key == key }
        copy.options.append((key, value))
        return copy
    }

    /// The value given for an option that is not a secret; nil when it was not given.
    public func option(_ key: String) -> String? {
        Self.shown.contains(key) ? options.first { $0.key == key }?.value : nil
    }

    /// The same target, where a network that fell silent ends the connection after half a minute, unless
    /// the target says otherwise itself.
    public var noticingSilence: DatabaseTarget {
        let settings = [
            ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "4"),
            ("tcp_user_timeout", "30000"),
        ]
        return settings.reduce(self) { target, setting in
            let isGiven = options.contains { $0.key == setting.0 }
            return isGiven ? target : target.with(setting.0, setting.1)
        }
    }

    /// Host, port, database and user, for people.
    ///
    /// Nothing else: no password, no path of a secret.
    public var redacted: String {
        let parts = Self.shown.compactMap { key in option(key).map { "\(key)=\($0)" } }
        return parts.isEmpty
            ? "the default database of the environment" : parts.joined(separator: " ")
    }

    /// The target for a program of PostgreSQL's: keywords that anybody may see among its arguments, and the
    /// variables of its environment that nobody sees.
    var forPrograms: (keywords: String, environment: [(name: String, value: String)]) {
        let keywords = options.filter { $0.key != "password" && $0.key != "sslpassword" }.map {
            let value = $0.value.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
            return "\($0.key)='\(value)'"
        }
        let password = options.first { $0.key == "password" }.map { [("PGPASSWORD", $0.value)] }
        return (keywords.joined(separator: " "), password ?? [])
    }

    private static let shown = ["service", "host", "hostaddr", "port", "dbname", "user"]

    /// Lends the options to libpq as two arrays that end in nil, with `extra` winning over them.
    @unsafe func withKeywords<Value>(
        adding extra: [(key: String, value: String)],
        _ body: (
            UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<UnsafePointer<CChar>?>
        ) -> Value
    ) -> Value {
        let all = extra.reduce(self) { $0.with($1.key, $1.value) }.options
        return unsafe withCStrings(all.map(\.key) + [nil]) { keys in
            unsafe withCStrings(all.map(\.value) + [nil]) { values in unsafe body(keys, values) }
        }
    }

    /// Refuses a URI whose password held `@`, `/` or `?` as they are, so that parts of it became the host,
    /// the port or the database, and would be shown.
    private func refuseMisreadURI() throws(PostgresError) {
        let port = option("port") ?? ""
        let split = "\(option("host") ?? "")\(option("dbname") ?? "")".utf8.contains(
            UInt8(ascii: "@"))
        if split || !port.utf8.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: ",") }) {
            throw .malformed(
                "does not divide into user, password, host, port and database; "
                    + "write @ as %40, / as %2F, : as %3A and ? as %3F in names and passwords")
        }
    }

    private static func sentence(for message: String) -> String {
        let known = [
            (
                "missing \"=\"",
                "has a word without \"=\": write keyword=value, or a postgresql:// URI"
            ),
            ("unterminated quoted", "has a quotation mark that does not close"),
            ("invalid connection option", "names an option that libpq does not know"),
            ("invalid URI query parameter", "has a URI parameter that libpq does not know"),
            ("percent-encoded", "has a % that no two hexadecimal digits follow: write % as %25"),
            ("forbidden value %00", "holds a NUL byte"),
            ("IPv6", "has an IPv6 address that is not closed with ]"),
            ("key/value separator", "has a URI parameter that is not key=value"),
            ("unexpected character", "has an unexpected character after the host or port"),
        ]
        return known.first { message.contains($0.0) }?.1 ?? "cannot be read by libpq"
    }
}

extension DatabaseTarget: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The text for people and logs.
    public var description: String { redacted }
    /// The text for developers.
    public var debugDescription: String { "DatabaseTarget(\(redacted))" }
    /// What `dump` may show.
    public var customMirror: Mirror {
        Mirror(self, children: ["redacted": redacted], displayStyle: .struct)
    }
}

extension PostgresError {
    fileprivate static func malformed(_ what: String) -> PostgresError {
        PostgresError(.malformedTarget, "the connection string \(what)")
    }
}
