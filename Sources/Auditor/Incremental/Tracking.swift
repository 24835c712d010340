public import Assay
public import Postgres

/// Logs of what changes in tables, which triggers write.
public struct Tracking: Sendable {
    /// The tables whose changes are logged from now on.
    public var tables: [TableName]
    /// The tables whose changes are logged no longer.
    public var untracked: [TableName]
    /// The role that audits, which reads the logs.
    public var auditRole: String?

    /// Names tables.
    public init(
        _ tables: [TableName], untracking untracked: [TableName] = [], auditRole: String? = nil
    ) {
        self.tables = tables
        self.untracked = untracked
        self.auditRole = auditRole
    }

    /// The SQL, as `assay install --print` shows it; nothing where no table is named.
    ///
    /// - Throws: `PostgresError` where a name cannot be one.
    public func sql() throws(PostgresError) -> String {
        guard !tables.isEmpty || !untracked.isEmpty else { return "" }
        var text = String(decoding: PackageResources.tracking_sql, as: UTF8.self)
        text += "\n-- A trigger is made when nobody writes; that is not waited for long.\n"
        text += "SET LOCAL lock_timeout = '10s';\n"
        for table in untracked { text += "SELECT assay.untrack(\(try literal(table)));\n" }
        for table in tables { text += "SELECT assay.track(\(try literal(table)));\n" }
        guard let auditRole, !tables.isEmpty else { return text }
        let role = try quoted(identifier: auditRole)
        text += """

            -- The role that audits reads the logs, and has what is older than thirty days removed.
            GRANT USAGE ON SCHEMA assay TO \(role);
            GRANT SELECT ON assay.tracked TO \(role);
            GRANT EXECUTE ON FUNCTION assay.prune_changes(interval) TO \(role);
            DO $grants$
            DECLARE
                one name;
            BEGIN
                FOR one IN SELECT t.log FROM assay.tracked AS t ORDER BY 1 LOOP
                    EXECUTE format('GRANT SELECT ON assay.%I TO %s', one, \(literal(role)));
                END LOOP;
            END
            $grants$;

            """
        return text
    }

    /// The table as a literal of the type `regclass`.
    private func literal(_ table: TableName) throws(PostgresError) -> String {
        let name = "\(try quoted(identifier: table.schema)).\(try quoted(identifier: table.name))"
        return literal(name)
    }

    private func literal(_ text: String) -> String {
        "'\(text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''"))'"
    }
}
