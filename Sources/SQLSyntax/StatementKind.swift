/// A command, by the tag that PostgreSQL reports for it, such as `CREATE INDEX`.
///
/// Every command has one; the constants are only those that need a name in code.
public struct StatementKind: RawRepresentable, Hashable, Sendable {
    /// The tag, in upper case.
    public let rawValue: String

    /// Names a kind by its command tag.
    public init(rawValue: String) { self.rawValue = rawValue }
}

extension StatementKind: CustomStringConvertible {
    /// The tag, such as `CREATE INDEX`.
    public var description: String { rawValue }
}

extension StatementKind: ExpressibleByStringLiteral {
    /// Names a kind by its command tag.
    public init(stringLiteral tag: String) { self.init(rawValue: tag) }
}

extension StatementKind {
    /// A query, a VALUES list or TABLE.
    public static let select: Self = "SELECT"
    /// INSERT, with or without ON CONFLICT.
    public static let insert: Self = "INSERT"
    /// UPDATE.
    public static let update: Self = "UPDATE"
    /// DELETE.
    public static let delete: Self = "DELETE"
    /// MERGE.
    public static let merge: Self = "MERGE"
    /// COPY, in either direction.
    public static let copy: Self = "COPY"
    /// TRUNCATE.
    public static let truncate: Self = "TRUNCATE TABLE"
    /// DO.
    public static let `do`: Self = "DO"
    /// CALL.
    public static let call: Self = "CALL"
    /// EXPLAIN.
    public static let explain: Self = "EXPLAIN"
    /// VACUUM.
    public static let vacuum: Self = "VACUUM"
    /// ANALYZE.
    public static let analyze: Self = "ANALYZE"
    /// SET.
    public static let set: Self = "SET"
    /// RESET.
    public static let reset: Self = "RESET"
    /// LOCK.
    public static let lock: Self = "LOCK TABLE"
    /// REINDEX.
    public static let reindex: Self = "REINDEX"
    /// REFRESH MATERIALIZED VIEW.
    public static let refresh: Self = "REFRESH MATERIALIZED VIEW"
    /// CREATE TABLE.
    public static let createTable: Self = "CREATE TABLE"
    /// ALTER TABLE.
    public static let alterTable: Self = "ALTER TABLE"
    /// DROP TABLE.
    public static let dropTable: Self = "DROP TABLE"
    /// CREATE INDEX, also CONCURRENTLY.
    public static let createIndex: Self = "CREATE INDEX"
    /// DROP INDEX, also CONCURRENTLY.
    public static let dropIndex: Self = "DROP INDEX"
    /// BEGIN.
    public static let begin: Self = "BEGIN"
    /// START TRANSACTION.
    public static let startTransaction: Self = "START TRANSACTION"
    /// COMMIT or END.
    public static let commit: Self = "COMMIT"
    /// ROLLBACK or ABORT.
    public static let rollback: Self = "ROLLBACK"
    /// SAVEPOINT.
    public static let savepoint: Self = "SAVEPOINT"
    /// RELEASE.
    public static let release: Self = "RELEASE"
    /// ROLLBACK TO a savepoint.
    public static let rollbackTo: Self = "ROLLBACK TO"
    /// PREPARE TRANSACTION.
    public static let prepareTransaction: Self = "PREPARE TRANSACTION"
    /// COMMIT PREPARED.
    public static let commitPrepared: Self = "COMMIT PREPARED"
    /// ROLLBACK PREPARED.
    public static let rollbackPrepared: Self = "ROLLBACK PREPARED"

    /// The commands that change rows, by the names of their nodes.
    static let modifications: [String: StatementKind] = [
        "InsertStmt": .insert, "UpdateStmt": .update, "DeleteStmt": .delete, "MergeStmt": .merge,
    ]
}

extension StatementKind {
    /// Reads the command off the root of a parse tree.
    init(of tree: SyntaxTree) {
        guard let root = tree.members.first else { self = ""; return }
        self.init(rawValue: Self.tag(root.key, root.value))
    }

    private static func tag(_ type: String, _ node: SyntaxTree) -> String {
        switch type {
        case "TransactionStmt": transactionTag(node["kind"].string ?? "")
        case "DropStmt": "DROP \(object(node["removeType"]))"
        case "RenameStmt", "AlterObjectSchemaStmt", "AlterOwnerStmt", "AlterObjectDependsStmt",
            "AlterTableStmt", "AlterFunctionStmt":
            "ALTER \(alteredObject(node))"
        case "DefineStmt": "CREATE \(object(node["kind"]))"
        case "CreateFunctionStmt":
            node["is_procedure"].isTrue ? "CREATE PROCEDURE" : "CREATE FUNCTION"
        case "CreateTableAsStmt":
            node["objtype"].string == "OBJECT_MATVIEW"
                ? "CREATE MATERIALIZED VIEW" : "CREATE TABLE AS"
        case "GrantStmt": node["is_grant"].isTrue ? "GRANT" : "REVOKE"
        case "GrantRoleStmt": node["is_grant"].isTrue ? "GRANT ROLE" : "REVOKE ROLE"
        case "VacuumStmt": node["is_vacuumcmd"].isTrue ? "VACUUM" : "ANALYZE"
        case "VariableSetStmt": (node["kind"].string ?? "").hasPrefix("VAR_RESET") ? "RESET" : "SET"
        case "FetchStmt": node["ismove"].isTrue ? "MOVE" : "FETCH"
        default: irregular[type] ?? words(type)
        }
    }

