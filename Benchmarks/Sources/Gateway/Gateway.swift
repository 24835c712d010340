import ArgumentParser
import Glibc
import Hummingbird
import Logging
import NIOCore
import NIOPosix
import Postgres
import Server

/// A REST layer that does with the row of a request what PostgREST does, and as little else as it can.
///
/// The web server, the pool and the connections are those of `assay serve`, so that both pay alike for them.
@main
struct Gateway: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-gateway",
        abstract: "Store each row that comes, in a transaction of its own.")

    @Option(help: "How many connections to the database requests share.")
    var connections = 8

    @Option(help: "The key that requests bring.")
    var key: String

    @Option(help: "The role that whoever brings it has.")
    var role: String

    @Option(help: "The schemas whose tables are to be had.")
    var schema = ["core", "extracted", "raw"]

    static func main() async {
        // A request does not wait for a second pool of threads between the socket and the database.
        _ = NIOSingletons.unsafeTryInstallSingletonPosixEventLoopGroupAsConcurrencyGlobalExecutor()
        await main(nil)
    }

    func run() async throws {
        let target = try DatabaseTarget("")
        let pool = ConnectionPool(size: connections) { () async throws(PostgresError) in
            try await Connection.connect(to: target, applicationName: "bench gateway")
        }
        let columns = try await pool.lend { [schema] in try await columnTypes(of: schema, on: $0) }
        let application = Application(
            responder: Storing(
                pool: pool, authorization: "Bearer \(key)",
                statements: Statements(columns: columns, role: role)),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                let bytes = Array(
                    "listening at 127.0.0.1:\(channel.localAddress?.port ?? 0)\n".utf8)
                _ = write(STDERR_FILENO, bytes, bytes.count)
            },
            logger: Logger(label: "gateway") { _ in SwiftLogNoOpLogHandler() })
        try await application.runService()
        await pool.closeIdle()
    }
}

/// The types of the columns of all tables, by schema.table.
private func columnTypes(
    of schemas: [String], on connection: Connection
) async throws(PostgresError) -> [String: [String: String]] {
    let rows = try await connection.query(
        """
        SELECT schema.nspname || '.' || relation.relname, attribute.attname,
            pg_catalog.format_type(attribute.atttypid, attribute.atttypmod)
        FROM pg_catalog.pg_attribute AS attribute
        JOIN pg_catalog.pg_class AS relation ON relation.oid = attribute.attrelid
        JOIN pg_catalog.pg_namespace AS schema ON schema.oid = relation.relnamespace
        WHERE schema.nspname = ANY (string_to_array($1, ',')) AND relation.relkind IN ('r', 'p', 'v')
            AND attribute.attnum > 0 AND NOT attribute.attisdropped
        ORDER BY 1, attribute.attnum
        """, [schemas.joined(separator: ",")])
    var columns: [String: [String: String]] = [:]
    for row in rows {
        if let table = row[0], let name = row[1] { columns[table, default: [:]][name] = row[2] }
    }
    return columns
}
