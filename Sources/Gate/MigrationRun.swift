import Assay
public import Postgres
import SQLSyntax

/// Runs migrations on a shadow, statement by statement, and watches what each statement does.
///
/// A migration runs as its tool would run it: in one transaction, or as its own BEGIN and COMMIT say; what
/// cannot run in a transaction stands outside it.
public struct MigrationRun: Sendable {
    private let connection: Connection
    private let origins: TableOrigins

    /// Prepares to run migrations on a connection to a shadow.
    ///
    /// - Throws: What the server says.
    public init(on connection: Connection) async throws(PostgresError) {
        self.init(on: connection, origins: try await TableOrigins.read(from: connection))
    }

    /// Prepares to run migrations that come after others.
    ///
    /// - Parameters:
    ///   - connection: A connection to a shadow.
    ///   - origins: What tables were called before the first of them.
    init(on connection: Connection, origins: TableOrigins) {
        self.connection = connection
        self.origins = origins
    }

    /// Runs a migration.
    ///
    /// - Returns: What it did. Where a statement fails, its transaction is rolled back and the rest is not
    ///   run.
    /// - Throws: What ends the connection.
    public func run(_ migration: Migration) async throws(PostgresError) -> MigrationTrace {
        try await run(migration, statements: migration.statements, isWatched: true)
    }

    /// Runs a migration, maybe with other statements in place of its own, or without a look at what they do.
    func run(
        _ migration: Migration, statements: [MigrationStatement], isWatched: Bool
    ) async throws(PostgresError) -> MigrationTrace {
        guard migration.faults.isEmpty else { return try await runWhole(migration) }
        let origins = origins
        return try await connection.run { connection throws(PostgresError) in
            var trace = MigrationTrace(migration: migration)
            var walk = Walk(
                origins: origins, isWatched: isWatched,
                staysInTransaction: migration.runsInTransaction,
                hasOwnTransactions: statements.contains(where: \.syntax.isTransactionControl))
            for statement in statements {
                let step = try await walk.step(statement, connection)
                trace.statements.append(step)
                if let failure = step.failure {
                    trace.failure = failure
                    if connection.isInTransaction { try await connection.rollback() }
                    return trace
                }
            }
            if let failure = try await walk.end(connection) { trace.failure = failure }
            return trace
        }
    }

    /// Runs a text that only the server may know: it is seen to run, and nothing else of it is.
    private func runWhole(_ migration: Migration) async throws(PostgresError) -> MigrationTrace {
        var trace = MigrationTrace(migration: migration)
        trace.isWhole = true
        if let fault = migration.faults.first(where: { $0.reason != .grammar }) {
            trace.refusal = fault.sentence
            return trace
        }
        do throws(PostgresError) {
            try await connection.script(migration.up)
        } catch {
            guard error.isOfStatement else { throw error }
            trace.failure = error
            if await connection.isInTransaction { try await connection.rollback() }
        }
        return trace
    }
}

/// The way through one migration.
private struct Walk: Sendable {
    let origins: TableOrigins
    let isWatched: Bool
    let staysInTransaction: Bool
    let hasOwnTransactions: Bool

    private var transaction = 0
    private var before = LockTrace()
    private var demands: RowDemands?

    init(
        origins: TableOrigins, isWatched: Bool, staysInTransaction: Bool, hasOwnTransactions: Bool
    ) {
        self.origins = origins
        self.isWatched = isWatched
        self.staysInTransaction = staysInTransaction
        self.hasOwnTransactions = hasOwnTransactions
    }

    /// Runs one statement and looks at what changed.
    mutating func step(
        _ statement: MigrationStatement, _ connection: isolated Connection
    ) async throws(PostgresError) -> StatementTrace {
        let isOutside = try await standsOutside(statement, connection)
        let isControl = statement.syntax.isTransactionControl
        if isOutside, !hasOwnTransactions, let failure = try await end(connection) {
            var step = StatementTrace(statement, transaction: transaction)
            step.failure = failure
            return step
        }
        // A statement that stands alone gets a transaction too, or its locks would be gone unseen.
        let begins = !isOutside && !isControl && !connection.isInTransaction
        if begins { try await connection.begin(.readWrite) }
        if begins || !connection.isInTransaction {
            transaction += 1
            if isWatched { before = try await LockTrace.look(connection) }
        }
        if demands == nil, isWatched { demands = try await RowDemands.read(connection) }
        var step = StatementTrace(statement, transaction: transaction)
        _ = connection.takeNotices()
        do throws(PostgresError) {
            try await connection.execute(statement.text)
        } catch {
            guard error.isOfStatement else { throw error }
            step.failure = error
            return step
        }
        take(connection.takeNotices(), into: &step)
        if isWatched { try await watch(&step, connection) }
        if begins, hasOwnTransactions { step.failure = try await end(connection) }
        return step
    }

