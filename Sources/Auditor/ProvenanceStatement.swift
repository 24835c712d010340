import Assay
import Postgres

/// The statements that join violating rows to their payloads and class them.
struct ProvenanceStatement {
    /// The rows that break the promise: where they are read, and what holds of them.
    let from: SQL
    let violated: SQL
    /// True for a row whose value is bad, over these columns alone, so that it can be asked of what a
    /// payload holds; `nil` where only a value equal to the row's can be told to be bad.
    let predicate: (columns: [String], isBad: SQL)?

    let table: Plan.AuditedTable
    let lineage: Lineage
    let column: Column
    /// The payloads that carry the column, those that are asked.
    let sources: [(payloads: Payloads, value: Payloads.Value)]
    let context: CheckContext
    let catalog: Catalog

    // MARK: Counting

    /// How many rows break the promise, and how many of them lack a value.
    var counts: SQL {
        "SELECT count(*), count(*) FILTER (WHERE \(isMissing)) \(from) WHERE \(violated)"
    }

    /// The names of keys in the payloads of rows that lack a value, by source.
    var keys: SQL {
        let searched = sources.indices.map { index -> SQL in
            """
            SELECT \(number: index) AS source, pair ->> 'key' AS key FROM matched_\(number: index) \
            AS m, \(search(index, alike: []).found), \
            \(ProvenanceSearch.pairs(of: "m.payload")) AS pair \
            WHERE m.missing AND x.state <> 'present'
            """
        }
        let union = searched.joined(separator: " UNION ALL ")
        return """
            \(matched) SELECT source, key FROM (SELECT DISTINCT source, key FROM (\(union)) AS every \
            LIMIT \(number: ProvenanceStatement.keyLimit)) AS names ORDER BY 1, 2
            """
    }

    /// So many names of keys are compared at the most; payloads may be keyed by their data.
    private static let keyLimit = 5_000

    // MARK: Classing

    /// The classes with their counts, workflows, batches and first rows.
    ///
    /// - Parameters:
    ///   - alike: For each source, the names of keys that are nearly the expected one.
    ///   - samples: How many rows of each class are shown.
    ///   - showsValues: Whether values are shown beside the keys.
    /// - Returns: A statement of few rows, however many rows break the promise.
    func causes(alike: [[String]], samples: Int, showsValues: Bool) -> SQL {
        let found = sources.indices.map { judged($0, alike: alike[$0]) }
        let sent: SQL = lineage.sent == nil ? "NULL::bigint" : "count(*) FILTER (WHERE sent)"
        let empty = shown(showsValues).map { _ in "NULL::text" as SQL }
        let breakdowns: [SQL] = [
            breakdown(1, by: "detail", .plain, empty), breakdown(2, by: "workflow", .plain, empty),
            breakdown(3, by: "batch", lineage.batch.map(table.display(ofKey:)) ?? .plain, empty),
        ]
        let key = keyNames.joined(separator: ", ")
        return """
            \(matched), found AS (\(found.joined(separator: " UNION ALL "))), \
            latest AS (SELECT DISTINCT ON (n) n, arrived, workflow, state, detail, is_bad, held, \
            bool_or(state = 'present') OVER w AS ever, bool_or(is_same) OVER w AS ever_same \
            FROM found WINDOW w AS (PARTITION BY n) \
            ORDER BY n, arrived DESC NULLS LAST, state = 'present' DESC, state, detail, workflow, held), \
            judged AS MATERIALIZED (\(judgement)) \
            SELECT 0 AS part, class, 0::bigint AS rank, NULL::text AS label, count(*) AS n, \
            0::bigint AS total, \(time("min")) AS since, \(time("max")) AS until, \(sent) AS sent\
            \(list(empty)) FROM judged GROUP BY class \
            UNION ALL \(breakdowns.joined(separator: " UNION ALL ")) \
            UNION ALL SELECT 4, class, r, NULL, 1, 0, NULL, NULL, NULL\(list(shown(showsValues))) \
            FROM (SELECT *, row_number() OVER (PARTITION BY class ORDER BY \(key)) AS r FROM judged) \
            AS numbered WHERE r <= \(number: samples) ORDER BY 1, 2, 3
            """
    }

