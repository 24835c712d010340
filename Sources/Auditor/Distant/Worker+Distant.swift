import Assay
import Postgres

/// How a table is compared with one of another database, in bounded memory.
extension Worker {
    /// Compares totals, or rows: sums over parts of the keys first, then the rows of parts that differ.
    func distant(_ check: Int) async throws(PostgresError) {
        let item = plan.items[check]
        guard case .distant(let question) = item.question else { return }
        let table = plan.tables[item.table]
        let displays = question.keys.map { table.display(ofKey: $0) }
        let here = DistantSide(
            connection, table.relation, question, displays: displays, in: catalog)
        let there = try await elsewhere(question) { () async throws(PostgresError) in
            try await open(question, displays: displays)
        }
        try await attune(connection)
        if question.totals.isEmpty {
            try await compareRows(check, here, there)
        } else {
            let own = try await ask(here.totals)
            let other = try await elsewhere(question) { () async throws(PostgresError) in
                try await ask(there.totals, of: there.connection)
            }
            let places = question.totals.indices
            let answers = places.map { own[0, $0] } + places.map { other[0, $0] }
            await ledger.record(
                item.check.check.measure(AggregateAnswers(values: answers, now: now)), for: check)
        }
        await there.connection.close()
        try await recover()
    }

    private func compareRows(
        _ check: Int, _ here: DistantSide, _ there: DistantSide
    ) async throws(PostgresError) {
        let question = here.question
        let own = try await ask(here.sums)
        let other = try await elsewhere(question) { () async throws(PostgresError) in
            try await ask(there.sums, of: there.connection)
        }
        let ownSums = Worker.sums(own)
        let otherSums = Worker.sums(other)
        let scope = own.reduce(0) { $0 + ($1[1].flatMap { Int($0) } ?? 0) }
        let parts = Set(ownSums.keys).union(otherSums.keys)
            .filter { ownSums[$0] != otherSums[$0] }.sorted()
        var difference = DistantDifference(samples: options.samples)
        if !parts.isEmpty {
            // Most rows of many parts are sooner read than looked for.
            let some = parts.count > 1_024 ? nil : parts
            let (text, bindings) = try here.rows(of: some).rendered(quoting: connection.quoted)
            try await refuseCost(text, bindings, on: connection)
            var mine = try await DistantRows(here, text, bindings, deadline: grace)
            var theirs = try await elsewhere(question) { () async throws(PostgresError) in
                let (text, bindings) = try there.rows(of: some).rendered(
                    quoting: there.connection.quoted)
                try await refuseCost(text, bindings, on: there.connection)
                return try await DistantRows(there, text, bindings, deadline: grace)
            }
            var left = try await mine.next(isShown: true)
            var right = try await next(&theirs, isShown: true, question)
            while let key = [left?.key, right?.key].compactMap(\.self).min() {
                var ownRows: [DistantRows.Row] = []
                var otherRows: [DistantRows.Row] = []
                while let row = left, row.key == key {
                    ownRows.append(row)
                    left = try await mine.next(isShown: difference.hasRoom)
                }
                while let row = right, row.key == key {
                    otherRows.append(row)
                    right = try await next(&theirs, isShown: difference.hasRoom, question)
                }
                difference.take(ownRows, otherRows)
            }
        }
        await ledger.record(difference.measure(scope: scope), for: check)
        await ledger.record(difference.samples, for: check)
    }

    /// How many rows each part has and what their digests add up to.
    private static func sums(_ rows: Rows) -> [String: [String?]] {
        Dictionary(rows.map { ($0[0] ?? "", [$0[1], $0[2]]) }) { first, _ in first }
    }

    // MARK: The other database

    private func open(
        _ question: DistantQuestion, displays: [Display]
    ) async throws(PostgresError) -> DistantSide {
        guard let target = options.others[question.database] else {
            let variable = question.database.uppercased().replacing("-", with: "_")
            throw PostgresError(
                .misuse,
                "where it is was not said: give --other-database \(question.database)=CONNINFO or "
                    + "set ASSAY_DATABASE_URL_\(variable)")
        }
        let other = try await Connection.connect(
            to: target, applicationName: "assay audit", timeout: options.connectTimeout)
        try await other.begin(.repeatableReadReadOnly)
        try await other.settle(deadline: options.deadline)
        try await attune(other)
        let catalog = try await Catalog.read(from: other)
        guard let relation = catalog.relation(question.table) else {
            throw PostgresError(.misuse, catalog.unknown(question.table))
        }
        let names = relation.columns.map(\.name)
        for column in question.keys + question.compared where !names.contains(column) {
            throw PostgresError(
                .misuse,
                "\(question.table) has no column \(column)"
                    + Nearest.suggestion(for: column, among: names))
        }
        return DistantSide(other, relation, question, displays: displays, in: catalog)
    }

    private func next(
        _ rows: inout DistantRows, isShown: Bool, _ question: DistantQuestion
    ) async throws(PostgresError) -> DistantRows.Row? {
        do {
            return try await rows.next(isShown: isShown)
        } catch {
            throw Worker.told(error, of: question)
        }
    }

    /// Lets a transaction wait for as long as the other database may take for an answer, and has it write
    /// values as the other one does.
    private func attune(_ connection: Connection) async throws(PostgresError) {
        let patience = (options.deadline + .seconds(300)).milliseconds
        try await connection.script(
            """
            SET LOCAL idle_in_transaction_session_timeout = \(patience);
            SET LOCAL extra_float_digits = 1;
            SET LOCAL bytea_output = 'hex';
            """)
    }

    /// Does what the other database is needed for; what it throws ends the check and nothing else.
    private func elsewhere<Value>(
        _ question: DistantQuestion, _ body: () async throws(PostgresError) -> Value
    ) async throws(PostgresError) -> Value {
        do {
            return try await body()
        } catch {
            throw Worker.told(error, of: question)
        }
    }

    /// An error of the other database as one of the check.
    private static func told(_ error: PostgresError, of question: DistantQuestion) -> PostgresError
    {
        if error.code == .cancelled { return error }
        return PostgresError(
            .misuse, "in the database \(question.database): \(error.messageWithoutValues)",
            hint: error.hint)
    }
}
