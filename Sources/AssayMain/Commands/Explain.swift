import ArgumentParser
import Assay
import Auditor
import Gate
import StaleNames

/// `assay explain`: says what a kind or a check promises, or what a rule refuses.
struct Explain<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "explain",
            abstract:
                "Say what a check promises or a rule refuses, or with --cause why rows break it.",
            discussion: """
                With --cause the violating rows are joined to the payloads they came from, in one \
                snapshot that reads only: what their table says with .fed(by:).

                EXAMPLES
                  assay explain                       the kinds there are
                  assay explain unique                one kind
                  assay explain core.companies/required:name
                  assay explain setting-not-null      one rule of the gate
                  assay explain --cause raw.staging_case_study_urls/required:origin_company_name
                """)
    }

    @Argument(
        help: "A kind, a rule of the gate, or the identity of a check from `assay list --ids`.")
    var subject: String?

    @Flag(help: "Find out from their payloads why rows break the check.")
    var cause = false

    @OptionGroup var causes: CauseOptions
    @OptionGroup(title: "Database, with --cause") var connection: ConnectionOptions

    func validate() throws {
        if cause, subject == nil {
            throw ValidationError("--cause needs a check, by identity (`assay list --ids`)")
        }
        if !cause, let option = causes.given {
            throw ValidationError("\(option) needs --cause")
        }
    }

    func run() async throws {
        try await speakingPlainly {
            if cause, let subject {
                let options = try connection.auditOptions(expected: S.expected)
                try await causes.find(subject, in: try S.suite(), options: options)
                return
            }
            guard let subject else {
                let width = Kinds.all.map { $0.kind.count }.max() ?? 0
                for kind in Kinds.all {
                    let padding = String(repeating: " ", count: width - kind.kind.count)
                    Screen.write("\(kind.kind)\(padding)  \(kind.documentation.summary)\n")
                }
                Screen.write("\nThe rules of the gate are listed by `assay gate --list-rules`.\n")
                return
            }
            if let kind = Kinds.named(subject) {
                Screen.write(kind.documentation.page)
                return
            }
            if let rule = MigrationRules.named(subject) {
                Screen.write(rule.page)
                return
            }
            if let rule = NameRule(rawValue: subject) {
                Screen.write(rule.page)
                return
            }
            let suite = try S.suite()
            let found = suite.checks.filter { $0.id == subject || $0.id.hasPrefix(subject + ":") }
            guard !found.isEmpty else {
                let names =
                    Kinds.all.map { $0.kind } + MigrationRules.documentation.map(\.rule)
                    + NameRule.allCases.map(\.rawValue) + suite.checks.map(\.id)
                throw Refusal(
                    "there is no kind, no rule and no check called \(subject)"
                        + Nearest.suggestion(for: subject, among: names))
            }
            Screen.write(found.map(\.page).joined(separator: "\n"))
        }
    }
}

extension SuiteCheck {
    /// What is promised, by whom, why, and what is asked of the database.
    fileprivate var page: String {
        let options = check.options
        var lines = [
            id,
            "  promise    \(check.sentence)",
            "  table      \(table.name)",
            "  declared   \(source.file):\(source.line)",
            "  severity   \(options.severity.rawValue)",
            "  dimension  \(check.dimension.rawValue)",
        ]
        func add(_ label: String, _ value: String?) {
            guard let value, !value.isEmpty else { return }
            lines.append("  \(label)\(String(repeating: " ", count: 11 - label.count))\(value)")
        }
        add("where", options.scope?.sentence)
        add("allowed", options.allowed?.description)
        add("warning", options.warnAbove.map { "above \($0)" })
        add("why", options.reason)
        add("owner", options.owner)
        add("tags", options.tags.joined(separator: ", "))
        add("fix", options.fix.map { "fixes/\($0)" })
        add("cause", table.lineage == nil ? nil : "assay explain --cause \(id)")
        add("known", options.knownIssue.map { "\($0.ticket) until \($0.until)" })
        add("help", "assay explain \(check.kind)")
        return lines.joined(separator: "\n") + "\n"
    }
}
