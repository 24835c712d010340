import Assay
import Auditor
import Postgres

/// Finds what a script changes besides what it says: by actions of foreign keys, triggers, rules and functions.
struct QuietChanges: Sendable {
    private let script: Script
    private let catalog: Catalog
    private let connection: Connection
    /// How many changes of rows the server has counted by table, earlier transactions of the connection included.
    private let counted: [TableName: Int]

    /// Looks what the server has counted before the script runs.
    init(of script: Script, _ catalog: Catalog, _ connection: Connection) async throws {
        self.script = script
        self.catalog = catalog
        self.connection = connection
        counted = try await connection.countedChanges()
    }

    /// Refuses changes that no statement says.
    ///
    /// - Parameters:
    ///   - fix: The fix, whose journal is complete.
    ///   - journaled: The tables whose changes are in it, and what lies below them.
    /// - Throws: A ``BrokenPromise``, and `PostgresError`.
    func refuse(in fix: Int, journaled: Set<TableName>) async throws {
        let problems =
            try await ofJournaledTables(fix) + ofOtherTables(journaled) + ofWholeTables()
        if !problems.isEmpty { throw BrokenPromise(problems) }
    }

    /// Journaled changes that were made by another statement than those that name the table.
    private func ofJournaledTables(_ fix: Int) async throws(PostgresError) -> [String] {
        let rows = try await connection.query(
            """
            SELECT statement, schema_name, table_name, count(*) FROM assay.fix_journal
            WHERE fix = $1 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
            """, ["\(fix)"])
        return rows.compactMap { row -> String? in
            guard let step = row[0].flatMap({ Int($0) }), script.steps.indices.contains(step - 1)
            else { return nil }
            let table = TableName(schema: row[1] ?? "", name: row[2] ?? "")
            guard !script.steps[step - 1].tables.contains(table) else { return nil }
            return
                "step \(step) would quietly change \(row.count(3).counted("row")) of \(table) through a "
                + "foreign key's action, a trigger or a function; write that change into the script"
        }
    }

    /// Changes of rows that are in no journal, and that an undo would leave.
    private func ofOtherTables(_ journaled: Set<TableName>) async throws -> [String] {
        let now = try await connection.countedChanges()
        return now.keys.sorted().compactMap { table -> String? in
            let rows = (now[table] ?? 0) - (counted[table] ?? 0)
            guard rows > 0, !journaled.contains(table) else { return nil }
            return
                "the script would quietly change \(rows.counted("row")) of \(table) through a trigger, a rule "
                + "or a function, and an undo would leave them; write that change into the script, or let "
                + "a trigger stand aside while current_setting('assay.fix', true) is a number"
        }
    }

    /// Tables that were emptied, altered, made or dropped, which is no change of rows: only their locks tell.
    private func ofWholeTables() async throws(PostgresError) -> [String] {
        let rows = try await connection.query(
            """
            SELECT DISTINCT n.nspname, c.relname FROM pg_catalog.pg_locks AS l
            LEFT JOIN pg_catalog.pg_class AS c ON c.oid = l.relation
            LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
            WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation'
                AND l.mode = 'AccessExclusiveLock'
                AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
                AND (c.oid IS NULL
                    OR c.relkind IN ('r', 'p', 'm', 'v', 'f', 'S') AND c.relpersistence <> 't')
            ORDER BY 1, 2
            """)
        var tables = rows.compactMap { row in
            row[0].map { TableName(schema: $0, name: row[1] ?? "") }
        }
        if rows.count > tables.count { tables += try await dropped() }
        return tables.map { table in
            "the script would quietly empty, alter, make, drop or lock \(table) through a trigger or a "
                + "function (TRUNCATE, DDL or LOCK TABLE); a fix changes rows"
        }
    }

    /// The tables that are gone; a function's own temporary ones were never in the catalog that was read.
    private func dropped() async throws(PostgresError) -> [TableName] {
        let rows = try await connection.query(
            """
            SELECT n.nspname, c.relname FROM pg_catalog.pg_class AS c
            JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
            """)
        let left = Set(rows.map { TableName(schema: $0[0] ?? "", name: $0[1] ?? "") })
        return catalog.relations.map { TableName(schema: $0.schema, name: $0.name) }
            .filter { !left.contains($0) }
    }
}
