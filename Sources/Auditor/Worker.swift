import Assay
import Postgres

/// One connection of a run and how it asks.
struct Worker: Sendable {
    let number: Int
    let connection: Connection
    let plan: Plan
    let catalog: Catalog
    let options: AuditOptions
    let ledger: Ledger
    let now: Double
    /// Whether the run has other connections.
    var hasCompany = false

    /// Does pieces of work until none is left.
    ///
    /// - Throws: Only what ends the connection or the run; what is wrong with one check is recorded.
    func work() async throws(PostgresError) {
        while let work = await ledger.next(for: number, label: plan.label) {
            do throws(PostgresError) {
                try await sparingProcessors { () async throws(PostgresError) in
                    try await perform(work)
                }
            } catch {
                if error.isFatal {
                    await ledger.giveBack(work)
                    throw error
                }
                try await recover()
                try await performAlone(work, after: error)
            }
        }
    }

    /// Keeps a connection to one process of the server while others work: parallel workers would take
    /// the processor from the longest piece of work, which cannot be shared.
    private func sparingProcessors(
        _ body: () async throws(PostgresError) -> Void
    ) async throws(PostgresError) {
        guard hasCompany, await ledger.isAccompanied(number) else { return try await body() }
        try await connection.execute(
            "SET LOCAL max_parallel_workers_per_gather = 0", deadline: grace)
        try await body()
        try await recover()
    }

    private func perform(_ work: Plan.Work) async throws(PostgresError) {
        switch work {
        case .scan(let table, let checks, let scopesOnly):
            try await scan(table, checks, scopesOnly: scopesOnly)
        case .orphans(let table, let checks): try await orphans(table, checks)
        case .groups(let check, let counting): try await groups(check, counting: counting)
        case .violators(let check): try await violators(check)
        case .facts(_, let checks): try await facts(checks)
        case .statement(let check): try await statement(check)
        }
    }

    /// Does the checks of a failed piece of work one by one, so that a broken one takes no other with
    /// it.
    private func performAlone(
        _ work: Plan.Work, after failure: PostgresError
    ) async throws(PostgresError) {
        let parts: [(check: Int, work: Plan.Work)] =
            switch work {
            case .scan(let table, let checks, let scopesOnly):
                checks.map { ($0, .scan(table: table, checks: [$0], scopesOnly: scopesOnly)) }
            case .orphans(let table, let checks):
                checks.map { ($0, .orphans(table: table, checks: [$0])) }
            case .groups(let check, let counting):
                [(check, .groups(check, counting: []))]
                    + counting.map { other in
                        let table = plan.items[other].table
                        return (other, .scan(table: table, checks: [other], scopesOnly: []))
                    }
            case .facts(let table, let checks):
                checks.map { ($0, .facts(table: table, checks: [$0])) }
            case .violators(let check), .statement(let check):
                [(check, work)]
            }
        if parts.count == 1 {
            await ledger.record(
                trouble: sentence(for: failure, check: parts[0].check), for: parts[0].check)
            return
        }
        for part in parts {
            do throws(PostgresError) {
                try await perform(part.work)
            } catch {
                if error.isFatal { throw error }
                try await recover()
                await ledger.record(
                    trouble: sentence(for: error, check: part.check), for: part.check)
            }
        }
    }

    // MARK: Pieces of work

    private func scan(
        _ table: Int, _ checks: [Int], scopesOnly: Set<Int>
    ) async throws(PostgresError) {
        let statement = ScanStatement(
            table: plan.tables[table].table.name, checks: checks, scopesOnly: scopesOnly,
            items: plan.items)
        let rows = try await ask(statement.sql)
        guard rows.count == 1 else { return }
        let answer = statement.read(
            { rows[0, $0] }, items: plan.items, now: now, past: options.past ?? [:])
        await ledger.record(rows: answer.rows, ofTable: table)
        for (check, scope) in answer.scopes { await ledger.record(scope: scope, for: check) }
        for (check, measure) in answer.measures {
            if options.past == nil, plan.items[check].check.check.needsPast {
                await ledger.record(trouble: Worker.withoutPast, for: check)
            } else {
                await ledger.record(measure, for: check)
            }
        }
        try await sampleRows(table, answer.measures)
    }

