import Assay
import Postgres

/// One statement of a migration that locks a check in.
struct LockStep: Sendable {
    /// What it does.
    let title: String
    /// Which lock it takes, and for how long.
    let lock: String
    /// Whether it may wait for others without holding anybody up.
    let isPatient: Bool
    let sql: SQL

    init(_ title: String, lock: String, isPatient: Bool = false, _ sql: SQL) {
        self.title = title
        self.lock = lock
        self.isPatient = isPatient
        self.sql = sql
    }
}

/// What one check is locked in by.
struct LockedCheck: Sendable {
    let check: String
    let sentence: String
    /// The constraint or index, in words.
    let words: String
    let steps: [LockStep]
    /// What takes it back, a statement each.
    let undo: [SQL]
    /// Why the audit goes on measuring all the same.
    let caveat: String?
    /// What else is to be said of it in the migration.
    var remark: String?
}

extension LockScript {
    /// Writes a migration down.
    init(
        _ checks: [LockedCheck], proven: [String], file: String, catalog: Catalog,
        spelling: Spelling
    ) throws(PostgresError) {
        let head = """
            \(Spelling.comment([
                "Locks in what was mended: once this has run, a row that breaks the promise is refused.",
                "",
                "Run it with psql as the tables' owner, each statement on its own, so without -1:",
            ]))--     psql -qX -v ON_ERROR_STOP=1 -f \(file)
            \(Spelling.comment([
                "",
                """
                Written for \(catalog.database.name) on PostgreSQL \(catalog.database.serverVersion), where \
                nothing broke these promises, and not run. A lock that is not to be had within 5 seconds \
                ends the run rather than hold up everybody behind it. What was done by then stands, and \
                does no harm; write the file anew to go on (assay fix lock … --overwrite).
                """,
            ]))
            SET client_min_messages = warning;
            SET statement_timeout = 0;

            """
        var blocks = [head]
        var isPatient: Bool?
        for check in checks {
            let head = ["==== \(check.check)", check.sentence, check.remark, check.caveat]
            var block = Spelling.comment(head.compactMap(\.self))
            for step in check.steps {
                block += "\n" + Spelling.comment([step.title, step.lock])
                if step.isPatient != isPatient {
                    block += "SET lock_timeout = \(step.isPatient ? "0" : "'5s'");\n"
                    isPatient = step.isPatient
                }
                block += "\(try spelling.text(of: step.sql));\n"
            }
            blocks.append(block)
        }
        var undo = Spelling.comment(["==== undo", "To allow the fault again:"])
        for statement in checks.reversed().flatMap(\.undo) {
            undo += "--     \(try spelling.text(of: statement));\n"
        }
        self.init(
            sql: (blocks + [undo]).joined(separator: "\n"),
            entries: checks.map { Entry(check: $0.check, words: $0.words, caveat: $0.caveat) },
            proven: proven)
    }
}
