import Assay
public import Auditor
public import Postgres

/// The schema `assay` in a database: ledger, journal, and the functions that write them.
public struct Installation: Sendable {
    /// The role that applies fixes, if it is not the one that installs.
    public var fixRole: String?
    /// The role that audits and may look at the ledger.
    public var auditRole: String?

    /// Names the roles that are granted what they need.
    public init(fixRole: String? = nil, auditRole: String? = nil) {
        self.fixRole = fixRole
        self.auditRole = auditRole
    }

    /// The SQL, as `assay install --print` shows it.
    ///
    /// - Throws: `PostgresError` where a role's name cannot be one.
    public func sql() throws(PostgresError) -> String {
        var text = String(decoding: PackageResources.install_sql, as: UTF8.self)
        if let fixRole {
            let role = try quoted(identifier: fixRole)
            text += """

                -- The role that applies fixes: it also needs SELECT, INSERT, UPDATE and DELETE on the tables it
                -- is to repair, and TEMPORARY on the database.
                GRANT USAGE ON SCHEMA assay TO \(role);
                GRANT SELECT, INSERT ON assay.fix_ledger TO \(role);
                GRANT UPDATE (undone_by, undone_at, undo_transaction) ON assay.fix_ledger TO \(role);
                GRANT SELECT ON assay.fix_journal TO \(role);
                GRANT SELECT, INSERT, UPDATE, DELETE ON assay.quarantine TO \(role);
                REVOKE ALL ON ALL FUNCTIONS IN SCHEMA assay FROM \(role);
                GRANT EXECUTE ON FUNCTION assay.fingerprint, assay.shape, assay.start_journal, assay.stop_journal,
                    assay.count_journal, assay.check_constraints, assay.silence_triggers, assay.restore_triggers
                    TO \(role);

                """
        }
        if let auditRole {
            let role = try quoted(identifier: auditRole)
            text += """

                -- The role that audits: it may see which fixes were applied, not which rows they changed.
                GRANT USAGE ON SCHEMA assay TO \(role);
                GRANT SELECT ON assay.fix_ledger TO \(role);

                """
        }
        return text
    }

    /// Installs, all or nothing; what is there already stays.
    ///
    /// - Parameters:
    ///   - target: The database, as the owner of the tables that fixes may touch.
    ///   - expected: The database that must answer there.
    ///   - more: SQL that belongs to it.
    /// - Throws: A refusal where another database answers, and `PostgresError`.
    public func install(
        in target: DatabaseTarget, expected: ExpectedDatabase, adding more: String = ""
    ) async throws {
        let connection = try await Connection.connect(to: target, applicationName: "assay install")
        try await connection.refuseUnexpected(expected)
        let script = "BEGIN;\n\(try sql())\n\(more)\nCOMMIT;"
        do throws(PostgresError) {
            try await connection.script(script)
        } catch {
            if error.sqlState == "55000" || error.sqlState == "42P01" || error.sqlState == "55P03" {
                throw Refusal("\(error.message); nothing was installed")
            }
            guard error.sqlState == .undefinedObject else { throw error }
            throw Refusal(
                "\(error.message); nothing was installed. Make the role first, for example with "
                    + "CREATE ROLE … LOGIN")
        }
        await connection.close()
    }
}
