import Assay
import Auditor
import Postgres

/// A table that a fix changed.
struct TouchedTable: Sendable {
    let name: TableName
    let relation: Relation
    let key: [String]
    /// The schemas of the operators that compare the key's columns.
    let operators: [String]
    /// Columns that only the server numbers: GENERATED ALWAYS AS IDENTITY.
    let numbered: Set<String>

    /// Asks the catalog for what a relation does not say.
    init(
        _ name: TableName, _ relation: Relation, key: [String], _ connection: Connection
    ) async throws(PostgresError) {
        let rows = try await connection.query(
            """
            SELECT a.attname, a.attidentity = 'a', (
                SELECT n.nspname FROM pg_catalog.pg_index i
                CROSS JOIN LATERAL unnest(i.indkey, i.indclass) AS u (attnum, class)
                JOIN pg_catalog.pg_opclass oc ON oc.oid = u.class
                JOIN pg_catalog.pg_amop ao ON ao.amopfamily = oc.opcfamily AND ao.amopstrategy = 3
                    AND ao.amoplefttype = oc.opcintype AND ao.amoprighttype = oc.opcintype
                JOIN pg_catalog.pg_operator o ON o.oid = ao.amopopr
                JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
                WHERE i.indrelid = a.attrelid AND i.indisunique AND u.attnum = a.attnum LIMIT 1)
            FROM pg_catalog.pg_attribute a
            WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped
            """, [try connection.quoted(name)])
        var schemas: [String: String] = [:]
        var numbered: Set<String> = []
        for row in rows {
            schemas[row[0] ?? ""] = row[2]
            if row[1] == "t" { numbered.insert(row[0] ?? "") }
        }
        self.name = name
        self.relation = relation
        self.key = key
        self.numbered = numbered
        operators = key.map { schemas[$0] ?? "pg_catalog" }
    }
}

/// The statements that put rows back.
struct UndoStatements: Sendable {
    let connection: Connection
    let fix: Int

    /// Copies the journal, and marks the rows that are no longer as the fix left them.
    ///
    /// The search path is the journal's, so that a row has the same text form here; keys are held together
    /// by their text too, because a fix may have changed no more than how one is written.
    func prepare(_ tables: [TouchedTable]) async throws(PostgresError) {
        try await connection.execute(
            """
            CREATE TEMPORARY TABLE assay_undo ON COMMIT DROP AS
            SELECT seq, statement, schema_name, table_name, key, before, after, false AS conflicts
            FROM assay.fix_journal WHERE fix = \(fix) AND before IS DISTINCT FROM after
            """)
        try await connection.execute("ANALYZE assay_undo")
        for table in tables {
            let first = try connection.quoted(table.key[0])
            try await connection.execute(
                """
                UPDATE assay_undo AS u SET conflicts = true
                FROM (SELECT DISTINCT ON (key) key, after FROM assay_undo
                    WHERE schema_name = $1 AND table_name = $2 ORDER BY key, seq DESC) AS j
                LEFT JOIN \(try connection.quoted(table.name)) AS t ON \(try matches(table, "j", "t"))
                  AND \(try isWrittenAlike(table, "j", "t"))
                WHERE u.schema_name = $1 AND u.table_name = $2 AND u.key = j.key
                  AND j.after IS DISTINCT FROM CASE WHEN t.\(first) IS NOT NULL THEN format('%s', t.*) END
                """, [table.name.schema, table.name.name])
        }
    }

    /// How many rows will be put back.
    func rowsToRestore() async throws(PostgresError) -> Int {
        let rows = try await connection.query(
            """
            SELECT count(DISTINCT (schema_name, table_name, key)) FROM assay_undo WHERE NOT conflicts
            """)
        return rows[0].count(0)
    }

