public import Assay
import Postgres

/// Finds out why rows break a promise: joins them to the payloads they came from.
public struct Provenance: Sendable {
    let suite: Suite
    let check: SuiteCheck
    let column: String?
    private let options: AuditOptions
    private let progress: @Sendable (AuditProgress) -> Void

    /// Prepares the question.
    ///
    /// - Parameters:
    ///   - id: The check's identity, or its beginning up to the colon.
    ///   - column: The column whose values are traced, where the check names several.
    ///   - suite: What is promised.
    ///   - options: How the database is asked.
    ///   - progress: Told how far the search has come, from any thread.
    /// - Throws: A refusal where there is no such check, or not one.
    public init(
        of id: String, column: String?, in suite: Suite, options: AuditOptions,
        progress: @escaping @Sendable (AuditProgress) -> Void = { _ in }
    ) throws(Refusal) {
        let found = suite.checks.filter { $0.id == id || $0.id.hasPrefix(id + ":") }
        guard let check = found.first else {
            let names = suite.checks.flatMap { [$0.id, "\($0.table.name)/\($0.check.kind)"] }
            let hint = Nearest.suggestion(for: id, among: names)
            throw Refusal("there is no check called \(id)\(hint); `assay list --ids` shows all")
        }
        let exact = found.filter { $0.id == id }
        guard let only = exact.first ?? (found.count == 1 ? check : nil) else {
            throw Refusal("\(id) is \(found.count) checks; name one of \(found.map(\.id).inWords)")
        }
        guard let kept = suite.keeping({ $0.id == only.id }) else {
            throw Refusal("there is no check called \(id)")
        }
        self.suite = kept
        self.check = only
        self.column = column
        self.options = options
        self.progress = progress
    }

    /// Asks the database, in one snapshot, and changes nothing.
    ///
    /// - Returns: The causes; none where no row breaks the promise.
    /// - Throws: A ``Refusal`` where the check or its table's lineage does not fit, and
    ///   `PostgresError` where the database does not answer in time.
    public func report() async throws -> CauseReport {
        let lineage = try lineage()
        let connection = try await Connection.connect(
            to: options.target, applicationName: "assay explain", timeout: options.connectTimeout)
        do {
            let report = try await report(lineage, connection)
            await connection.close()
            return report
        } catch let error as PostgresError
            where error.sqlState == .queryCanceled && !Task.isCancelled
        {
            await connection.close()
            throw PostgresError(
                .deadlineExceeded,
                "the causes were not found within \(options.deadline.words); raise --deadline, or "
                    + "give the columns by which payloads are found an index")
        } catch {
            await connection.close()
            throw error
        }
    }

    private func report(_ lineage: Lineage, _ connection: Connection) async throws -> CauseReport {
        try await connection.begin(.repeatableReadReadOnly)
        try await connection.settle(deadline: options.deadline)
        let catalog = try await Catalog.read(from: connection)
        try options.expected.refuse(catalog.database, host: connection.host)
        try suite.refuseUnknownNames(in: catalog)
        let plan = Plan(suite: suite, catalog: catalog)
        guard let item = plan.items.first(where: { $0.check.id == check.id }) else {
            throw Refusal("\(check.id) cannot be asked of this database", at: check.source)
        }
        let table = plan.tables[item.table]
        let context = CheckContext(
            table: table.table.name, shapes: [table.table.name: TableShape(table.relation)],
            encoding: catalog.database.encoding == "UTF8" ? .utf8 : .other)
        let question = try rows(item, table)
        let sources = try sources(of: lineage)
        guard let traced = sources.first?.value.column, let column = table.relation.column(traced)
        else { throw noPlace() }
        try refuseMissingGrants(lineage, catalog)
        func reported(_ violations: Int, _ causes: [Cause]) -> CauseReport {
            var isRepairable = true
            if case .listOnly = check.check.repair(in: context) { isRepairable = false }
            let measure = Measure(violations: violations, scope: violations)
            return CauseReport(
                check: check.id, headline: check.check.headline(measure, of: table.table.name),
                table: table.table.name, column: traced, source: check.source,
                places: sources.map { $0.payloads.words(for: $0.value) }, violations: violations,
                causes: causes,
                isRepairable: isRepairable)
        }
        guard let question else { return reported(0, []) }
        let statement = ProvenanceStatement(
            from: question.from, violated: question.violated,
            predicate: predicate(item.question, on: column, context), table: table,
            lineage: lineage, column: column, sources: sources, context: context, catalog: catalog)
        do throws(PostgresError) {
            return try await ask(statement, connection, reported)
        } catch {
            // The author's own SQL, in a scope or a condition, may name what is not there.
            guard error.sqlState == .undefinedTable || error.sqlState == .undefinedColumn else {
                throw error
            }
            throw Refusal(catalog.explain(error), at: table.table.source.relative(to: suite.root))
        }
    }

