import SQLSyntax

/// What a migration has done before a statement, as far as its text tells.
struct MigrationState: Sendable {
    /// The server's major version.
    let version: Int
    /// The schemas that clients reach through an interface, such as PostgREST's.
    let exposed: Set<String>
    /// Whether the runner runs the migration in one transaction.
    let isWrapped: Bool

    /// Whether a transaction is open, the runner's or the script's own.
    private(set) var isInTransaction: Bool
    /// Which transaction it is; statements outside of one have a number each.
    private(set) var transaction = 0
    /// Whether a lock_timeout ends waiting, for the session or for the open transaction.
    var hasLockTimeout: Bool { hasSessionTimeout || (isInTransaction && hasLocalTimeout) }
    private var hasSessionTimeout = false
    private var hasLocalTimeout = false
    /// The tables, with their schema, that the migration has made.
    private var made: Set<String> = []
    private var madeTypes: Set<String> = []
    private(set) var madeSchemas: Set<String> = []
    private var madeColumns: Set<String> = []
    private var checked: Set<String> = []
    private var droppedIndexes: Set<String> = []
    private var usages: Set<String> = []
    /// Whether an earlier statement has locked a table that is in use.
    private(set) var hasLocked = false
    private var routines: Set<String> = []
    /// Indexes the migration made, by their columns, and those of keys.
    private var indexes: [String: [[String]]] = [:]
    /// Constraints added NOT VALID, by table and name.
    private(set) var waiting: [String: (constraint: NewConstraint, transaction: Int)] = [:]
    /// Columns that a validated CHECK says are not null.
    private var proven: Set<String> = []
    /// Tables that the open transaction locks against everything.
    private var held: Set<String> = []
    /// The one of them that was locked last.
    private(set) var lockedTable: ObjectName?
    private var schema = "public"
    /// What earlier migrations and this one say of columns' types.
    var types: [String: TypeName] = [:]
    /// The statements behind the one that is judged.
    var sequel = MigrationSequel()

    init(version: Int, exposed: Set<String>, isWrapped: Bool, types: [String: TypeName] = [:]) {
        self.version = version
        self.exposed = exposed
        self.isWrapped = isWrapped
        self.types = types
        isInTransaction = isWrapped
    }

    /// Takes over what an earlier migration made that is deployed together with this one.
    mutating func takeOver(from earlier: MigrationState) {
        made = earlier.made
        madeTypes = earlier.madeTypes
        madeSchemas = earlier.madeSchemas
        madeColumns = earlier.madeColumns
        checked = earlier.checked
        usages = earlier.usages
        routines = earlier.routines
        indexes = earlier.indexes
        proven = earlier.proven
    }

    /// A name with the schema that it has without one.
    func key(_ name: ObjectName) -> String { "\(name.schema ?? schema).\(name.name)" }

    func schema(of name: ObjectName) -> String { name.schema ?? schema }

    /// Whether the migration made the table, so that nobody uses it yet and it holds few rows.
    func isNew(_ table: ObjectName?) -> Bool {
        guard let table else { return false }
        return made.contains(key(table)) || table.schema == "pg_temp"
    }

    func isNewType(_ name: ObjectName) -> Bool { madeTypes.contains(key(name)) }

    func isNewRoutine(_ name: ObjectName) -> Bool { routines.contains(key(name)) }

    /// Whether rows were held against `column IS NOT NULL` already.
    func isProvenNotNull(_ column: String, of table: ObjectName) -> Bool {
        proven.contains("\(key(table)).\(column)")
    }

    func type(of column: String, in table: ObjectName) -> TypeName? {
        types["\(key(table)).\(column)"]
    }

    /// Whether the open transaction locks the table against everything.
    func isHeld(_ table: ObjectName) -> Bool { held.contains(key(table)) }

    /// How many tables the open transaction locks against everything.
    var heldTables: Int { held.count }

    /// The columns of the indexes and keys that the migration has made on a table.
    func indexes(on table: ObjectName) -> [[String]] { indexes[key(table)] ?? [] }

    /// Whether a constraint was added NOT VALID by the transaction that is open.
    func isWaitingInTransaction(_ name: String, of table: ObjectName) -> Bool {
        guard isInTransaction, let found = waiting["\(key(table)).\(name)"] else { return false }
        return found.transaction == transaction
    }

    /// Whether rows were held against a CHECK of the table, as a partition's bounds need it.
    func isChecked(_ table: ObjectName) -> Bool { checked.contains(key(table)) }

    /// Whether the migration has dropped an index of this name.
    func hasDroppedIndex(_ index: ObjectName) -> Bool { droppedIndexes.contains(index.name) }

    /// Whether the migration made the column.
    func isNewColumn(_ column: String, of table: ObjectName) -> Bool {
        isNew(table) || madeColumns.contains("\(key(table)).\(column)")
    }

    /// Whether it granted the use of a schema to a role.
    func hasUsage(of schema: String, role: String) -> Bool { usages.contains("\(schema).\(role)") }

