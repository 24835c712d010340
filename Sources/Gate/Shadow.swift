import Auditor
public import Postgres

/// A copy of the real schema, without its rows, on which migrations may be run.
public struct Shadow: Sendable {
    /// The server's release, such as `15.18`.
    public let serverVersion: String
    /// The major release of the real server, where there is one.
    public let realVersion: Int?
    /// How large the real tables are.
    public let sizes: RealSizes
    /// What the server complained of while the schema was made: what the shadow lacks.
    public let complaints: [String]
    /// Whether its server is its own, so that the roles there are nobody else's.
    var ownsServer: Bool { server.isOurs }

    private let server: ShadowServer
    private let template: String

    /// Runs `body` beside a copy of the shadow of its own, and drops the copy whatever happens.
    ///
    /// - Parameters:
    ///   - isLast: Whether nobody needs the shadow afterwards; then it is no copy, which takes a while.
    ///   - body: Uses the copy.
    /// - Returns: What `body` returns.
    /// - Throws: What the server says, and what `body` throws.
    public nonisolated(nonsending) func withCopy<Value: Sendable>(
        isLast: Bool = false, _ body: nonisolated(nonsending) (DatabaseTarget) async throws -> Value
    ) async throws -> Value {
        if isLast { return try await body(server.target.with("dbname", template)) }
        return try await server.withDatabase(copying: template, body)
    }

    fileprivate init(
        server: ShadowServer, template: String, serverVersion: String, realVersion: Int?,
        sizes: RealSizes, complaints: [String]
    ) {
        self.server = server
        self.template = template
        self.serverVersion = serverVersion
        self.realVersion = realVersion
        self.sizes = sizes
        self.complaints = complaints
    }
}

/// Builds a shadow, runs `body` beside it, and removes all of it whatever happens.
///
/// - Parameters:
///   - options: What it is built of, and where.
///   - migrations: What will run on it: the roles that they name are made on an ephemeral server.
///   - body: Uses the shadow.
/// - Returns: What `body` returns.
/// - Throws: A `Refusal` where the place is no place for a shadow or the schema cannot be made;
///   `PostgresError`; and what `body` throws.
public nonisolated(nonsending) func withShadow<Value: Sendable>(
    _ options: ShadowOptions, for migrations: [Migration] = [],
    _ body: nonisolated(nonsending) (Shadow) async throws -> Value
) async throws -> Value {
    let builder = try await ShadowBuilder(options, for: migrations)
    // Read while the server starts.
    let dump = Task { try await builder.dump() }
    let outcome: Result<Value, any Error>
    do {
        switch options.place {
        case .ephemeral:
            outcome = .success(
                try await withThrowawayCluster(settings: ShadowServer.settings) { cluster in
                    try await builder.build(
                        on: ShadowServer(
                            target: cluster.target, isOurs: true,
                            searchPath: builder.real?.searchPath),
                        from: try await dump.value, body)
                })
        case .server(let target):
            let server = ShadowServer(
                target: target, isOurs: false, searchPath: builder.real?.searchPath)
            try await server.refuseMisuse(options, real: builder.real?.connection)
            outcome = .success(
                try await builder.build(on: server, from: try await dump.value, body))
        }
    } catch {
        outcome = .failure(error)
    }
    dump.cancel()
    _ = await dump.result
    await builder.real?.connection.close()
    return try outcome.get()
}

/// Makes the schema of a shadow.
private struct ShadowBuilder: Sendable {
    struct Real: Sendable {
        let target: DatabaseTarget
        let connection: Connection
        let roles: [String]
        let sizes: RealSizes
        let searchPath: String?
    }

    let options: ShadowOptions
    let migrations: [Migration]
    let real: Real?

