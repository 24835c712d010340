import SQLSyntax

/// A column that a statement makes, with a new table or in one that is there.
struct NewColumn: Sendable {
    let table: ObjectName
    let name: String
    let type: TypeName
    /// Its constraints, such as `CONSTR_NOTNULL`.
    let constraints: [SyntaxTree]
    /// The command of ALTER TABLE that adds it; `nil` in CREATE TABLE.
    let command: Int?
    /// Where its name begins in the statement.
    let offset: Int

    init?(_ definition: SyntaxTree, of table: ObjectName, command: Int? = nil) {
        guard let name = definition["colname"].string else { return nil }
        self.table = table
        self.name = name
        type = TypeName(definition["typeName"])
        constraints = definition["constraints"].array.map { $0["Constraint"] }
        self.command = command
        offset = definition["location"].number ?? 0
    }

    /// The constraint of a sort, such as `CONSTR_DEFAULT`.
    func constraint(_ type: String) -> SyntaxTree? {
        constraints.first { $0["contype"].string == type }
    }

    /// Its default, unless that is null.
    var defaultValue: SyntaxTree? {
        guard let value = constraint("CONSTR_DEFAULT")?["raw_expr"], !value.isNull else {
            return nil
        }
        var constant = value
        while !constant["TypeCast"]["arg"].isNull { constant = constant["TypeCast"]["arg"] }
        return constant["A_Const"]["isnull"].isTrue ? nil : value
    }

    var isRequired: Bool {
        constraint("CONSTR_NOTNULL") != nil || constraint("CONSTR_PRIMARY") != nil
    }

    var isGenerated: Bool {
        constraint("CONSTR_GENERATED") != nil || constraint("CONSTR_IDENTITY") != nil
            || type.isSerial
    }

    var spot: Spot { command.map { .command($0) } ?? .item(at: offset) }
}
