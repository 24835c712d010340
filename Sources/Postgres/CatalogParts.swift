/// The rows of the catalog's queries, sorted to the relations they belong to.
struct CatalogParts {
    private typealias OID = String

    private let relations: Rows
    private let version: Int
    private var kinds:
        [OID: (
            kind: Relation.Kind, hasChildren: Bool, hasForeignPartitions: Bool,
            name: (String, String)
        )] = [:]
    private var columns: [OID: [Column]] = [:]
    private var columnNames: [OID: [Int: String]] = [:]
    private var uniqueIndexes: [OID: [UniqueIndex]] = [:]
    private var foreignKeys: [OID: [ForeignKey]] = [:]
    private var checks: [OID: [CheckConstraint]] = [:]
    private var leaves: [OID: [Leaf]] = [:]

    init(relations: Rows, version: Int) {
        self.relations = relations
        self.version = version
        for row in relations {
            kinds[row.text("oid")] = (
                Relation.Kind(rawValue: row.text("kind")) ?? .table, row.bool("has_children"),
                row.bool("has_foreign_partitions"), (row.text("schema"), row.text("name"))
            )
        }
    }

    mutating func add(columns rows: Rows) {
        for row in rows {
            let oid = row.text("relation")
            let column = Column(row, notNullProven: provesNotNull(row, relation: oid))
            columns[oid, default: []].append(column)
            columnNames[oid, default: [:]][column.position] = column.name
        }
    }

    mutating func add(uniqueIndexes rows: Rows) {
        for row in rows {
            let oid = row.text("relation")
            // An expression has the number 0; columns after the key's width are only carried along.
            let key = names(of: row.text("columns"), width: row.int("width"), relation: oid)
            uniqueIndexes[oid, default: []].append(
                UniqueIndex(
                    name: row.text("name"), columns: key ?? [], isPrimary: row.bool("is_primary"),
                    isUsable: row.bool("usable"), nullsNotDistinct: row.bool("nulls_not_distinct"),
                    isInForce: row.bool("in_force"), comment: row["comment"],
                    definition: row["definition"]))
        }
    }

    mutating func add(foreignKeys rows: Rows) {
        for row in rows {
            let (oid, referenced) = (row.text("relation"), row.text("referenced"))
            guard let target = kinds[referenced]?.name else { continue }
            foreignKeys[oid, default: []].append(
                ForeignKey(
                    name: row.text("name"),
                    columns: names(of: row.text("columns"), relation: oid) ?? [],
                    referencedSchema: target.0, referencedTable: target.1,
                    referencedColumns: names(
                        of: row.text("referenced_columns"), relation: referenced) ?? [],
                    isValidated: row.bool("validated"), isEnforced: row.bool("enforced"),
                    changesReferrers: row.bool("changes_referrers"), comment: row["comment"]))
        }
    }

    mutating func add(checks rows: Rows) {
        for row in rows {
            checks[row.text("relation"), default: []].append(
                CheckConstraint(
                    name: row.text("name"), expression: row.text("expression"),
                    isValidated: row.bool("validated"), isNotInherited: row.bool("not_inherited"),
                    comment: row["comment"], bindsEveryRow: row.bool("binds_every_row")))
        }
    }

    mutating func add(leaves rows: Rows) {
        for row in rows {
            let server = row["server"].map {
                ForeignServer(
                    name: $0, wrapper: row.text("wrapper"), fetchSize: row.int("fetch_size"))
            }
            leaves[row.text("relation"), default: []].append(
                Leaf(schema: row.text("schema"), name: row.text("name"), server: server))
        }
    }

    func assembled() -> [Relation] {
        relations.map { row in
            let oid = row.text("oid")
            let columns = columns[oid] ?? []
            let kind = kinds[oid]?.kind ?? .table
            // The query names those of others only.
            let own =
                kind == .table || kind == .materializedView
                ? [Leaf(schema: row.text("schema"), name: row.text("name"), server: nil)] : []
            return Relation(
                schema: row.text("schema"), name: row.text("name"),
                kind: kind,
                owner: row.text("owner"), comment: row["comment"],
                estimatedRows: row.int("estimated_rows"), bytes: row.int("bytes") ?? 0,
                columns: columns, uniqueIndexes: uniqueIndexes[oid] ?? [],
                foreignKeys: foreignKeys[oid] ?? [], checkConstraints: checks[oid] ?? [],
                rowSecurityEnabled: row.bool("row_security"),
                rowSecurityForced: row.bool("row_security_forced"),
                rowSecurityHidesRows: row.bool("row_security_active"),
                hasSelect: row.bool("has_select") || columns.allSatisfy(\.hasSelect),
                hasPlaceSelect: row.bool("has_select"),
                hasInheritanceChildren: row.bool("has_children"),
                isPartition: row.bool("is_partition"), leaves: leaves[oid] ?? own)
        }
    }

    /// A foreign table's `NOT NULL` binds nobody, a partition's no more than another's; and before
    /// PostgreSQL 18, a child could drop its own.
    private func provesNotNull(_ row: Row, relation oid: OID) -> Bool {
        guard row.bool("not_null"), !row.bool("not_null_loose"), let kind = kinds[oid] else {
            return false
        }
        switch kind.kind {
        case .partitionedTable: return !kind.hasForeignPartitions
        case .table: return !kind.hasChildren || version >= 180_000
        case .view, .materializedView, .foreignTable: return false
        }
    }

    /// The names behind a list of column numbers; nil when one of them is no column.
    private func names(of numbers: String, width: Int? = nil, relation oid: OID) -> [String]? {
        let positions = numbers.split(separator: " ").prefix(width ?? .max).compactMap { Int($0) }
        let names = positions.compactMap { columnNames[oid]?[$0] }
        return names.count == positions.count ? names : nil
    }
}

extension Column {
    fileprivate init(_ row: Row, notNullProven: Bool) {
        self.init(
            name: row.text("name"), position: row.int("position") ?? 0,
            typeName: row.text("type"), baseTypeName: row.text("base_type"),
            category: Category(
                catalogued: row.text("category"), typeName: row.text("base_type")),
            isNotNull: row.bool("not_null"), notNullProven: notNullProven,
            hasDefault: row.bool("has_default"), isGenerated: row.bool("generated"),
            generation: row["generation"],
            collation: row["collation"], isDeterministic: row.bool("deterministic"),
            hasSelect: row.bool("has_select"), comment: row["comment"])
    }
}
