import ArgumentParser
import Assay
import Auditor
import Ingest

/// `assay ingest replay`: takes kept payloads once more.
struct IngestReplay<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "replay",
            abstract: "Take kept payloads once more, from their copies in raw.",
            discussion: """
                A payload that was taken in before fills in what lacks and overwrites nothing, so that a \
                replay may be run at any time. One that was interrupted is gone on with.
                """)
    }

    @Option(
        help: ArgumentHelp(
            "Where the copies are: raw for all, or one table of it.", valueName: "raw[.table]"))
    var from: String

    @Option(help: ArgumentHelp("How many payloads a transaction takes.", valueName: "count"))
    var batch = 50

    @Flag(help: "Begin anew where an earlier replay was interrupted.") var startOver = false
    @OptionGroup(title: "Database") var connection: ConnectionOptions

    func validate() throws {
        guard (1...10_000).contains(batch) else {
            throw ValidationError("--batch must be 1 to 10000")
        }
    }

    func run() async throws {
        try await speakingPlainly {
            let chosen = Workflow.all.filter { from == "raw" || from == "\($0.raw)" }
            guard !chosen.isEmpty else {
                throw Refusal.unknown(
                    "no workflow keeps its payloads in \(from)", from,
                    among: ["raw"] + Workflow.all.map { "\($0.raw)" })
            }
            let ingest = Ingest(tables: try S.suite().tables)
            try await connection.ingesting(expected: S.expected) { connection in
                for workflow in chosen {
                    let bar = ProgressLine(of: "payloads")
                    let pass = try await bar.shown {
                        try await ingest.replay(
                            workflow, batch: batch, startingOver: startOver, over: connection
                        ) { bar.update($0) }
                    }
                    Screen.write(pass.page(of: "payload"))
                }
            }
        }
    }
}

/// `assay ingest backfill`: coalesces extracted rows into core once more.
struct IngestBackfill<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "backfill",
            abstract: "Coalesce extracted rows into core once more.",
            discussion: """
                Rows fill in what core lacks, and overwrite nothing. A run that was interrupted is gone on \
                with.

                BACKFILLS

                """
                    + Backfill.all.map { "  \($0.name)\n      \($0.source) -> \($0.target)" }
                    .joined(separator: "\n"))
    }

    @Argument(help: "The backfill.") var name: String

    @Option(help: ArgumentHelp("How many rows a transaction takes.", valueName: "count"))
    var batch = 1_000

    @Flag(help: "Begin anew where an earlier run was interrupted.") var startOver = false
    @OptionGroup(title: "Database") var connection: ConnectionOptions

    func validate() throws {
        guard (1...100_000).contains(batch) else {
            throw ValidationError("--batch must be 1 to 100000")
        }
    }

    func run() async throws {
        try await speakingPlainly {
            guard let backfill = Backfill.named(name) else {
                throw Refusal.unknown(
                    "there is no backfill called \(name)", name, among: Backfill.all.map(\.name))
            }
            let ingest = Ingest(tables: try S.suite().tables)
            try await connection.ingesting(expected: S.expected) { connection in
                let bar = ProgressLine(of: "rows")
                let pass = try await bar.shown {
                    try await ingest.run(
                        backfill, batch: batch, startingOver: startOver, over: connection
                    ) { bar.update($0) }
                }
                Screen.write(pass.page(of: "row"))
            }
        }
    }
}

extension ProgressLine {
    /// Takes note of how far a pass has come.
    fileprivate func update(_ pass: Pass) {
        update(AuditProgress(done: pass.done, total: pass.total, current: [pass.name]))
    }
}

extension Pass {
    /// What it has done, as a person reads it.
    fileprivate func page(of noun: String) -> String {
        let resumed = isResumed ? ", gone on with where it had stopped" : ""
        let waiting = quarantined > 0 ? "; see `assay ingest quarantine list`" : ""
        return "\(name): \(done.counted(noun))\(resumed)\n"
            + "  \(counts.inserted.grouped) inserted, \(counts.updated.grouped) updated, "
            + "\(counts.skipped.grouped) as they were, \(quarantined.grouped) new in the quarantine"
            + "\(waiting)\n"
    }
}
