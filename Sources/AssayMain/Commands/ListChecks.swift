import ArgumentParser
import Assay
import Auditor

/// `assay list`: says in words what the suite promises.
struct ListChecks<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "list",
            abstract: "Say in words what the suite promises. Needs no database.")
    }

    @OptionGroup(title: "Which checks") var choice: SelectionOptions

    @Flag(help: "Print only the identities of the checks, one a line.")
    var ids = false

    func run() async throws {
        try await speakingPlainly {
            let suite = try S.suite().selecting(choice.selection)
            Screen.write(ids ? suite.checks.map { $0.id + "\n" }.joined() : suite.inWords)
        }
    }
}

extension Suite {
    /// The promises as a person reads them, table by table.
    fileprivate var inWords: String {
        var text = ""
        for table in tables {
            let own = checks.filter { $0.table.name == table.name }
            let key = table.key.isEmpty ? "" : ", key \(table.key.joined(separator: ", "))"
            text += "\(table.name)\(key)  (\(own.count.counted("check")))\n"
            for item in own {
                text += "  \(item.check.sentence)\(item.check.options.inWords)\n"
            }
            text += "\n"
        }
        let tags = Set(checks.flatMap(\.check.options.tags)).sorted()
        if !tags.isEmpty { text += "tags: \(tags.joined(separator: ", "))\n" }
        return text + "\(checks.count.counted("check")) on \(tables.count.counted("table"))\n"
    }
}

extension CheckOptions {
    /// What the modifiers say, after the promise.
    fileprivate var inWords: String {
        var words = ""
        if let scope { words += ", where \(scope.sentence)" }
        if let allowed { words += ", but up to \(allowed) may differ" }
        if let warnAbove { words += ", with a warning above \(warnAbove)" }
        if let knownIssue { words += ", known as \(knownIssue.ticket) until \(knownIssue.until)" }
        if severity != .error { words += " (\(severity.rawValue))" }
        return words
    }
}
