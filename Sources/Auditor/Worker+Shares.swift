import Assay
import Postgres

/// Passes over tables whose rows lie on several servers.
extension Worker {
    /// Asks a leaf for its share in a pass; who brings the last share concludes.
    func share(_ share: Plan.Share, leaf: Int) async throws(PostgresError) {
        guard await !ledger.hasGivenUp(share) else { return }
        let table = plan.tables[share.table]
        let statement = ScanStatement(checks: share.checks, items: plan.items)
        let answer = try await answer(
            to: statement, of: table.source(ofLeaf: leaf),
            isShipped: table.leaves[leaf].server != nil)
        let all = await ledger.add(answer, to: share, leaves: table.leaves.count)
        guard let answer = all.map(statement.combined) else { return }
        try await conclude(statement, share.table) { answer[$0] }
    }

    /// Has a leaf's server aggregate what it can.
    ///
    /// postgres_fdw ships a statement's aggregates all or not at all. What it does not ship is asked apart,
    /// so that its rows alone are brought here.
    private func answer(
        to statement: ScanStatement, of source: SQL, isShipped: Bool
    ) async throws(PostgresError) -> [String?] {
        let all = Array(statement.expressions.indices)
        var asked = [all]
        if isShipped, try await !ships(statement.expressions, from: source) {
            var shipped: [Int] = []
            for column in all
            where try await ships([statement.expressions[column]], from: source) {
                shipped.append(column)
            }
            asked = [shipped, all.filter { !shipped.contains($0) }]
        }
        var answer = [String?](repeating: nil, count: all.count)
        for columns in asked where !columns.isEmpty {
            let list = columns.map { statement.expressions[$0] }.joined(separator: ", ")
            let rows = try await ask("SELECT \(list) FROM \(source)")
            guard rows.count == 1 else { continue }
            for (place, column) in columns.enumerated() { answer[column] = rows[0, place] }
        }
        return answer
    }

    /// Whether the server of a foreign table aggregates some expressions itself.
    func ships(_ expressions: [SQL], from source: SQL) async throws(PostgresError) -> Bool {
        let (text, bindings) = try
            ("SELECT \(expressions.joined(separator: ", ")) FROM \(source)" as SQL)
            .rendered(quoting: connection.quoted)
        let lines = try await connection.query(
            "EXPLAIN (VERBOSE, COSTS OFF) \(text)", bindings, deadline: grace)
        return (0..<lines.count).contains { line in
            lines[line, 0]?.firstRange(of: "Relations: Aggregate on ") != nil
        }
    }

    // MARK: Servers that do not answer

    /// Whether a piece of work needs a server that is known not to answer; its checks are errored then.
    func isOutOfReach(_ work: Plan.Work) async -> Bool {
        guard let subject = plan.subject(of: work) else { return false }
        let servers = plan.tables[subject.table].servers.map(\.name)
        guard let silence = await ledger.silence(among: servers) else { return false }
        await record(silence, in: work, subject)
        return true
    }

    /// Which server does not answer, where an error says that.
    func silence(behind error: PostgresError) -> String? {
        guard error.isAboutForeignServer else { return nil }
        let servers = catalog.relations.flatMap(\.leaves).compactMap(\.server?.name).unique
        let name = servers.first { error.names(server: $0) }
        return "\(name.map { "foreign server \($0)" } ?? "a foreign server") does not answer "
            + "(\(error.reasonOfSilence))"
    }

    /// Whether an error says that a server on which the rows of the work's table lie does not answer; the
    /// work's checks are errored then.
    func isSilence(
        _ error: PostgresError, in work: Plan.Work
    ) async throws(PostgresError) -> Bool {
        guard error.isAboutForeignServer, let subject = plan.subject(of: work) else { return false }
        let servers = plan.tables[subject.table].servers.map(\.name)
        if let named = servers.first(where: { error.names(server: $0) }) {
            await ledger.record(silence: error.reasonOfSilence, of: named)
        } else {
            try await findSilence(among: plan.tables[subject.table])
        }
        guard let silence = await ledger.silence(among: servers) else { return false }
        await record(silence, in: work, subject)
        return true
    }

    /// Asks each server for a row, for the message of a connection that breaks does not name its server.
    private func findSilence(among table: Plan.AuditedTable) async throws(PostgresError) {
        for server in table.servers {
            guard let leaf = table.leaves.firstIndex(where: { $0.server == server }) else {
                continue
            }
            do throws(PostgresError) {
                _ = try await ask("SELECT 1 FROM \(table.source(ofLeaf: leaf)) LIMIT 1")
            } catch {
                if error.isFatal { throw error }
                try await recover()
                guard error.isAboutForeignServer else { continue }
                await ledger.record(silence: error.reasonOfSilence, of: server.name)
            }
        }
    }

    private func record(
        _ silence: (server: String, reason: String), in work: Plan.Work,
        _ subject: (table: Int, checks: [Int])
    ) async {
        switch work {
        case .share(let share, _): _ = await ledger.giveUp(share)
        case .stream(let number, _):
            _ = await board?.fail(number, fallback: nil)
            await ledger.giveUp(stream: number)
        default: break
        }
        let leaves = plan.tables[subject.table].leaves.filter { $0.server?.name == silence.server }
        let others = leaves.count > 1 ? " and \((leaves.count - 1).counted("other table"))" : ""
        let place = leaves.first.map { "\($0.name)\(others)" } ?? "rows"
        for check in subject.checks {
            await ledger.record(
                trouble: "foreign server \(silence.server), where \(place) lies, does not answer "
                    + "(\(silence.reason)); see that it runs and lets \(catalog.database.currentUser) in",
                for: check)
        }
    }
}

extension PostgresError {
    /// Whether the server that was asked could not reach another one, or lost it.
    var isAboutForeignServer: Bool {
        guard code == .server, let state = sqlState?.rawValue else { return false }
        return state.hasPrefix("08") || state.hasPrefix("57P")
    }

    /// Whether the message names a foreign server.
    fileprivate func names(server: String) -> Bool {
        unredactedMessage.firstRange(of: "\"\(server)\"") != nil
    }

    /// What libpq says of a connection that did not come about, else the message: neither quotes a row.
    var reasonOfSilence: String {
        let lines = (sqlState == "08001" ? detail ?? "" : "").split(whereSeparator: \.isNewline)
        guard let first = lines.first, first.hasPrefix("connection to server") else {
            return messageWithoutValues
        }
        return String(first)
    }
}
