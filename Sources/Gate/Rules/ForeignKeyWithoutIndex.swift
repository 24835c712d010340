import Assay
import SQLSyntax

/// A foreign key whose columns no index serves.
struct ForeignKeyWithoutIndex: MigrationRule {
    static let statements = ["CreateStmt", "AlterTableStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        statement.constraints.compactMap { key in
            guard key.type == "CONSTR_FOREIGN", !key.columns.isEmpty,
                isKnown(key, statement, state), !isIndexed(key, statement, state)
            else { return nil }
            let list = key.columns.joined(separator: ", ")
            let columns = key.columns.map(ObjectName.quoted).joined(separator: ", ")
            return Problem(
                "no index serves the foreign key (\(list)) of \(key.table)", at: key.spot,
                rewrite:
                    "\(statement.text);\nCREATE INDEX \(state.isNew(key.table) || statement.syntax.nodeType == "CreateStmt" ? "" : "CONCURRENTLY ")ON \(key.table.sql) (\(columns))"
            )
        }
    }

    /// Whether the migration made the columns, so that it would have to make the index.
    private static func isKnown(
        _ key: NewConstraint, _ statement: MigrationStatement, _ state: MigrationState
    ) -> Bool {
        if statement.syntax.nodeType == "CreateStmt" { return true }
        let own = statement.columns.map(\.name)
        return key.columns.contains { own.contains($0) || state.isNewColumn($0, of: key.table) }
    }

    private static func isIndexed(
        _ key: NewConstraint, _ statement: MigrationStatement, _ state: MigrationState
    ) -> Bool {
        let wanted = Set(key.columns)
        let serves = { (columns: [String]) in Set(columns.prefix(wanted.count)) == wanted }
        let table = state.key(key.table)
        let before = state.indexes(on: key.table).contains(where: serves)
        return before
            || ([statement] + state.sequel.about(key.table.name)).contains { later in
                let keys = later.constraints.contains {
                    ["CONSTR_PRIMARY", "CONSTR_UNIQUE"].contains($0.type)
                        && state.key($0.table) == table && serves($0.columns)
                }
                guard later.syntax.nodeType == "IndexStmt", !keys,
                    let indexed = later.table, state.key(indexed) == table
                else { return keys }
                return serves(
                    later.syntax.node["indexParams"].array.map {
                        $0["IndexElem"]["name"].string ?? ""
                    })
            }
    }

    static let documentation = RuleDocumentation(
        "foreign-key-without-index", .warning,
        summary: "A foreign key whose columns no index leads with.",
        why:
            "Each DELETE or change of a key on the other side reads this whole table, under locks.",
        instead: "Create an index on the columns of the foreign key in the same migration.",
        limits:
            "Of columns that were there before, indexes are not known from the text, so nothing is said.",
        refuses: [
            "CREATE TABLE core.people (id bigint PRIMARY KEY, company_id bigint ⟪REFERENCES core.companies⟫)"
        ],
        accepts: [
            """
            CREATE TABLE core.people (id bigint PRIMARY KEY, company_id bigint REFERENCES core.companies);
            CREATE INDEX ON core.people (company_id)
            """
        ])
}
