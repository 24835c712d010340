import Assay
public import Postgres

/// The tables of the history in schema `assay`.
public struct HistoryInstallation: Sendable {
    /// The version of the tables that this code writes and reads.
    static let version = 2

    /// The role that records runs, if it is not the one that installs.
    public var historyRole: String?
    /// A role that may look at the history.
    public var auditRole: String?

    /// Names the roles that are granted what they need.
    public init(historyRole: String? = nil, auditRole: String? = nil) {
        self.historyRole = historyRole
        self.auditRole = auditRole
    }

    /// The SQL, as `assay install --print` shows it.
    ///
    /// - Throws: `PostgresError` where a role's name cannot be one.
    public func sql() throws(PostgresError) -> String {
        var text = String(decoding: PackageResources.history_sql, as: UTF8.self)
        if let historyRole {
            let role = try quoted(identifier: historyRole)
            text += """

                -- The role that records runs. It needs nothing of the tables that are audited.
                GRANT USAGE ON SCHEMA assay TO \(role);
                GRANT SELECT ON assay.history_version TO \(role);
                GRANT SELECT, INSERT, UPDATE, DELETE ON assay.runs, assay.results TO \(role);

                """
        }
        if let auditRole {
            let role = try quoted(identifier: auditRole)
            text += """

                -- A role that may look at the history.
                GRANT USAGE ON SCHEMA assay TO \(role);
                GRANT SELECT ON assay.history_version, assay.runs, assay.results TO \(role);

                """
        }
        return text
    }
}
