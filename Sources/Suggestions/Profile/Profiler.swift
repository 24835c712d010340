import Assay
public import Auditor
public import Postgres

/// How a database is profiled.
public struct ProfileOptions: Sendable {
    /// Where the database is.
    public var target: DatabaseTarget
    /// The database that must answer there.
    public var expected = ExpectedDatabase()
    /// Tables, as `schema.table`, `table` or a pattern with `*`; all where none is named.
    public var tables: [String] = []
    /// How many rows of a table are read at the most.
    public var rows = 1_000_000
    /// How long one statement may take.
    public var deadline: Duration = .seconds(300)
    /// How long connecting may take.
    public var connectTimeout: Duration = .seconds(10)
    /// Whether the values of columns with few different ones are read.
    public var readsVocabularies = true
    /// Whether rows are looked at here, on their bytes; where that costs less, if nothing is said.
    public var readsBytes: Bool?

    /// Creates options for a database.
    public init(target: DatabaseTarget) {
        self.target = target
    }
}

/// What was found in a database.
public struct DatabaseProfile: Sendable {
    /// The database's name.
    public let database: String
    /// The day of the snapshot: `2026-11-25`.
    public let day: String
    /// What was found, by table.
    public let tables: [TableProfile]
    /// The tables of which nothing can be said.
    public let skipped: [SkippedTable]
}

/// Reads what is in a database, in one snapshot, one scan a table.
public struct Profiler: Sendable {
    private let options: ProfileOptions
    private let progress: @Sendable (AuditProgress) -> Void

    /// Creates a profiler that tells how far it has come.
    public init(
        options: ProfileOptions,
        progress: @escaping @Sendable (AuditProgress) -> Void = { _ in }
    ) {
        self.options = options
        self.progress = progress
    }

    /// Profiles the database.
    ///
    /// - Returns: What was found, also where single tables could not be read.
    /// - Throws: A ``Refusal`` where there is nothing to profile or another database answers, and
    ///   `PostgresError` where the server does not.
    public func profile() async throws -> DatabaseProfile {
        let connection = try await Connection.connect(
            to: options.target, applicationName: "assay init", timeout: options.connectTimeout)
        do {
            let profile = try await profile(connection)
            await connection.close()
            return profile
        } catch {
            await connection.close()
            throw error
        }
    }

    private func profile(_ connection: Connection) async throws -> DatabaseProfile {
        try await connection.begin(.repeatableReadReadOnly)
        try await connection.settle(deadline: options.deadline)
        try await connection.refuseUnexpected(options.expected)
        let catalog = try await Catalog.read(from: connection)
        let extensions = try await ProfiledTables.extensionMembers(connection)
        let chosen = try ProfiledTables(catalog, patterns: options.tables, extensions: extensions)
        try await connection.execute("SAVEPOINT assay")
        let guesses = ReferenceGuesses(catalog)
        let facts = try await facts(of: chosen.relations, on: connection)
        var tables: [TableProfile] = []
        var skipped = chosen.skipped
        for (number, relation) in chosen.relations.enumerated() {
            let name = TableName(schema: relation.schema, name: relation.name)
            progress(
                AuditProgress(
                    done: number, total: chosen.relations.count, current: [name.description]))
            let pass = ProfilePass(
                relation: relation, catalog: catalog, connection: connection, options: options,
                guesses: guesses.guesses(for: relation), facts: facts)
            do throws(PostgresError) {
                tables.append(try await pass.profile())
            } catch {
                guard error.code == .server || error.code == .misuse else { throw error }
                try await connection.execute("ROLLBACK TO SAVEPOINT assay")
                skipped.append(
                    SkippedTable(
                        table: name, reason: "could not be read: \(error.messageWithoutValues)"))
            }
        }
        let day = String(Timestamp.text(catalog.database.now).prefix(10))
        guard !tables.isEmpty else { throw ProfiledTables.refusal(catalog, skipped) }
        return DatabaseProfile(
            database: catalog.database.name, day: day, tables: tables,
            skipped: skipped.sorted { $0.table < $1.table })
    }

    /// What the way of the bytes of rows to here goes by; nothing where all tables are small, for then it is
    /// not worth measuring.
    private func facts(
        of relations: [Relation], on connection: Connection
    ) async throws -> EngineFacts? {
        guard options.readsBytes == nil,
            relations.contains(where: { $0.bytes >= Self.smallTable || $0.kind != .table })
        else { return nil }
        let names = relations.map { TableName(schema: $0.schema, name: $0.name) }
        return try await EngineFacts.measure(
            names, leaves: relations.flatMap(\.leaves).map(\.tableName), on: connection,
            deadline: options.deadline)
    }

    private static let smallTable = 4 * 1_048_576
}
