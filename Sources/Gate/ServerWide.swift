import Auditor
import SQLSyntax

extension MigrationStatement {
    /// The statement itself or the first in its body that reaches beyond its database: to roles, databases,
    /// tablespaces, settings of the server or its machine.
    ///
    /// What a body builds while it runs is not seen.
    var changingServer: MigrationStatement? {
        if syntax.changesServer { return self }
        return body.lazy.compactMap(\.changingServer).first
    }
}

extension Migration {
    /// The first statement of the way there that reaches beyond the database.
    var changingServer: MigrationStatement? { statements.lazy.compactMap(\.changingServer).first }

    /// The way back as a migration of its own.
    var wayBack: Migration? {
        down.map { Migration(name: name, up: $0, runsInTransaction: runsInTransaction) }
    }

    /// Refuses to run a script on a server of others that it would change for everybody there.
    func refuseChangingServer() throws(Refusal) {
        guard let statement = changingServer else { return }
        throw Refusal(
            "\(file):\(statement.line):\(statement.column): \(statement.serverSentence); "
                + "take --shadow ephemeral")
    }
}

extension MigrationStatement {
    /// What is wrong with running it on a server of others.
    var serverSentence: String {
        "\(syntax.kind) would change the shadow's whole server, which is not the gate's own"
    }
}

extension Statement {
    /// Whether it changes more than its database.
    fileprivate var changesServer: Bool {
        switch nodeType {
        case "CreateRoleStmt", "AlterRoleStmt", "AlterRoleSetStmt", "DropRoleStmt", "GrantRoleStmt",
            "DropOwnedStmt", "ReassignOwnedStmt", "CreatedbStmt", "DropdbStmt", "AlterDatabaseStmt",
            "AlterDatabaseSetStmt", "AlterDatabaseRefreshCollStmt", "CreateTableSpaceStmt",
            "DropTableSpaceStmt", "AlterTableSpaceOptionsStmt", "AlterSystemStmt",
            "CreateSubscriptionStmt", "AlterSubscriptionStmt", "DropSubscriptionStmt":
            true
        case "RenameStmt": Self.ofServer.contains(node["renameType"].string)
        case "AlterOwnerStmt": Self.ofServer.contains(node["objectType"].string)
        case "GrantStmt", "CommentStmt", "SecLabelStmt":
            Self.ofServer.contains(node["objtype"].string)
        case "CopyStmt": usesProgram || (!node["filename"].isNull && !node["is_from"].isTrue)
        default: false
        }
    }

    private static let ofServer: Set<String?> = [
        "OBJECT_ROLE", "OBJECT_DATABASE", "OBJECT_TABLESPACE", "OBJECT_PARAMETER_ACL",
        "OBJECT_SUBSCRIPTION",
    ]
}