    /// Looks at the real database, where there is one.
    init(_ options: ShadowOptions, for migrations: [Migration]) async throws {
        self.options = options
        self.migrations = migrations
        guard let target = options.realDatabase else {
            real = nil
            return
        }
        let connection = try await Connection.connect(
            to: target, applicationName: "assay gate", timeout: options.connectTimeout,
            statementDeadline: options.deadline)
        do {
            try await connection.refuseUnexpected(options.expected)
            let searchPath = try await connection.query(
                "SELECT pg_catalog.current_setting('search_path')")
            try await connection.begin(.readOnly)
            try await connection.settle(deadline: options.deadline)
            let sizes = try await RealSizes(readingFrom: connection)
            let roles = try await connection.roleNames()
            try await connection.rollback()
            real = Real(
                target: target, connection: connection, roles: roles, sizes: sizes,
                searchPath: searchPath.scalar.flatMap { $0.isEmpty ? nil : $0 })
        } catch {
            await connection.close()
            throw error
        }
    }

    nonisolated(nonsending) func build<Value: Sendable>(
        on server: ShadowServer, from dump: SchemaDump?,
        _ body: nonisolated(nonsending) (Shadow) async throws -> Value
    ) async throws -> Value {
        var scripts = options.base.map(\.up)
        if case .script(let script)? = options.schema { scripts.append(script.text) }
        if !server.isOurs { try refuseChangingServer() }
        // On a server of our own every role of the real one is made, whoever names it.
        if let dump, !server.isOurs { scripts.append(dump.script) }
        let named = RolesNamed(in: scripts + migrations.flatMap { [$0.up, $0.down?.text ?? ""] })
        let others = server.isOurs ? real?.roles ?? [] : []
        try await server.provide(roles: Set(named.roles + others).sorted())
        return try await server.withDatabase(copying: nil) { target in
            let complaints = try await makeSchema(in: target, from: dump)
            let connection = try await Connection.connect(
                to: target, applicationName: "assay gate")
            try await connection.cutForeignServers()
            // Some systems add their own name behind a space.
            let version = connection.parameter("server_version")?.prefix { $0 != " " }
            await connection.close()
            return try await body(
                Shadow(
                    server: server, template: target.option("dbname") ?? "",
                    serverVersion: version.map(String.init) ?? "",
                    realVersion: real.map { $0.connection.serverVersion / 10_000 },
                    sizes: real?.sizes ?? RealSizes(),
                    complaints: complaints))
        }
    }

    /// On a server of others, what makes the schema must not change more than its database.
    private func refuseChangingServer() throws(Refusal) {
        for migration in options.base + migrations {
            try migration.refuseChangingServer()
            try migration.wayBack?.refuseChangingServer()
        }
        if case .script(let script)? = options.schema {
            try Migration(name: script.file, up: script).refuseChangingServer()
        }
    }

    /// The real schema, where earlier migrations do not make it.
    @concurrent func dump() async throws -> SchemaDump? {
        guard let real, options.base.isEmpty else { return nil }
        return try await SchemaDump(of: real.target, schemas: [], connection: real.connection)
    }

    /// Replays the earlier migrations where there are any, else makes the real schema.
    private nonisolated(nonsending) func makeSchema(
        in target: DatabaseTarget, from dump: SchemaDump?
    ) async throws -> [String] {
        let replay = Replay(target: target, deadline: options.statementDeadline)
        if !options.base.isEmpty {
            try await replay.run(options.base)
            return []
        }
        switch options.schema {
        case .script(let script)?:
            try await replay.run(dump: script)
            return []
        case .database?, nil:
            guard let dump else { return [] }
            return try await replay.run(dump)
        }
    }
}

extension Connection {
    /// Takes away what opens other servers, so that a migration on the shadow cannot reach real ones.
    fileprivate func cutForeignServers() async throws(PostgresError) {
        try await execute(
            """
            DO $assay$
            DECLARE
                m record;
            BEGIN
                FOR m IN SELECT srvname, usename, umuser FROM pg_catalog.pg_user_mappings
                    ORDER BY srvname, usename LOOP
                    EXECUTE pg_catalog.format('DROP USER MAPPING FOR %s SERVER %I',
                        CASE m.umuser WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(m.usename) END,
                        m.srvname);
                END LOOP;
            END $assay$
            """)
    }
}
