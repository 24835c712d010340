import Assay
import Ingest

/// A job as a page for the terminal.
struct JobPage {
    let job: SendJob
    let unsent: [SendJob.Unsent]

    var text: String {
        var text = "job \(job.id)\n"
        func line(_ name: String, _ value: String?) {
            guard let value else { return }
            let pad = String(repeating: " ", count: max(1, 10 - name.count))
            text += "  \(name)\(pad)\(value)\n"
        }
        line("state", job.state.rawValue + (job.reason.map { ": \($0)" } ?? ""))
        line("webhook", job.origin)
        line("batch", job.batch ?? "every row that was not sent")
        line("begun", job.created)
        line("ended", job.settled)
        line("sent", "\(job.sent.grouped) of \(job.rows.grouped)")
        for (name, count) in [
            ("waiting", job.waiting), ("sending", job.sending), ("skipped", job.skipped),
            ("given up", job.dead), ("left", job.stopped),
        ] where count > 0 {
            line(name, count.grouped)
        }
        if job.inDoubt > 0 {
            line(
                "in doubt",
                "\(job.inDoubt.grouped): an attempt may have arrived; it is sent again with the same "
                    + "webhook-id")
        }
        if !unsent.isEmpty { text += "\n" }
        for reason in unsent {
            let state = reason.state == "dead" ? "given up" : reason.state
            text +=
                "\(reason.rows.grouped) \(state): \(reason.reason)\n  for example \(reason.example)\n"
            if let answer = reason.answer, !answer.isEmpty { text += "  it answered: \(answer)\n" }
        }
        return text
    }
}
