import Assay
import Auditor
import Postgres

/// Reads what a fix under way has changed.
struct JournalReader: Sendable {
    let connection: Connection
    let suite: Suite
    let fix: Int

    /// Finds the net change of each row, for all that is asked afterwards.
    ///
    /// Digests stand for the images, the first and the last of a row found by its number: sorting whole
    /// rows costs half as much again, and few of them are ever looked at.
    func prepare() async throws {
        try await connection.execute(
            """
            CREATE TEMPORARY TABLE assay_net ON COMMIT DROP AS
            SELECT schema_name, table_name, key, min(seq) AS first, max(seq) AS last,
                (min(ARRAY[seq, hashtextextended(before, 0)]))[2] AS before,
                (max(ARRAY[seq, hashtextextended(after, 0)]))[2] AS after,
                bit_xor(coalesce(hashtextextended(before, 0), 0) # coalesce(hashtextextended(after, 0), 0)) AS links
            FROM assay.fix_journal WHERE fix = \(fix)
            GROUP BY schema_name, table_name, key
            """)
        try await connection.execute("ANALYZE assay_net")
        try await refuseDisorder()
    }

    /// Refuses changes of a row that do not follow from each other.
    ///
    /// What one leaves, the next one finds, so the digests of all images cancel out but for the first and the
    /// last, unless a change within a change was written down before the outer one.
    private func refuseDisorder() async throws {
        let rows = try await connection.query(
            """
            SELECT schema_name, table_name, count(*) FROM assay_net
            WHERE links <> coalesce(before, 0) # coalesce(after, 0) GROUP BY 1, 2 ORDER BY 1, 2
            """)
        guard rows.count > 0 else { return }
        throw BrokenPromise(
            rows.map { row in
                "a statement changes \(row.count(2).counted("row")) of \(row[0] ?? "").\(row[1] ?? "") more than "
                    + "once, by an AFTER trigger or in several parts, so that it could not be undone; let the "
                    + "trigger be a BEFORE trigger or stand aside while current_setting('assay.fix', true) is a "
                    + "number, or write a step for each change"
            })
    }

    /// What became of each table, in the order of their names.
    func tables() async throws(PostgresError) -> [FixPlan.TableEffect] {
        let rows = try await connection.query(
            """
            SELECT schema_name, table_name,
                count(*) FILTER (WHERE before IS NULL AND after IS NOT NULL),
                count(*) FILTER (WHERE before <> after),
                count(*) FILTER (WHERE before IS NOT NULL AND after IS NULL),
                coalesce(bit_xor(before) FILTER (WHERE before IS DISTINCT FROM after), 0)
            FROM assay_net GROUP BY 1, 2 ORDER BY 1, 2
            """)
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
            guard let (name, relation) = catalog.table(writtenAs: table) else { continue }
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
        let kinds = [
            "before <> after", "before IS NOT NULL AND after IS NULL",
            "before IS NULL AND after IS NOT NULL",
        ]
        let chosen = kinds.enumerated().map { kind, condition in
            """
            (SELECT \(kind) AS kind, key, first, last FROM assay_net
             WHERE schema_name = $2 AND table_name = $3 AND \(condition) ORDER BY key LIMIT 5)
            """
        }
        let rows = try await connection.query(
            """
            WITH chosen AS MATERIALIZED (\(chosen.joined(separator: " UNION ALL ")))
            SELECT \(try key.rendered(quoting: connection.quoted).text), kind, \(cells.joined(separator: ", "))
            FROM (SELECT c.key, c.kind, f.before::\(type) AS b, l.after::\(type) AS a
                FROM chosen AS c
                JOIN assay.fix_journal AS f ON f.fix = $1 AND f.seq = c.first
                JOIN assay.fix_journal AS l ON l.fix = $1 AND l.seq = c.last) AS images
            ORDER BY kind, images.key
            """, ["\(fix)", name.schema, name.name])
        return (0..<rows.count).map { row in
            let differing = relation.columns.enumerated().compactMap { index, column in
                let first = 2 + index * 3
                return rows[row, first + 2] == "t"
                    ? FixPlan.RowChange.Cell(
                        column: column.name, before: rows[row, first], after: rows[row, first + 1])
                    : nil
            }
            return FixPlan.RowChange(
                table: name.description, key: [rows[row, 0] ?? ""],
                change: ["update", "delete", "insert"][rows[row].count(1)], cells: differing)
        }
    }
}

extension Catalog {
    /// A table by its name in a plan, whose schema and name may themselves have dots.
    func table(writtenAs text: String) -> (name: TableName, relation: Relation)? {
        for relation in relations {
            let name = TableName(schema: relation.schema, name: relation.name)
            if name.description == text { return (name, relation) }
        }
        return nil
    }
}

extension Postgres.Row {
    /// A count; 0 where it is null.
    func count(_ column: Int) -> Int { self[column].flatMap { Int($0) } ?? 0 }
}