    /// Why a check that needs recorded runs could not be evaluated.
    private static let withoutPast = """
        there are no recorded runs to hold it against: record runs with --record, or name the history \
        with --history-database
        """

    private func orphans(_ table: Int, _ checks: [Int]) async throws(PostgresError) {
        let audited = plan.tables[table]
        let questions = checks.compactMap { check -> OrphanQuestion? in
            guard case .orphans(let question) = plan.items[check].question else { return nil }
            return question
        }
        let rows = try await ask(OrphanStatement(table: audited, questions: questions).counts)
        guard rows.count == 1 else { return }
        for (index, check) in checks.enumerated() {
            let scope = rows[0, index * 2].flatMap { Int($0) } ?? 0
            let violations = rows[0, index * 2 + 1].flatMap { Int($0) } ?? 0
            await ledger.record(Measure(violations: violations, scope: scope), for: check)
            guard violations > 0 else { continue }
            let single = OrphanStatement(table: audited, questions: [questions[index]])
            try await sample(
                check, in: plan.tables[table], from: single.source, violated: single.violated(0))
        }
    }

    private func groups(_ check: Int, counting others: [Int]) async throws(PostgresError) {
        let item = plan.items[check]
        guard case .groups(let question) = item.question else { return }
        let table = plan.tables[item.table]
        let counted = others.compactMap { plan.items[$0].question.form }.unique
        let statement = GroupStatement(
            table: table, question: question, counted: counted, limit: options.samples)
        let rows = try await ask(statement.sql)
        guard rows.count > 0 else { return }
        func number(_ column: Int) -> Int { rows[0, column].flatMap { Int($0) } ?? 0 }
        let violations = number(1)
        await ledger.record(
            violations: Measure(violations: violations, scope: violations, groups: number(0)),
            for: check)
        var measures: [(Int, Measure)] = []
        for other in others {
            guard case .rows(let rows) = plan.items[other].question, let part = rows.parts.first,
                let place = rows.form.flatMap({ counted.firstIndex(of: $0) })
            else { continue }
            let count = number(2 + place)
            let measure = Measure(
                violations: count, scope: count, parts: [.init(part.label, count)])
            await ledger.record(violations: measure, for: other)
            measures.append((other, measure))
        }
        try await sampleRows(item.table, measures)
        guard violations > 0 else { return }
        let size = 2 + counted.count
        try await examples { () async throws(PostgresError) in
            let places = (0..<rows.count).flatMap { [rows[$0, size + 1], rows[$0, size + 2]] }
            let keys = try await keys(at: places.compactMap(\.self), in: table)
            let columns = options.showsValues ? item.check.check.columns : []
            let samples = (0..<rows.count).map { row -> Sample in
                let count = rows[row, size].flatMap { Int($0) } ?? 0
                let ends = [rows[row, size + 1], rows[row, size + 2]]
                    .compactMap { $0.flatMap { keys[$0] } }.unique
                let values = zip(columns, question.keys.indices)
                    .map { Field($0, rows[row, size + 3 + $1]) }
                return Sample(keys: ends, more: max(0, count - ends.count), values: values)
            }
            await ledger.record(samples, for: check)
        }
    }

