package import Assay
package import Postgres

/// What the choice of an engine goes by, beside the catalog.
package struct EngineFacts: Sendable {
    /// About how many bytes the values of a column have, by table and column.
    var widths: [TableName: [String: Int]] = [:]
    /// How many bytes a second this connection brings; `nil` where that was not measured.
    var throughput: Double?
    /// The tables that are known to hold no values that lie apart (TOAST): nobody knows how long those are.
    var untoasted: Set<TableName> = []

    /// The most that the probe of a connection may take.
    static let probeTime = Duration.milliseconds(300)

    /// Reads the widths of columns, and measures the connection.
    ///
    /// - Parameters:
    ///   - tables: The tables.
    ///   - leaves: The tables in which their rows lie.
    ///   - throughput: How many bytes a second the connection brings, where that is known.
    ///   - connection: The connection.
    ///   - deadline: How long one statement may take.
    /// - Returns: The facts.
    /// - Throws: What the server says.
    package static func measure(
        _ tables: [TableName], leaves: [TableName], throughput: Double? = nil,
        on connection: Connection, deadline: Duration
    ) async throws -> EngineFacts {
        var facts = EngineFacts()
        let rows = try await connection.query(
            """
            SELECT s.schemaname, s.tablename, s.attname, s.avg_width FROM pg_catalog.pg_stats AS s \
            JOIN unnest($1::text[], $2::text[]) AS t (schema, name) \
            ON s.schemaname = t.schema AND s.tablename = t.name \
            ORDER BY 1, 2, 3, s.inherited
            """,
            [SQL.arrayLiteral(tables.map(\.schema)), SQL.arrayLiteral(tables.map(\.name))],
            deadline: deadline)
        for row in rows {
            guard let schema = row[0], let name = row[1], let column = row[2] else { continue }
            let width = row[3].flatMap { Int($0) }
            facts.widths[TableName(schema: schema, name: name), default: [:]][column] = width
        }
        facts.untoasted = try await untoasted(of: leaves, on: connection, deadline: deadline)
        if let throughput {
            facts.throughput = throughput
        } else {
            facts.throughput = try await self.throughput(of: connection, deadline: deadline)
        }
        return facts
    }

    /// Those of some tables that hold no values that lie apart.
    static func untoasted(
        of leaves: [TableName], on connection: Connection, deadline: Duration
    ) async throws -> Set<TableName> {
        let rows = try await connection.query(
            """
            SELECT n.nspname, c.relname FROM pg_catalog.pg_class AS c \
            JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
            JOIN unnest($1::text[], $2::text[]) AS t (schema, name) \
            ON n.nspname = t.schema AND c.relname = t.name \
            WHERE c.reltoastrelid = 0 OR pg_catalog.pg_relation_size(c.reltoastrelid) = 0 \
            ORDER BY 1, 2
            """,
            [SQL.arrayLiteral(leaves.map(\.schema)), SQL.arrayLiteral(leaves.map(\.name))],
            deadline: deadline)
        return rows.reduce(into: []) { names, row in
            guard let schema = row[0], let name = row[1] else { return }
            names.insert(TableName(schema: schema, name: name))
        }
    }

    /// 8 MiB are enough where they come at once.
    private static let mostBlocks = 1_024

    /// Has the server send bytes of no meaning, and takes the best of several times: what else the
    /// machine does makes some of them slow, a slow link all.
    ///
    /// - Returns: Bytes a second.
    private static func throughput(
        of connection: Connection, deadline: Duration
    ) async throws -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        var blocks = 16
        var best = 0.0
        while true {
            let begin = clock.now
            try await connection.copyOut(
                """
                COPY (SELECT repeat('x', 8186) FROM generate_series(1, \(blocks))) \
                TO STDOUT (FORMAT binary)
                """, deadline: deadline
            ) { _ in }
            let seconds = max((clock.now - begin).seconds, 1e-6)
            best = max(best, Double(blocks * 8_192) / seconds)
            let left = (probeTime - (clock.now - start)).seconds
            // Eight times as much, if it comes in half of the time that is left.
            if blocks < mostBlocks, Double(blocks * 8 * 8_192) / best < left / 2 {
                blocks *= 8
            } else if left < seconds || blocks == mostBlocks {
                return best
            }
        }
    }
}

extension Duration {
    fileprivate var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
