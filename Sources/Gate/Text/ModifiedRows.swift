import SQLSyntax

/// What the rules about UPDATE, DELETE and their like look at.
enum ModifiedRows {
    /// The statements that may change rows, also in a CTE.
    static let statements = [
        "UpdateStmt", "DeleteStmt", "InsertStmt", "MergeStmt", "SelectStmt", "ExplainStmt",
        "CreateTableAsStmt",
    ]

    /// The tables of which a statement changes every row, because it has no WHERE.
    static func unlimited(
        _ kind: StatementKind, in statement: MigrationStatement, _ state: MigrationState
    ) -> [ObjectName] {
        guard mayChange(statement) else { return [] }
        return statement.syntax.modifications.filter { $0.kind == kind && !$0.hasWhere }
            .map { ObjectName(schema: $0.target.schema, $0.target.name) }
            .filter { !state.isNew($0) }
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
