import SQLSyntax

/// One command of an ALTER TABLE.
struct AlterCommand: Sendable {
    /// Counted from 0.
    let index: Int
    /// PostgreSQL's own name, such as `AT_SetNotNull`.
    let type: String
    /// The column or constraint that it is about.
    let name: String?
    /// What it is given.
    let definition: SyntaxTree
    let cascades: Bool
    /// ADD COLUMN IF NOT EXISTS, and its like.
    let mayFindItThere: Bool

    static func list(in alteration: SyntaxTree) -> [AlterCommand] {
        alteration["cmds"].array.enumerated().map { index, command in
            let command = command["AlterTableCmd"]
            return AlterCommand(
                index: index, type: command["subtype"].string ?? "", name: command["name"].string,
                definition: command["def"], cascades: command["behavior"].string == "DROP_CASCADE",
                mayFindItThere: command["missing_ok"].isTrue)
        }
    }
}
