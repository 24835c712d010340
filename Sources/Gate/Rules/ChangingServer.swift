import Assay
import SQLSyntax

/// What changes the server, and not only the database.
struct ChangingServer: MigrationRule {
    static let statements = ["AlterSystemStmt", "CopyStmt"]
    static let judgesRoutines = true

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        if statement.syntax.nodeType == "AlterSystemStmt" {
            return [Problem("ALTER SYSTEM changes the server for all of its databases")]
        }
        guard statement.syntax.usesProgram else { return [] }
        return [
            Problem("COPY … PROGRAM runs a program on the server, with all that it may do there")
        ]
    }

    static let documentation = RuleDocumentation(
        "changing-server", .error,
        summary: "A migration changes the server, or runs a program on it.",
        why:
            "Other databases and the machine are changed with it, and no way back of a migration covers those.",
        instead:
            "Configure the server where that is done for it, and have a client send the rows: COPY … FROM STDIN.",
        limits:
            "What functions such as lo_export or those of extensions do to the server is not seen.",
        refuses: [
            "⟪ALTER SYSTEM SET work_mem = '1GB'⟫",
            "⟪COPY core.companies FROM PROGRAM 'curl https://companies.example'⟫",
        ],
        accepts: ["ALTER DATABASE warehouse SET work_mem = '1GB'"])
}
