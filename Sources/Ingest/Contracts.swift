import Assay
public import Auditor
public import Postgres

/// What the core asks of a database: that each of its statements is understood, and may be run.
public struct Contracts: Sendable {
    private let statements: [Statement]

    /// The statements that are held against a database.
    public init(_ statements: [Statement]) {
        self.statements = statements
    }

    /// What does not fit: a column that was renamed, a table without grants.
    ///
    /// Nothing is run: each statement is prepared and planned, as the role that runs it, in a transaction that
    /// is rolled back.
    ///
    /// - Parameters:
    ///   - connection: A connection, outside a transaction, as a role that may become the other.
    ///   - role: The role that the statements are run as; the connection's own where `nil`.
    /// - Returns: A sentence each: the statement, what is wrong with it, and the nearest name.
    /// - Throws: `PostgresError` where no statement could be asked about.
    public func refusals(
        on connection: Connection, as role: String? = "warehouse_ingest"
    ) async throws(PostgresError) -> [Refusal.Item] {
        try await connection.begin(.readOnly)
        let items: [Refusal.Item]
        do throws(PostgresError) {
            let catalog = try await Catalog.read(from: connection)
            if let role {
                try await connection.execute("SET LOCAL ROLE \(connection.quoted(role))")
            }
            var found: [Refusal.Item] = []
            for statement in statements {
                if let sentence = try await fault(of: statement, catalog, connection) {
                    found.append(.init("the statement “\(statement.name)” \(sentence)"))
                }
            }
            items = found
        } catch {
            try await connection.leave(error)
            throw error
        }
        try await connection.rollback()
        return items
    }

    private func fault(
        of statement: Statement, _ catalog: Catalog, _ connection: Connection
    ) async throws(PostgresError) -> String? {
        try await connection.execute("SAVEPOINT contract")
        do throws(PostgresError) {
            let (text, own) = try statement.rendered()
            let nulls = Array(repeating: "NULL", count: statement.parameters + own.count)
            let arguments = nulls.isEmpty ? "" : "(\(nulls.joined(separator: ", ")))"
            // Planning it asks for the rights as well, which preparing it does not.
            try await connection.execute("PREPARE assay_contract AS \(text)")
            _ = try await connection.query("EXPLAIN EXECUTE assay_contract\(arguments)")
            try await connection.execute("DEALLOCATE assay_contract")
            try await connection.execute("RELEASE SAVEPOINT contract")
            return nil
        } catch {
            guard error.code == .server else { throw error }
            try await connection.execute("ROLLBACK TO SAVEPOINT contract")
            // A prepared statement outlives the rollback.
            _ = try await connection.execute(
                "DO $$ BEGIN DEALLOCATE assay_contract; EXCEPTION WHEN OTHERS THEN NULL; END $$")
            if error.sqlState == .insufficientPrivilege {
                return "may not be run: \(error.message); see `assay ingest migrate`"
            }
            return "does not fit the database: \(catalog.explain(error))"
        }
    }
}
