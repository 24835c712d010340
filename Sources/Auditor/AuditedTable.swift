import Assay
import Postgres
import Streams

extension Plan {
    /// A table of the suite and what the catalog says of it.
    struct AuditedTable: Sendable {
        let table: Table
        let relation: Relation
        /// The tables in which its rows lie, by their numbers.
        let leaves: [AuditedLeaf]
        /// Why its leaves cannot be read one by one, as a clause; `nil` where they can.
        let obstacle: String?

        init(_ table: Table, _ relation: Relation, in catalog: Catalog) {
            self.table = table
            self.relation = relation
            leaves = relation.leaves.compactMap { leaf in
                catalog.relation(schema: leaf.schema, name: leaf.name).map {
                    AuditedLeaf(relation: $0, server: leaf.server)
                }
            }
            obstacle = Self.obstacle(to: leaves, of: relation, in: catalog)
        }

        /// The columns that name a row in a report: the declared key, or the row's place.
        var key: [(name: String, sql: SQL, display: Display)] {
            guard table.key.isEmpty else {
                return table.key.map { ($0, .identifier($0), display(ofKey: $0)) }
            }
            return [("ctid", "\(identifier: table.name.name).ctid", .plain)]
        }

        /// How a statement calls what it adds to the table's columns: as none of them begins.
        var prefix: String { relation.freePrefix }

        /// Whether a row's ctid tells it from every other row of the table, and may be read: who may read
        /// columns only may not.
        var hasPlaces: Bool {
            switch relation.kind {
            case .table, .materializedView:
                !relation.hasInheritanceChildren && relation.hasPlaceSelect
            default: false
            }
        }
    }
}

/// A table in which rows of an audited one lie.
struct AuditedLeaf: Sendable {
    let relation: Relation
    /// Where its rows lie; `nil` for the audited server.
    let server: ForeignServer?

    var name: TableName { TableName(schema: relation.schema, name: relation.name) }
}

extension Plan.AuditedTable {
    /// Whether some of its rows lie on other servers.
    var isDistributed: Bool { leaves.contains { $0.server != nil } }

    /// Whether a pass over its rows is made leaf by leaf, so that other servers count theirs.
    var isAskedByLeaf: Bool { isDistributed && obstacle == nil }

    /// The other servers, each once, in the order of its leaves.
    var servers: [ForeignServer] { leaves.compactMap(\.server).unique }

    /// About how many bytes its rows take here.
    var bytes: Int {
        isSpread ? leaves.reduce(0) { $0 + $1.relation.bytes } : relation.bytes
    }

    /// About how many rows it has; `nil` where nobody has counted.
    var rows: Int? {
        guard isSpread else { return relation.estimatedRows }
        let known = leaves.map(\.relation.estimatedRows)
        if known.allSatisfy({ $0 == nil }) { return nil }
        return zip(leaves, known).reduce(0) { $0 + ($1.1 ?? $1.0.relation.bytes / 100) }
    }

    /// Whether rows lie elsewhere than in the table itself.
    private var isSpread: Bool {
        leaves.count > 1 || leaves.first.map { $0.name != table.name } == true
    }

    /// A leaf as a statement reads it: alone, and called as the table is, so that an author's SQL finds
    /// its columns.
    func source(ofLeaf number: Int) -> SQL {
        guard isSpread else { return "\(table.name)" }
        return "ONLY \(leaves[number].name) AS \(identifier: table.name.name)"
    }

    private static func obstacle(
        to leaves: [AuditedLeaf], of relation: Relation, in catalog: Catalog
    ) -> String? {
        guard !leaves.isEmpty, leaves.count == relation.leaves.count else {
            return "its rows have no places of their own"
        }
        guard leaves.count <= RowPlace.mostLeaves else {
            return "its rows lie in \(leaves.count.grouped) tables, more than can be told apart"
        }
        if let leaf = leaves.first(where: { $0.server.map { $0.wrapper != "postgres_fdw" } == true }
        ) {
            return "\(leaf.name) is not read by postgres_fdw"
        }
        guard leaves.count > 1 else {
            return relation.hasPlaceSelect
                ? nil
                : "\(catalog.database.currentUser) may read columns of it, but not where its rows lie"
        }
        if relation.rowSecurityHidesRows { return "row security is on for it" }
        for leaf in leaves {
            if leaf.relation.rowSecurityHidesRows {
                return
                    "row security is on for \(leaf.name), where a query of the whole passes by it"
            }
            guard catalog.usableSchemas.contains(leaf.relation.schema), leaf.relation.hasPlaceSelect
            else {
                return "\(catalog.database.currentUser) may read it, but not \(leaf.name) by itself"
            }
        }
        return nil
    }
}

extension Relation {
    /// As none of its columns begins.
    var freePrefix: String {
        var prefix = "assay_"
        while columns.contains(where: { $0.name.hasPrefix(prefix) }) { prefix += "_" }
        return prefix
    }
}
