import Postgres
import SQLSyntax

/// The SQL in the bodies of PL/pgSQL functions, prepared without plpgsql_check as far as it goes.
///
/// A statement becomes the body of a function in SQL whose parameters are the variables that it may use, so
/// that the server resolves every name in it. Statements with records, and text that is put together while
/// a function runs, are not read.
enum RoutineStatements {
    static func faults(
        on connection: isolated Connection
    ) async throws(PostgresError) -> [Breakage.Fault] {
        var faults: [Breakage.Fault] = []
        let routines = try await connection.query(query)
        try await connection.begin(.readWrite)
        for row in routines {
            guard let name = row["name"], let body = row["body"] else { continue }
            let source = PLpgSQLBody(body)
            let variables = (row["parameters"].map { [$0] } ?? []) + source.variables
            for statement in source.statements {
                try await connection.execute("SAVEPOINT assay_routine")
                do throws(PostgresError) {
                    let text = try connection.quotedLiteral(statement.text)
                    if let path = row["path"] {
                        try await connection.execute(
                            "SELECT pg_catalog.set_config('search_path', $1, true)", [path])
                    }
                    try await connection.execute(
                        """
                        CREATE FUNCTION pg_temp.assay_routine(\(variables.joined(separator: ", "))) \
                        RETURNS void LANGUAGE sql AS \(text)
                        """)
                } catch {
                    guard error.code == .server else { throw error }
                    faults.append(
                        Breakage.Fault(
                            subject: .routine(name, table: row["table_name"]),
                            reason: error.messageWithoutValues, line: statement.line))
                }
                try await connection.execute("ROLLBACK TO SAVEPOINT assay_routine")
            }
        }
        try await connection.rollback()
        return faults
    }

    private static let query = """
        SELECT n.nspname || '.' || p.proname || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid)
                || ')' AS name,
            p.prosrc AS body, g.relation::pg_catalog.regclass::text AS table_name, (
                SELECT pg_catalog.substr(s, 13) FROM pg_catalog.unnest(p.proconfig) AS s
                WHERE s LIKE 'search\\_path=%') AS path,
            CASE WHEN g.relation IS NULL THEN (
                SELECT pg_catalog.string_agg(pg_catalog.format(
                    '%I %s', p.proargnames[a.place], pg_catalog.format_type(a.type, NULL)),
                    ', ' ORDER BY a.place)
                FROM pg_catalog.unnest(coalesce(p.proallargtypes, p.proargtypes::oid[]))
                    WITH ORDINALITY AS a (type, place)
                WHERE p.proargnames[a.place] <> '')
            ELSE pg_catalog.format('new %s, old %s', g.relation::pg_catalog.regclass,
                g.relation::pg_catalog.regclass) END AS parameters
        FROM pg_catalog.pg_proc AS p
        JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
        JOIN pg_catalog.pg_language AS l ON l.oid = p.prolang AND l.lanname = 'plpgsql'
        LEFT JOIN (
            SELECT DISTINCT tgfoid, tgrelid AS relation FROM pg_catalog.pg_trigger
            WHERE NOT tgisinternal) AS g ON g.tgfoid = p.oid
        WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' AND NOT EXISTS (
                SELECT FROM pg_catalog.pg_depend AS d
                WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
                    AND d.objid = p.oid AND d.deptype = 'e')
        ORDER BY 1, 3
        """
}

/// The SQL statements and the plain variables of a PL/pgSQL body, found by its words.
public struct PLpgSQLBody: Sendable, Hashable {
    /// One statement, without what PL/pgSQL adds to SQL.
    public struct SQLText: Sendable, Hashable {
        /// The SQL.
        public let text: String
        /// The line of the body, from 1.
        public let line: Int
    }

    /// The statements, in order.
    public let statements: [SQLText]
    /// The variables as parameters: `total bigint`.
    public let variables: [String]

    /// Reads a body.
    public init(_ body: String) {
        let words = ((try? tokens(in: body)) ?? []).filter { $0.kind != .comment }
        let bytes = Array(body.utf8)
        var statements: [SQLText] = []
        var variables: [String] = []
        var isDeclaring = false
        var start = 0
        for index in words.indices {
            let word = words[index].text.lowercased()
            let ends = [";", "begin", "then", "else", "loop", "declare"].contains(word)
            guard ends else { continue }
            let run = words[start..<index]
            if isDeclaring, word == ";" {
                if let variable = PLpgSQLBody.variable(run, bytes) { variables.append(variable) }
            } else if let text = PLpgSQLBody.statement(run, bytes) {
                statements.append(text)
            }
            if word == "declare" { isDeclaring = true }
            if word == "begin" { isDeclaring = false }
            start = index + 1
        }
        self.statements = statements
        self.variables = variables
    }

    private static func text(_ words: ArraySlice<Token>, _ bytes: [UInt8]) -> String {
        guard let first = words.first, let last = words.last else { return "" }
        let end = last.location.offset + last.text.utf8.count
        return String(decoding: bytes[first.location.offset..<end], as: UTF8.self)
    }

    /// `total bigint := 0` as `total bigint`.
    private static func variable(_ run: ArraySlice<Token>, _ bytes: [UInt8]) -> String? {
        let declared = run.prefix { ![":=", "=", "default", "not"].contains($0.text.lowercased()) }
        let words = declared.map { $0.text.lowercased() }
        let unfit = ["record", "cursor", "alias", "refcursor", "%", "constant"]
        guard declared.count >= 2, !words.contains(where: unfit.contains) else { return nil }
        return text(declared, bytes)
    }

    /// The SQL of a run of words, with PERFORM, FOR … IN, RETURN QUERY and INTO taken off.
    private static func statement(_ run: ArraySlice<Token>, _ bytes: [UInt8]) -> SQLText? {
        var rest = run
        let words = run.map { $0.text.lowercased() }
        if words.first == "for", let place = words.firstIndex(of: "in") {
            rest = run.dropFirst(place + 1)
        } else if words.starts(with: ["return", "query"]) {
            rest = run.dropFirst(2)
        }
        guard let first = rest.first else { return nil }
        var prefix = ""
        let verb = first.text.lowercased()
        if verb == "perform" {
            prefix = "SELECT "
            rest = rest.dropFirst()
        } else if !["select", "insert", "update", "delete", "with", "merge"].contains(verb) {
            return nil
        }
        guard !rest.isEmpty else { return nil }
        return SQLText(text: prefix + withoutTarget(rest, bytes), line: first.location.line)
    }

    /// Takes `INTO STRICT a, b.c` off, which is not the INTO of INSERT and MERGE.
    private static func withoutTarget(_ run: ArraySlice<Token>, _ bytes: [UInt8]) -> String {
        let target = run.indices.first { index in
            let before = index > run.startIndex ? run[index - 1].text.lowercased() : ""
            return run[index].text.lowercased() == "into" && before != "insert" && before != "merge"
        }
        guard let target else { return text(run, bytes) }
        var end = target + 1
        if end < run.endIndex, run[end].text.lowercased() == "strict" { end += 1 }
        var expectsName = true
        while end < run.endIndex {
            let word = run[end].text
            let isSeparator = word == "," || word == "."
            guard expectsName != isSeparator else { break }
            expectsName = isSeparator
            end += 1
        }
        return text(run[..<target], bytes) + " " + text(run[end...], bytes)
    }
}
