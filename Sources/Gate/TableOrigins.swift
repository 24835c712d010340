import Assay
import Postgres

/// What tables and columns were called before the first migration, by the numbers that outlast a rename.
struct TableOrigins: Sendable {
    /// One table.
    struct Origin: Sendable {
        let name: TableName
        /// The columns, by their number.
        let columns: [Int: String]
    }

    /// By the number the server knows a table by.
    let tables: [String: Origin]

    static func read(from connection: Connection) async throws(PostgresError) -> TableOrigins {
        var names: [String: TableName] = [:]
        var columns: [String: [Int: String]] = [:]
        for row in try await connection.query(query) {
            guard let oid = row["oid"], let schema = row["schema"], let name = row["name"] else {
                continue
            }
            names[oid] = TableName(schema: schema, name: name)
            if let number = row.int("number"), let column = row["column"] {
                columns[oid, default: [:]][number] = column
            }
        }
        return TableOrigins(
            tables: names.reduce(into: [:]) { tables, entry in
                tables[entry.key] = Origin(name: entry.value, columns: columns[entry.key] ?? [:])
            })
    }

    private static let query = """
        SELECT c.oid, n.nspname AS schema, c.relname AS name, a.attnum AS number, a.attname AS "column"
        FROM pg_catalog.pg_class AS c
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
            AND NOT a.attisdropped
        WHERE c.relkind IN ('r', 'p', 'm', 'f') AND n.nspname <> 'information_schema'
            AND n.nspname !~ '^pg_'
        ORDER BY c.oid, a.attnum
        """
}
