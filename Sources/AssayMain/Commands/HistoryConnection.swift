public import ArgumentParser
import Auditor
public import History
import Postgres

/// Where the history is kept.
struct HistoryConnection: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The database that keeps the history, as a role that may record.",
            discussion: "ASSAY_HISTORY_URL where it is not given.", valueName: "conninfo"))
    var historyDatabase: String?

    /// How it was named, where it was.
    var conninfo: String? { historyDatabase ?? Screen.variable("ASSAY_HISTORY_URL") }

    /// The history, as it was named.
    func options() throws -> HistoryOptions {
        guard let conninfo else {
            throw Refusal(
                "no history is named: give --history-database or set ASSAY_HISTORY_URL")
        }
        return HistoryOptions(target: try DatabaseTarget(conninfo))
    }
}

extension HistoryOptions.Overlap: ExpressibleByArgument {}
