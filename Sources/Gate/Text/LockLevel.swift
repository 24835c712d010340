import SQLSyntax

/// How much a statement blocks, as far as its text tells.
enum LockLevel: Int, Comparable, Sendable {
    /// Other changes of the schema.
    case shareUpdateExclusive
    /// Writing.
    case share
    /// Writing.
    case shareRowExclusive
    /// Writing, and reading with a lock.
    case exclusive
    /// Everything.
    case accessExclusive

    static func < (left: LockLevel, right: LockLevel) -> Bool { left.rawValue < right.rawValue }

    /// Who waits, as the end of "nobody can …".
    var blocked: String {
        switch self {
        case .shareUpdateExclusive: "change the schema of"
        case .share, .shareRowExclusive, .exclusive: "write to"
        case .accessExclusive: "read or write"
        }
    }

    /// PostgreSQL's name of it.
    var name: String {
        switch self {
        case .shareUpdateExclusive: "SHARE UPDATE EXCLUSIVE"
        case .share: "SHARE"
        case .shareRowExclusive: "SHARE ROW EXCLUSIVE"
        case .exclusive: "EXCLUSIVE"
        case .accessExclusive: "ACCESS EXCLUSIVE"
        }
    }
}

/// A table that a statement locks.
struct TableLock: Sendable {
    let table: ObjectName
    let level: LockLevel
}

extension MigrationStatement {
    /// The tables that it locks against more than reading and writing.
    func locks(version: Int) -> [TableLock] {
        let node = syntax.node
        switch syntax.nodeType {
        case "AlterTableStmt":
            return syntax.altersTable ? alterationLocks(version: version) : []
        case "RenameStmt", "AlterObjectSchemaStmt":
            // An index or a sequence is renamed beside the work.
            let type = node["renameType"].string ?? node["objectType"].string ?? ""
            let isBeside = ["OBJECT_INDEX", "OBJECT_SEQUENCE"].contains(type)
            return isBeside ? [] : lock(node["relation"], .accessExclusive)
        case "IndexStmt":
            return lock(
                node["relation"], node["concurrent"].isTrue ? .shareUpdateExclusive : .share)
        case "CreateStmt":
            let parents = node["inhRelations"].array.flatMap {
                lock(
                    $0["RangeVar"],
                    node["partbound"].isNull ? .shareUpdateExclusive : .accessExclusive)
            }
            return parents + referenceLocks
        case "CreateTrigStmt": return lock(node["relation"], .shareRowExclusive)
        case "CreatePolicyStmt", "AlterPolicyStmt":
            return lock(node["table"], .accessExclusive)
        case "RuleStmt": return lock(node["relation"], .accessExclusive)
        case "RefreshMatViewStmt":
            return lock(
                node["relation"], node["concurrent"].isTrue ? .exclusive : .accessExclusive)
        case "ReindexStmt":
            return isConcurrentReindex ? [] : lock(node["relation"], .share)
        case "ClusterStmt": return lock(node["relation"], .accessExclusive)
        case "VacuumStmt":
            guard isFullVacuum else { return [] }
            return node["rels"].array.flatMap {
                lock($0["VacuumRelation"]["relation"], .accessExclusive)
            }
        case "TruncateStmt", "DropStmt":
            guard !node["concurrent"].isTrue else { return [] }
            if let table = tableOfDroppedPart {
                return [TableLock(table: table, level: .accessExclusive)]
            }
            return syntax.targets.map {
                TableLock(
                    table: ObjectName(schema: $0.schema, $0.name), level: .accessExclusive)
            }
        case "LockStmt":
            let modes: [LockLevel?] = [
                nil, nil, nil, nil, .shareUpdateExclusive, .share, .shareRowExclusive, .exclusive,
                .accessExclusive,
            ]
            let mode = node["mode"].number ?? 0
            guard modes.indices.contains(mode), let level = modes[mode] else { return [] }
            return node["relations"].array.flatMap { lock($0["RangeVar"], level) }
        default: return []
        }
    }

    /// REINDEX … CONCURRENTLY.
    var isConcurrentReindex: Bool {
        syntax.node["params"].array.contains {
            $0["DefElem"]["defname"].string == "concurrently"
                && $0["DefElem"]["arg"]["Boolean"]["boolval"] != .bool(false)
        }
    }

    /// VACUUM FULL, in either of its spellings.
    var isFullVacuum: Bool {
        syntax.node["options"].array.contains { $0["DefElem"]["defname"].string == "full" }
    }

    /// The table whose trigger, policy or rule is dropped.
    private var tableOfDroppedPart: ObjectName? {
        let parts: Set = ["OBJECT_TRIGGER", "OBJECT_POLICY", "OBJECT_RULE"]
        guard parts.contains(syntax.node["removeType"].string ?? "") else { return nil }
        return ObjectName(
            parts: Array(syntax.node["objects"][0]["List"]["items"].names.dropLast()))
    }

    private func lock(_ relation: SyntaxTree, _ level: LockLevel) -> [TableLock] {
        ObjectName(relation: relation).map { [TableLock(table: $0, level: level)] } ?? []
    }

    private var referenceLocks: [TableLock] {
        constraints.compactMap(\.referenced).map { TableLock(table: $0, level: .shareRowExclusive) }
    }

    private func alterationLocks(version: Int) -> [TableLock] {
        let level = commands.map { command -> LockLevel in
            switch command.type {
            case "AT_ValidateConstraint", "AT_SetStatistics", "AT_SetOptions", "AT_ResetOptions",
                "AT_ClusterOn", "AT_DropCluster", "AT_SetRelOptions", "AT_ResetRelOptions":
                return .shareUpdateExclusive
            case "AT_AttachPartition":
                return version >= 12 ? .shareUpdateExclusive : .accessExclusive
            case "AT_DetachPartition", "AT_DetachPartitionFinalize":
                return command.definition["PartitionCmd"]["concurrent"].isTrue
                    ? .shareUpdateExclusive : .accessExclusive
            case "AT_EnableTrig", "AT_DisableTrig", "AT_EnableTrigAll", "AT_DisableTrigAll",
                "AT_EnableTrigUser", "AT_DisableTrigUser", "AT_EnableReplicaTrig",
                "AT_EnableAlwaysTrig":
                return .shareRowExclusive
            case "AT_AddConstraint":
                let type = command.definition["Constraint"]["contype"].string
                return type == "CONSTR_FOREIGN" ? .shareRowExclusive : .accessExclusive
            default: return .accessExclusive
            }
        }.max()
        let attached = commands.filter { $0.type == "AT_AttachPartition" }.flatMap {
            lock($0.definition["PartitionCmd"]["name"], .accessExclusive)
        }
        return lock(syntax.node["relation"], level ?? .accessExclusive) + attached + referenceLocks
    }
}
