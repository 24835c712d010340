package import Assay
package import Postgres

extension Suite {
    /// What the database does not know in the suite's names and in its authors' own SQL, all of it.
    ///
    /// - Parameters:
    ///   - connection: A connection, in a transaction with a savepoint `assay`.
    ///   - catalog: The catalog as the transaction sees it.
    ///   - deadline: How long one statement may take.
    /// - Returns: What is wrong, in the order of the suite.
    /// - Throws: What ends the connection.
    func unknownNames(
        on connection: Connection, catalog: Catalog, deadline: Duration
    ) async throws(PostgresError) -> [Refusal.Item] {
        var problems = Names(suite: self, catalog: catalog).problems()
        for item in checks where catalog.relation(item.table.name) != nil {
            for statement in item.check.statementsToResolve(on: item.table.name) {
                // A name that cannot be one is told by what looks names up in the catalog.
                guard let text = try? statement.rendered(quoting: connection.quoted).text else {
                    continue
                }
                do throws(PostgresError) {
                    _ = try await connection.describe(text, deadline: deadline)
                } catch {
                    guard error.code == .server else { throw error }
                    try await connection.execute("ROLLBACK TO SAVEPOINT assay")
                    guard
                        error.sqlState == .undefinedTable || error.sqlState == .undefinedColumn
                            || error.sqlState == "42883" || error.sqlState == "3F000"
                    else { continue }
                    problems.append(.init(catalog.explain(error), at: item.source))
                }
            }
        }
        return problems
    }

    /// What of the suite the database does not know: tables as a whole, and single checks.
    ///
    /// - Parameter connection: A connection in no transaction.
    /// - Returns: What is not known, in the order of the suite; a table stands for all of its checks.
    /// - Throws: What ends the connection.
    package func unresolvable(
        on connection: Connection
    ) async throws(PostgresError) -> [Unresolvable] {
        try await connection.begin(.readOnly)
        let catalog = try await connection.run { connection throws(PostgresError) in
            try await Catalog.read(from: connection)
        }
        try await connection.execute("SAVEPOINT assay")
        var found: [Unresolvable] = []
        for table in tables {
            guard let alone = keeping({ $0.table.name == table.name }) else { continue }
            guard catalog.relation(table.name) != nil else {
                let names = Names(suite: alone, catalog: catalog)
                found.append(
                    Unresolvable(
                        name: "\(table.name)", source: table.source.relative(to: root),
                        reason: names.unknown(table.name), checks: alone.checks.map(\.id)))
                continue
            }
            let problems = try await alone.unknownNames(
                on: connection, catalog: catalog, deadline: .seconds(10))
            let place = table.source.relative(to: root)
            if let first = problems.first(where: { $0.source == place }) {
                found.append(
                    Unresolvable(
                        name: "\(table.name)", source: place, reason: first.sentence,
                        checks: alone.checks.map(\.id)))
                continue
            }
            for check in alone.checks where problems.contains(where: { $0.source == check.source })
            {
                // Several checks may stand on one line.
                guard let single = keeping({ $0.id == check.id }) else { continue }
                let own = try await single.unknownNames(
                    on: connection, catalog: catalog, deadline: .seconds(10))
                guard let first = own.first(where: { $0.source == check.source }) else { continue }
                found.append(
                    Unresolvable(
                        name: check.id, source: check.source, reason: first.sentence,
                        checks: [check.id]))
            }
        }
        try await connection.rollback()
        return found
    }
}

/// A table or a check of which the database does not know a name.
package struct Unresolvable: Sendable {
    /// The table, or the check's identity.
    package let name: String
    /// Where it was made.
    package let source: SourceLocation
    /// The first thing that is wrong.
    package let reason: String
    /// The identities of the checks that cannot be evaluated.
    package let checks: [String]
}

extension Check {
    /// Statements that name the database's objects in the author's own SQL, each as the database can
    /// be asked about it.
    fileprivate func statementsToResolve(on table: TableName) -> [SQL] {
        let conditions = (options.scope?.statements ?? []) + conditionStatements
        return statements + conditions.map { "SELECT 1 FROM \(table) WHERE \($0)" }
    }
}
