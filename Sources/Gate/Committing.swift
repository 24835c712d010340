import Postgres
import SQLSyntax

extension MigrationStatement {
    /// Whether it is a DO block or a CALL that may end transactions, which it may only outside of one.
    var mayCommit: Bool { commitsItself || !calls.isEmpty }

    /// Whether it is a DO block that says COMMIT or ROLLBACK.
    private var commitsItself: Bool {
        syntax.nodeType == "DoStmt" && syntax.endsTransaction
    }

    /// The procedures that it calls, itself or in its body.
    private var calls: [ObjectName] {
        guard ["DoStmt", "CallStmt"].contains(syntax.nodeType) else { return [] }
        return ([self] + body).compactMap {
            ObjectName(parts: $0.syntax.node["funccall"]["funcname"].names)
        }
    }

    /// Whether it ends transactions, as the sources of the procedures tell that it calls.
    ///
    /// What those call in turn is not looked at.
    func commits(on connection: isolated Connection) async throws(PostgresError) -> Bool {
        if commitsItself { return true }
        for procedure in calls {
            let sources = try await connection.query(
                """
                SELECT p.prosrc FROM pg_catalog.pg_proc AS p
                JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
                JOIN pg_catalog.pg_language AS l ON l.oid = p.prolang
                WHERE p.prokind = 'p' AND l.lanname = 'plpgsql' AND p.proname = $1
                    AND ($2::text IS NULL OR n.nspname = $2)
                """, [procedure.name, procedure.schema])
            for case let source? in sources.map({ $0[0] }) {
                if (try? plpgsqlEndsTransaction(source)) ?? true { return true }
            }
        }
        return false
    }
}
