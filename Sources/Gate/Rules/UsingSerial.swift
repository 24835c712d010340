import Assay
import SQLSyntax

/// A column whose numbers come from a sequence that has rights of its own.
struct UsingSerial: MigrationRule {
    static let statements = ["CreateStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        guard state.version >= 10 else { return [] }
        return statement.columns.filter(\.type.isSerial).map {
            Problem(
                "\($0.name) is \($0.type), whose sequence needs a grant of its own", at: $0.spot)
        }
    }

    static let documentation = RuleDocumentation(
        "using-serial", .info,
        summary: "A serial column instead of an identity column.",
        why:
            "Its sequence is granted, copied and reset apart from the table, and anybody may write the column.",
        instead: "Use bigint GENERATED ALWAYS AS IDENTITY.",
        limits: "A serial column of a table that is there is `adding-serial-column`.",
        refuses: ["CREATE TABLE core.tags (⟪id bigserial PRIMARY KEY⟫)"],
        accepts: ["CREATE TABLE core.tags (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY)"])
}
