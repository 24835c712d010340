import Assay

extension HTML {
    /// The outcomes as a whole, by schema and by dimension.
    var overview: Markup {
        let dimensions = report.grouped(by: \.dimension).sorted { left, right in
            rank(left.name) < rank(right.name)
        }
        let schemas = report.grouped(by: \.table.schema)
        return """
            <section aria-labelledby="overview">
            <h2 id="overview">Overview</h2>
            \(bar(Tally(report.results)))
            <ul class="legend">
            \(Markup(Tally(report.results).counts.map(legend)))
            </ul>
            <div class="columns">
            \(table("By schema", "Schema", schemas.map { ($0.name, tables(of: $0.name), $0.results) }))
            \(table("By dimension", "Dimension", dimensions.map { ($0.name.rawValue, "", $0.results) }))
            </div>
            </section>
            """
    }

    private func rank(_ dimension: Dimension) -> Int {
        Dimension.allCases.firstIndex(of: dimension) ?? 0
    }

    private func legend(_ outcome: Outcome, _ count: Int) -> Markup {
        """
        <li class="\(outcome.rawValue)"><b>\(count.grouped)</b> \(outcome.phrase)\
        \(explanation(outcome))</li>
        """
    }

    private func explanation(_ outcome: Outcome) -> Markup {
        switch outcome {
        case .errored: " <span>(not evaluated)</span>"
        case .notApplicable where report.unexamined.isEmpty: " <span>(still learning)</span>"
        case .notApplicable: " <span>(nothing examined)</span>"
        case .known: " <span>(accepted for now)</span>"
        case .failed, .warned, .passed: ""
        }
    }

    /// The schema's tables and rows: `3 tables, 62,310 rows`.
    private func tables(of schema: String) -> String {
        let tables = report.tables.filter { $0.name.schema == schema }
        let rows = tables.compactMap { report.rows[$0.name] }
        let words = tables.count.counted("table")
        return rows.isEmpty ? words : "\(words), \(rows.reduce(0, +).counted("row"))"
    }

    private func table(
        _ caption: String, _ noun: String,
        _ lines: [(name: String, note: String, results: [CheckResult])]
    ) -> Markup {
        let rows = lines.map { line -> Markup in
            let tally = Tally(line.results)
            let note: Markup = line.note.isEmpty ? "" : "<small>\(line.note)</small>"
            return """
                <tr><th scope="row">\(line.name)\(note)</th>\
                <td class="number">\(tally.total.grouped)</td>\
                <td>\(bar(tally))<small>\(tally.sentence)</small></td></tr>
                """
        }
        return """
            <table class="overview">
            <caption>\(caption)</caption>
            <thead><tr><th scope="col">\(noun)</th><th scope="col" class="number">Checks</th>\
            <th scope="col">Outcomes</th></tr></thead>
            <tbody>
            \(Markup(rows))
            </tbody>
            </table>
            """
    }

    /// A bar of outcomes; the words stand beside it, too.
    private func bar(_ tally: Tally) -> Markup {
        var start = 0.0
        let pieces = tally.counts.map { outcome, count -> Markup in
            let width = Double(count) * 100 / Double(tally.total)
            defer { start += width }
            return """
                <rect class="\(outcome.rawValue)" x="\(start.fixed(2))%" width="\(width.fixed(2))%"/>
                """
        }
        return """
            <svg role="img" aria-label="\(tally.sentence)">\(Markup(pieces, separator: ""))</svg>
            """
    }
}
