import Assay
import Postgres

/// The first violations of a check, so that a person sees which they are.
extension Worker {
    /// Reads the first violating rows of checks whose rows were counted together.
    ///
    /// A common violation is found after a few rows, so it is looked for alone, up to a limit. Rare
    /// ones might each cost a scan; they are looked for together, in one.
    func sampleRows(
        _ table: Int, _ measures: [(Int, Measure)]
    ) async throws(PostgresError) {
        let failing = measures.compactMap { check, measure -> (Int, Int, SQL)? in
            guard measure.violations > 0, case .rows(let question) = plan.items[check].question
            else { return nil }
            return (check, measure.violations, question.violated)
        }
        let rare = failing.filter { $0.1 <= Worker.rareViolations }
        let common = failing.filter { $0.1 > Worker.rareViolations }
        let audited = plan.tables[table]
        for (check, _, violated) in common {
            try await sample(
                check, in: audited, from: "FROM \(audited.table.name)", violated: violated)
        }
        for batch in try await batches(of: rare.map { ($0.0, $0.2) }, in: audited) {
            try await sampleTogether(batch, in: audited)
        }
    }

    /// Checks whose violations are looked for in one statement: those apart for which other servers would
    /// have to send all of their rows.
    private func batches(
        of checks: [(check: Int, violated: SQL)], in table: Plan.AuditedTable
    ) async throws(PostgresError) -> [[(check: Int, violated: SQL)]] {
        guard let leaf = table.leaves.firstIndex(where: { $0.server != nil }), checks.count > 1
        else { return checks.isEmpty ? [] : [checks] }
        var batches: [[(check: Int, violated: SQL)]] = [[], []]
        for check in checks {
            let count: SQL = "count(*) FILTER (WHERE \(check.violated))"
            let ships = try await ships([count], from: table.source(ofLeaf: leaf))
            batches[ships ? 0 : 1].append(check)
        }
        return batches.filter { !$0.isEmpty }
    }

    /// Up to so many violating rows are read whole to find the first few.
    static let rareViolations = 200

    /// Reads the first rows that violate one predicate: those with the first keys where all of them are
    /// read.
    func sample(
        _ check: Int, in table: Plan.AuditedTable, from source: SQL, violated: SQL,
        isRare: Bool = false
    ) async throws(PostgresError) {
        let shape = SampleShape(table, check: plan.items[check].check.check, options: options)
        let keys = table.key.map(\.sql).joined(separator: ", ")
        let order: SQL = isRare && !table.key.isEmpty ? "ORDER BY \(keys) " : ""
        try await examples { () async throws(PostgresError) in
            let rows = try await ask(
                """
                SELECT \(shape.outer) FROM (SELECT \(shape.inner) \(source) \
                WHERE \(violated) \(order)LIMIT \(unchecked: String(options.samples))) AS sample \
                ORDER BY \(shape.order)
                """)
            await ledger.record((0..<rows.count).map { shape.sample(rows, $0) }, for: check)
        }
    }

    /// Reads all rows that violate any of some predicates, and gives each check its first ones.
    private func sampleTogether(
        _ checks: [(check: Int, violated: SQL)], in table: Plan.AuditedTable
    ) async throws(PostgresError) {
        let shapes = checks.map {
            SampleShape(table, check: plan.items[$0.check].check.check, options: options)
        }
        let columns = SampleShape.union(shapes)
        let flags = checks.map { "(\($0.violated)) IS TRUE" as SQL }
        let anywhere = checks.map { "(\($0.violated))" as SQL }.joined(separator: " OR ")
        let key = table.key.map(\.sql).joined(separator: ", ")
        try await examples { () async throws(PostgresError) in
            let rows = try await ask(
                """
                SELECT \(flags.joined(separator: ", ")), \
                \(columns.map(\.text).joined(separator: ", ")) \
                FROM \(table.table.name) WHERE \(anywhere) ORDER BY \(key)
                """)
            for (index, entry) in checks.enumerated() {
                let hits = (0..<rows.count).filter { rows[$0, index] == "t" }
                    .prefix(options.samples)
                let samples = hits.map { row in
                    shapes[index].sample(in: columns) { rows[row, flags.count + $0] }
                }
                await ledger.record(samples, for: entry.check)
            }
        }
    }

    /// The keys of rows by their place, or the places themselves where those are keys already.
    func keys(
        at places: [String], in table: Plan.AuditedTable
    ) async throws(PostgresError) -> [String: [Field]] {
        let name = table.key.map(\.name).joined(separator: ", ")
        guard table.hasPlaces else {
            return Dictionary(places.map { ($0, [Field(name, $0)]) }) { first, _ in first }
        }
        let columns = table.key.map { $0.display.text($0.sql) }
        let list: SQL = "\(Array(Set(places)).sorted())"
        let rows = try await ask(
            """
            SELECT ctid, \(columns.joined(separator: ", ")) FROM \(table.table.name) \
            WHERE ctid = ANY (\(list)::tid[]) ORDER BY 1
            """)
        var keys: [String: [Field]] = [:]
        for row in 0..<rows.count {
            guard let place = rows[row, 0] else { continue }
            keys[place] = table.key.indices.map { Field(table.key[$0].name, rows[row, $0 + 1]) }
        }
        return keys
    }

    /// Reads examples: the same ones in every run, and none rather than an errored check where they
    /// cannot be read.
    func examples(
        _ body: () async throws(PostgresError) -> Void
    ) async throws(PostgresError) {
        guard options.samples > 0 else { return }
        do throws(PostgresError) {
            try await connection.execute(
                "SET LOCAL max_parallel_workers_per_gather = 0", deadline: grace)
            try await body()
        } catch {
            if error.isFatal { throw error }
        }
        try await recover()
    }
}
