import ArgumentParser
import Assay
import Auditor
import Fixes
import FoundationEssentials

/// `assay fix lock`: writes the migration that keeps a fault from coming back.
struct FixLock<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "lock",
            abstract: "Write the migration that keeps a mended fault from coming back.",
            discussion: """
                The constraint that makes the fault impossible goes to fixes/NAME/lock.sql, in statements \
                that hold nobody up: CHECK and foreign key NOT VALID and then VALIDATE, a unique index \
                built CONCURRENTLY, NOT NULL on the strength of a CHECK. Nothing is run but on an empty \
                copy of the table, in a transaction that is rolled back. Rows that break the promise \
                today are a refusal. Once the migration has run, an audit takes the checks as proven.
                """)
    }

    @Argument(help: "The checks to lock in, by identity (`assay list --ids`).")
    var checks: [String]

    @Option(
        help: ArgumentHelp(
            "The fix's name; the one that the check gives, or one made from the check's identity.",
            valueName: "name"))
    var name: String?

    @Option(
        help: ArgumentHelp(
            "Write to this file instead; - is standard output.", valueName: "file"))
    var output: String?

    @Flag(help: "Write over a lock.sql that is there.")
    var overwrite = false

    @OptionGroup(title: "Database") var connection: ConnectionOptions
    @OptionGroup(title: "Fixes") var fixes: FixFolderOptions
    @OptionGroup var times: FixTimes

    func validate() throws {
        if checks.isEmpty { throw ValidationError("name the checks to lock in") }
        if output != nil, name != nil {
            throw ValidationError("--output and --name both say where it is written")
        }
    }

    func run() async throws {
        try await speakingPlainly {
            let session = try S.fixSession(connection, fixes, times)
            let chosen = try S.suite().selecting(Selection(checks: checks)).checks
            let named = chosen.compactMap(\.check.options.fix).first
            let folder = try fixes.folder(
                name ?? named ?? chosen.first.map(FixFolder.name) ?? "lock")
            let path = output ?? folder.lockPath
            let script = try await interruptibly { [ids = chosen.map(\.id)] in
                try await session.lock(ids, file: path == "-" ? "lock.sql" : path)
            }
            if path == "-" {
                Screen.write(script.sql)
                return
            }
            if let output {
                try write(script.sql, to: output)
            } else {
                try folder.write(script, overwrites: overwrite)
            }
            Screen.write(script.page)
            Screen.write(
                "\nwritten: \(path)\nnext:    psql -qX -v ON_ERROR_STOP=1 -f \(path)\n")
        }
    }

    private func write(_ sql: String, to path: String) throws(Refusal) {
        if !overwrite, FileManager.default.fileExists(atPath: path) {
            throw Refusal("\(path) is there already; write over it with --overwrite")
        }
        do {
            try Data(sql.utf8).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw Refusal("cannot write \(path)")
        }
    }
}

extension LockScript {
    /// What it locks in, as a person reads it.
    var page: String {
        var lines: [String] = []
        for entry in entries {
            lines.append("\(entry.check)\n  nothing breaks it today; held by \(entry.words)")
            if let caveat = entry.caveat { lines.append("  \(caveat)") }
        }
        lines += proven.map { "\($0); left out" }
        return lines.joined(separator: "\n") + "\n"
    }
}