    private func violators(_ check: Int) async throws(PostgresError) {
        let item = plan.items[check]
        guard case .violators(let query) = item.question else { return }
        let description = try await describe(query)
        let rows = try await ask("SELECT count(*) FROM (\(query)) AS violators")
        let violations = rows.scalar.flatMap { Int($0) } ?? 0
        await ledger.record(
            violations: Measure(violations: violations, scope: violations), for: check)
        let table = plan.tables[item.table]
        let names = description.columns.map(\.name)
        // A check that names columns has its query return those by which it compares rows.
        let keys = Set(table.key.map(\.name) + item.check.check.columns)
        let shown = names.filter { options.showsValues || keys.contains($0) }
        guard violations > 0, !shown.isEmpty, Set(names).count == names.count else { return }
        let columns = shown.map { table.display(ofResult: $0).text(.identifier($0)) }
        let order = (1...shown.count).map { SQL(unchecked: String($0)) }
        try await examples { () async throws(PostgresError) in
            let found = try await ask(
                """
                SELECT \(columns.joined(separator: ", ")) FROM (SELECT * FROM (\(query)) \
                AS violators LIMIT \(unchecked: String(options.samples))) AS sample \
                ORDER BY \(order.joined(separator: ", "))
                """)
            let samples = (0..<found.count).map { row -> Sample in
                let fields = shown.indices.map { Field(shown[$0], found[row, $0]) }
                let isKey = { (field: Field) in keys.contains(field.name) }
                return Sample(
                    keys: [fields.filter(isKey)], values: fields.filter { !isKey($0) })
            }
            await ledger.record(samples, for: check)
        }
    }

    /// Asks for the facts of several checks at once, where the catalog's text forms are the same for
    /// everybody.
    private func facts(_ checks: [Int]) async throws(PostgresError) {
        let statement = FactStatement(checks: checks, items: plan.items)
        try await connection.execute(
            "SET LOCAL search_path = pg_catalog, pg_temp", deadline: grace)
        let rows = try await ask(statement.sql)
        for (check, measure) in statement.measures(rows) {
            await ledger.record(measure, for: check)
        }
        try await recover()
    }

    private func statement(_ check: Int) async throws(PostgresError) {
        guard case .statement(let statement) = plan.items[check].question else { return }
        do throws(PostgresError) {
            _ = try await describe(statement)
            await ledger.record(
                Measure(violations: 0, scope: 1, observed: "understood"), for: check)
        } catch {
            guard error.isAboutNames else { throw error }
            try await recover()
            let measure = Measure(violations: 1, scope: 1, observed: catalog.explain(error))
            await ledger.record(measure, for: check)
        }
    }

    // MARK: Examples

    /// Reads the first violating rows of checks whose rows were counted together.
    ///
    /// A common violation is found after a few rows, so it is looked for alone, up to a limit. Rare
    /// ones might each cost a scan; they are looked for together, in one.
    private func sampleRows(
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
        if rare.count == 1 {
            try await sample(
                rare[0].0, in: audited, from: "FROM \(audited.table.name)", violated: rare[0].2)
        } else if !rare.isEmpty {
            try await sampleTogether(rare.map { ($0.0, $0.2) }, in: audited)
        }
    }

    /// Up to so many violating rows are read whole to find the first few.
    private static let rareViolations = 200

