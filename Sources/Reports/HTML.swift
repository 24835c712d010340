import Assay

/// A report as one page that needs no network.
struct HTML {
    let report: AuditReport
    /// What there is to tell, each with the name by which the page links to it.
    let tellings: [(anchor: String, result: CheckResult)]
    /// The same names by the check's identity.
    let anchors: [String: String]

    init(report: AuditReport) {
        self.report = report
        tellings = report.tellings.enumerated().map { ("c\($0 + 1)", $1) }
        anchors = Dictionary(
            tellings.map { ($0.result.id, $0.anchor) }, uniquingKeysWith: { first, _ in first })
    }

    func render() -> String {
        let page: Markup = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="referrer" content="no-referrer">
            <meta http-equiv="Content-Security-Policy" content="\(policy)">
            <title>\(title), \(report.timeText)</title>
            <style>\(Markup(trusted: HTMLStyle.text))</style>
            </head>
            <body>
            <a class="skip" href="#report">Skip to the report</a>
            \(header)
            <main id="report">
            \(overview)
            \(checks)
            </main>
            <footer>
            <p>Assay \(report.version) wrote this page. It loads nothing and sends nothing.</p>
            </footer>
            <script>\(Markup(trusted: HTMLScript.text))</script>
            </body>
            </html>

            """
        return page.text
    }

    /// Nothing may be loaded, and only this page's own style and script are obeyed.
    private var policy: String {
        "default-src 'none'; style-src '\(HTMLStyle.hash)'; script-src '\(HTMLScript.hash)'; "
            + "base-uri 'none'; form-action 'none'"
    }

    private var title: String {
        "Audit of \(report.database?.name ?? report.suite)"
    }

    private var header: Markup {
        """
        <header>
        <h1>\(title)</h1>
        <p class="verdict">\(report.verdict)</p>\(changes)
        <dl class="facts">
        \(Markup(facts.map { "<div><dt>\($0)</dt><dd>\($1)</dd></div>" }))
        </dl>
        </header>
        """
    }

    private var changes: Markup {
        report.changesInWords.map { "\n<p class=\"verdict\">\($0)</p>" } ?? ""
    }

    private var facts: [(String, Markup)] {
        let database = report.database
        let replica = database?.isReplica == true ? " (replica)" : ""
        let rows = report.rows.values.reduce(0, +)
        let facts: [(String, Markup?)] = [
            ("Run", "\(report.run)"),
            ("Snapshot", "<time datetime=\"\(report.timeText)\">\(report.timeText)</time>"),
            ("Duration", report.durationInWords.map { "\($0)" }),
            ("Suite", "\(report.suite)"),
            ("Database", database == nil ? "none was reached" : nil),
            ("Server", database.map { "\($0.server)\(replica)" }),
            ("PostgreSQL", database.map { "\($0.version)" }),
            ("Role", database.map { "\($0.role)" }),
            ("Baseline", report.baseline.map { "\($0.run)" }),
            ("Rows", report.rows.isEmpty ? nil : "\(rows.grouped)"),
        ]
        return facts.compactMap { label, text in text.map { (label, $0) } }
    }
}
