import Assay
import FoundationEssentials
import Postgres
import SQLSyntax

/// What the schema demands of rows: constraints in force, unique indexes, columns that are NOT NULL, types.
struct RowDemands: Sendable {
    /// One thing that demands something.
    private struct Source: Sendable, Hashable {
        /// `constraint`, `index`, `column` or `type`.
        let sort: String
        /// The table's number.
        let table: String
        /// The number of the constraint, the index or the column.
        let number: String
    }

    /// In force or not; for a type, its name.
    private var states: [Source: String] = [:]

    static func read(_ connection: isolated Connection) async throws(PostgresError) -> RowDemands {
        var demands = RowDemands()
        for row in try await connection.query(query) {
            let source = Source(
                sort: row["sort"] ?? "", table: row["relation"] ?? "", number: row["number"] ?? "")
            demands.states[source] = row["state"] ?? ""
        }
        return demands
    }

    /// What is demanded now that was not before, by one statement.
    func added(
        since earlier: RowDemands, by statement: Statement, origins: TableOrigins,
        _ connection: isolated Connection
    ) async throws(PostgresError) -> [RowDemand] {
        var demands: [RowDemand] = []
        let changed = states.filter { source, state in
            let before = earlier.states[source]
            if source.sort == "type" { return before.map { $0 != state } ?? false }
            return state == "t" && before != "t" && origins.tables[source.table] != nil
        }
        for (source, state) in changed.sorted(by: { Self.order($0.key) < Self.order($1.key) }) {
            guard let origin = origins.tables[source.table] else { continue }
            let isNew = Int(source.number).map { origin.columns[$0] == nil } ?? true
            let demand: RowDemand.Sort? =
                switch source.sort {
                case "constraint": try await constraint(source.number, origins, connection)
                case "index": try await unique(source.number, connection)
                case "column" where isNew: try await newColumn(source, connection)
                case "column":
                    Int(source.number).flatMap { origin.columns[$0] }.map { .notNull(column: $0) }
                case "type" where !isNew:
                    try await type(
                        source, from: earlier.states[source] ?? "", to: state, statement, connection
                    )
                default: nil
                }
            guard let demand else { continue }
            let names = try await columnNames(source.table, connection)
            demands.append(
                RowDemand(
                    sort: demand, table: origin.name,
                    renamed: try await currentName(source.table, connection),
                    columns: names.map { (origin.columns[$0.key], $0.value) }
                        .map { RowDemand.Column(original: $0.0, current: $0.1) }
                        .sorted { $0.current < $1.current }))
        }
        return demands
    }

    private static func order(_ source: Source) -> String {
        "\(source.sort) \(source.table) \(source.number)"
    }

    // MARK: What each demands

    private func constraint(
        _ oid: String, _ origins: TableOrigins, _ connection: isolated Connection
    ) async throws(PostgresError) -> RowDemand.Sort? {
        let rows = try await connection.query(
            """
            SELECT o.conname AS name, o.contype AS type, o.confrelid AS parent,
                pg_catalog.pg_get_expr(o.conbin, o.conrelid) AS expression,
                (SELECT pg_catalog.json_agg(a.attname ORDER BY k.place)
                    FROM pg_catalog.unnest(o.conkey) WITH ORDINALITY AS k (number, place)
                    JOIN pg_catalog.pg_attribute AS a
                        ON a.attrelid = o.conrelid AND a.attnum = k.number) AS columns,
                (SELECT pg_catalog.json_agg(k.number::text ORDER BY k.place)
                    FROM pg_catalog.unnest(o.confkey) WITH ORDINALITY AS k (number, place)) AS keys
            FROM pg_catalog.pg_constraint AS o WHERE o.oid = $1::pg_catalog.oid
            """, [oid])
        guard let row = rows.first, let name = row["name"] else { return nil }
        if row["type"] == "c" {
            return .check(name: name, expression: row["expression"] ?? "true")
        }
        let parent = row["parent"].flatMap { origins.tables[$0] }
        let keys = Self.texts(row["keys"]).compactMap { Int($0) }.map { parent?.columns[$0] }
        return .reference(
            name: name, columns: Self.texts(row["columns"]), parent: parent?.name,
            keys: keys.compactMap(\.self).count == keys.count ? keys.compactMap(\.self) : [])
    }

    private func unique(
        _ oid: String, _ connection: isolated Connection
    ) async throws(PostgresError) -> RowDemand.Sort? {
        let nulls = connection.serverVersion >= 150_000 ? "i.indnullsnotdistinct" : "false"
        let rows = try await connection.query(
            """
            SELECT x.relname AS name, i.indisprimary AS is_primary, \(nulls) AS nulls_alike,
                i.indisexclusion AS is_exclusion,
                (SELECT pg_catalog.json_agg(pg_catalog.pg_get_indexdef(i.indexrelid, k, false) ORDER BY k)
                    FROM pg_catalog.generate_series(1, i.indnkeyatts) AS k) AS parts,
                pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS predicate
            FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid
            WHERE i.indexrelid = $1::pg_catalog.oid
            """, [oid])
        guard let row = rows.first, let name = row["name"] else { return nil }
        if row.bool("is_exclusion") { return .exclusion(name: name) }
        return .unique(
            name: name, parts: Self.texts(row["parts"]), predicate: row["predicate"],
            nullsAreAlike: row.bool("nulls_alike"), isPrimary: row.bool("is_primary"))
    }

