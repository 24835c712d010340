import Assay
import Auditor
import Postgres

extension Connection {
    /// What the server has counted: rows that came, changed or went, by table that lasts and is no record of
    /// Assay's; earlier transactions of the connection may be in it.
    func countedChanges() async throws -> [TableName: Int] {
        guard try await query("SHOW track_counts").scalar == "on" else {
            throw Refusal(
                "track_counts is off in this database, so that what triggers and foreign keys change "
                    + "elsewhere could not be seen; switch it on: ALTER DATABASE … SET track_counts = on"
            )
        }
        let rows = try await query(
            """
            SELECT s.schemaname, s.relname, s.n_tup_ins + s.n_tup_upd + s.n_tup_del
            FROM pg_catalog.pg_stat_xact_user_tables AS s
            JOIN pg_catalog.pg_class AS c ON c.oid = s.relid
            WHERE s.n_tup_ins + s.n_tup_upd + s.n_tup_del > 0 AND c.relpersistence <> 't'
                AND (s.schemaname <> 'assay' OR s.relname = 'quarantine')
            """)
        var counts: [TableName: Int] = [:]
        for row in rows {
            counts[TableName(schema: row[0] ?? "", name: row[1] ?? "")] = row.count(2)
        }
        return counts
    }
}
