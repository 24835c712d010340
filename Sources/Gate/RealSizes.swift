public import Assay
public import Postgres

/// How large the tables of the real database are, as numbers that a shadow without rows is judged by.
public struct RealSizes: Sendable, Hashable {
    /// One table.
    public struct Table: Sendable, Hashable {
        /// About how many rows it has, partitions included.
        public let rows: Int
        /// About how many bytes they take.
        public let bytes: Int
        /// About how many bytes its indexes take.
        public let indexBytes: Int
    }

    /// One column, as the last ANALYZE found it.
    public struct Column: Sendable, Hashable {
        /// Which part of the rows is null, from 0 to 1.
        public let nullFraction: Double
        /// How many bytes a value takes on average.
        public let width: Int
        /// How many different values there are; negative is a part of the rows.
        public let distinct: Double
    }

    /// The tables that were ever counted.
    public var tables: [TableName: Table] = [:]
    /// The columns that were ever analysed, by table and name.
    public var columns: [TableName: [String: Column]] = [:]

    /// No table's size is known.
    public init() {}

    /// Reads what the real database has counted, from its catalog alone.
    ///
    /// - Throws: What the server says.
    public init(readingFrom connection: Connection) async throws(PostgresError) {
        let catalog = try await connection.run { connection throws(PostgresError) in
            try await Catalog.read(from: connection)
        }
        var indexBytes: [TableName: Int] = [:]
        for row in try await connection.query(Self.indexes) {
            indexBytes[Self.name(row)] = row.int("bytes")
        }
        for relation in catalog.relations {
            guard let rows = relation.estimatedRows else { continue }
            let name = TableName(schema: relation.schema, name: relation.name)
            tables[name] = Table(
                rows: rows, bytes: relation.bytes, indexBytes: indexBytes[name] ?? 0)
        }
        for row in try await connection.query(Self.statistics) {
            guard let column = row["column"] else { continue }
            columns[Self.name(row), default: [:]][column] = Column(
                nullFraction: row.double("nulls") ?? 0, width: row.int("width") ?? 0,
                distinct: row.double("distinct_values") ?? 0)
        }
    }

    private static func name(_ row: Postgres.Row) -> TableName {
        TableName(schema: row["schema"] ?? "", name: row["name"] ?? "")
    }

    private static let indexes = """
        SELECT n.nspname AS schema, c.relname AS name, pg_catalog.sum(x.relpages::bigint)
            * pg_catalog.current_setting('block_size')::bigint AS bytes
        FROM pg_catalog.pg_class AS c
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_index AS i ON i.indrelid = c.oid
        JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid
        WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
        GROUP BY 1, 2 ORDER BY 1, 2
        """

    private static let statistics = """
        SELECT schemaname AS schema, tablename AS name, attname AS "column", null_frac AS nulls,
            avg_width AS width, n_distinct AS distinct_values
        FROM pg_catalog.pg_stats
        WHERE schemaname <> 'information_schema' AND schemaname !~ '^pg_' AND NOT inherited
        ORDER BY 1, 2, 3
        """
}
