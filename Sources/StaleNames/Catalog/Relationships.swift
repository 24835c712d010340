import Postgres

/// How a table can be embedded in another, as PostgREST sees it.
struct Relationships {
    let names: NameCatalog

    /// One way to get from a table to another.
    struct Way: Hashable {
        let schema: String
        let table: String
        /// The constraints that are followed, and the table between.
        let through: [String]
        /// The columns of the constraint, where there is one.
        let columns: [String]
        /// Whether the constraint is one of the first table.
        let isForward: Bool
    }

    /// All ways from a table to tables of its schema.
    func ways(from relation: Relation) -> [Way] {
        var ways: [Way] = []
        let tables = names.catalog.relations.filter {
            $0.schema == relation.schema && !$0.isPartition
        }
        for key in relation.foreignKeys where key.referencedSchema == relation.schema {
            ways.append(
                Way(
                    schema: key.referencedSchema, table: key.referencedTable, through: [key.name],
                    columns: key.columns, isForward: true))
        }
        for table in tables {
            let here = table.foreignKeys.filter { refers($0, to: relation) }
            for key in here {
                ways.append(
                    Way(
                        schema: table.schema, table: table.name, through: [key.name],
                        columns: key.columns, isForward: false))
            }
            let primary = Set(table.primaryKey?.columns ?? [])
            for key in here {
                for other in table.foreignKeys
                where other.name != key.name && other.referencedSchema == relation.schema
                    && primary.isSuperset(of: key.columns + other.columns)
                {
                    ways.append(
                        Way(
                            schema: other.referencedSchema, table: other.referencedTable,
                            through: [table.name, key.name, other.name], columns: [],
                            isForward: false))
                }
            }
        }
        return ways
    }

    private func refers(_ key: ForeignKey, to relation: Relation) -> Bool {
        key.referencedSchema == relation.schema && key.referencedTable == relation.name
    }

    /// The ways that a name and its hints mean.
    func ways(from relation: Relation, to target: String, hints: [String]) -> [Way] {
        ways(from: relation).filter { way in
            let isNamed =
                way.table == target || (way.through.count == 1 && way.through[0] == target)
                || (way.isForward && way.columns == [target])
            return isNamed
                && hints.allSatisfy { way.through.contains($0) || way.columns == [$0] }
        }
    }
}
