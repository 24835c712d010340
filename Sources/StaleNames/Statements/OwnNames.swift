import SQLSyntax

/// The names that scripts make, change or drop themselves, so that a catalog need not have them.
struct OwnNames {
    private(set) var schemas: Set<String> = []
    private(set) var relations: Set<String> = []
    /// The columns that are made, changed or dropped, by the table's name.
    private(set) var columns: [String: Set<String>] = [:]
    private(set) var others: Set<String> = []

    /// Takes note of what a statement defines.
    mutating func add(_ statement: Statement) {
        let node = statement.node
        switch statement.nodeType {
        case "CreateSchemaStmt": schemas.insert(node["schemaname"].string ?? "")
        case "CreateFunctionStmt": others.formUnion(node["funcname"].names.suffix(1))
        case "CreateEnumStmt", "CompositeTypeStmt", "CreateDomainStmt", "CreateRangeStmt",
            "DefineStmt":
            others.formUnion(
                (node["typeName"].names + node["domainname"].names
                    + node["defnames"].names).suffix(1))
            others.formUnion(node["typevar"]["relname"].string.map { [$0] } ?? [])
        case "DropStmt": drop(node)
        case "RenameStmt": rename(node)
        default: break
        }
        // CREATE TABLE, VIEW, TABLE AS and SELECT INTO, wherever they stand.
        for key in ["relation", "view"] where Self.making.contains(statement.nodeType) {
            relations.formUnion(node[key]["relname"].string.map { [$0] } ?? [])
        }
        for into in statement.tree.nodes("into") + statement.tree.nodes("intoClause") {
            relations.formUnion(into["rel"]["relname"].string.map { [$0] } ?? [])
        }
        guard let table = node["relation"]["relname"].string else { return }
        for column in statement.tree.nodes("ColumnDef") {
            columns[table, default: []].formUnion(column["colname"].string.map { [$0] } ?? [])
        }
        for command in statement.tree.nodes("AlterTableCmd") {
            columns[table, default: []].formUnion(command["name"].string.map { [$0] } ?? [])
        }
    }

    private static let making: Set = [
        "CreateStmt", "ViewStmt", "CreateTableAsStmt", "CreateForeignTableStmt", "AlterTableStmt",
        "CreateSeqStmt", "AlterObjectSchemaStmt",
    ]

    private mutating func drop(_ node: SyntaxTree) {
        for object in node["objects"].array {
            let names = object["List"]["items"].names + object["ObjectWithArgs"]["objname"].names
            if let name = names.last {
                relations.insert(name)
                others.insert(name)
            }
            if let schema = object["String"]["sval"].string { schemas.insert(schema) }
        }
    }

    private mutating func rename(_ node: SyntaxTree) {
        let new = node["newname"].string.map { [$0] } ?? []
        let relation = node["relation"]["relname"].string.map { [$0] } ?? []
        if node["renameType"].string == "OBJECT_COLUMN" {
            let old = node["subname"].string.map { [$0] } ?? []
            for table in relation { columns[table, default: []].formUnion(new + old) }
        } else {
            relations.formUnion(new + relation)
            others.formUnion(new + node["object"]["ObjectWithArgs"]["objname"].names.suffix(1))
        }
    }

    mutating func formUnion(_ other: OwnNames) {
        schemas.formUnion(other.schemas)
        relations.formUnion(other.relations)
        columns.merge(other.columns) { $0.union($1) }
        others.formUnion(other.others)
    }
}
