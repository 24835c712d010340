import Assay
import Auditor
import Postgres

/// Rows of the real tables for a shadow: of each table so many, and those that they refer to.
struct Sampling: Sendable {
    /// The real database, in one snapshot.
    let real: Connection
    /// The shadow.
    let shadow: Connection
    /// How many rows of each table.
    let rows: Int
    /// How large the real tables are.
    let sizes: RealSizes

    /// A reference that rows are fetched for.
    private struct Reference: Hashable {
        let child: TableName
        let columns: [String]
        let parent: TableName
        let keys: [String]
    }

    /// Copies rows; triggers and foreign keys of the shadow keep silent meanwhile.
    ///
    /// - Parameter demands: What the migration demands, so that its foreign keys find their parents too.
    /// - Returns: How many rows the shadow has now.
    /// - Throws: A refusal where the role may not, and what the servers say.
    nonisolated(nonsending) func fill(for demands: [RowDemand]) async throws -> Int {
        do throws(PostgresError) {
            try await shadow.execute("SET session_replication_role = replica")
        } catch {
            guard error.sqlState == .insufficientPrivilege else { throw error }
            throw Refusal(
                "the role \(shadow.user) may not switch triggers off on the shadow, which a sample "
                    + "needs; let it be a superuser there, or take --shadow ephemeral")
        }
        try await real.begin(.repeatableReadReadOnly)
        try await real.settle(deadline: .seconds(300))
        let catalog = try await catalog(of: shadow)
        let original = try await self.catalog(of: real)
        var total = 0
        for relation in catalog.relations where relation.kind == .table {
            let name = TableName(schema: relation.schema, name: relation.name)
            guard let counterpart = original.relation(name) else { continue }
            total += try await copy(
                of: name, columns: Self.columns(of: relation, in: counterpart), where: nil)
        }
        total += try await fetchParents(references(in: catalog, demands), catalog, original)
        try await real.rollback()
        try await shadow.execute("RESET session_replication_role")
        try await shadow.execute("ANALYZE")
        return total
    }

    private nonisolated(nonsending) func catalog(
        of connection: Connection
    ) async throws(PostgresError) -> Catalog {
        try await connection.run { connection throws(PostgresError) in
            try await Catalog.read(from: connection)
        }
    }

    /// The columns that hold values of their own in both.
    private static func columns(of relation: Relation, in other: Relation) -> [String] {
        relation.columns.filter { !$0.isGenerated && other.column($0.name) != nil }.map(\.name)
    }

    private nonisolated(nonsending) func copy(
        of table: TableName, columns: [String], where condition: SQL?
    ) async throws -> Int {
        guard !columns.isEmpty else { return 0 }
        let list = columns.map { SQL.identifier($0) }.joined(separator: ", ")
        let limit = SQL(unchecked: String(rows))
        let choice: SQL = condition.map { "WHERE \($0)" } ?? "\(part(of: table)) LIMIT \(limit)"
        let out: SQL = "COPY (SELECT \(list) FROM \(table.sql) \(choice)) TO STDOUT"
        let into: SQL = "COPY \(table.sql) (\(list)) FROM STDIN"
        let data = try await real.copyOut(
            try out.rendered(quoting: real.quoted).text, into: [UInt8]()
        ) { data, chunk in
            for index in chunk.indices { data.append(chunk[index]) }
        }
        guard !data.isEmpty else { return 0 }
        return try await shadow.copyIn(try into.rendered(quoting: shadow.quoted).text) { writer in
            try writer.write(data)
        }
    }

    /// Of a large table, pages here and there: the same ones each time.
    private func part(of table: TableName) -> SQL {
        guard let size = sizes.tables[table], size.rows > max(rows * 20, 100_000), rows > 0 else {
            return ""
        }
        let percent = min(100, 500 * Double(rows) / Double(size.rows))
        return "TABLESAMPLE SYSTEM (\(unchecked: String(percent))) REPEATABLE (1)"
    }

    // MARK: Parents

    private func references(in catalog: Catalog, _ demands: [RowDemand]) -> [Reference] {
        let declared = catalog.relations.flatMap { relation in
            relation.foreignKeys.map { key in
                Reference(
                    child: TableName(schema: relation.schema, name: relation.name),
                    columns: key.columns,
                    parent: TableName(schema: key.referencedSchema, name: key.referencedTable),
                    keys: key.referencedColumns)
            }
        }
        let demanded = demands.compactMap { demand -> Reference? in
            guard case .reference(_, let columns, let parent?, let keys) = demand.sort else {
                return nil
            }
            let before = columns.compactMap { column in
                demand.columns.first { $0.current == column }?.original
            }
            guard before.count == columns.count, !keys.isEmpty else { return nil }
            return Reference(child: demand.table, columns: before, parent: parent, keys: keys)
        }
        return declared + demanded
    }

    /// Fetches the rows that others refer to, until none lacks or only real orphans are left.
    private nonisolated(nonsending) func fetchParents(
        _ references: [Reference], _ catalog: Catalog, _ original: Catalog
    ) async throws -> Int {
        var total = 0
        for _ in 0..<10 {
            var fetched = 0
            for reference in references {
                guard let parent = catalog.relation(reference.parent),
                    let counterpart = original.relation(reference.parent),
                    let condition = try await missing(reference, in: parent)
                else { continue }
                fetched += try await copy(
                    of: reference.parent, columns: Self.columns(of: parent, in: counterpart),
                    where: condition)
            }
            total += fetched
            if fetched == 0 { break }
        }
        return total
    }

    /// The parents that the shadow's rows refer to and that it lacks, as a condition; nil for none.
    private nonisolated(nonsending) func missing(
        _ reference: Reference, in parent: Relation
    ) async throws -> SQL? {
        let types = reference.keys.compactMap { parent.column($0)?.typeName }
        guard types.count == reference.keys.count else { return nil }
        let columns = reference.columns.map { "c.\(identifier: $0)" as SQL }
        let names = reference.columns.indices.map { SQL(unchecked: "k\($0)") }
        let same = zip(reference.keys, columns).map { "p.\(identifier: $0) = \($1)" as SQL }
        let present = columns.map { "\($0) IS NOT NULL" as SQL }
        let chosen = zip(columns, names).map { "\($0) AS \($1)" as SQL }
        let lists = names.map { "array_agg(\($0))::text" as SQL }
        let question: SQL = """
            SELECT \(lists.joined(separator: ", ")) FROM (SELECT DISTINCT \
            \(chosen.joined(separator: ", ")) FROM \(reference.child.sql) AS c \
            WHERE \(present.joined(separator: " AND ")) AND NOT EXISTS (SELECT FROM \
            \(reference.parent.sql) AS p WHERE \(same.joined(separator: " AND "))) \
            LIMIT \(unchecked: String(max(rows, 1) * 10))) AS keys
            """
        let answer = try await shadow.query(try question.rendered(quoting: shadow.quoted).text)
        let keys = reference.keys.map { SQL.identifier($0) }.joined(separator: ", ")
        var arrays: [SQL] = []
        for (place, type) in types.enumerated() {
            guard let list = answer.first?[place] else { return nil }
            arrays.append("\(unchecked: try real.quotedLiteral(list))::\(unchecked: type)[]")
        }
        return "(\(keys)) IN (SELECT * FROM unnest(\(arrays.joined(separator: ", "))))"
    }
}
