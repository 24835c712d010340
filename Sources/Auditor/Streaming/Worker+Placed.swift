import Assay
import Postgres
import Streams

/// Violations of a check, the first of which are known by where they lie.
struct PlacedViolations {
    let check: Int
    let count: Int
    /// All of them where there are few, else the first.
    let places: [RowPlace]

    init(_ check: Int, _ count: Int, _ places: [RowPlace]) {
        self.check = check
        self.count = count
        self.places = places.sorted()
    }
}

/// Examples of violations whose places are known.
extension Worker {
    /// Reads the keys of violating rows: of few the first by their key, of many the first in the table.
    func samplePlaced(
        _ found: [PlacedViolations], in table: Plan.AuditedTable
    ) async throws(PostgresError) {
        let failing = found.filter { $0.count > 0 }
        guard !failing.isEmpty else { return }
        let shapes = failing.map {
            SampleShape(table, check: plan.items[$0.check].check.check, options: options)
        }
        let chosen = failing.map { violations -> Set<String> in
            let isRare = violations.count <= Worker.rareViolations
            let places = isRare ? violations.places[...] : violations.places.prefix(options.samples)
            return Set(places.map(\.text))
        }
        let places = failing.flatMap { violations in
            violations.places.prefix(Worker.rareViolations).filter { place in
                chosen.contains { $0.contains(place.text) }
            }
        }
        let columns = SampleShape.union(shapes)
        let key = table.key.map(\.sql).joined(separator: ", ")
        try await examples { () async throws(PostgresError) in
            let rows = try await ask(
                """
                SELECT ctid, \(columns.map(\.text).joined(separator: ", ")) \
                FROM \(table.table.name) WHERE \(Stream.condition(at: places.unique)) ORDER BY \(key)
                """)
            for (index, violations) in failing.enumerated() {
                let hits = (0..<rows.count).filter { row in
                    rows[row, 0].map(chosen[index].contains) ?? false
                }
                let samples = hits.prefix(options.samples).map { row in
                    shapes[index].sample(in: columns) { rows[row, 1 + $0] }
                }
                await ledger.record(Array(samples), for: violations.check)
            }
        }
    }

    /// Reads the keys at the ends of the largest groups, and what their rows share.
    func sampleGroups(
        _ check: Int, _ groups: [ExactGroups.Group], in table: Plan.AuditedTable
    ) async throws(PostgresError) {
        let item = plan.items[check]
        guard !groups.isEmpty, case .groups(let question) = item.question else { return }
        let columns = options.showsValues ? item.check.check.columns : []
        try await examples { () async throws(PostgresError) in
            let keys = try await keys(
                at: groups.flatMap { [$0.first.text, $0.last.text] }, in: table)
            let values = try await shared(
                question, columns, at: groups.map(\.first), in: table)
            let samples = groups.map { group -> Sample in
                let ends = [group.first, group.last].compactMap { keys[$0.text] }.unique
                return Sample(
                    keys: ends, more: max(0, group.count - ends.count),
                    values: values[group.first.text] ?? [])
            }
            await ledger.record(samples, for: check)
        }
    }

    /// What the rows at some places are grouped by, by place.
    private func shared(
        _ question: GroupQuestion, _ columns: [String], at places: [RowPlace],
        in table: Plan.AuditedTable
    ) async throws(PostgresError) -> [String: [Field]] {
        guard !columns.isEmpty else { return [:] }
        let shown = zip(question.keys, question.columns).map {
            table.display(ofValue: $1).text($0.value)
        }
        let rows = try await ask(
            """
            SELECT ctid, \(shown.joined(separator: ", ")) FROM \(table.table.name) \
            WHERE \(Stream.condition(at: places)) ORDER BY 1
            """)
        var values: [String: [Field]] = [:]
        for row in 0..<rows.count {
            guard let place = rows[row, 0] else { continue }
            values[place] = zip(columns, shown.indices).map { Field($0, rows[row, $1 + 1]) }
        }
        return values
    }
}
