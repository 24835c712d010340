import Assay
import Postgres

/// The tables whose rows are those of some tables too: partitions, what inherits from them, and what they
/// are partitions of.
struct Kin: Sendable {
    /// The tables, and what lies below them at any depth.
    let below: Set<TableName>
    /// The same, and what lies above.
    let all: Set<TableName>

    /// Asks the catalog.
    init(of tables: [TableName], _ connection: Connection) async throws(PostgresError) {
        let rows = try await connection.query(
            """
            WITH RECURSIVE chosen AS (
                SELECT c.oid FROM pg_catalog.pg_class AS c
                JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
                JOIN unnest($1::text[], $2::text[]) AS t (schema, name)
                    ON n.nspname = t.schema AND c.relname = t.name
            ), below AS (
                SELECT oid FROM chosen
                UNION SELECT i.inhrelid FROM below JOIN pg_catalog.pg_inherits AS i ON i.inhparent = below.oid
            ), above AS (
                SELECT oid FROM chosen
                UNION SELECT i.inhparent FROM above JOIN pg_catalog.pg_inherits AS i ON i.inhrelid = above.oid
            )
            SELECT n.nspname, c.relname, c.oid IN (SELECT oid FROM below)
            FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
            WHERE c.oid IN (SELECT oid FROM below UNION SELECT oid FROM above)
            """, [tables.map(\.schema).arrayLiteral, tables.map(\.name).arrayLiteral])
        var (below, all): (Set<TableName>, Set<TableName>) = ([], [])
        for row in rows {
            let table = TableName(schema: row[0] ?? "", name: row[1] ?? "")
            if row[2] == "t" { below.insert(table) }
            all.insert(table)
        }
        self.below = below
        self.all = all
    }
}
