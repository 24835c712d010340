public import SQLSyntax

/// One statement of a migration, or of a routine's or DO block's body in it.
public struct MigrationStatement: Sendable {
    /// What runs a statement.
    public enum Origin: Sendable, Hashable {
        /// The migration.
        case script
        /// A DO block of the migration, at once.
        case block
        /// A routine that the migration makes, whenever it is called.
        case routine
    }

    /// The statement as PostgreSQL's grammar reads it.
    public let syntax: Statement
    /// What runs it.
    public let origin: Origin
    /// The statements of its body, where it is a DO block or makes a routine.
    public let body: [MigrationStatement]
    /// Places in its body that run SQL which the text does not tell.
    public let unknown: [Location]

    /// The commands of an ALTER TABLE.
    let commands: [AlterCommand]
    /// The columns that it makes.
    let columns: [NewColumn]
    /// The constraints that it makes.
    let constraints: [NewConstraint]

    /// Takes a statement.
    public init(_ syntax: Statement, origin: Origin = .script) {
        self.syntax = syntax
        self.origin = origin
        let isBlock = syntax.nodeType == "DoStmt"
        let body = (syntax.doBody ?? syntax.routineBody)?.statements
        self.body = (body?.known ?? syntax.atomicBody).map {
            MigrationStatement($0, origin: isBlock && origin == .script ? .block : .routine)
        }
        unknown = isBlock ? body?.unknown ?? [] : []
        let parts = StatementParts(syntax)
        commands = parts.commands
        columns = parts.columns
        constraints = parts.constraints
    }

    /// The text, without the semicolon.
    public var text: String { syntax.text }
    /// The line of the file where it begins, from 1.
    public var line: Int { syntax.location.line }
    /// The column where it begins, from 1, in Unicode scalars.
    public var column: Int { syntax.location.column }

    /// The table that it alters, indexes or makes.
    var table: ObjectName? { ObjectName(relation: syntax.node["relation"]) }

    /// Whether what it makes may have been there before: IF NOT EXISTS and OR REPLACE.
    var mayFindItThere: Bool {
        syntax.node["if_not_exists"].isTrue || syntax.node["replace"].isTrue
    }

    /// Whether the column or constraint of one of its commands may have been there before.
    func mayFindItThere(by command: Int?) -> Bool {
        guard let command, commands.indices.contains(command) else { return mayFindItThere }
        return commands[command].mayFindItThere
    }
}

/// What CREATE TABLE and ALTER TABLE make, in one form.
private struct StatementParts {
    var commands: [AlterCommand] = []
    var columns: [NewColumn] = []
    var constraints: [NewConstraint] = []

    init(_ syntax: Statement) {
        let node = syntax.node
        guard let table = ObjectName(relation: node["relation"]) else { return }
        if syntax.nodeType == "CreateStmt" {
            for element in node["tableElts"].array {
                if let column = NewColumn(element["ColumnDef"], of: table) { add(column) }
                if !element["Constraint"].isNull {
                    constraints.append(
                        NewConstraint(element["Constraint"], of: table, origin: .newTable))
                }
            }
        } else if syntax.nodeType == "AlterTableStmt", syntax.altersTable {
            commands = AlterCommand.list(in: node)
            for command in commands {
                if command.type == "AT_AddConstraint" {
                    constraints.append(
                        NewConstraint(
                            command.definition["Constraint"], of: table, origin: .addition,
                            command: command.index))
                } else if command.type == "AT_AddColumn",
                    let column = NewColumn(
                        command.definition["ColumnDef"], of: table, command: command.index)
                {
                    add(column)
                }
            }
        }
    }

    private mutating func add(_ column: NewColumn) {
        columns.append(column)
        for constraint in column.constraints
        where Self.ofTables.contains(constraint["contype"].string ?? "") {
            let hasValue = column.defaultValue != nil || column.isGenerated
            constraints.append(
                NewConstraint(
                    constraint, of: column.table, column: column.name,
                    origin: column.command == nil ? .newTable : .newColumn(hasValue: hasValue),
                    command: column.command))
        }
    }

    private static let ofTables: Set = [
        "CONSTR_CHECK", "CONSTR_PRIMARY", "CONSTR_UNIQUE", "CONSTR_FOREIGN",
    ]
}

extension Statement {
    /// Whether an ALTER TABLE is of a table, and not of an index, a view or a type, which are the same
    /// node to PostgreSQL.
    var altersTable: Bool {
        ["OBJECT_TABLE", "OBJECT_FOREIGN_TABLE"].contains(node["objtype"].string)
    }
}
