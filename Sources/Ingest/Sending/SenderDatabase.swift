import Postgres

/// A sender's connection, opened when it is needed, and again when it was lost.
actor SenderDatabase {
    private let connect: @Sendable () async throws(PostgresError) -> Connection
    private var connection: Connection?

    init(connect: @escaping @Sendable () async throws(PostgresError) -> Connection) {
        self.connect = connect
    }

    /// Runs a statement to its end, also where the task is cancelled: one whose answer is not heard may have
    /// claimed a row that nobody sends.
    func query(_ statement: Statement, _ bindings: [String?]) async throws(PostgresError) -> Rows {
        let open = try await opened()
        let answer = Task { () async -> Result<Rows, PostgresError> in
            do throws(PostgresError) {
                return .success(try await open.query(statement, bindings))
            } catch {
                return .failure(error)
            }
        }
        do {
            return try await answer.value.get()
        } catch {
            // Whatever went wrong, a new connection has none of it.
            if error.code != .server, connection === open {
                connection = nil
                await open.close()
            }
            throw error
        }
    }

    func close() async {
        await connection?.close()
        connection = nil
    }

    private func opened() async throws(PostgresError) -> Connection {
        if let connection { return connection }
        let opened = try await connect()
        guard let other = connection else {
            connection = opened
            return opened
        }
        // Another opened one meanwhile.
        await opened.close()
        return other
    }
}