    // MARK: Asking

    private func ask(
        _ statement: ProvenanceStatement, _ connection: Connection,
        _ reported: (Int, [Cause]) -> CauseReport
    ) async throws(PostgresError) -> CauseReport {
        try await connection.script(plannerSettings(for: statement))
        let counts = try await query(statement.counts, step: 0, on: connection)
        let violations = counts.count == 1 ? counts[0, 0].flatMap { Int($0) } ?? 0 : 0
        let missing = counts.count == 1 ? counts[0, 1].flatMap { Int($0) } ?? 0 : 0
        guard violations > 0 else { return reported(0, []) }
        var alike = statement.sources.map { _ in [String]() }
        if missing > 0 {
            let keys = try await query(statement.keys, step: 1, on: connection)
            for (index, source) in statement.sources.enumerated() {
                let names = keys.filter { $0.int("source") == index }.compactMap { $0["key"] }
                alike[index] = ProvenanceSearch.nearlyExpected(
                    names, for: source.value, in: source.payloads)
            }
        }
        let rows = try await query(
            statement.causes(
                alike: alike, samples: options.samples, showsValues: options.showsValues),
            step: 2, on: connection)
        return reported(violations, causes(rows, statement))
    }

    private static let steps = ["counting violations", "comparing keys", "reading payloads"]

    private func query(
        _ sql: SQL, step: Int, on connection: Connection
    ) async throws(PostgresError) -> Rows {
        progress(
            AuditProgress(
                done: step, total: Provenance.steps.count, current: [Provenance.steps[step]]))
        let (text, bindings) = try sql.rendered(quoting: connection.quoted)
        return try await connection.query(
            text, bindings, deadline: options.deadline + .seconds(5))
    }

    /// A value within payloads has no statistics: a nested loop would unpack all of them for each row.
    private func plannerSettings(for statement: ProvenanceStatement) -> String {
        let isFoundByValue = statement.sources.contains { source in
            source.payloads.links.allSatisfy { link in
                if case .value = link { return true }
                return false
            }
        }
        let nestedLoops = isFoundByValue ? "SET LOCAL enable_nestloop = off;" : ""
        return "SET LOCAL join_collapse_limit = 16; SET LOCAL from_collapse_limit = 16;"
            + nestedLoops
    }

    private func causes(_ rows: Rows, _ statement: ProvenanceStatement) -> [Cause] {
        func breakdown(_ part: Int, of name: Cause.Class) -> Breakdown {
            let own = rows.filter { $0.int("part") == part && $0["class"] == name.rawValue }
            let parts = own.map { Measure.Part($0["label"] ?? "", $0.int("n") ?? 0) }
            return Breakdown(parts, more: (own.first?.int("total") ?? 0) - parts.count)
        }
        let keys = statement.table.key.map(\.name)
        let first = 9
        let causes = rows.filter { $0.int("part") == 0 }.compactMap { row -> Cause? in
            guard let name = row["class"].flatMap(Cause.Class.init) else { return nil }
            let examples = rows.filter { $0.int("part") == 4 && $0["class"] == name.rawValue }
            let samples = examples.map { example -> Sample in
                let fields = keys.enumerated().map { Field($1, example[first + $0]) }
                guard options.showsValues else { return Sample(keys: [fields]) }
                return Sample(
                    keys: [fields],
                    values: [
                        Field(statement.column.name, example[first + keys.count]),
                        Field("payload", example[first + keys.count + 1]),
                    ])
            }
            return Cause(
                name, count: row.int("n") ?? 0, since: row["since"], until: row["until"],
                sent: row.int("sent"), details: breakdown(1, of: name),
                workflows: breakdown(2, of: name), batches: breakdown(3, of: name),
                samples: samples)
        }
        let order = Cause.Class.allCases
        return causes.sorted { left, right in
            (right.count, order.firstIndex(of: left.name) ?? 0)
                < (left.count, order.firstIndex(of: right.name) ?? 0)
        }
    }
}
