import Assay
import Postgres

/// What the server says of a table and its change log, as far as what was kept depends on it.
struct TrackedTable: Sendable {
    /// What must be as it was, or what was kept is worth nothing.
    enum Aspect: Int, CaseIterable {
        case database, timeline, table, file, columns, log, checks

        /// What is the case where it is not.
        var doubt: String {
            switch self {
            case .database: "what was kept is of another database"
            case .timeline: "the server was restored or has crashed, or took over from another one"
            case .table: "the table was made anew"
            case .file: "the table was rewritten or emptied"
            case .columns: "its columns, its primary key or what it is part of have changed"
            case .log: "its change log was set up anew, or was switched off meanwhile"
            case .checks: "its checks have changed, or Assay has"
            }
        }
    }

    /// Why it cannot be tracked, if so.
    let problem: String?
    /// The log's name; `nil` where there is none.
    let log: String?
    /// Up to which transaction the log was pruned, and by which.
    let pruned: (through: UInt64, by: UInt64)?
    /// Whether the log names the rows that changed; without it it says that some did.
    let logsKeys: Bool
    /// The types of the key's columns, domains as what they are made of.
    let keyTypes: [String]
    /// How many pages it has.
    let pages: Int
    /// What must be as it was of the table and its log: its ``Aspect``s from the table on, but for the checks.
    let fingerprint: [String]

    /// What is read: a row a table.
    ///
    /// Who made the table part of another one, and took it out again, wrote its columns' rows anew.
    static func query(_ tables: [TableName]) -> SQL {
        """
        SELECT CASE \
        WHEN c.relkind <> 'r' THEN 'it is no plain table' \
        WHEN c.relpersistence <> 'p' THEN 'it does not outlast a crash' \
        WHEN EXISTS (SELECT FROM pg_catalog.pg_inherits AS i WHERE c.oid IN (i.inhrelid, i.inhparent)) \
        THEN 'it is part of another table or has parts' \
        WHEN EXISTS (SELECT FROM pg_catalog.pg_subscription_rel AS s WHERE s.srrelid = c.oid) \
        THEN 'a subscription fills it, which fires no statement trigger' \
        WHEN EXISTS (SELECT FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = c.oid \
        AND a.attgenerated = 'v' AND NOT a.attisdropped) THEN 'it has virtual generated columns' \
        END AS problem, pg_catalog.pg_relation_size(c.oid) \
        / pg_catalog.current_setting('block_size')::bigint AS pages, \
        k.log, k.pruned_through, k.pruned_by, c.oid AS table, c.relfilenode AS file, \
        (SELECT string_agg(concat_ws(' ', a.attnum, a.xmin, a.attname, a.atttypid, a.atttypmod, a.attcollation, \
        a.attgenerated, pg_catalog.pg_get_expr(d.adbin, d.adrelid), \
        (SELECT string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum AS e \
        WHERE e.enumtypid = a.atttypid)), E'\\n' ORDER BY a.attnum) \
        FROM pg_catalog.pg_attribute AS a LEFT JOIN pg_catalog.pg_attrdef AS d \
        ON d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.attgenerated <> '' \
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) \
        || E'\\n' || coalesce((SELECT concat_ws(' ', i.indexrelid, i.indkey, i.indnkeyatts) \
        FROM pg_catalog.pg_index AS i WHERE i.indrelid = c.oid AND i.indisprimary), '') AS columns, \
        concat_ws(' ', k.log, k.key, l.oid, l.relfilenode, (SELECT string_agg(concat_ws(' ', t.tgname, \
        t.tgenabled, t.tgtype, t.tgattr, t.tgqual IS NULL, t.xmin, \
        pg_catalog.md5(p.prosrc), p.prosecdef, p.proconfig), ' ' ORDER BY t.tgname) \
        FROM pg_catalog.pg_trigger AS t JOIN pg_catalog.pg_proc AS p ON p.oid = t.tgfoid \
        JOIN pg_catalog.pg_namespace AS pn ON pn.oid = p.pronamespace AND pn.nspname = 'assay' \
        WHERE t.tgrelid = c.oid AND p.proname = 'log_changes')) AS log_state, \
        (SELECT count(*) FROM pg_catalog.pg_trigger AS t JOIN pg_catalog.pg_proc AS p ON p.oid = t.tgfoid \
        JOIN pg_catalog.pg_namespace AS pn ON pn.oid = p.pronamespace AND pn.nspname = 'assay' \
        WHERE t.tgrelid = c.oid AND p.proname = 'log_changes' AND t.tgenabled = 'A') AS triggers, \
        coalesce(coalesce((SELECT array_agg(i.indkey[n] ORDER BY n) FROM pg_catalog.pg_index AS i, \
        generate_series(0, i.indnkeyatts - 1) AS n WHERE i.indrelid = c.oid AND i.indisprimary \
        AND i.indisvalid AND i.indimmediate), '{}') = k.key, false) AS logs_key, \
        k.key <> '{}' AS has_key, \
        (WITH RECURSIVE part (number, type) AS (SELECT u.number, a.atttypid \
        FROM unnest(k.key) WITH ORDINALITY AS u (attribute, number) \
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = u.attribute \
        UNION ALL SELECT part.number, t.typbasetype FROM part \
        JOIN pg_catalog.pg_type AS t ON t.oid = part.type AND t.typtype = 'd') \
        SELECT string_agg(pg_catalog.format_type(part.type, NULL), E'\\n' ORDER BY part.number) FROM part \
        JOIN pg_catalog.pg_type AS t ON t.oid = part.type AND t.typtype <> 'd') AS key_types, \
        l.oid IS NOT NULL AND has_table_privilege(l.oid, 'SELECT') AS may_read \
        FROM unnest(\(SQL.binding(SQL.arrayLiteral(tables.map(\.schema))))::text[], \
        \(SQL.binding(SQL.arrayLiteral(tables.map(\.name))))::text[]) \
        WITH ORDINALITY AS n (schema, name, number) \
        JOIN pg_catalog.pg_namespace AS s ON s.nspname = n.schema \
        JOIN pg_catalog.pg_class AS c ON c.relnamespace = s.oid AND c.relname = n.name \
        LEFT JOIN assay.tracked AS k ON k.relation = c.oid \
        LEFT JOIN pg_catalog.pg_namespace AS ls ON ls.nspname = 'assay' \
        LEFT JOIN pg_catalog.pg_class AS l ON l.relnamespace = ls.oid AND l.relname = k.log \
        ORDER BY n.number
        """
    }

