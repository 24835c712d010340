import Assay
import SQLSyntax

/// A drop that takes along what it does not name.
struct DroppingCascade: MigrationRule {
    static let statements = ["DropStmt", "AlterTableStmt", "TruncateStmt", "DropOwnedStmt"]
    static let judgesRoutines = true

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        let node = statement.syntax.node
        if statement.syntax.nodeType == "AlterTableStmt" {
            return statement.commands.filter(\.cascades).map {
                Problem(
                    "CASCADE drops whatever depends on \($0.name ?? "it"), and the text does not say what",
                    at: .command($0.index))
            }
        }
        if statement.syntax.nodeType == "DropOwnedStmt" {
            let roles = node["roles"].array.compactMap { $0["RoleSpec"]["rolename"].string }
            let owner = roles.isEmpty ? "a role" : roles.joined(separator: ", ")
            return [
                Problem(
                    "DROP OWNED drops every table and all else that \(owner) owns, and the text does not say what"
                )
            ]
        }
        guard node["behavior"].string == "DROP_CASCADE" else { return [] }
        let isTruncate = statement.syntax.nodeType == "TruncateStmt"
        let names =
            isTruncate
            ? statement.syntax.targets.map(\.description) : statement.dropped.map(\.description)
        let what = names.isEmpty ? "it" : names.joined(separator: ", ")
        return [
            Problem(
                isTruncate
                    ? "CASCADE empties every table that refers to \(what), and the text does not say which"
                    : "CASCADE drops whatever depends on \(what), and the text does not say what")
        ]
    }

    static let documentation = RuleDocumentation(
        "dropping-cascade", .error,
        summary: "CASCADE and DROP OWNED destroy what the migration does not name.",
        why: "Views, foreign keys and rows of other tables go without a word in the review.",
        instead: "Name everything that goes, in the order in which it can go, without CASCADE.",
        limits: "What depends on it only the catalog tells; the shadow lists it.",
        refuses: [
            "⟪DROP VIEW core.totals CASCADE⟫",
            "ALTER TABLE core.companies ⟪DROP CONSTRAINT k CASCADE⟫",
            "⟪DROP OWNED BY app⟫",
        ],
        accepts: ["DROP INDEX CONCURRENTLY core.by_domain"])
}
