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

    /// What hangs on these tables' rows, where anything does.
    ///
    /// A row hangs on a key that is gone when it refers to it still, or did before the fix changed it.
    func of(_ tables: [TableName]) async throws -> [FixPlan.Dependant] {
        var found: [FixPlan.Dependant] = []
        for reference in references(to: Set(tables)) {
            let counts = try await count(reference)
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

    private func count(_ reference: Reference) async throws -> (left: Int, resolved: Int) {
        let parent = try connection.quoted(reference.parent)
        let child = try connection.quoted(reference.child)
        let gone = try reference.parentColumns.map { "(b).\(try connection.quoted($0))::text" }
        let changed = try reference.parentColumns.map { column in
            let quoted = try connection.quoted(column)
            return "(b).\(quoted) IS DISTINCT FROM (a).\(quoted)"
        }
        let current = try reference.columns.map { "c.\(try connection.quoted($0))::text" }
        let former = try reference.columns.map { "(b).\(try connection.quoted($0))::text" }
        let there = try reference.parentColumns.map { "p.\(try connection.quoted($0))::text" }
        // A key that another row of the parent still holds is not gone.
        let rows = try await connection.query(
            """
            WITH net AS (\(JournalReader.net)), parents AS (
                SELECT before::\(parent) AS b, after::\(parent) AS a FROM net
                WHERE schema_name = $2 AND table_name = $3 AND before IS NOT NULL
            ), gone AS (
                SELECT DISTINCT ARRAY[\(gone.joined(separator: ", "))] AS key FROM parents
                WHERE a IS NULL OR \(changed.joined(separator: " OR "))
                EXCEPT SELECT ARRAY[\(there.joined(separator: ", "))] FROM \(parent) AS p
            ), children AS (
                SELECT before::\(child) AS b, after::\(child) AS a FROM net
                WHERE schema_name = $4 AND table_name = $5 AND before IS NOT NULL
            )
            SELECT
                (SELECT count(*) FROM \(child) AS c
                 WHERE ARRAY[\(current.joined(separator: ", "))] IN (SELECT key FROM gone)
                   AND \(current[0]) IS NOT NULL),
                (SELECT count(*) FROM children
                 WHERE ARRAY[\(former.joined(separator: ", "))] IN (SELECT key FROM gone)
                   AND \(former[0]) IS NOT NULL)
            """,
            [
                "\(fix)", reference.parent.schema, reference.parent.name, reference.child.schema,
                reference.child.name,
            ])
        return (rows[0].count(0), rows[0].count(1))
    }
}
