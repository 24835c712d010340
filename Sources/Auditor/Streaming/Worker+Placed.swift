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
        _ found: [PlacedViolations], _ index: Int
    ) async throws(PostgresError) {
        let failing = found.filter { $0.count > 0 }
        guard !failing.isEmpty else { return }
        let table = plan.tables[index]
        let shapes = failing.map {
            SampleShape(table, check: plan.items[$0.check].check.check, options: options)
        }
        let chosen = failing.map { violations -> Set<RowPlace> in
            let isRare = violations.count <= Worker.rareViolations
            return Set(
                violations.places.prefix(isRare ? Worker.rareViolations : options.samples))
        }
        let places = chosen.reduce(into: Set<RowPlace>()) { $0.formUnion($1) }.sorted()
        let placesByMark = Dictionary(places.map { ($0.mark, $0) }) { first, _ in first }
        let columns = SampleShape.union(shapes)
        let keys = shapes.first?.keys.compactMap(columns.firstIndex(of:)) ?? []
        var areFound = true
        try await examples { () async throws(PostgresError) in
            let rows = try await placed(
                at: places, columns.map { ($0.sql, $0.display) }, orderedBy: keys, in: table)
            areFound = rows.count == places.count
            guard areFound else { return }
            for (index, violations) in failing.enumerated() {
                let own = rows.filter { row in
                    placesByMark[row.mark].map(chosen[index].contains) ?? false
                }
                let samples = own.prefix(options.samples).map { row in
                    shapes[index].sample(in: columns) { row.values[$0] }
                }
                await ledger.record(samples, for: violations.check)
            }
        }
        guard !areFound else { return }
        // Where a place is not that of one row, the rows are looked for by what is wrong with them.
        let measures = failing.map { ($0.check, Measure(violations: $0.count, scope: $0.count)) }
        try await sampleRows(index, measures)
        for violations in failing {
            guard case .orphans(let question) = plan.items[violations.check].question else {
                continue
            }
            let single = OrphanStatement(table: table, questions: [question])
            try await sample(
                violations.check, in: table, from: single.source, violated: single.violated(0),
                isRare: violations.count <= Worker.rareViolations)
        }
    }

    /// Reads columns of the rows at some places, as they are shown.
    ///
    /// - Parameters:
    ///   - places: The places, of any leaves.
    ///   - columns: The columns.
    ///   - order: The numbers of those by whose values the rows are ordered, before their places.
    ///   - table: The table.
    /// - Returns: The rows with the marks of their places.
    /// - Throws: What the server says.
    private func placed(
        at places: [RowPlace], _ columns: [(sql: SQL, display: Display)],
        orderedBy order: [Int] = [], in table: Plan.AuditedTable
    ) async throws(PostgresError) -> [(mark: String, values: [String?])] {
        let shown = columns.enumerated().map {
            ", \($1.display.text(SQL(unchecked: "c\($0)")))" as SQL
        }
        let by = order.map { SQL(unchecked: "c\($0)") } + ["1", "2"]
        let rows = try await ask(
            """
            SELECT leaf, place\(shown.joined(separator: "")) FROM (\
            \(Stream.rows(at: places, columns.map(\.sql), of: table))) AS placed \
            ORDER BY \(by.joined(separator: ", "))
            """)
        return (0..<rows.count).map { row in
            let mark = (rows[row, 0] ?? "") + (rows[row, 1] ?? "")
            return (mark, columns.indices.map { rows[row, $0 + 2] })
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
            let keys = try await placed(
                at: groups.flatMap { [$0.rows.first, $0.rows.last] },
                table.key.map { ($0.sql, $0.display) }, in: table)
            let keysByMark = Dictionary(keys.map { ($0.mark, $0.values) }) { first, _ in first }
            let values = try await shared(
                question, columns, at: groups.map(\.rows.first), in: table)
            let samples = groups.map { group -> Sample in
                let ends = [group.rows.first, group.rows.last].compactMap { place in
                    keysByMark[place.mark].map { zip(table.key, $0).map { Field($0.name, $1) } }
                }.unique
                return Sample(
                    keys: ends, more: max(0, group.rows.count - ends.count),
                    values: values[group.rows.first.mark] ?? [])
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
            (sql: $0.value, display: table.display(ofValue: $1))
        }
        let rows = try await placed(at: places, shown, in: table)
        return Dictionary(
            rows.map { row in (row.mark, zip(columns, row.values).map { Field($0, $1) }) }
        ) { first, _ in first }
    }
}