    /// Takes the fix's statements back, the last one first.
    ///
    /// Every state between two of them was one that all foreign keys had accepted. What one statement did
    /// to several tables is taken back by one statement too.
    ///
    /// - Returns: How many rows of each table the statements changed.
    func restore(_ tables: [TouchedTable]) async throws(PostgresError) -> [TableName: Int] {
        let rows = try await connection.query(
            """
            SELECT statement, schema_name, table_name FROM assay_undo WHERE NOT conflicts
            GROUP BY 1, 2, 3 ORDER BY 1 DESC, max(seq) DESC
            """)
        var steps: [(statement: String, pieces: [(TableName, [String])])] = []
        for row in rows {
            let name = TableName(schema: row[1] ?? "", name: row[2] ?? "")
            guard let table = tables.first(where: { $0.name == name }) else { continue }
            let statement = row[0] ?? ""
            if steps.last?.statement != statement { steps.append((statement, [])) }
            steps[steps.count - 1].pieces.append((name, try pieces(table, statement: statement)))
        }
        var changed: [TableName: Int] = [:]
        for step in steps {
            if step.pieces.count == 1 {
                for piece in step.pieces[0].1 {
                    changed[step.pieces[0].0, default: 0] += try await connection.execute(piece)
                }
            } else {
                let parts = step.pieces.flatMap { name, pieces in pieces.map { (name, $0) } }
                let texts = parts.enumerated().map { "part\($0) AS (\($1.1) RETURNING 1)" }
                let counts = parts.indices.map { "(SELECT count(*) FROM part\($0))" }
                let rows = try await connection.query(
                    "WITH \(texts.joined(separator: ", ")) SELECT \(counts.joined(separator: ", "))"
                )
                for (index, part) in parts.enumerated() {
                    changed[part.0, default: 0] += rows[0].count(index)
                }
            }
        }
        return changed
    }

    /// What takes back the changes that one statement made to one table.
    private func pieces(
        _ table: TouchedTable, statement: String
    ) throws(PostgresError) -> [String] {
        let type = try connection.quoted(table.name)
        var columns: [String] = []
        for column in table.relation.columns where !column.isGenerated {
            columns.append(try connection.quoted(column.name))
        }
        // The key is the same on both sides, and may be GENERATED ALWAYS.
        var key: [String] = []
        for column in table.key { key.append(try connection.quoted(column)) }
        var numbered: [String] = []
        for column in table.numbered { numbered.append(try connection.quoted(column)) }
        let others = columns.filter { !key.contains($0) && !numbered.contains($0) }
        let former = { (columns: [String]) in
            columns.map { "(u.before::\(type)).\($0)" }.joined(separator: ", ")
        }
        let scope = """
            u.schema_name = \(try connection.quotedLiteral(table.name.schema)) \
            AND u.table_name = \(try connection.quotedLiteral(table.name.name)) \
            AND u.statement = \(try connection.quotedLiteral(statement)) AND NOT u.conflicts
            """
        let isSame = try matches(table, "u", "t")
        let update = """
            UPDATE \(type) AS t SET (\(others.joined(separator: ", "))) = ROW(\(former(others)))
            FROM assay_undo AS u
            WHERE \(scope) AND u.before IS NOT NULL AND u.after IS NOT NULL AND \(isSame)
            """
        return [
            """
            DELETE FROM \(type) AS t USING assay_undo AS u
            WHERE \(scope) AND u.before IS NULL AND \(isSame)
            """
        ] + (others.isEmpty ? [] : [update]) + [
            """
            INSERT INTO \(type) (\(columns.joined(separator: ", "))) OVERRIDING SYSTEM VALUE
            SELECT \(former(columns)) FROM assay_undo AS u
            WHERE \(scope) AND u.before IS NOT NULL AND u.after IS NULL ORDER BY u.key
            """
        ]
    }

    /// A row of the journal and a row of the table have one key.
    ///
    /// The key's columns are compared as
    /// their own types, so that the table's index serves.
    private func matches(
        _ table: TouchedTable, _ journal: String, _ row: String
    ) throws(PostgresError) -> String {
        let conditions = try table.key.enumerated().map { index, column throws(PostgresError) in
            let type = table.relation.columns.first { $0.name == column }?.typeName ?? "text"
            let quoted = try connection.quoted(column)
            let schema = try connection.quoted(table.operators[index])
            return
                "\(row).\(quoted) OPERATOR(\(schema).=) (\(journal).key)[\(index + 1)]::\(type)"
        }
        return conditions.joined(separator: " AND ")
    }

    /// A row of the journal and a row of the table have keys of one text form.
    private func isWrittenAlike(
        _ table: TouchedTable, _ journal: String, _ row: String
    ) throws(PostgresError) -> String {
        let conditions = try table.key.enumerated().map { index, column throws(PostgresError) in
            "\(row).\(try connection.quoted(column))::text = (\(journal).key)[\(index + 1)]"
        }
        return conditions.joined(separator: " AND ")
    }
}