    /// Reads the first rows that violate one predicate.
    private func sample(
        _ check: Int, in table: Plan.AuditedTable, from source: SQL, violated: SQL
    ) async throws(PostgresError) {
        let shape = SampleShape(table, check: plan.items[check].check.check, options: options)
        try await examples { () async throws(PostgresError) in
            let rows = try await ask(
                """
                SELECT \(shape.outer) FROM (SELECT \(shape.inner) \(source) \
                WHERE \(violated) LIMIT \(unchecked: String(options.samples))) AS sample \
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
    private func keys(
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

    // MARK: Asking

    private func ask(_ sql: SQL) async throws(PostgresError) -> Rows {
        let (text, bindings) = try sql.rendered(quoting: connection.quoted)
        if let limit = options.maxCost {
            let plan = try await connection.query("EXPLAIN \(text)", bindings, deadline: grace)
            let cost = plan.scalar.flatMap(Worker.cost) ?? 0
            if cost > limit {
                throw PostgresError(
                    .misuse,
                    "the planner expects a cost of \(cost.fixed(0)), above --max-cost \(limit.plain)"
                )
            }
        }
        return try await connection.query(text, bindings, deadline: grace)
    }

    private func describe(_ sql: SQL) async throws(PostgresError) -> StatementDescription {
        try await connection.describe(
            try sql.rendered(quoting: connection.quoted).text, deadline: grace)
    }

    /// The server ends a statement at the deadline; this side gives it a little longer to say so.
    private var grace: Duration { options.deadline + .seconds(5) }

    /// The total cost in a plan's first line: `Seq Scan on t  (cost=0.00..35.50 rows=2550 width=4)`.
    static func cost(in line: String) -> Double? {
        guard let range = line.firstRange(of: "cost=") else { return nil }
        let numbers = line[range.upperBound...].prefix { $0 != " " }
        return numbers.firstRange(of: "..").flatMap { Double(numbers[$0.upperBound...]) }
    }

    /// Takes the transaction back to where it was sound.
    private func recover() async throws(PostgresError) {
        try await connection.execute("ROLLBACK TO SAVEPOINT assay", deadline: grace)
    }

    /// Reads examples: the same ones in every run, and none rather than an errored check where they
    /// cannot be read.
    private func examples(
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

    /// What kept a check from being evaluated, in one sentence that holds no value of a row.
    private func sentence(for error: PostgresError, check: Int) -> String {
        switch error.sqlState {
        case .insufficientPrivilege?:
            let isHidden = error.unredactedMessage.contains("row-level security")
            let advice =
                isHidden
                ? "audit as a role with BYPASSRLS" : missingGrant(plan.items[check].check)
            return "\(error.unredactedMessage); \(advice)"
        case .undefinedTable?, .undefinedColumn?:
            return error.position == nil ? error.messageWithoutValues : catalog.explain(error)
        case .queryCanceled?:
            return
                "it did not finish within \(options.deadline.words); raise --deadline, or give the "
                + "table an index that serves it"
        case _ where error.isAboutSize:
            return
                "a value or a row of it is too large for the server to compute with "
                + "(\(error.messageWithoutValues)); leave such rows out with where, or ask for less of them"
        default:
            guard error.position != nil || error.code != .server else {
                return error.messageWithoutValues
            }
            let hint = error.hint.map { "; \($0)" } ?? ""
            return "\(error)\(hint)"
        }
    }

    /// The grant that a check's tables lack, as SQL.
    private func missingGrant(_ check: SuiteCheck) -> String {
        let role = catalog.database.currentUser
        let names = [check.table.name] + check.check.foreignNames.map(\.table)
        for name in names {
            if !catalog.usableSchemas.contains(name.schema) {
                return "GRANT USAGE ON SCHEMA \(name.schema) TO \(role)"
            }
            if let relation = catalog.relation(name), !relation.hasSelect {
                return "GRANT SELECT ON \(name) TO \(role)"
            }
        }
        return "\(role) lacks a right that the check's own SQL needs"
    }
}

extension PostgresError {
    /// Whether it ends the connection or the run rather than one check.
    var isFatal: Bool {
        isConnectionLoss || code == .cancelled || code == .deadlineExceeded
    }

    /// Whether the server ran into a bound of its own memory: 1 GB a value.
    fileprivate var isAboutSize: Bool {
        sqlState == .programLimitExceeded
            || unredactedMessage.hasPrefix("invalid memory alloc request size")
    }

    /// Whether the statement does not fit the catalog.
    fileprivate var isAboutNames: Bool {
        sqlState.map { $0.rawValue.hasPrefix("42") && $0 != .insufficientPrivilege } ?? false
    }
}

extension Duration {
    /// The span in words: `1,800 seconds`, `500 milliseconds`.
    var words: String {
        components.seconds > 0
            ? Int(components.seconds).counted("second") : milliseconds.counted("millisecond")
    }

    /// The span in whole milliseconds, one at the least.
    package var milliseconds: Int {
        let (seconds, attoseconds) = components
        return max(1, Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000))
    }
}

extension Array where Element: Hashable {
    /// The elements without repeats, in order.
    var unique: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