    /// Whether a statement runs outside of a transaction, as a runner that knows of it would have it.
    private func standsOutside(
        _ statement: MigrationStatement, _ connection: isolated Connection
    ) async throws(PostgresError) -> Bool {
        if staysInTransaction { return false }
        if statement.syntax.cannotRunInTransaction { return true }
        return try await statement.commits(on: connection)
    }

    /// Looks at what a statement has done that has just run.
    private mutating func watch(
        _ step: inout StatementTrace, _ connection: isolated Connection
    ) async throws(PostgresError) {
        let after = try await LockTrace.look(connection)
        compare(after, &step, isInTransaction: connection.isInTransaction)
        before = after
        try await addDemands(to: &step, holding: after, connection)
    }

    /// Commits what is open.
    ///
    /// - Returns: What the server said where the commit failed, as a deferred constraint may make it.
    mutating func end(
        _ connection: isolated Connection
    ) async throws(PostgresError) -> PostgresError? {
        guard connection.isInTransaction else { return nil }
        do throws(PostgresError) {
            try await connection.commit()
            return nil
        } catch {
            guard error.code == .server else { throw error }
            return error
        }
    }

    private func take(_ notices: [Notice], into step: inout StatementTrace) {
        for notice in notices where notice.severity != "DEBUG" {
            let cascaded = notice.cascaded
            if cascaded.isEmpty { step.notices.append(notice) } else { step.cascaded += cascaded }
        }
    }

    private func compare(
        _ after: LockTrace, _ step: inout StatementTrace, isInTransaction: Bool
    ) {
        let truncated = step.statement.syntax.kind == .truncate
        for (oid, sight) in after.tables {
            guard let table = origins.tables[oid]?.name, let earlier = before.tables[oid] else {
                continue
            }
            if let mode = sight.mode, mode > (earlier.mode ?? .rowShare) {
                step.locks.append(HeldLock(table: table, mode: mode))
            }
            if sight.file != earlier.file, !truncated { step.rewritten.append(table) }
            if sight.scans > earlier.scans { step.scanned.append(table) }
        }
        // A table that is gone was locked as strongly as can be.
        for oid in before.tables.keys where after.tables[oid] == nil {
            guard let table = origins.tables[oid]?.name else { continue }
            step.locks.append(HeldLock(table: table, mode: .accessExclusive))
        }
        let built = after.indexes.filter { before.indexes[$0.key]?.file != $0.value.file }
        step.indexed = Set(built.values.compactMap { origins.tables[$0.table]?.name }).sorted()
        let isAlone = !isInTransaction && step.statement.syntax.cannotRunInTransaction
        if isAlone, let documented = DocumentedLocks(step.statement.syntax) {
            documented.apply(to: &step, knowing: origins.tables.values.map(\.name))
        }
        step.locks.sort()
        step.rewritten.sort()
        step.scanned.sort()
    }

    /// Only what is locked against others can have been given a constraint; without a transaction, anything.
    private mutating func addDemands(
        to step: inout StatementTrace, holding trace: LockTrace, _ connection: isolated Connection
    ) async throws(PostgresError) {
        let mayConstrain =
            !connection.isInTransaction
            || trace.tables.values.contains { ($0.mode ?? .accessShare) >= .shareUpdateExclusive }
        guard mayConstrain, let earlier = demands else { return }
        let now = try await RowDemands.read(connection)
        step.demands = try await now.added(
            since: earlier, by: step.statement.syntax, origins: origins, connection)
        demands = now
    }
}

extension PostgresError {
    /// Whether a statement is at fault, and the connection goes on.
    fileprivate var isOfStatement: Bool { [.server, .misuse, .deadlineExceeded].contains(code) }
}

extension Notice {
    /// What a CASCADE took along, of `drop cascades to view core.v`, or of the list in the detail.
    var cascaded: [String] {
        let words = ["drop cascades to ", "truncate cascades to "]
        let texts = words.contains { message.hasPrefix($0) } ? [message] : []
        let isList = texts.first.map {
            $0.hasSuffix("other objects") || $0.hasSuffix("other object")
        }
        let lines =
            isList == true
            ? (detail ?? message).split(separator: "\n").map(String.init) : texts
        return lines.map { line in
            words.first { line.hasPrefix($0) }.map { String(line.dropFirst($0.count)) } ?? line
        }
    }
}
