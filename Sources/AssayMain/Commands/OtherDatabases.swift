import ArgumentParser
import Assay
import Auditor
import Postgres

/// Where the databases are that checks compare the audited one with.
struct OtherDatabases: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where a database is that checks call by a name: NAME=CONNINFO. Repeatable.",
            discussion: "ASSAY_DATABASE_URL_NAME where it is not given.",
            valueName: "name=conninfo"))
    var otherDatabase: [String] = []

    /// Where the databases are that a suite's checks call by name, as far as that was said.
    ///
    /// - Parameters:
    ///   - suite: The checks that are run.
    ///   - known: What any checks of the suite call databases, also those that are not run.
    /// - Returns: The targets by name.
    /// - Throws: A refusal where an option is none, and `PostgresError` where a connection string is none.
    func targets(for suite: Suite, known: [String]) throws -> [String: DatabaseTarget] {
        var targets: [String: DatabaseTarget] = [:]
        for name in suite.otherDatabases {
            let variable = "ASSAY_DATABASE_URL_" + name.uppercased().replacing("-", with: "_")
            if let conninfo = Screen.variable(variable) {
                targets[name] = try DatabaseTarget(conninfo)
            }
        }
        for option in otherDatabase {
            let parts = option.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, !parts[0].contains(where: { ":/ ".contains($0) }) else {
                throw Refusal(
                    "--other-database takes what checks call the database, and where it is: "
                        + "billing=service=billing")
            }
            guard known.contains(parts[0]) else {
                let hint = Nearest.suggestion(for: parts[0], among: known)
                throw Refusal(
                    "--other-database names \(parts[0]), and no check compares with a database called "
                        + "that\(hint)")
            }
            targets[parts[0]] = try DatabaseTarget(parts[1])
        }
        return targets
    }
}
