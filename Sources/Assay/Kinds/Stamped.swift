// The members every kind has are documented in Check.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

/// Requires that a trigger sets columns anew whenever a row changes.
public struct Stamped: Check {
    public var options: CheckOptions
    public let columns: [String]

    /// Requires that each column is set by a trigger before a row is updated.
    public init(_ columns: String..., file: String = #filePath, line: Int = #line) {
        self.init(columns, options: CheckOptions(file: file, line: line))
    }

    private init(_ columns: [String], options: CheckOptions) {
        self.options = options
        self.columns = columns
    }

    public var sentence: String {
        "a trigger sets \(columns.joined(separator: " and ")) at every update"
    }

    public var fault: String? { columns.isEmpty ? "names no column" : nil }

    public var parts: [any Check] { columns.map { Stamped([$0], options: options) } }

    public func question(in context: CheckContext) -> Question {
        let name = subject.map { $0.isLetter || $0.isNumber || $0 == "_" ? "\($0)" : "\\\($0)" }
            .joined()
        // NEW.x := …, SELECT … INTO NEW.x, and NEW := … 'x' …, as functions for any table have it.
        let assignment = """
            (^|;|\\m(begin|then|else|loop))\\s*new\\."?\(name)"?\\s*:?=\
            |\\minto\\s+(strict\\s+)?new\\."?\(name)\\M|\\mnew\\s*:?=[^;]*'\(name)'
            """
        return .facts(
            """
            SELECT 1, CASE WHEN bool_or(t.sets AND t.is_enabled AND t.is_general) THEN NULL \
            WHEN bool_or(t.sets AND t.is_general) THEN format(\
            'needs ALTER TABLE %s ENABLE TRIGGER %I', \(TableName.inStatement), \
            min(t.tgname) FILTER (WHERE t.sets AND t.is_general)) \
            WHEN bool_or(t.sets) THEN format('the trigger %s sets it, but not at every update', \
            min(t.tgname) FILTER (WHERE t.sets)) \
            WHEN count(t.tgname) > 0 THEN format('%s runs before an update and does not set it', \
            string_agg(t.tgname, ', ' ORDER BY t.tgname)) \
            ELSE 'no trigger runs for each row before an update' END \
            FROM \(context.table.inCatalog) LEFT JOIN LATERAL (\
            SELECT g.tgname::text COLLATE "C", g.tgenabled IN ('O', 'A') AS is_enabled, \
            g.tgattr::text = '' AS is_general, \
            regexp_replace(regexp_replace(p.prosrc, '--[^\\n]*', '', 'g'), '/\\*.*?\\*/', '', 'g') \
            ~* \(assignment)::text OR strpos('\\000' || encode(g.tgargs, 'escape'), \
            '\\000' || \(subject)::text || '\\000') > 0 AS sets \
            FROM pg_catalog.pg_trigger AS g JOIN pg_catalog.pg_proc AS p ON p.oid = g.tgfoid \
            WHERE g.tgrelid = c.oid AND NOT g.tgisinternal AND g.tgtype & 19 = 19) AS t ON true \
            GROUP BY s.nspname, c.relname
            """)
    }

    public func headline(_ measure: Measure, of table: TableName) -> String {
        "no trigger keeps \(subject) of \(table)"
    }

    public func specimens(in context: CheckContext) -> Specimens {
        let (table, column) = (context.table, SQL.identifier(subject))
        let function: SQL = "\(identifier: table.schema).assay_specimen"
        func stamp(_ assignment: SQL) -> [Specimen.Step] {
            [
                "ALTER TABLE \(table) DISABLE TRIGGER USER",
                """
                CREATE FUNCTION \(function)() RETURNS trigger LANGUAGE plpgsql AS $assay$
                BEGIN \(assignment); RETURN NEW; END $assay$
                """,
                """
                CREATE TRIGGER assay_specimen BEFORE UPDATE ON \(table) FOR EACH ROW \
                EXECUTE FUNCTION \(function)()
                """,
            ]
        }
        let kept = stamp("NEW.\(column) := now()")
        let broken: [(String, [Specimen.Step])] = [
            ("none", ["ALTER TABLE \(table) DISABLE TRIGGER USER"]),
            ("off", kept + ["ALTER TABLE \(table) DISABLE TRIGGER assay_specimen"]),
            ("idle", stamp("IF NEW.\(column) = OLD.\(column) THEN NULL; END IF")),
        ]
        return .made(
            broken.map {
                Specimen($0, violating: $1, boundary: kept, violations: 1, ground: .ownTable)
            })
    }

    public static let documentation = KindDocumentation(
        kind: "stamped",
        dimension: .timeliness,
        summary: "A trigger sets a column anew whenever a row changes.",
        why: "Without it a changed row keeps its old time, and every sync passes it over.",
        example: #"Stamped("updated_at")"#,
        measures: """
            One fact a column: there is a trigger that runs before every update of a row, that \
            is switched on, and whose function assigns the column (`NEW.updated_at := …`) or is \
            given its name, as `moddatetime` is. Several columns become one check a column. Only \
            the catalog is read.
            """,
        limits: """
            The function's text is read, not run: an assignment that no row reaches counts, and \
            one in a function of another language is not seen. `where` does not apply.
            """
    )
}
