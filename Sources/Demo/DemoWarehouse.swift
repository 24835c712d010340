public import Postgres

/// A warehouse of generated data in which an incident has happened, on a server of its own.
public struct DemoWarehouse: Sendable {
    /// The database, as a role that can only read.
    public let target: DatabaseTarget
    /// The same as its owner.
    public let owner: DatabaseTarget
    /// The moment at which the data ends, in seconds since 1970.
    public let now: Double

    /// 2026-11-23 04:00 UTC.
    private static let moment = 1_795_406_400.0

    /// Runs work beside the warehouse, and takes it down afterwards.
    ///
    /// - Parameters:
    ///   - seed: Another seed gives other data with the same faults.
    ///   - body: The work.
    /// - Returns: What `body` returns.
    /// - Throws: `PostgresError` where no server can be started, and what `body` throws.
    public static func with<Value: Sendable>(
        seed: Int, _ body: @Sendable (DemoWarehouse) async throws -> Value
    ) async throws -> Value {
        try await withThrowawayCluster(sharedBuffers: "256MB") { cluster in
            let admin = try await Connection.connect(
                to: cluster.target, applicationName: "assay demo")
            try await admin.script("CREATE DATABASE warehouse")
            await admin.close()
            let target = cluster.target.with("dbname", "warehouse")
            try await fill(target, seed: seed)
            return try await body(
                DemoWarehouse(
                    target: target.with("user", "warehouse_audit"), owner: target, now: moment))
        }
    }

    /// Creates the warehouse in an empty database, and the role that audits it.
    ///
    /// - Parameters:
    ///   - target: The database, as a superuser.
    ///   - seed: Another seed gives other data with the same faults.
    /// - Throws: What the server says.
    public static func fill(_ target: DatabaseTarget, seed: Int) async throws(PostgresError) {
        let owner = try await Connection.connect(to: target, applicationName: "assay demo")
        try await owner.script(
            "SET assay.seed = '\(seed)'; SET assay.now = '2026-11-23 04:00:00+00'")
        try await owner.script(clientRoles)
        try await owner.script(String(decoding: PackageResources.warehouse_sql, as: UTF8.self))
        try await owner.script(String(decoding: PackageResources.incident_sql, as: UTF8.self))
        try await owner.script(auditRole)
        await owner.close()
    }

    /// The role of the REST layer's clients, which the warehouse grants its tables to, and the role that
    /// the REST layer connects as: nobody has told it of the schema reference.
    private static let clientRoles = """
        \(role("service_role", "NOLOGIN"));
        \(role(
            "authenticator", "NOLOGIN NOINHERIT",
            then: """
                ALTER ROLE authenticator SET pgrst.db_schemas = 'raw, extracted, core';
                GRANT service_role TO authenticator;
                """))
        """

    private static let auditRole = """
        \(role("warehouse_audit", "LOGIN"));
        GRANT USAGE ON SCHEMA raw, extracted, reference, core TO warehouse_audit;
        GRANT SELECT ON ALL TABLES IN SCHEMA raw, extracted, reference, core TO warehouse_audit;
        """

    /// Creates a role that another database of the same server may have created before.
    private static func role(
        _ name: String, _ attributes: String, then statements: String = ""
    ) -> String {
        """
        DO $$ BEGIN
            CREATE ROLE \(name) \(attributes);
            \(statements)
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END $$
        """
    }
}
