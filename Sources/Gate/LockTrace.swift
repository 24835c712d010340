public import Assay
import Postgres

/// A mode of PostgreSQL's table locks, the weakest first.
public enum LockMode: Int, Sendable, Hashable, CaseIterable, Comparable {
    case accessShare, rowShare, rowExclusive, shareUpdateExclusive
    case share, shareRowExclusive, exclusive, accessExclusive

    /// The name in PostgreSQL's documentation, such as `ACCESS EXCLUSIVE`.
    public var name: String {
        switch self {
        case .accessShare: "ACCESS SHARE"
        case .rowShare: "ROW SHARE"
        case .rowExclusive: "ROW EXCLUSIVE"
        case .shareUpdateExclusive: "SHARE UPDATE EXCLUSIVE"
        case .share: "SHARE"
        case .shareRowExclusive: "SHARE ROW EXCLUSIVE"
        case .exclusive: "EXCLUSIVE"
        case .accessExclusive: "ACCESS EXCLUSIVE"
        }
    }

    /// Whether whoever reads the table waits.
    public var blocksReaders: Bool { self == .accessExclusive }
    /// Whether whoever writes to the table waits.
    public var blocksWriters: Bool { self >= .share }

    /// Orders by strength.
    public static func < (left: LockMode, right: LockMode) -> Bool {
        left.rawValue < right.rawValue
    }

    /// Reads `AccessExclusiveLock`, as `pg_locks` writes it.
    init?(catalogued mode: String) {
        guard
            let found = LockMode.allCases.first(where: {
                $0.name.replacing(" ", with: "").lowercased() + "lock" == mode.lowercased()
            })
        else { return nil }
        self = found
    }
}

/// A lock on a table or a materialised view, held to the end of the transaction.
public struct HeldLock: Sendable, Hashable, Comparable {
    /// The table, by the name that it had before the migration.
    public let table: TableName
    /// The strongest mode held.
    public let mode: LockMode

    /// Names a lock.
    public init(table: TableName, mode: LockMode) {
        self.table = table
        self.mode = mode
    }

    /// Orders by table, then by mode.
    public static func < (left: HeldLock, right: HeldLock) -> Bool {
        (left.table, left.mode) < (right.table, right.mode)
    }
}

/// What a connection holds and has done to the tables that were there before.
struct LockTrace: Sendable {
    /// What one look tells of a table.
    struct Sight: Sendable {
        /// The strongest lock that the connection's transaction holds.
        var mode: LockMode?
        /// The file that holds the rows, which a rewrite replaces.
        var file: String
        /// How often it has been read from end to end.
        var scans: Int
    }

    /// By the number the server knows a table by.
    var tables: [String: Sight] = [:]
    /// The files of the indexes, by the index's number, each with its table's.
    var indexes: [String: (table: String, file: String)] = [:]

    /// Looks at the connection's own locks in its own database, and at the files and scans of its tables.
    static func look(_ connection: isolated Connection) async throws(PostgresError) -> LockTrace {
        var trace = LockTrace()
        for row in try await connection.query(query) {
            guard let oid = row["oid"], let file = row["file"] else { continue }
            if let table = row["table_oid"] {
                trace.indexes[oid] = (table, file)
                continue
            }
            let modes = (row["modes"] ?? "").split(separator: " ")
                .compactMap { LockMode(catalogued: String($0)) }
            trace.tables[oid] = Sight(mode: modes.max(), file: file, scans: row.int("scans") ?? 0)
        }
        return trace
    }

    /// Only the statement's own backend and database; the tables of users and their indexes.
    private static let query = """
        SELECT c.oid, i.indrelid AS table_oid,
            coalesce(pg_catalog.pg_relation_filenode(c.oid), 0) AS file,
            l.modes, pg_catalog.pg_stat_get_xact_numscans(c.oid) AS scans
        FROM pg_catalog.pg_class AS c
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        LEFT JOIN pg_catalog.pg_index AS i ON i.indexrelid = c.oid
        LEFT JOIN (
            SELECT relation, pg_catalog.string_agg(mode, ' ' ORDER BY mode) AS modes
            FROM pg_catalog.pg_locks
            WHERE locktype = 'relation' AND pid = pg_catalog.pg_backend_pid() AND granted
                AND database = (SELECT oid FROM pg_catalog.pg_database
                    WHERE datname = pg_catalog.current_database())
            GROUP BY relation) AS l ON l.relation = c.oid
        WHERE c.relkind IN ('r', 'p', 'm', 'i') AND n.nspname <> 'information_schema'
            AND n.nspname !~ '^pg_'
        ORDER BY c.oid
        """
}
