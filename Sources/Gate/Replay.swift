import Auditor
import Postgres
import SQLSyntax

/// Runs scripts on a new database to make the schema that migrations will meet.
struct Replay: Sendable {
    /// The database.
    let target: DatabaseTarget
    /// How long one statement may take.
    let deadline: Duration

    /// Runs earlier migrations, each in one transaction as far as it can be.
    ///
    /// - Throws: A refusal with file, line and the server's words where one does not run.
    nonisolated(nonsending) func run(_ migrations: [Migration]) async throws {
        for migration in migrations {
            // A session of its own, so that no SET of one file reaches the next.
            let connection = try await Connection.connect(
                to: target, applicationName: "assay gate", statementDeadline: deadline)
            do {
                if let fault = migration.faults.first { try refuse(fault, in: migration.file) }
                try await run(migration, on: connection)
            } catch {
                await connection.close()
                throw error
            }
            await connection.close()
        }
    }

    /// Runs the real schema as pg_dump wrote it into a file.
    nonisolated(nonsending) func run(dump: Migration.Script) async throws {
        let text = SQLScript.plain(dump.text)
        let migration = Migration(
            name: dump.file, up: Migration.Script(file: dump.file, text: text))
        try await run([migration])
    }

    /// Runs the real schema as pg_dump has just written it.
    ///
    /// - Returns: What the server complained of where it could not make all of it.
    nonisolated(nonsending) func run(_ dump: SchemaDump) async throws -> [String] {
        let connection = try await Connection.connect(to: target, applicationName: "assay gate")
        do throws(PostgresError) {
            // One exchange for all of it: psql would take one a statement.
            try await connection.script(SQLScript.plain(dump.script))
            await connection.close()
            return []
        } catch {
            await connection.close()
            guard error.code == .server else { throw error }
        }
        // An extension that is not at hand, say: the rest is made all the same.
        return try await dump.restore(into: target)
    }

    private nonisolated(nonsending) func run(
        _ migration: Migration, on connection: Connection
    ) async throws {
        let statements = migration.statements
        let isWhole = !statements.contains {
            $0.syntax.cannotRunInTransaction || $0.syntax.isTransactionControl || $0.mayCommit
        }
        if isWhole, !statements.isEmpty {
            do throws(PostgresError) {
                try await connection.script(migration.up)
                return
            } catch {
                guard error.code == .server || error.code == .deadlineExceeded else { throw error }
                // Once more, to learn which statement it is.
            }
        }
        if isWhole { try await connection.begin(.readWrite) }
        for statement in statements {
            do throws(PostgresError) {
                try await connection.execute(statement.text)
            } catch {
                let place = statement.place(of: error)
                let words: String
                switch error.code {
                case .server: words = "the server says: \(error.message)\(error.advice)"
                case .deadlineExceeded:
                    words =
                        "a statement takes longer than \(deadline.components.seconds) s; "
                        + "--deadline gives it longer"
                default: throw error
                }
                throw Refusal(
                    "\(migration.file):\(place.line):\(place.column): the base does not replay: "
                        + words)
            }
        }
        if isWhole { try await connection.commit() }
    }

    private func refuse(_ fault: SyntaxError, in file: String) throws(Refusal) {
        let advice =
            fault.reason == .psql
            ? "; the gate runs SQL, not psql: take it out, or give the schema as pg_dump writes it"
            : ""
        throw Refusal(
            "\(file):\(fault.line):\(fault.column): the base does not replay: "
                + "\(fault.sentence)\(advice)")
    }
}

extension PostgresError {
    /// The message without values of rows: of broken constraints it only names what is broken.
    var messageOfNames: String {
        let isConstraint = sqlState?.rawValue.hasPrefix("23") ?? false
        return isConstraint ? message : messageWithoutValues
    }

    /// What the server suggests, as the end of a sentence.
    var advice: String {
        guard let hint, !hint.isEmpty else { return "" }
        return " (\(hint))"
    }
}

extension SyntaxError {
    /// The fault without its place: `syntax error at or near "FROOM"`.
    var sentence: String {
        near.isEmpty || reason == .psql ? message : "\(message) at or near \"\(near)\""
    }
}

extension Statement {
    /// Whether it begins or ends a transaction in so many words.
    var isTransactionControl: Bool {
        [
            StatementKind.begin, .startTransaction, .commit, .rollback, .prepareTransaction,
        ].contains(kind)
    }
}

extension MigrationStatement {
    /// Where in the file an error is: where the server points, else where the statement begins.
    func place(of error: PostgresError) -> Location {
        guard let position = error.position, position > 0 else { return syntax.location }
        var offset = 0
        for (index, scalar) in syntax.text.unicodeScalars.enumerated() where index < position - 1 {
            offset += UTF8.width(scalar)
        }
        return syntax.location(atOffset: offset)
    }
}
