import Assay
import Auditor
import Postgres

/// A reference to a table: a foreign key, or a check that declares one.
struct Reference: Sendable {
    let name: String
    let child: TableName
    let columns: [String]
    let parentColumns: [String]
    /// Whether no two rows of the parent share the columns.
    let isToUniqueKey: Bool

    /// The referring column that goes with a column of the parent.
    func column(for parentColumn: String) -> String? {
        zip(columns, parentColumns).first { $0.1 == parentColumn }?.0
    }

    /// The references to a table.
    static func to(_ parent: TableName, in catalog: Catalog, suite: Suite) -> [Reference] {
        var found: [Reference] = []
        for relation in catalog.relations where !relation.isPartition {
            let child = TableName(schema: relation.schema, name: relation.name)
            for key in relation.foreignKeys
            where key.referencedSchema == parent.schema && key.referencedTable == parent.name {
                found.append(
                    Reference(
                        name: key.name, child: child, columns: key.columns,
                        parentColumns: key.referencedColumns, isToUniqueKey: true))
            }
        }
        let shape = CheckContext(parent, and: [], in: catalog).shape
        for check in suite.checks where check.check is References {
            for name in check.check.foreignNames where name.table == parent {
                let isKnown = found.contains {
                    $0.child == check.table.name && $0.columns == check.check.columns
                        && $0.parentColumns == name.columns
                }
                if isKnown { continue }
                found.append(
                    Reference(
                        name: check.id, child: check.table.name, columns: check.check.columns,
                        parentColumns: name.columns,
                        isToUniqueKey: shape.proof(thatUnique: name.columns) != nil))
            }
        }
        return found
    }
}

extension Catalog {
    /// Tables with those that others refer to first; circles keep their order.
    func parentsFirst(_ tables: [Table]) -> [Table] {
        var left = tables
        var sorted: [Table] = []
        while !left.isEmpty {
            let names = Set(left.map(\.name))
            let index = left.firstIndex { table in
                let keys = relation(schema: table.name.schema, name: table.name.name)?.foreignKeys
                return (keys ?? []).allSatisfy { key in
                    let parent = TableName(
                        schema: key.referencedSchema, name: key.referencedTable)
                    return parent == table.name || !names.contains(parent)
                }
            }
            sorted.append(left.remove(at: index ?? 0))
        }
        return sorted
    }
}
