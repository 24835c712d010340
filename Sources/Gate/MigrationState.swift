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
    /// Whether a lock_timeout ends waiting.
    var hasLockTimeout: Bool { known.settings.hasLockTimeout }
    /// Whether an earlier statement has locked a table that is in use, and nothing would have ended its waiting.
    private(set) var hasWaited = false
    /// What the migration has made, set and proven.
    private var known = MadeObjects()
    /// What was known at the beginning of the open transaction, and at its savepoints.
    private var saved: [(name: String?, known: MadeObjects)] = []
    /// The columns whose types the open transaction has told.
    private var typed: Set<String> = []
    /// Tables that the open transaction locks against everything.
    private var held: Set<String> = []
    /// The one of them that was locked last.
    private(set) var lockedTable: ObjectName?
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
        if isWrapped { saved = [(nil, known)] }
    }

    /// Takes over what an earlier migration made that is deployed together with this one.
    mutating func takeOver(from earlier: MigrationState) {
        known = earlier.known.handedOn
        if isInTransaction { saved = [(nil, known)] }
    }

    /// A name with the schema that it has without one; a temporary table stands before all others.
    func key(_ name: ObjectName) -> String {
        let temporary = "pg_temp.\(name.name)"
        if name.schema == nil, known.relations.contains(temporary) { return temporary }
        return "\(schema(of: name)).\(name.name)"
    }

    func schema(of name: ObjectName) -> String { name.schema ?? known.settings.schema }

    /// Whether the migration made the table, so that nobody uses it yet and it holds few rows.
    func isNew(_ table: ObjectName?) -> Bool {
        guard let table else { return false }
        return known.relations.contains(key(table)) || table.schema == "pg_temp"
    }

    func isNewType(_ name: ObjectName) -> Bool { known.types.contains(key(name)) }

    func isNewRoutine(_ name: ObjectName) -> Bool { known.routines.contains(key(name)) }

    /// The schemas that the migration has made.
    var madeSchemas: Set<String> { known.schemas }

    /// Whether rows were held against `column IS NOT NULL` already.
    func isProvenNotNull(_ column: String, of table: ObjectName) -> Bool {
        known.proven.contains("\(key(table)).\(column)")
    }

    func type(of column: String, in table: ObjectName) -> TypeName? {
        types["\(key(table)).\(column)"]
    }

    /// Whether the open transaction locks the table against everything.
    func isHeld(_ table: ObjectName) -> Bool { held.contains(key(table)) }

    /// How many tables the open transaction locks against everything.
    var heldTables: Int { held.count }

    /// The columns of the indexes and keys that the migration has made on a table.
    func indexes(on table: ObjectName) -> [[String]] { known.indexes[key(table)] ?? [] }

    /// Whether the migration has added the constraint NOT VALID.
    func isWaiting(_ name: String, of table: ObjectName) -> Bool {
        known.waiting["\(key(table)).\(name)"] != nil
    }

    /// Whether a constraint was added NOT VALID by the transaction that is open.
    func isWaitingInTransaction(_ name: String, of table: ObjectName) -> Bool {
        guard isInTransaction, let found = known.waiting["\(key(table)).\(name)"] else {
            return false
        }
        return found.transaction == transaction
    }

    /// Whether rows were held against a CHECK of the table, as a partition's bounds need it.
    func isChecked(_ table: ObjectName) -> Bool { known.checked.contains(key(table)) }

    /// Whether the migration has dropped an index of this name.
    func hasDroppedIndex(_ index: ObjectName) -> Bool {
        known.droppedIndexes.contains(index.name)
    }

    /// Whether the migration made the column.
    func isNewColumn(_ column: String, of table: ObjectName) -> Bool {
        isNew(table) || known.columns.contains("\(key(table)).\(column)")
    }

    /// Whether it granted the use of a schema to a role.
    func hasUsage(of schema: String, role: String) -> Bool {
        known.usages.contains("\(schema).\(role)")
    }

    /// Takes in a statement that has been judged.
    mutating func advance(over statement: MigrationStatement) {
        let node = statement.syntax.node
        switch statement.syntax.nodeType {
        case "TransactionStmt": transact(statement.syntax)
        case "VariableSetStmt": known.settings.set(node, isInTransaction: isInTransaction)
        case "DiscardStmt" where node["target"].string == "DISCARD_ALL": known.settings.reset()
        case "CreateStmt": make(node["relation"], by: statement)
        case "CreateTableAsStmt": make(node["into"]["rel"], by: statement)
        case "SelectStmt":
            make(node["intoClause"]["rel"], by: statement)
            if statement.text.contains("set_config") {
                known.settings.configure(node, isInTransaction: isInTransaction)
            }
        case "ViewStmt": make(node["view"], by: statement)
        case "CreateSchemaStmt" where !statement.mayFindItThere:
            if let name = node["schemaname"].string { known.schemas.insert(name) }
        case "CreateEnumStmt": insert(node["typeName"], into: \.types)
        case "CompositeTypeStmt":
            if let name = ObjectName(relation: node["typevar"]) { known.types.insert(key(name)) }
        case "CreateDomainStmt": insert(node["domainname"], into: \.types)
        case "CreateFunctionStmt" where !statement.mayFindItThere:
            insert(node["funcname"], into: \.routines)
        case "DropStmt": forget(statement)
        case "RenameStmt": rename(node)
        case "AlterTableStmt": validate(statement)
        case "GrantStmt":
            for (schema, role) in statement.usages { known.usages.insert("\(schema).\(role)") }
        case "IndexStmt": index(statement)
        default: break
        }
        takeColumns(of: statement)
        takeConstraints(of: statement)
        lock(statement)
        if !isInTransaction { transaction += 1 }
    }

    // MARK: What statements make

    /// A table or view is made, unless it may have been there before.
    private mutating func make(_ relation: SyntaxTree, by statement: MigrationStatement) {
        guard let name = ObjectName(relation: relation) else { return }
        let isTemporary = relation["relpersistence"].string == "t"
        let key = isTemporary ? "pg_temp.\(name.name)" : key(name)
        guard !statement.mayFindItThere || known.gone.contains(key) else { return }
        known.relations.insert(key)
    }

    private mutating func insert(
        _ parts: SyntaxTree, into set: WritableKeyPath<MadeObjects, Set<String>>
    ) {
        if let name = ObjectName(parts: parts.names) { known[keyPath: set].insert(key(name)) }
    }

    private mutating func index(_ statement: MigrationStatement) {
        guard let table = statement.table else { return }
        let node = statement.syntax.node
        if let name = node["idxname"].string, !statement.mayFindItThere {
            known.relations.insert(key(ObjectName(schema: schema(of: table), name)))
        }
        known.indexes[key(table), default: []].append(
            node["indexParams"].array.map { $0["IndexElem"]["name"].string ?? "" })
    }

    private mutating func takeColumns(of statement: MigrationStatement) {
        for column in statement.columns {
            let key = "\(key(column.table)).\(column.name)"
            // What may have been there before is of the type that it had.
            if statement.mayFindItThere(by: column.command) {
                if types[key] == nil { tell(key, column.type) }
            } else {
                tell(key, column.type)
                known.columns.insert(key)
            }
        }
    }

    private mutating func tell(_ column: String, _ type: TypeName) {
        types[column] = type
        if isInTransaction { typed.insert(column) }
    }

    private mutating func takeConstraints(of statement: MigrationStatement) {
        for constraint in statement.constraints {
            switch constraint.type {
            case "CONSTR_PRIMARY", "CONSTR_UNIQUE":
                known.indexes[key(constraint.table), default: []].append(constraint.columns)
            case "CONSTR_CHECK", "CONSTR_FOREIGN":
                if statement.mayFindItThere(by: constraint.command) { continue }
                if constraint.isNotValid, let name = constraint.name {
                    known.waiting["\(key(constraint.table)).\(name)"] = (constraint, transaction)
                } else {
                    prove(constraint)
                }
            default: break
            }
        }
    }

    private mutating func prove(_ constraint: NewConstraint) {
        if constraint.type == "CONSTR_CHECK" { known.checked.insert(key(constraint.table)) }
        for column in constraint.notNullColumns {
            known.proven.insert("\(key(constraint.table)).\(column)")
        }
    }

    private mutating func validate(_ statement: MigrationStatement) {
        guard let table = statement.table else { return }
        for command in statement.commands {
            let key = "\(key(table)).\(command.name ?? "")"
            switch command.type {
            case "AT_ValidateConstraint":
                guard let found = known.waiting[key] else { continue }
                prove(found.constraint)
            case "AT_AlterColumnType":
                tell(key, TypeName(command.definition["ColumnDef"]["typeName"]))
            default: break
            }
        }
    }

    private mutating func forget(_ statement: MigrationStatement) {
        let type = statement.syntax.node["removeType"].string
        for name in statement.dropped {
            let key = key(name)
            known.relations.remove(key)
            switch type {
            case "OBJECT_INDEX": known.droppedIndexes.insert(name.name)
            case "OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW": known.gone.insert(key)
            default: break
            }
        }
    }

    private mutating func rename(_ node: SyntaxTree) {
        guard let old = ObjectName(relation: node["relation"]), let name = node["newname"].string,
            ["OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW"].contains(node["renameType"].string)
        else { return }
        if known.relations.remove(key(old)) != nil {
            known.relations.insert(key(ObjectName(schema: old.schema, name)))
        }
    }

    // MARK: Transactions

    private mutating func lock(_ statement: MigrationStatement) {
        for lock in statement.locks(version: version)
        where lock.level >= .share && !isNew(lock.table) {
            if !hasLockTimeout { hasWaited = true }
            if isInTransaction, lock.level == .accessExclusive {
                held.insert(key(lock.table))
                lockedTable = lock.table
            }
        }
    }

    private mutating func transact(_ statement: Statement) {
        let name = statement.node["savepoint_name"].string
        let savepoint = saved.lastIndex { $0.name != nil && $0.name == name }
        switch statement.kind {
        case .begin, .startTransaction:
            guard !isInTransaction else { return }
            transaction += 1
            isInTransaction = true
            saved = [(nil, known)]
        case .savepoint: saved.append((name, known))
        case .release:
            if let savepoint { saved.removeSubrange(savepoint...) }
        case .rollbackTo:
            guard let savepoint else { return }
            known = saved[savepoint].known
            saved.removeSubrange((savepoint + 1)...)
            forgetTypes()
        case .rollback:
            if let first = saved.first { known = first.known }
            forgetTypes()
            endTransaction(chains: statement.node["chain"].isTrue)
        case .commit, .prepareTransaction:
            endTransaction(chains: statement.node["chain"].isTrue)
        default: break
        }
    }

    private mutating func endTransaction(chains: Bool) {
        known.settings.endTransaction()
        typed = []
        held = []
        lockedTable = nil
        transaction += 1
        isInTransaction = chains
        saved = chains ? [(nil, known)] : []
    }

    /// What columns were before the transaction nobody has kept: their types are unknown again.
    private mutating func forgetTypes() {
        for column in typed { types[column] = nil }
        typed = []
    }
}
