import Assay
import AssayTesting
import Auditor
import Checks
import FoundationEssentials
import Ingest
import MigratedWarehouse
import Postgres
import Testing

/// A warehouse of a test's own, migrated and empty but for its vocabularies.
struct TestWarehouse: Sendable {
    let database: ScratchDatabase
    let connection: Connection
    let ingest = Ingest(tables: warehouse)

    /// Runs a test with a warehouse of its own, as the role that takes payloads in.
    static func with<Value: Sendable>(
        _ body: (TestWarehouse) async throws -> Value
    ) async throws -> Value {
        try await withMigratedWarehouse { database in
            let connection = try await database.connect()
            try await connection.execute("SET ROLE warehouse_ingest")
            let value = try await body(
                TestWarehouse(database: database, connection: connection))
            await connection.close()
            return value
        }
    }

    /// Takes a payload in.
    @discardableResult
    func accept(
        _ payload: String, by workflow: Workflow = .customersOf3, key: String? = nil
    ) async throws -> Answer {
        try await ingest.accept(Array(payload.utf8), by: workflow, key: key, over: connection)
    }

    /// The first column of the rows of a query, as the owner of the database.
    func values(_ sql: String) async throws -> [String?] {
        let owner = try await database.connect()
        let rows = try await owner.query(sql)
        await owner.close()
        return rows.map { $0[0] }
    }

    /// All rows of the tables that payloads are stored in, but for ids and times of day.
    ///
    /// With `stamps`, times are compared too.
    func contents(stamps: Bool = false) async throws -> [String] {
        let owner = try await database.connect()
        let tables = try await owner.query(
            """
            SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
            WHERE schemaname IN ('raw', 'extracted', 'reference', 'core') ORDER BY 1
            """)
        var lines: [String] = []
        let times = stamps ? "''" : "'created_at', 'updated_at'"
        for table in tables.compactMap({ $0[0] }) {
            let rows = try await owner.query(
                """
                SELECT (to_jsonb(t) - ARRAY[\(times)])::text FROM \(table) AS t ORDER BY 1
                """)
            lines += rows.map { "\(table) \($0[0] ?? "")" }
        }
        await owner.close()
        return lines
    }

    /// What an audit of `checks/` finds, but for tables that do not hold enough rows yet, and for what the
    /// REST layer serves, which is said of a database by its name and not copied with it.
    func findings(ofCopy isCopy: Bool = true) async throws -> [String] {
        var options = AuditOptions(target: database.target)
        options.connections = 1
        let suite = try Suite(name: "warehouse", tables: warehouse, root: folderOfTests())
        let report = try await AuditRun(suite: suite, options: options, version: "test").report()
        return report.results.compactMap { result in
            guard result.outcome != .passed, result.outcome != .notApplicable,
                !result.id.contains("/row-count"), !isCopy || !result.id.contains("/exposed:")
            else { return nil }
            return "\(result.id): \(result.outcome)"
        }
    }
}
