import Assay
import Postgres

extension Doctor {
    /// Whether the other servers answer on which rows of the suite's tables lie, and at what pace.
    func servers(
        _ catalog: Catalog, _ connection: Connection
    ) async throws(PostgresError) -> [Remark] {
        let tables = suite.tables.compactMap { table in
            catalog.relation(table.name).map { Plan.AuditedTable(table, $0, in: catalog) }
        }
        var seen: [ForeignServer] = []
        var remarks: [Remark] = []
        for table in tables where table.obstacle == nil {
            for server in table.servers where !seen.contains(server) {
                seen.append(server)
                guard let trouble = try await trouble(with: server, of: table, connection) else {
                    continue
                }
                remarks.append(
                    Remark(
                        grade: .problem, subject: "servers",
                        sentence:
                            "\(server.name), where rows of \(table.table.name) lie, cannot be "
                            + "read: \(trouble)"))
            }
        }
        if let remedy = seen.remedyForSlowness {
            remarks.append(
                Remark(
                    grade: .advice, subject: "servers",
                    sentence: "100 rows come at a time: \(remedy)"))
        }
        guard remarks.isEmpty, !seen.isEmpty else { return remarks }
        let names = seen.map(\.name).unique.joined(separator: ", ")
        return [Remark(grade: .good, subject: "servers", sentence: "\(names) answer")]
    }

    /// Why no row of a table comes from a server; `nil` where one comes, or where there is none.
    private func trouble(
        with server: ForeignServer, of table: Plan.AuditedTable, _ connection: Connection
    ) async throws(PostgresError) -> String? {
        guard let leaf = table.leaves.firstIndex(where: { $0.server == server }) else { return nil }
        let query: SQL = "SELECT 1 FROM \(table.source(ofLeaf: leaf)) LIMIT 1"
        var trouble: String?
        try await connection.execute("SAVEPOINT assay_server")
        do throws(PostgresError) {
            let (text, bindings) = try query.rendered(quoting: connection.quoted)
            _ = try await connection.query(text, bindings, deadline: .seconds(60))
        } catch {
            if error.isFatal { throw error }
            try await connection.execute("ROLLBACK TO SAVEPOINT assay_server")
            trouble =
                error.isAboutForeignServer ? error.reasonOfSilence : error.messageWithoutValues
        }
        try await connection.execute("RELEASE SAVEPOINT assay_server")
        return trouble
    }
}

extension [ForeignServer] {
    /// What has postgres_fdw bring more than its usual 100 rows at a time, as SQL; `nil` where it does.
    var remedyForSlowness: String? {
        let slow = filter { $0.fetchSize == nil }.map(\.name).unique
        guard let first = slow.first else { return nil }
        let others = slow.dropFirst().joined(separator: ", ")
        return "ALTER SERVER \(first) OPTIONS (ADD fetch_size '10000')"
            + (others.isEmpty ? "" : ", and so for \(others)")
    }
}
