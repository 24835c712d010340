import Postgres

/// How the bodies of functions are read: all of those in PL/pgSQL, or what a validator sees of them.
public enum RoutineReading: Sendable, Hashable {
    /// The extension plpgsql_check reads every statement of a body.
    case complete
    /// The statements of a body are prepared one by one, as far as their variables have plain types.
    case statements

    /// What the server finds wrong with the functions of a database.
    ///
    /// All of them are read in one exchange, in a transaction that is rolled back: functions in SQL by the
    /// validator that CREATE FUNCTION asks, those in PL/pgSQL by plpgsql_check where it is installed.
    static func faults(
        on connection: Connection, usesChecker: Bool
    ) async throws(PostgresError) -> ([Breakage.Fault], RoutineReading) {
        try await connection.run { connection throws(PostgresError) in
            try await connection.begin(.readWrite)
            var checker: String?
            if usesChecker { checker = try await install(connection) }
            try await connection.execute(table)
            try await connection.execute(validation)
            if let checker { try await connection.execute(check(checker)) }
            var faults = try await connection.query(answer).map { fault($0) }
            try await connection.rollback()
            if checker == nil { faults += try await RoutineStatements.faults(on: connection) }
            return (faults, checker == nil ? .statements : .complete)
        }
    }

    /// The schema of plpgsql_check, which is made for the length of the transaction where there is none.
    private static func install(
        _ connection: isolated Connection
    ) async throws(PostgresError) -> String? {
        let isAtHand = try await connection.query(
            "SELECT FROM pg_catalog.pg_available_extensions WHERE name = 'plpgsql_check'")
        guard !isAtHand.isEmpty else { return nil }
        try await connection.execute("SAVEPOINT assay_checker")
        do throws(PostgresError) {
            try await connection.script(
                "SET LOCAL client_min_messages = warning; "
                    + "CREATE EXTENSION IF NOT EXISTS plpgsql_check")
        } catch {
            guard error.code == .server else { throw error }
            try await connection.execute("ROLLBACK TO SAVEPOINT assay_checker")
            return nil
        }
        let schema = try await connection.query(
            """
            SELECT extnamespace::pg_catalog.regnamespace FROM pg_catalog.pg_extension
            WHERE extname = 'plpgsql_check'
            """)
        return schema.scalar
    }

    private static func fault(_ row: Row) -> Breakage.Fault {
        Breakage.Fault(
            subject: .routine(row["name"] ?? "", table: row["table_name"]),
            reason: row["message"] ?? "", line: row.int("line"))
    }

    /// Where what is wrong is put down; it goes with the transaction.
    private static let table = """
        CREATE TEMPORARY TABLE assay_fault (
            routine oid, relation oid, line int, message text, place int GENERATED ALWAYS AS IDENTITY)
        """

    private static let answer = """
        SELECT n.nspname || '.' || p.proname || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid)
                || ')' AS name,
            CASE WHEN f.relation <> 0 THEN f.relation::pg_catalog.regclass::text END AS table_name,
            f.message, f.line
        FROM pg_temp.assay_fault AS f
        JOIN pg_catalog.pg_proc AS p ON p.oid = f.routine
        JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
        ORDER BY n.nspname, p.proname, f.routine, f.relation, f.place
        """

    /// The user's functions as `f`, with the search path that each asks for.
    private static func each(_ language: String, _ body: String) -> String {
        """
        DO $assay$
        DECLARE
            f record;
            path text := pg_catalog.current_setting('search_path');
            said text;
        BEGIN
            FOR f IN
                SELECT p.oid, p.prorettype, (
                    SELECT pg_catalog.substr(s, 13) FROM pg_catalog.unnest(p.proconfig) AS s
                    WHERE s LIKE 'search\\_path=%') AS path
                FROM pg_catalog.pg_proc AS p
                JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
                JOIN pg_catalog.pg_language AS l ON l.oid = p.prolang
                WHERE l.lanname = '\(language)' AND n.nspname <> 'information_schema'
                    AND n.nspname !~ '^pg_' AND p.prokind <> 'a' AND NOT EXISTS (
                        SELECT FROM pg_catalog.pg_depend AS d
                        WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
                            AND d.objid = p.oid AND d.deptype = 'e')
                ORDER BY p.oid
            LOOP
                PERFORM pg_catalog.set_config('search_path', coalesce(f.path, path), true);
                \(body)
            END LOOP;
            PERFORM pg_catalog.set_config('search_path', path, true);
        END $assay$
        """
    }

    private static let validation = each(
        "sql",
        """
        BEGIN
            PERFORM pg_catalog.fmgr_sql_validator(f.oid);
        EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS said = MESSAGE_TEXT;
            INSERT INTO pg_temp.assay_fault (routine, relation, message) VALUES (f.oid, 0, said);
        END;
        """)

    /// Trigger functions are read once for each table whose rows they get.
    private static func check(_ schema: String) -> String {
        each(
            "plpgsql",
            """
            DECLARE
                t record;
            BEGIN
                FOR t IN
                    SELECT DISTINCT g.tgrelid AS relation FROM pg_catalog.pg_trigger AS g
                    WHERE g.tgfoid = f.oid AND NOT g.tgisinternal
                    UNION ALL
                    SELECT 0 WHERE f.prorettype NOT IN (
                        'trigger'::pg_catalog.regtype, 'event_trigger'::pg_catalog.regtype)
                    ORDER BY 1
                LOOP
                    BEGIN
                        INSERT INTO pg_temp.assay_fault (routine, relation, line, message)
                        SELECT f.oid, t.relation, c.lineno, c.message
                        FROM \(schema).plpgsql_check_function_tb(
                            f.oid::pg_catalog.regprocedure, t.relation::pg_catalog.regclass,
                            fatal_errors => false, other_warnings => false, extra_warnings => false,
                            performance_warnings => false) AS c
                        WHERE c.level = 'error' ORDER BY c.lineno;
                    EXCEPTION WHEN OTHERS THEN
                        GET STACKED DIAGNOSTICS said = MESSAGE_TEXT;
                        INSERT INTO pg_temp.assay_fault (routine, relation, message)
                        VALUES (f.oid, t.relation, said);
                    END;
                END LOOP;
            END;
            """)
    }
}