    /// A new column that rows must have a value in, and that gives them none by itself.
    private func newColumn(
        _ source: Source, _ connection: isolated Connection
    ) async throws(PostgresError) -> RowDemand.Sort? {
        let rows = try await connection.query(
            """
            SELECT attname FROM pg_catalog.pg_attribute
            WHERE attrelid = $1::pg_catalog.oid AND attnum = $2::pg_catalog.int2 AND NOT atthasdef
                AND NOT atthasmissing AND attidentity = '' AND attgenerated = ''
            """, [source.table, source.number])
        return rows.first?[0].map { .newColumn(column: $0) }
    }

    private func type(
        _ source: Source, from old: String, to new: String, _ statement: Statement,
        _ connection: isolated Connection
    ) async throws(PostgresError) -> RowDemand.Sort? {
        guard let number = Int(source.number) else { return nil }
        let names = try await columnNames(source.table, connection)
        return names[number].map { column in
            .type(column: column, from: old, to: new, using: statement.conversion(of: column))
        }
    }

    /// The texts of a list, as json_agg writes it.
    private static func texts(_ json: String?) -> [String] {
        json.flatMap { try? JSONDecoder().decode([String].self, from: Data($0.utf8)) } ?? []
    }

    // MARK: Names

    private func columnNames(
        _ table: String, _ connection: isolated Connection
    ) async throws(PostgresError) -> [Int: String] {
        let rows = try await connection.query(
            """
            SELECT attnum AS number, attname FROM pg_catalog.pg_attribute
            WHERE attrelid = $1::pg_catalog.oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum
            """, [table])
        return rows.reduce(into: [:]) { names, row in
            if let number = row.int("number") { names[number] = row["attname"] }
        }
    }

    private func currentName(
        _ table: String, _ connection: isolated Connection
    ) async throws(PostgresError) -> String {
        try await connection.query(
            "SELECT relname FROM pg_catalog.pg_class WHERE oid = $1::pg_catalog.oid", [table]
        ).scalar ?? ""
    }

    private static let query = """
        WITH theirs AS (
            SELECT c.oid FROM pg_catalog.pg_class AS c
            JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema'
                AND n.nspname !~ '^pg_')
        SELECT 'constraint' AS sort, conrelid AS relation, oid::text AS number,
            pg_catalog.left(convalidated::text, 1) AS state
        FROM pg_catalog.pg_constraint
        WHERE contype IN ('c', 'f') AND conrelid IN (SELECT oid FROM theirs) AND conparentid = 0
        UNION ALL
        SELECT 'index', indrelid, indexrelid::text, pg_catalog.left(indisvalid::text, 1)
        FROM pg_catalog.pg_index
        WHERE (indisunique OR indisexclusion) AND indrelid IN (SELECT oid FROM theirs)
        UNION ALL
        SELECT 'column', attrelid, attnum::text, pg_catalog.left(attnotnull::text, 1)
        FROM pg_catalog.pg_attribute
        WHERE attrelid IN (SELECT oid FROM theirs) AND attnum > 0 AND NOT attisdropped
        UNION ALL
        SELECT 'type', attrelid, attnum::text, pg_catalog.format_type(atttypid, atttypmod)
        FROM pg_catalog.pg_attribute
        WHERE attrelid IN (SELECT oid FROM theirs) AND attnum > 0 AND NOT attisdropped
        ORDER BY 1, 2, 3
        """
}

extension Statement {
    /// The text of `USING …` by which ALTER TABLE converts a column.
    func conversion(of column: String) -> String? {
        let commands = node["cmds"].array.map { $0["AlterTableCmd"] }
        guard nodeType == "AlterTableStmt",
            let command = commands.first(where: {
                $0["subtype"].string == "AT_AlterColumnType" && $0["name"].string == column
            }),
            !command["def"]["ColumnDef"]["raw_default"].isNull,
            let tokens = try? tokens(in: text)
        else { return nil }
        let words = tokens.filter { $0.kind != .comment }
        // Names may be quoted: `"Size"`, and fold otherwise.
        guard
            let named = words.indices.first(where: { index in
                index > 0 && Statement.name(words[index]) == column
                    && ["alter", "column"].contains(words[index - 1].text.lowercased())
            }),
            let using = words[named...].firstIndex(where: { $0.text.lowercased() == "using" })
        else { return nil }
        var depth = 0
        var end = text.utf8.count
        for word in words[(using + 1)...] {
            if word.text == "(" || word.text == "[" { depth += 1 }
            if word.text == ")" || word.text == "]" { depth -= 1 }
            if depth == 0, word.text == "," {
                end = word.location.offset
                break
            }
        }
        let start = words[using].location.offset + words[using].text.utf8.count
        return String(decoding: Array(text.utf8)[start..<end], as: UTF8.self)
            .split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    private static func name(_ token: Token) -> String {
        token.text.hasPrefix("\"")
            ? String(token.text.dropFirst().dropLast()).replacing("\"\"", with: "\"")
            : token.text.lowercased()
    }
}
