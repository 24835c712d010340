import Assay
import Auditor
import Postgres

/// Reads what a fix under way has changed.
struct JournalReader: Sendable {
    let connection: Connection
    let suite: Suite
    let fix: Int

    /// The net change of each row: its image before the fix and after it.
    static let net = """
        SELECT schema_name, table_name, key,
            (array_agg(before ORDER BY seq))[1] AS before,
            (array_agg(after ORDER BY seq DESC))[1] AS after
        FROM assay.fix_journal WHERE fix = $1
        GROUP BY schema_name, table_name, key
        """

    /// What became of each table, in the order of their names.
    ///
    /// Digests stand for the images, the first and the last of a row found by its number: sorting whole
    /// rows costs half as much again.
    func tables() async throws(PostgresError) -> [FixPlan.TableEffect] {
        let rows = try await connection.query(
            """
            WITH net AS (
                SELECT schema_name, table_name,
                    (min(ARRAY[seq, hashtextextended(before, 0)]))[2] AS before,
                    (max(ARRAY[seq, hashtextextended(after, 0)]))[2] AS after
                FROM assay.fix_journal WHERE fix = $1
                GROUP BY schema_name, table_name, key)
            SELECT schema_name, table_name,
                count(*) FILTER (WHERE before IS NULL AND after IS NOT NULL),
                count(*) FILTER (WHERE before <> after),
                count(*) FILTER (WHERE before IS NOT NULL AND after IS NULL),
                coalesce(bit_xor(before) FILTER (WHERE before IS DISTINCT FROM after), 0)
            FROM net GROUP BY 1, 2 ORDER BY 1, 2
            """, ["\(fix)"])
        return rows.map { row in
            FixPlan.TableEffect(
                table: "\(row[0] ?? "").\(row[1] ?? "")", inserted: row.count(2),
                updated: row.count(3),
                deleted: row.count(4), before: row[5] ?? "")
        }
    }

    /// The first changed rows of some tables, column by column.
    func samples(
        _ catalog: Catalog, _ tables: [String]
    ) async throws(PostgresError) -> [FixPlan.RowChange] {
        var changes: [FixPlan.RowChange] = []
        for table in tables {
            let name = TableName(table)
            guard let relation = catalog.relation(schema: name.schema, name: name.name) else {
                continue
            }
            changes += try await samples(of: name, relation)
        }
        return changes
    }

    private func samples(
        of name: TableName, _ relation: Relation
    ) async throws(PostgresError) -> [FixPlan.RowChange] {
        let type = try connection.quoted(name)
        let table = suite.tables.first { $0.name == name }
        var cells: [String] = []
        for column in relation.columns {
            let quoted = try connection.quoted(column.name)
            let display = table?.display(ofValue: column.name) ?? .plain
            for image in ["(b).\(quoted)", "(a).\(quoted)"] {
                let shown = display.text(SQL(unchecked: image))
                cells.append(try shown.rendered(quoting: connection.quoted).text)
            }
            cells.append("(b).\(quoted)::text IS DISTINCT FROM (a).\(quoted)::text")
        }
        let sensitive = Set(table?.sensitiveColumns ?? [])
        let isKeySensitive = !sensitive.isDisjoint(with: Rehearsal.key(of: relation) ?? [])
        let key = (isKeySensitive ? Display.digest : .plain).text("array_to_string(key, ', ')")
        let rows = try await connection.query(
            """
            WITH net AS (\(JournalReader.net)), numbered AS (
                SELECT *, row_number() OVER (
                    PARTITION BY before IS NULL, after IS NULL ORDER BY key) AS n
                FROM net WHERE schema_name = $2 AND table_name = $3 AND before IS DISTINCT FROM after)
            SELECT \(try key.rendered(quoting: connection.quoted).text), had, has, \(cells.joined(separator: ", "))
            FROM (SELECT key, n, before IS NOT NULL AS had, after IS NOT NULL AS has,
                    before::\(type) AS b, after::\(type) AS a
                FROM numbered WHERE n <= 5) AS images
            ORDER BY had AND has DESC, had DESC, n
            """, ["\(fix)", name.schema, name.name])
        return (0..<rows.count).map { row in
            let (had, has) = (rows[row, 1] == "t", rows[row, 2] == "t")
            let differing = relation.columns.enumerated().compactMap { index, column in
                let first = 3 + index * 3
                return rows[row, first + 2] == "t"
                    ? FixPlan.RowChange.Cell(
                        column: column.name, before: rows[row, first], after: rows[row, first + 1])
                    : nil
            }
            return FixPlan.RowChange(
                table: name.description, key: [rows[row, 0] ?? ""],
                change: had ? (has ? "update" : "delete") : "insert", cells: differing)
        }
    }
}

extension Postgres.Row {
    /// A count; 0 where it is null.
    func count(_ column: Int) -> Int { self[column].flatMap { Int($0) } ?? 0 }
}
