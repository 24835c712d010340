import SQLSyntax

/// What the rules about UPDATE, DELETE and their like look at.
enum ModifiedRows {
    /// The statements that may change rows, also in a CTE.
    static let statements = [
        "UpdateStmt", "DeleteStmt", "InsertStmt", "MergeStmt", "SelectStmt", "ExplainStmt",
        "CreateTableAsStmt", "PrepareStmt", "CopyStmt",
    ]

    /// The tables of which a statement changes every row, because nothing says which.
    static func unlimited(
        _ kind: StatementKind, in statement: MigrationStatement, _ state: MigrationState
    ) -> [ObjectName] {
        guard mayChange(statement) else { return [] }
        let direct = statement.syntax.modifications.filter { $0.kind == kind && !$0.hasWhere }
            .map { ObjectName(schema: $0.target.schema, $0.target.name) }
        return (direct + merged(kind, in: statement)).filter { !state.isNew($0) }
    }

    /// The tables of a MERGE that joins by no column and then changes whatever matches.
    private static func merged(
        _ kind: StatementKind, in statement: MigrationStatement
    ) -> [ObjectName] {
        guard ["MergeStmt", "ExplainStmt", "PrepareStmt"].contains(statement.syntax.nodeType) else {
            return []
        }
        let command = kind == .delete ? "CMD_DELETE" : "CMD_UPDATE"
        return statement.syntax.tree.nodes("MergeStmt").compactMap { merge in
            let joinsAll = merge["joinCondition"].nodes("ColumnRef").isEmpty
            let changesAll = merge["mergeWhenClauses"].array.map { $0["MergeWhenClause"] }
                .contains { $0["commandType"].string == command && $0["condition"].isNull }
            return joinsAll && changesAll ? ObjectName(relation: merge["relation"]) : nil
        }
    }

    /// Whether an INSERT takes its rows from a query, and not from VALUES.
    static func insertsQuery(_ statement: MigrationStatement) -> Bool {
        let query = statement.syntax.node["selectStmt"]["SelectStmt"]
        return !query.isNull && query["valuesLists"].array.isEmpty
    }

    /// A query changes rows only in a CTE, which spares most of them the walk.
    private static func mayChange(_ statement: MigrationStatement) -> Bool {
        statement.syntax.nodeType != "SelectStmt" || !statement.syntax.node["withClause"].isNull
    }
}
