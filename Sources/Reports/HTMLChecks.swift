import Assay

extension HTML {
    /// The filter, what there is to tell, and the table of all checks.
    var checks: Markup {
        """
        <section aria-labelledby="checks">
        <h2 id="checks">Checks</h2>
        \(filter)
        \(group("findings", "Findings", tellings.filter { $0.result.outcome != .errored }))
        \(group("errored", "Not evaluated", tellings.filter { $0.result.outcome == .errored }))
        <h3 id="all">All checks</h3>
        \(table)
        </section>
        """
    }

    /// Hidden until the script, without which it would do nothing, shows it.
    private var filter: Markup {
        let outcomes = Tally(report.results).counts.map { ($0.outcome.rawValue, $0.outcome.phrase) }
        let schemas = report.grouped(by: \.table.schema).map { ($0.name, $0.name) }
        let present = Set(report.results.map(\.dimension))
        let dimensions = Dimension.allCases.filter(present.contains).map(\.rawValue)
        return """
            <form id="filter" role="search" aria-label="Filter checks" hidden>
            <label>Text <input type="search" name="text" autocomplete="off"></label>
            \(select("outcome", "Outcome", outcomes))
            \(select("schema", "Schema", schemas))
            \(select("dimension", "Dimension", dimensions.map { ($0, $0) }))
            <button type="reset">Clear</button>
            <button type="button" id="fold">Fold all</button>
            <p id="count" role="status" aria-live="polite"></p>
            </form>
            """
    }

    private func select(_ name: String, _ label: String, _ options: [(String, String)]) -> Markup {
        let list = options.map { "<option value=\"\($0)\">\($1)</option>" as Markup }
        return """
            <label>\(label) <select name="\(name)"><option value="">all</option>\
            \(Markup(list, separator: ""))</select></label>
            """
    }

    // MARK: What there is to tell

    private func group(
        _ id: String, _ title: String, _ tellings: [(anchor: String, result: CheckResult)]
    ) -> Markup {
        guard !tellings.isEmpty else { return "" }
        return """
            <div class="group">
            <h3 id="\(id)">\(title)</h3>
            \(Markup(tellings.map { telling($0.anchor, $0.result) }))
            </div>
            """
    }

    /// Few findings stand open, many are folded.
    private var opening: Markup { tellings.count <= 20 ? " open" : "" }

    private func telling(_ anchor: String, _ result: CheckResult) -> Markup {
        let why: Markup = result.reason.map { "\n<p>\($0.onOneLine)</p>" } ?? ""
        return """
            <details class="\(result.outcome.rawValue)" id="\(anchor)"\(opening)>
            <summary><h4><b>\(result.heading)[\(result.kind)]</b> \(result.message)</h4></summary>\(why)
            <dl>\(Markup(facts(anchor, result).map { "<dt>\($0)</dt><dd>\($1)</dd>" }, separator: ""))</dl>
            </details>
            """
    }

    private func facts(_ anchor: String, _ result: CheckResult) -> [(String, Markup)] {
        let trend = HTMLTrend(
            report.trends[result.id], id: anchor, result: result, time: report.time)
        let facts: [(String, Markup?)] = [
            ("Promise", result.outcome == .errored ? "\(result.promise)" : nil),
            ("Measure", measure(result)),
            ("Changes", result.changesInWords.map { "\($0)" }),
            ("New", list(result.newRowsInWords, rest: nil)),
            ("Trend", trend?.markup),
            ("Rows", list(result.rowsInWords, rest: result.restInWords)),
            ("Values", list(result.valuesInWords, rest: nil)),
            ("Issue", result.issueInWords.map { "\($0)" }),
            ("Fix", result.fixFolder.map { "<code>\($0)</code>" }),
            ("Owner", result.owner.map { "\($0.onOneLine)" }),
            ("Tags", result.tags.isEmpty ? nil : "\(result.tags.joined(separator: ", "))"),
            ("Source", source(result)),
            ("Help", "<code>\(result.explanation)</code>"),
        ]
        return facts.compactMap { label, text in text.map { (label, $0) } }
    }

    private func measure(_ result: CheckResult) -> Markup? {
        guard let words = result.measureInWords, let measure = result.measure else { return nil }
        guard measure.observed == nil else { return "\(words)" }
        // A share too small to see is drawn as one that can just be seen.
        let width = min(100, max(0.6, measure.percent))
        return """
            \(words)<svg aria-hidden="true">\
            <rect width="\(width.fixed(1))%"/></svg>
            """
    }

    private func list(_ texts: [String], rest: String?) -> Markup? {
        guard !texts.isEmpty else { return nil }
        let more = rest.map { " · \($0)" } ?? ""
        return "<code>\(texts.joined(separator: " · "))</code>\(more)"
    }

    private func source(_ result: CheckResult) -> Markup {
        let excerpt: Markup = result.excerptLine.map { "<pre>\($0)</pre>" } ?? ""
        return "<code>\(result.place)</code>\(excerpt)"
    }

    // MARK: The table

    private var table: Markup {
        """
        <table class="checks">
        <caption>\(report.results.count.counted("check")), table by table</caption>
        <thead><tr><th scope="col">Outcome</th><th scope="col">Check</th>\
        <th scope="col">Dimension</th><th scope="col">Measure or proof</th></tr></thead>
        \(Markup(report.tables.map { rows(of: $0.name, $0.results) }))
        </table>
        """
    }

    private func rows(of table: TableName, _ results: [CheckResult]) -> Markup {
        let rows = report.rows[table].map { " <small>\($0.counted("row"))</small>" as Markup } ?? ""
        return """
            <tbody data-schema="\(table.schema)">
            <tr><th colspan="4" scope="rowgroup">\(table.description)\(rows)</th></tr>
            \(Markup(results.map(row)))
            </tbody>
            """
    }

    private func row(_ result: CheckResult) -> Markup {
        let sentence =
            anchors[result.id].map { "<a href=\"#\($0)\">\(result.sentence)</a>" as Markup }
            ?? "\(result.sentence)"
        return """
            <tr class="\(result.outcome.rawValue)"><td>\(result.outcome.phrase)</td>\
            <th scope="row">\(sentence)</th><td>\(result.dimension.rawValue)</td>\
            <td>\(evidence(result))</td></tr>
            """
    }

    private func evidence(_ result: CheckResult) -> String {
        if let proof = result.proof { return "proven by \(proof)" }
        guard let measure = result.measure else { return "not evaluated" }
        let words = measure.scope > 0 ? measure.sentence : measure.observed ?? "no row in scope"
        let notes = [result.outcome == .known ? result.issueInWords : nil, result.changesInWords]
        return ([words] + notes.compactMap(\.self)).joined(separator: "; ")
    }
}
