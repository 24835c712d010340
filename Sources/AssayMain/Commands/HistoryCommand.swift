import ArgumentParser
import Assay
import Auditor
import History

/// `assay history`: says what recorded runs measured.
struct HistoryCommand<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "history",
            abstract: "Say what recorded runs measured, and remove old ones.",
            subcommands: [ShowHistory<S>.self, PruneHistory<S>.self],
            defaultSubcommand: ShowHistory<S>.self)
    }
}

/// `assay history show`: the last runs, or the measures of a check.
struct ShowHistory<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "show",
            abstract: "Say what became of the last runs, or what they measured of one check.",
            discussion: """
                EXAMPLES
                  assay history
                  assay history core.people/required:name --last 90
                """)
    }

    @Argument(help: "A check's identity from `assay list --ids`.") var check: String?
    @Option(help: ArgumentHelp("How many runs are shown.", valueName: "count")) var last = 20
    @OptionGroup var history: HistoryConnection

    func validate() throws {
        guard (1...10_000).contains(last) else {
            throw ValidationError("--last must be 1 to 10000")
        }
    }

    func run() async throws {
        try await speakingPlainly {
            let history = History(of: S.name, in: try history.options())
            if let check {
                let entries = try await history.entries(of: check, last: last)
                Screen.write(table(check, entries))
            } else {
                let runs = try await history.runs(last: last)
                Screen.write(
                    runs.isEmpty
                        ? "the history holds no run of the suite \(S.name) yet\n" : table(runs))
            }
        }
    }

    private func table(_ runs: [PastRun]) -> String {
        var table = TextTable([
            "run", "began", "database", "exit", "failed", "errored", "warned", "known",
            "violations", "new", "gone", "seconds",
        ])
        table.isNumber = [0, 3, 4, 5, 6, 7, 8, 9, 10, 11]
        for run in runs {
            let state = run.status.map { String($0) } ?? run.state
            let outcomes: [Outcome] = [.failed, .errored, .warned, .known]
            let counts = outcomes.map { outcome in
                run.violations == nil ? "" : (run.outcomes[outcome] ?? 0).grouped
            }
            table.add(
                [String(run.id), run.started, run.database, state] + counts + [
                    run.violations?.grouped ?? "", run.new?.grouped ?? "",
                    run.gone?.grouped ?? "", run.seconds?.fixed(1) ?? "",
                ])
        }
        return table.text
    }

    private func table(_ check: String, _ entries: [History.Entry]) -> String {
        // Few kinds have a value, and those have hardly anything else to say.
        let hasValues = entries.contains { $0.value != nil }
        var table = TextTable(
            ["run", "snapshot", "outcome", "violations", "of", "new", "gone"]
                + (hasValues ? ["value"] : []))
        table.isNumber = [0, 3, 4, 5, 6, 7]
        for entry in entries {
            table.add(
                [
                    String(entry.run), Timestamp.text(entry.time), entry.outcome,
                    entry.violations?.grouped ?? "", entry.scope?.grouped ?? "",
                    entry.new?.grouped ?? "", entry.gone?.grouped ?? "",
                ] + (hasValues ? [entry.value?.figure ?? ""] : []))
        }
        let trend = Trend(
            entries.compactMap { entry in
                guard let violations = entry.violations, (entry.value != nil) == hasValues else {
                    return nil
                }
                return .init(time: entry.time, violations: violations, value: entry.value)
            })
        guard let ends = trend.extremes else { return "\(check)\n\n\(table.text)" }
        return "\(check)\n\n\(table.text)\n\(trend.sparkline)  \(ends.least) to \(ends.most)\n"
    }
}

/// `assay history prune`: removes old runs.
struct PruneHistory<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "prune", abstract: "Remove runs that are older than is kept.")
    }

    @Option(help: ArgumentHelp("How many days are kept.", valueName: "days")) var keep: Int
    @OptionGroup var history: HistoryConnection

    func validate() throws {
        guard (1...100_000).contains(keep) else {
            throw ValidationError("--keep must be 1 to 100000 days")
        }
    }

    func run() async throws {
        try await speakingPlainly {
            let history = History(of: S.name, in: try history.options())
            let removed = try await history.prune(keeping: keep)
            Screen.write(
                "\(removed.counted("run")) that began more than \(keep.counted("day")) ago removed\n"
            )
        }
    }
}
