public import Assay

/// What a chat is told of a run, in the form of Slack's incoming webhooks, which others take as well.
public struct ChatMessage: Sendable, Hashable {
    /// The message as JSON.
    public let json: String

    /// So many checks are named.
    private static let limit = 10

    /// Says what is new or gone; `nil` where there is nothing to say.
    ///
    /// A run that could not evaluate everything is told of as well: its silence would look like quiet.
    /// The message names checks and counts, never keys or values.
    public init?(_ report: AuditReport) {
        let changed = report.results.filter { $0.comparison?.isChange == true }
        let errored = report.errored
        let isFirst = report.baseline == nil && !report.findings.isEmpty
        let stale = report.results.filter { $0.knownIssueFault != nil }
        guard
            !changed.isEmpty || !errored.isEmpty || report.trouble != nil || isFirst
                || !stale.isEmpty
        else { return nil }
        let place = report.database?.name ?? report.suite
        var lines = ["*Audit of \(ChatMessage.escaped(place))*: \(report.summary)"]
        if let changes = report.changesInWords { lines.append(ChatMessage.escaped(changes)) }
        if let trouble = report.trouble {
            lines.append("The audit ended early: \(ChatMessage.escaped(trouble.onOneLine))")
        }
        var told = changed.map { result in
            (result.heading, result.id, result.changesInWords ?? "")
        }
        told += errored.map { ("errored", $0.id, $0.trouble?.onOneLine ?? "") }
        told += stale.map { ("known issue", $0.id, $0.knownIssueFault ?? "") }
        for (heading, check, words) in told.prefix(ChatMessage.limit) {
            lines.append(ChatMessage.escaped("• \(heading) \(check): \(words)"))
        }
        if told.count > ChatMessage.limit {
            lines.append("and \((told.count - ChatMessage.limit).counted("more check"))")
        }
        let message: JSON = ["text": .string(lines.joined(separator: "\n"))]
        json = message.text
    }

    /// What Slack reads as markup, escaped as it asks for.
    private static func escaped(_ text: String) -> String {
        text.visible.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            .replacing(">", with: "&gt;")
    }
}
