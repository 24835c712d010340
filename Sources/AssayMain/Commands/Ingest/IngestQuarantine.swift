public import ArgumentParser
import Assay
import Auditor
public import Ingest

/// `assay ingest quarantine`: what was not taken in.
struct IngestQuarantine<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "quarantine",
            abstract: "List what was not taken in, take it in after all, or give it up.",
            subcommands: [
                ListQuarantine<S>.self, ReleaseQuarantine<S>.self, DropQuarantine<S>.self,
            ],
            defaultSubcommand: ListQuarantine<S>.self)
    }
}

/// `assay ingest quarantine list`: what waits, and why.
struct ListQuarantine<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "list",
            abstract: "List rows and values that wait, with their reasons; no value is shown.")
    }

    @Option(help: ArgumentHelp("Only what came by this workflow.", valueName: "workflow"))
    var workflow: String?

    @Option(
        help: ArgumentHelp(
            "What became of it: \(Quarantine.State.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "state"))
    var state = Quarantine.State.waiting

    @Option(help: ArgumentHelp("How many are shown.", valueName: "count")) var limit = 100
    @OptionGroup(title: "Database") var connection: ConnectionOptions

    func validate() throws {
        guard (1...100_000).contains(limit) else {
            throw ValidationError("--limit must be 1 to 100000")
        }
    }

    func run() async throws {
        try await speakingPlainly {
            let entries = try await connection.ingesting(expected: S.expected) { connection in
                try await Quarantine(connection).entries(
                    of: workflow, in: state, limit: limit)
            }
            if entries.isEmpty {
                Screen.write("nothing is \(state.rawValue) in the quarantine\n")
                return
            }
            var table = TextTable(["id", "since", "workflow", "table", "place", "reason"])
            table.isNumber = [0]
            for entry in entries {
                table.add([
                    String(entry.id), entry.since, entry.workflow, entry.table,
                    entry.path.isEmpty ? "(the payload)" : entry.path, entry.reason,
                ])
            }
            Screen.write(table.text)
            if entries.count == limit {
                Screen.write("the first \(limit.grouped); --limit shows more\n")
            }
        }
    }
}

/// `assay ingest quarantine release`: takes the payloads once more.
struct ReleaseQuarantine<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "release",
            abstract: "Take the payloads of what waits once more, now that more is known.",
            discussion: """
                Once a vocabulary has learnt a word, or a check has been changed: the whole payload is taken \
                once more, from its copy in raw. What still breaks a promise waits on.
                """)
    }

    @Argument(help: "The numbers of the entries, as list shows them.") var ids: [Int] = []
    @Flag(help: "All that waits.") var all = false
    @OptionGroup(title: "Database") var connection: ConnectionOptions

    func validate() throws {
        if ids.isEmpty != all {
            throw ValidationError("name the entries to release, or say --all")
        }
    }

    func run() async throws {
        try await speakingPlainly {
            let ingest = Ingest(tables: try S.suite().tables)
            try await connection.ingesting(expected: S.expected) { connection in
                let quarantine = Quarantine(connection)
                let before = try await quarantine.entries(limit: 1_000_000)
                var counts = Tally.Counts()
                for workflow in Workflow.all {
                    counts += try await ingest.release(
                        all ? nil : ids, of: workflow, over: connection
                    ).total
                }
                let left = Set(try await quarantine.entries(limit: 1_000_000).map(\.id))
                let meant = before.filter { all || ids.contains($0.id) }
                let released = meant.filter { !left.contains($0.id) }.count
                Screen.write(
                    "\(released.grouped) of \(meant.count.grouped) released: "
                        + "\(counts.inserted.counted("row")) inserted, "
                        + "\(counts.updated.grouped) updated\n")
                let backfilled = meant.contains { $0.workflow.hasPrefix("backfill ") }
                if backfilled {
                    Screen.write("what a backfill left is released by running the backfill again\n")
                }
            }
        }
    }
}

/// `assay ingest quarantine drop`: gives entries up.
struct DropQuarantine<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "drop",
            abstract: "Give up what waits; the copy of the payload in raw stays.")
    }

    @Argument(help: "The numbers of the entries, as list shows them.") var ids: [Int]
    @OptionGroup(title: "Database") var connection: ConnectionOptions

    func validate() throws {
        if ids.isEmpty { throw ValidationError("name the entries to drop") }
    }

    func run() async throws {
        try await speakingPlainly {
            let dropped = try await connection.ingesting(expected: S.expected) { connection in
                try await Quarantine(connection).drop(ids)
            }
            Screen.write("\(dropped.grouped) of \(ids.count.grouped) dropped\n")
        }
    }
}

extension Quarantine.State: ExpressibleByArgument {}