    /// How many workflows, batches and details are named.
    static let parts = 5

    private func breakdown(
        _ part: Int, by label: SQL, _ display: Display, _ empty: [SQL]
    ) -> SQL {
        """
        SELECT \(number: part), class, r, \(display.text(label)), n, total, NULL, NULL, \
        NULL\(list(empty)) FROM (SELECT class, \(label), count(*) AS n, count(*) OVER (PARTITION BY \
        class) AS total, row_number() OVER (PARTITION BY class ORDER BY count(*) DESC, \(label)) AS r \
        FROM judged WHERE \(label) IS NOT NULL GROUP BY class, \(label)) AS counted \
        WHERE r <= \(number: ProvenanceStatement.parts)
        """
    }

    private func time(_ aggregate: SQL) -> SQL {
        """
        to_char(\(aggregate)(at), 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
        """
    }

    func list(_ columns: [SQL]) -> SQL {
        columns.map { ", \($0)" as SQL }.joined(separator: "")
    }

    var keyNames: [SQL] {
        table.key.indices.map { SQL(unchecked: "k\($0)") }
    }

    private func shown(_ showsValues: Bool) -> [SQL] {
        let keys = zip(table.key, keyNames).map { $0.display.text($1) }
        let display = table.display(ofValue: column.name)
        return showsValues ? keys + [display.text("value"), display.text("held")] : keys
    }

    /// Each row with its class.
    ///
    /// A write within the hour of a payload's arrival is the payload's own.
    private var judgement: SQL {
        """
        SELECT v.*, coalesce(l.arrived, v.born) AS at, l.workflow, l.held, CASE \
        WHEN l.n IS NULL THEN 'no-payload' \
        WHEN NOT v.missing THEN CASE WHEN l.ever_same OR l.is_bad THEN 'came-so' \
        WHEN l.state <> 'present' THEN 'not-in-payload' ELSE 'changed' END \
        WHEN l.state <> 'present' THEN CASE WHEN l.ever THEN 'overwritten' ELSE l.state END \
        WHEN w.since THEN 'overwritten' ELSE 'lost' END AS class, \
        CASE WHEN NOT v.missing THEN NULL WHEN l.state = 'present' THEN \
        CASE WHEN w.since THEN 'written to since' END WHEN NOT l.ever THEN l.detail \
        ELSE 'then ' || translate(l.state, '-', ' ') END AS detail \
        FROM violating AS v LEFT JOIN latest AS l USING (n) \
        CROSS JOIN LATERAL (SELECT v.written > l.arrived + interval '1 hour' \
        AND (v.born IS NULL OR v.written > v.born) AS since) AS w
        """
    }

    // MARK: Judging

    private func search(_ index: Int, alike: [String]) -> ProvenanceSearch {
        ProvenanceSearch(
            payloads: sources[index].payloads, value: sources[index].value, alike: alike,
            context: context)
    }

    /// What each payload of one source holds in place of the column.
    private func judged(_ index: Int, alike: [String]) -> SQL {
        let search = search(index, alike: alike)
        var isBad: SQL = "NULL::boolean"
        if let predicate {
            let replaced = predicate.columns.enumerated().map { place, name -> SQL in
                let value: SQL = name == column.name ? "x.held" : "m.c\(number: place)"
                return "\(value) AS \(identifier: name)"
            }
            isBad = """
                CASE WHEN NOT m.missing AND x.state = 'present' THEN (SELECT (\(predicate.isBad)) \
                IS TRUE FROM (SELECT \(replaced.joined(separator: ", "))) AS replaced) END
                """
        }
        return """
            SELECT m.n, m.arrived, m.workflow, coalesce(y.state, x.state) AS state, y.detail, \
            left(x.held, 200) AS held, \(isBad) AS is_bad, \
            (m.value::text COLLATE "C" = x.held OR to_jsonb(m.value) = x.json) AS is_same \
            FROM matched_\(number: index) AS m, \(search.found) \
            LEFT JOIN LATERAL (\(search.elsewhere)) AS y ON true
            """
    }
}

extension SQL.StringInterpolation {
    /// Adds a whole number that this program counted.
    mutating func appendInterpolation(number: Int) {
        appendLiteral(String(number))
    }
}
