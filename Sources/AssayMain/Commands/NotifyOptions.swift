import ArgumentParser
import Assay
import Auditor
import Reports

/// Who is told of a run.
struct NotifyOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Tell this webhook (Slack's form) what is new or gone; say nothing otherwise.",
            discussion: """
                With --baseline. ASSAY_NOTIFY_URL where it is not given, which other users of the \
                machine do not see. A webhook that does not answer changes no exit status.
                """,
            valueName: "url"))
    var notify: String?

    /// The webhook, where there is one.
    ///
    /// A variable of the environment tells only of runs that can say what is new.
    func webhook(hasBaseline: Bool) throws(Refusal) -> Webhook? {
        if notify != nil, !hasBaseline {
            throw Refusal(
                "--notify needs --baseline: what is new is told by an earlier run; --baseline last")
        }
        guard hasBaseline, let address = notify ?? Screen.variable("ASSAY_NOTIFY_URL") else {
            return nil
        }
        return try Webhook(address)
    }
}

extension Webhook {
    /// Tells of a report what is new or gone, and says what became of that.
    func tell(_ report: AuditReport) async {
        guard let message = ChatMessage(report) else { return }
        if let reason = await send(message.json) {
            Screen.note("notify", "the webhook was not told: \(reason)", .warning)
        } else {
            Screen.note("notify", "the webhook was told")
        }
    }
}
