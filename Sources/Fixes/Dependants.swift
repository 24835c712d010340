import Assay
import Auditor
import Postgres

/// Counts what hangs on the rows that a fix under way removed, or whose key it changed.
struct Dependants: Sendable {
    let connection: Connection
    let catalog: Catalog
    let suite: Suite
    let fix: Int

    /// A reference from one table to another: a foreign key, or a check that declares one.
    private struct Reference: Hashable {
        let name: String
        let child: TableName
        let columns: [String]
        let parent: TableName
        let parentColumns: [String]
    }

    /// Columns that references lead to.
    private struct Key: Hashable {
        let parent: TableName
        let columns: [String]
    }

    /// What hangs on these tables' rows, where anything does.
    ///
    /// A row hangs on a key that is gone when it refers to it still, or did before the fix changed it.
    func of(_ tables: [TableName]) async throws -> [FixPlan.Dependant] {
        var found: [FixPlan.Dependant] = []
        var gone: [Key: Int] = [:]
        for (index, reference) in references(to: Set(tables)).enumerated() {
            let key = Key(parent: reference.parent, columns: reference.parentColumns)
            if gone[key] == nil { gone[key] = try await isGone(key, index) ? index : -1 }
            guard let number = gone[key], number >= 0 else { continue }
            let counts = try await count(reference, gone: number)
            guard counts.left + counts.resolved > 0 else { continue }
            found.append(
                FixPlan.Dependant(
                    name: reference.name, table: reference.child.description,
                    columns: reference.columns, parent: reference.parent.description,
                    rows: counts.left + counts.resolved, resolved: counts.resolved))
        }
        return found
    }

    private func references(to parents: Set<TableName>) -> [Reference] {
        var found: [Reference] = []
        for relation in catalog.relations {
            let child = TableName(schema: relation.schema, name: relation.name)
            for key in relation.foreignKeys {
                let parent = TableName(schema: key.referencedSchema, name: key.referencedTable)
                guard parents.contains(parent) else { continue }
                found.append(
                    Reference(
                        name: key.name, child: child, columns: key.columns, parent: parent,
                        parentColumns: key.referencedColumns))
            }
        }
        for check in suite.checks where check.check is References {
            for name in check.check.foreignNames where parents.contains(name.table) {
                let isKnown = found.contains {
                    $0.child == check.table.name && $0.columns == check.check.columns
                        && $0.parent == name.table
                }
                if isKnown { continue }
                found.append(
                    Reference(
                        name: check.id, child: check.table.name, columns: check.check.columns,
                        parent: name.table, parentColumns: name.columns))
            }
        }
        return found
    }

    /// Finds the keys that are gone, for all references to them; a key that another row of the parent still
    /// holds is not.
    ///
    /// - Returns: Whether there is any.
    private func isGone(_ key: Key, _ number: Int) async throws -> Bool {
        let there = try key.columns.map { "p.\(try connection.quoted($0))::text" }
        let rows = try await connection.execute(
            """
            CREATE TEMPORARY TABLE assay_gone_\(number) ON COMMIT DROP AS
            WITH ended AS MATERIALIZED (\(try ended(key)))
            SELECT key FROM ended
            EXCEPT SELECT ARRAY[\(there.joined(separator: ", "))] FROM \(try connection.quoted(key.parent)) AS p
            WHERE EXISTS (SELECT FROM ended)
            """, [key.parent.schema, key.parent.name])
        return rows > 0
    }

    private func count(
        _ reference: Reference, gone number: Int
    ) async throws -> (left: Int, resolved: Int) {
        let child = try connection.quoted(reference.child)
        let current = try reference.columns.map { "c.\(try connection.quoted($0))::text" }
        let former = try reference.columns.map { "(b).\(try connection.quoted($0))::text" }
        let rows = try await connection.query(
            """
            WITH children AS (
                SELECT j.before::\(child) AS b
                FROM assay_net AS n JOIN assay.fix_journal AS j ON j.fix = $1 AND j.seq = n.first
                WHERE n.schema_name = $2 AND n.table_name = $3 AND n.before IS NOT NULL
                OFFSET 0
            )
            SELECT
                (SELECT count(*) FROM \(child) AS c
                 WHERE ARRAY[\(current.joined(separator: ", "))] IN (SELECT key FROM assay_gone_\(number))
                   AND \(current[0]) IS NOT NULL),
                (SELECT count(*) FROM children
                 WHERE ARRAY[\(former.joined(separator: ", "))] IN (SELECT key FROM assay_gone_\(number))
                   AND \(former[0]) IS NOT NULL)
            """, ["\(fix)", reference.child.schema, reference.child.name])
        return (rows[0].count(0), rows[0].count(1))
    }

    /// The keys that rows of the parent had and have no more, whoever has them now.
    private func ended(_ wanted: Key) throws -> String {
        let parent = wanted.parent
        let relation = catalog.relation(schema: parent.schema, name: parent.name)
        let key = relation.flatMap(Rehearsal.key) ?? []
        let positions = wanted.columns.compactMap { key.firstIndex(of: $0) }
        // The journal tells rows apart by their key, so that a row whose key changes is another row.
        if positions.count == wanted.columns.count {
            return """
                SELECT DISTINCT ARRAY[\(positions.map { "key[\($0 + 1)]" }.joined(separator: ", "))] AS key
                FROM assay_net
                WHERE schema_name = $1 AND table_name = $2 AND before IS NOT NULL AND after IS NULL
                """
        }
        let type = try connection.quoted(parent)
        let gone = try wanted.columns.map { "(b).\(try connection.quoted($0))::text" }
        let changed = try wanted.columns.map { column in
            let quoted = try connection.quoted(column)
            return "(b).\(quoted) IS DISTINCT FROM (a).\(quoted)"
        }
        // Images are taken apart once each (OFFSET 0); most rows are changed once.
        return """
            SELECT DISTINCT ARRAY[\(gone.joined(separator: ", "))] AS key
            FROM (SELECT n.after IS NULL AS is_gone, j.before::\(type) AS b,
                    (CASE WHEN n.first = n.last THEN j.after ELSE (
                        SELECT l.after FROM assay.fix_journal AS l WHERE l.fix = \(fix) AND l.seq = n.last
                    ) END)::\(type) AS a
                FROM assay_net AS n JOIN assay.fix_journal AS j ON j.fix = \(fix) AND j.seq = n.first
                WHERE n.schema_name = $1 AND n.table_name = $2
                  AND n.before IS NOT NULL AND n.before IS DISTINCT FROM n.after
                OFFSET 0) AS parents
            WHERE is_gone OR \(changed.joined(separator: " OR "))
            """
    }
}
