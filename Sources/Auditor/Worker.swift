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
    /// What is shared of the run's streams; `nil` where there are none.
    var board: StreamBoard?
    /// Whether the run has other connections.
    var hasCompany = false

    /// Does pieces of work until none is left.
    ///
    /// - Throws: Only what ends the connection or the run; what is wrong with one check is recorded.
    func work() async throws(PostgresError) {
        while let work = await ledger.next(for: number, label: plan.label) {
            if await isOutOfReach(work) { continue }
            do throws(PostgresError) {
                try await settled(for: work) { () async throws(PostgresError) in
                    try await perform(work)
                }
            } catch {
                if error.isFatal {
                    await ledger.giveBack(work, from: number)
                    throw error
                }
                try await recover()
                if try await isSilence(error, in: work) { continue }
                try await performAlone(work, after: error)
            }
        }
    }

    /// Works, and says what ended it before there was nothing left to do.
    func end() async -> PostgresError? {
        do throws(PostgresError) {
            try await work()
            return nil
        } catch {
            await ledger.leave(number)
            return error
        }
    }

    /// Does a piece of work under the settings that suit it.
    private func settled(
        for work: Plan.Work, _ body: () async throws(PostgresError) -> Void
    ) async throws(PostgresError) {
        var settings = compilation(of: work)
        // Parallel workers would take the processor from the longest piece of work, which cannot be shared.
        if hasCompany, !isRange(work), await ledger.isAccompanied(number) {
            settings.append(("max_parallel_workers_per_gather", "0"))
        }
        guard !settings.isEmpty else { return try await body() }
        try await set(settings)
        try await body()
        try await recover()
    }

    /// Changes settings until ``recover()``.
    func set(_ settings: [(String, String?)]) async throws(PostgresError) {
        try await connection.set(settings, deadline: grace)
    }

    /// Whether it reads a range of places, which no server does in parallel; there are many of these, and
    /// settings would cost each two round trips more.
    private func isRange(_ work: Plan.Work) -> Bool {
        guard case .stream(let number, let piece) = work, plan.streams[number].packs == nil else {
            return false
        }
        let part = plan.streams[number].parts[piece]
        return part.start != nil || part.end != nil
    }

    private func compilation(of work: Plan.Work) -> [(String, String?)] {
        switch work {
        case .scan(let table, let checks, let scopesOnly):
            guard let rows = plan.tables[table].rows else { return [] }
            let statement = ScanStatement(checks: checks, scopesOnly: scopesOnly, items: plan.items)
            return Worker.compilation(rows: rows, aggregates: statement.expressions.count)
        case .stream(let number, _):
            let stream = plan.streams[number]
            guard let packs = stream.packs else { return [] }
            let rows = (plan.tables[stream.table].rows ?? 0) / stream.parts.count
            return [("enable_tidscan", "on")]
                + Worker.compilation(rows: rows, aggregates: packs.expressions(plan.items))
        default: return []
        }
    }

    /// The settings by which the server compiles a pass over a table, where its settings let it compile; none
    /// where that is not worth it, for a settled connection compiles nothing.
    ///
    /// Left to itself it compiles what it deems dear, but optimises only what is five times as dear, and code
    /// that is not optimised takes longer than none. Measured with PostgreSQL 15: optimised code saves 7 ns a
    /// row and aggregate, to make it takes 3 ms an aggregate, and 40 ms the first time on a connection. To put
    /// the functions that it calls into it saves 1 ns more, for 2 ms an aggregate, and 50 ms.
    static func compilation(rows: Int, aggregates: Int) -> [(String, String?)] {
        let aggregates = Double(aggregates)
        let evaluated = Double(rows) * aggregates
        guard 7e-9 * evaluated > 0.04 + 0.003 * aggregates else { return [] }
        let isInlined = 1e-9 * evaluated > 0.05 + 0.002 * aggregates
        return [
            ("jit", nil), ("jit_above_cost", "0"), ("jit_optimize_above_cost", "0"),
            ("jit_inline_above_cost", isInlined ? "0" : "-1"),
        ]
    }

    private func perform(_ work: Plan.Work) async throws(PostgresError) {
        switch work {
        case .scan(let table, let checks, let scopesOnly):
            try await scan(table, checks, scopesOnly: scopesOnly)
        case .share(let share, let leaf): try await self.share(share, leaf: leaf)
        case .orphans(let table, let checks): try await orphans(table, checks)
        case .groups(let check, let counting): try await groups(check, counting: counting)
        case .violators(let check): try await violators(check)
        case .facts(_, let checks): try await facts(checks)
        case .distant(let check): try await distant(check)
        case .statement(let check): try await statement(check)
        case .stream(let number, let piece): try await stream(number, piece: piece)
        case .changes(let number): try await changes(number)
        case .shared(let work):
            do {
                try await work.help(self)
            } catch {
                // Who shares it hears of it.
                guard let error = error as? PostgresError else { return try await recover() }
                throw error
            }
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
            case .share(let share, _):
                // What a leaf cannot answer by itself is asked of the whole table.
                if await ledger.giveUp(share) {
                    share.checks.map {
                        ($0, .scan(table: share.table, checks: [$0], scopesOnly: []))
                    }
                } else {
                    []
                }
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
            case .violators(let check), .distant(let check), .statement(let check):
                [(check, work)]
            // A stream that fails has the database do its work.
            case .stream, .changes, .shared: []
            }
        let isShare = if case .share = work { true } else { false }
        if parts.count == 1, !isShare {
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
                if try await isSilence(error, in: part.work) { continue }
                await ledger.record(
                    trouble: sentence(for: error, check: part.check), for: part.check)
            }
        }
    }

    // MARK: Pieces of work

    private func scan(
        _ table: Int, _ checks: [Int], scopesOnly: Set<Int>
    ) async throws(PostgresError) {
        let statement = ScanStatement(checks: checks, scopesOnly: scopesOnly, items: plan.items)
        let rows = try await ask(statement.sql(from: "\(plan.tables[table].table.name)"))
        guard rows.count == 1 else { return }
        try await conclude(statement, table) { rows[0, $0] }
    }

    /// Records what a pass over a table says.
    func conclude(
        _ statement: ScanStatement, _ table: Int, _ column: (Int) -> String?
    ) async throws(PostgresError) {
        let answer = statement.read(
            column, items: plan.items, now: now, past: options.past ?? [:])
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
                check, in: plan.tables[table], from: single.source, violated: single.violated(0),
                isRare: violations <= Worker.rareViolations)
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

    // MARK: Asking

    func ask(_ sql: SQL) async throws(PostgresError) -> Rows {
        try await ask(sql, of: connection)
    }

    /// Asks one of several connections, unless the answer would cost too much.
    func ask(_ sql: SQL, of connection: Connection) async throws(PostgresError) -> Rows {
        let (text, bindings) = try sql.rendered(quoting: connection.quoted)
        try await refuseCost(text, bindings, on: connection)
        return try await connection.query(text, bindings, deadline: grace)
    }

    /// Refuses a statement that the planner expects to cost more than is allowed.
    func refuseCost(
        _ text: String, _ bindings: [String?], on connection: Connection
    ) async throws(PostgresError) {
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
    }

    private func describe(_ sql: SQL) async throws(PostgresError) -> StatementDescription {
        try await connection.describe(
            try sql.rendered(quoting: connection.quoted).text, deadline: grace)
    }

    /// The server ends a statement at the deadline; this side gives it a little longer to say so.
    var grace: Duration { options.deadline + .seconds(5) }

    /// The total cost in a plan's first line: `Seq Scan on t  (cost=0.00..35.50 rows=2550 width=4)`.
    static func cost(in line: String) -> Double? {
        guard let range = line.firstRange(of: "cost=") else { return nil }
        let numbers = line[range.upperBound...].prefix { $0 != " " }
        return numbers.firstRange(of: "..").flatMap { Double(numbers[$0.upperBound...]) }
    }

    /// Takes the transaction back to where it was sound.
    func recover() async throws(PostgresError) {
        try await connection.execute("ROLLBACK TO SAVEPOINT assay", deadline: grace)
    }
}

extension PostgresError {
    /// Whether it ends the connection or the run rather than one check.
    var isFatal: Bool {
        isConnectionLoss || code == .cancelled || code == .deadlineExceeded
    }

    /// Whether the statement does not fit the catalog.
    fileprivate var isAboutNames: Bool {
        sqlState.map { $0.rawValue.hasPrefix("42") && $0 != .insufficientPrivilege } ?? false
    }
}

extension Array where Element: Hashable {
    /// The elements without repeats, in order.
    var unique: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