    /// Reads a row of the answer.
    init(_ row: Postgres.Row) {
        var problem = row["problem"]
        let log = row["log"]
        if problem == nil, log != nil {
            if row["triggers"] != "4" {
                problem = "a trigger of its change log is missing or switched off; track it again"
            } else if row["logs_key"] != "t" {
                problem = "its primary key is not the one that is logged; track it again"
            } else if row["may_read"] != "t" {
                problem =
                    "its change log cannot be read: name this role with --audit-role when it is tracked"
            }
        }
        self.problem = problem
        self.log = log
        let through = row["pruned_through"].flatMap { UInt64($0) }
        let by = row["pruned_by"].flatMap { UInt64($0) }
        logsKeys = row["has_key"] == "t"
        keyTypes = (row["key_types"] ?? "").split(separator: "\n").map(String.init)
        pages = row["pages"].flatMap { Int($0) } ?? 0
        pruned = through.flatMap { through in by.map { (through, $0) } }
        fingerprint = ["table", "file", "columns", "log_state"].map { row[$0] ?? "" }
    }
}

/// What the server says of itself and of what the run sees.
struct TrackingServer: Sendable {
    /// Which database of its cluster this is.
    let database: String
    /// Which of its possible pasts the server has.
    ///
    /// A crash may take back what was committed without waiting for the disk. A primary forgets its statistics
    /// then; a replica has seen only what is on the disk of its primary.
    let timeline: String
    /// What the run sees, as it is kept.
    let snapshot: TransactionSnapshot
    /// Whether the schema `assay` holds logs that this role may look at.
    let isTracking: Bool

    static func query(isInRecovery: Bool) -> SQL {
        let timeline: SQL =
            isInRecovery
            ? """
            SELECT greatest(c.timeline_id, r.min_recovery_end_timeline)::text \
            FROM pg_catalog.pg_control_checkpoint() AS c, pg_catalog.pg_control_recovery() AS r
            """
            : """
            SELECT concat_ws(' ', left(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 8), \
            date_part('epoch', stats_reset)) FROM pg_catalog.pg_stat_archiver
            """
        return """
            SELECT pg_catalog.pg_current_snapshot(), \
            (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()), \
            (\(timeline)), \
            EXISTS (SELECT FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n \
            ON n.oid = c.relnamespace WHERE n.nspname = 'assay' AND c.relname = 'tracked' \
            AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT'))
            """
    }

    init?(_ rows: Rows, isInRecovery: Bool) {
        guard rows.count == 1,
            let snapshot = rows[0, 0].flatMap({ TransactionSnapshot($0) })
        else { return nil }
        database = rows[0, 1] ?? ""
        timeline = rows[0, 2] ?? ""
        // A replica does not list the transactions under way: all from the oldest on count as unseen.
        self.snapshot = isInRecovery ? snapshot.withoutList : snapshot
        isTracking = rows[0, 3] == "t"
    }
}

/// Which transactions a run sees: `10:20:10,14`.
struct TransactionSnapshot: Sendable {
    let text: String
    /// The oldest transaction that was under way.
    let oldest: UInt64
    /// The first that had not begun.
    let next: UInt64
    /// Those between that were under way.
    private let others: Set<UInt64>

    init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let oldest = UInt64(parts[0]), let next = UInt64(parts[1]),
            parts[2].allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ",") })
        else { return nil }
        self.init(
            text: text, oldest: oldest, next: next,
            others: Set(parts[2].split(separator: ",").compactMap { UInt64($0) }))
    }

    /// Whether it sees what a transaction did.
    func sees(_ transaction: UInt64) -> Bool {
        transaction < next && !others.contains(transaction)
    }

    /// One that sees what was committed before the oldest transaction under way, and no more.
    var withoutList: TransactionSnapshot {
        TransactionSnapshot(text: "\(oldest):\(oldest):", oldest: oldest, next: oldest, others: [])
    }

    private init(text: String, oldest: UInt64, next: UInt64, others: Set<UInt64>) {
        self.others = others
        self.text = text
        self.oldest = oldest
        self.next = next
    }
}