    /// Takes in a statement that has been judged.
    mutating func advance(over statement: MigrationStatement) {
        let node = statement.syntax.node
        switch statement.syntax.nodeType {
        case "TransactionStmt": transact(statement.syntax)
        case "VariableSetStmt": set(node)
        case "CreateStmt":
            if let table = statement.table { made.insert(key(table)) }
        case "CreateTableAsStmt":
            if let table = ObjectName(relation: node["into"]["rel"]) { made.insert(key(table)) }
        case "SelectStmt":
            if let table = ObjectName(relation: node["intoClause"]["rel"]) {
                made.insert(key(table))
            }
            if statement.configures("lock_timeout") { hasSessionTimeout = true }
        case "ViewStmt":
            if let view = ObjectName(relation: node["view"]) { made.insert(key(view)) }
        case "CreateSchemaStmt":
            if let name = node["schemaname"].string { madeSchemas.insert(name) }
        case "CreateEnumStmt":
            if let name = ObjectName(parts: node["typeName"].names) { madeTypes.insert(key(name)) }
        case "CompositeTypeStmt":
            if let name = ObjectName(relation: node["typevar"]) { madeTypes.insert(key(name)) }
        case "CreateDomainStmt":
            if let name = ObjectName(parts: node["domainname"].names) {
                madeTypes.insert(key(name))
            }
        case "CreateFunctionStmt":
            if let name = ObjectName(parts: node["funcname"].names) { routines.insert(key(name)) }
        case "DropStmt": forget(statement)
        case "RenameStmt": rename(node)
        case "AlterTableStmt": validate(statement)
        case "GrantStmt":
            for (schema, role) in statement.usages { usages.insert("\(schema).\(role)") }
        case "IndexStmt":
            if let table = statement.table {
                if let name = node["idxname"].string {
                    made.insert(key(ObjectName(schema: schema(of: table), name)))
                }
                indexes[key(table), default: []].append(
                    node["indexParams"].array.map { $0["IndexElem"]["name"].string ?? "" })
            }
        default: break
        }
        for column in statement.columns {
            types["\(key(column.table)).\(column.name)"] = column.type
            madeColumns.insert("\(key(column.table)).\(column.name)")
        }
        take(statement.constraints)
        lock(statement)
        if !isInTransaction { transaction += 1 }
    }

    private mutating func take(_ constraints: [NewConstraint]) {
        for constraint in constraints {
            switch constraint.type {
            case "CONSTR_PRIMARY", "CONSTR_UNIQUE":
                indexes[key(constraint.table), default: []].append(constraint.columns)
            case "CONSTR_CHECK", "CONSTR_FOREIGN":
                if constraint.isNotValid, let name = constraint.name {
                    waiting["\(key(constraint.table)).\(name)"] = (constraint, transaction)
                } else {
                    prove(constraint)
                }
            default: break
            }
        }
    }

    private mutating func prove(_ constraint: NewConstraint) {
        if constraint.type == "CONSTR_CHECK" { checked.insert(key(constraint.table)) }
        for column in constraint.notNullColumns {
            proven.insert("\(key(constraint.table)).\(column)")
        }
    }

    private mutating func validate(_ statement: MigrationStatement) {
        guard let table = statement.table else { return }
        for command in statement.commands {
            switch command.type {
            case "AT_ValidateConstraint":
                guard let found = waiting["\(key(table)).\(command.name ?? "")"] else { continue }
                prove(found.constraint)
            case "AT_AlterColumnType":
                types["\(key(table)).\(command.name ?? "")"] = TypeName(
                    command.definition["ColumnDef"]["typeName"])
            default: break
            }
        }
    }

    private mutating func lock(_ statement: MigrationStatement) {
        for lock in statement.locks(version: version)
        where lock.level >= .share && !isNew(lock.table) {
            hasLocked = true
            if isInTransaction, lock.level == .accessExclusive {
                held.insert(key(lock.table))
                lockedTable = lock.table
            }
        }
    }

    private mutating func transact(_ statement: Statement) {
        switch statement.kind {
        case .begin, .startTransaction:
            if !isInTransaction { transaction += 1 }
            isInTransaction = true
        case .commit, .rollback, .prepareTransaction:
            let chains = statement.node["chain"].isTrue
            hasLocalTimeout = false
            held = []
            lockedTable = nil
            transaction += 1
            isInTransaction = chains
        default: break
        }
    }

    private mutating func set(_ node: SyntaxTree) {
        let isReset = node["kind"].string.map { $0 != "VAR_SET_VALUE" } ?? false
        switch node["name"].string {
        case "lock_timeout":
            let value = node["args"][0]["A_Const"]
            let number = value["ival"]["ival"].number
            let text = value["sval"]["sval"].string
            let isSet = !isReset && (number ?? (text == "0" || text == nil ? 0 : 1)) != 0
            if node["is_local"].isTrue {
                hasLocalTimeout = isSet
            } else {
                hasSessionTimeout = isSet
            }
        case "search_path":
            schema =
                isReset ? "public" : node["args"][0]["A_Const"]["sval"]["sval"].string ?? "public"
        default: break
        }
    }

    private mutating func forget(_ statement: MigrationStatement) {
        for name in statement.dropped {
            made.remove(key(name))
            if statement.syntax.node["removeType"].string == "OBJECT_INDEX" {
                droppedIndexes.insert(name.name)
            }
        }
    }

    private mutating func rename(_ node: SyntaxTree) {
        guard let old = ObjectName(relation: node["relation"]), let name = node["newname"].string,
            ["OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW"].contains(node["renameType"].string)
        else { return }
        if made.remove(key(old)) != nil {
            made.insert(key(ObjectName(schema: old.schema, name)))
        }
    }
}