    private static func transactionTag(_ kind: String) -> String {
        switch kind {
        case "TRANS_STMT_START": "START TRANSACTION"
        case "TRANS_STMT_PREPARE": "PREPARE TRANSACTION"
        default: kind.dropFirst("TRANS_STMT_".count).split(separator: "_").joined(separator: " ")
        }
    }

    /// What is altered: for a column or a constraint, the relation that has it.
    private static func alteredObject(_ node: SyntaxTree) -> String {
        switch node["renameType"].string {
        case "OBJECT_COLUMN", "OBJECT_ATTRIBUTE": object(node["relationType"])
        case nil: object(node["objtype"].isNull ? node["objectType"] : node["objtype"])
        default: object(node["renameType"])
        }
    }

    private static func object(_ type: SyntaxTree) -> String {
        let name = (type.string ?? "").dropFirst("OBJECT_".count)
        return objects[String(name)] ?? name.split(separator: "_").joined(separator: " ")
    }

    /// `CreatePolicyStmt` is `CREATE POLICY`.
    private static func words(_ type: String) -> String {
        var words = ""
        for character in type.hasSuffix("Stmt") ? type.dropLast(4) : type[...] {
            if character.isUppercase, !words.isEmpty { words += " " }
            words += character.uppercased()
        }
        return words
    }

    private static let objects = [
        "MATVIEW": "MATERIALIZED VIEW", "FDW": "FOREIGN DATA WRAPPER", "FOREIGN_SERVER": "SERVER",
        "LARGEOBJECT": "LARGE OBJECT", "OPCLASS": "OPERATOR CLASS", "OPFAMILY": "OPERATOR FAMILY",
        "STATISTIC_EXT": "STATISTICS", "TABCONSTRAINT": "TABLE", "DOMCONSTRAINT": "DOMAIN",
        "TSCONFIGURATION": "TEXT SEARCH CONFIGURATION", "TSDICTIONARY": "TEXT SEARCH DICTIONARY",
        "TSPARSER": "TEXT SEARCH PARSER", "TSTEMPLATE": "TEXT SEARCH TEMPLATE",
    ]

    private static let irregular = [
        "AlterDatabaseRefreshCollStmt": "ALTER DATABASE", "AlterDatabaseSetStmt": "ALTER DATABASE",
        "AlterEnumStmt": "ALTER TYPE", "AlterEventTrigStmt": "ALTER EVENT TRIGGER",
        "AlterExtensionContentsStmt": "ALTER EXTENSION",
        "AlterFdwStmt": "ALTER FOREIGN DATA WRAPPER", "AlterForeignServerStmt": "ALTER SERVER",
        "AlterOpFamilyStmt": "ALTER OPERATOR FAMILY", "AlterRoleSetStmt": "ALTER ROLE",
        "AlterSeqStmt": "ALTER SEQUENCE", "AlterStatsStmt": "ALTER STATISTICS",
        "AlterTableMoveAllStmt": "ALTER TABLE",
        "AlterTableSpaceOptionsStmt": "ALTER TABLESPACE",
        "AlterTSConfigurationStmt": "ALTER TEXT SEARCH CONFIGURATION",
        "AlterTSDictionaryStmt": "ALTER TEXT SEARCH DICTIONARY",
        "CheckPointStmt": "CHECKPOINT", "ClosePortalStmt": "CLOSE CURSOR",
        "CompositeTypeStmt": "CREATE TYPE", "ConstraintsSetStmt": "SET CONSTRAINTS",
        "CreateAmStmt": "CREATE ACCESS METHOD", "CreatedbStmt": "CREATE DATABASE",
        "CreateEnumStmt": "CREATE TYPE", "CreateEventTrigStmt": "CREATE EVENT TRIGGER",
        "CreateFdwStmt": "CREATE FOREIGN DATA WRAPPER", "CreateForeignServerStmt": "CREATE SERVER",
        "CreateOpClassStmt": "CREATE OPERATOR CLASS",
        "CreateOpFamilyStmt": "CREATE OPERATOR FAMILY", "CreatePLangStmt": "CREATE LANGUAGE",
        "CreateRangeStmt": "CREATE TYPE", "CreateSeqStmt": "CREATE SEQUENCE",
        "CreateStatsStmt": "CREATE STATISTICS", "CreateStmt": "CREATE TABLE",
        "CreateTableSpaceStmt": "CREATE TABLESPACE", "CreateTrigStmt": "CREATE TRIGGER",
        "DropdbStmt": "DROP DATABASE", "DropTableSpaceStmt": "DROP TABLESPACE",
        "IndexStmt": "CREATE INDEX", "LockStmt": "LOCK TABLE",
        "RefreshMatViewStmt": "REFRESH MATERIALIZED VIEW",
        "RuleStmt": "CREATE RULE", "SecLabelStmt": "SECURITY LABEL",
        "TruncateStmt": "TRUNCATE TABLE", "VariableShowStmt": "SHOW", "ViewStmt": "CREATE VIEW",
    ]
}
