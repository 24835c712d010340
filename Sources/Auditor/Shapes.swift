import Assay
import Postgres

extension Suite {
    /// What the catalog says of every declared or referenced table.
    func shapes(in catalog: Catalog) -> [TableName: TableShape] {
        let names = checks.flatMap { $0.check.foreignNames.map(\.table) } + tables.map(\.name)
        return Dictionary(
            names.compactMap { name in
                catalog.relation(name).map { (name, TableShape($0)) }
            }
        ) { first, _ in first }
    }
}

extension Catalog {
    /// How the server stores text, as far as checks must know.
    var encoding: ServerEncoding { database.encoding == "UTF8" ? .utf8 : .other }
}

extension TableShape {
    /// What the catalog says of a relation.
    init(_ relation: Relation) {
        // A key of a table says nothing of the rows in tables that inherit from it.
        let isInherited = relation.kind == .table && relation.hasInheritanceChildren
        self.init(
            columns: relation.columns.map { column in
                Column(
                    name: column.name, type: column.typeName,
                    category: column.category == .text ? .text : .other,
                    isNotNull: column.notNullProven, isDeterministic: column.isDeterministic)
            },
            uniqueKeys: (isInherited ? [] : relation.uniqueIndexes.filter(\.isUsable)).map {
                UniqueKey(name: $0.name, columns: $0.columns)
            },
            foreignKeys: (isInherited
                ? [] : relation.foreignKeys.filter { $0.isValidated && $0.isEnforced }).map {
                    ForeignKey(
                        name: $0.name, columns: $0.columns,
                        parent: TableName(schema: $0.referencedSchema, name: $0.referencedTable),
                        parentColumns: $0.referencedColumns)
                })
    }
}
