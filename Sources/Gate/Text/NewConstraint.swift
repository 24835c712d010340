import SQLSyntax

/// A constraint that a statement makes.
struct NewConstraint: Sendable {
    /// What makes it.
    enum Origin: Sendable {
        case newTable
        /// A column that is added, with a value in the rows that are there or without.
        case newColumn(hasValue: Bool)
        case addition
    }

    let table: ObjectName
    /// PostgreSQL's own name of its sort, such as `CONSTR_CHECK`.
    let type: String
    let name: String?
    let definition: SyntaxTree
    let columns: [String]
    let origin: Origin
    let command: Int?
    let offset: Int

    init(
        _ definition: SyntaxTree, of table: ObjectName, column: String? = nil, origin: Origin,
        command: Int? = nil
    ) {
        self.table = table
        self.definition = definition
        self.origin = origin
        self.command = command
        type = definition["contype"].string ?? ""
        name = definition["conname"].string
        offset = definition["location"].number ?? 0
        let listed = definition[type == "CONSTR_FOREIGN" ? "fk_attrs" : "keys"].names
        columns = column.map { [$0] } ?? listed
    }

    var isNotValid: Bool { definition["skip_validation"].isTrue }
    var usesIndex: Bool { !definition["indexname"].isNull }
    /// The table that a foreign key refers to.
    var referenced: ObjectName? { ObjectName(relation: definition["pktable"]) }

    /// What a person reads: the constraint's name, or its table.
    var inWords: String { name.map { "\($0) on \(table)" } ?? "\(table)" }

    var spot: Spot { command.map { .command($0) } ?? .item(at: offset) }

    /// Columns that a CHECK says are not null, where that is all it says.
    var notNullColumns: [String] {
        guard type == "CONSTR_CHECK" else { return [] }
        return Self.notNullColumns(in: definition["raw_expr"])
    }

    private static func notNullColumns(in expression: SyntaxTree) -> [String] {
        let test = expression["NullTest"]
        if test["nulltesttype"].string == "IS_NOT_NULL" {
            return test["arg"]["ColumnRef"]["fields"].names.suffix(1).map(\.self)
        }
        let all = expression["BoolExpr"]
        guard all["boolop"].string == "AND_EXPR" else { return [] }
        return all["args"].array.flatMap { notNullColumns(in: $0) }
    }
}
