import Assay
import Auditor
import Postgres

/// The tables that are profiled, and those that are not.
struct ProfiledTables {
    let relations: [Relation]
    let skipped: [SkippedTable]

    /// Chooses the tables of a catalog.
    init(_ catalog: Catalog, patterns: [String], extensions: [TableName: String]) throws(Refusal) {
        var relations: [Relation] = []
        var skipped: [SkippedTable] = []
        var matched: Set<String> = []
        for relation in catalog.relations where !relation.isPartition {
            let name = TableName(schema: relation.schema, name: relation.name)
            let naming = patterns.filter {
                let pattern = Pattern($0)
                return pattern.matches(name.description) || pattern.matches(name.name)
            }
            matched.formUnion(naming)
            if !patterns.isEmpty, naming.isEmpty { continue }
            let isNamed = naming.contains { !$0.contains("*") }
            let reason = Self.reason(
                against: relation, catalog, isNamed: isNamed, extension: extensions[name])
            if let reason {
                skipped.append(SkippedTable(table: name, reason: reason))
            } else {
                relations.append(relation)
            }
        }
        let missing = patterns.filter { !matched.contains($0) }
        guard missing.isEmpty else {
            let names = catalog.relations.flatMap { ["\($0.schema).\($0.name)", $0.name] }
            throw Refusal(
                missing.map {
                    .init("no table matches \($0)\(Nearest.suggestion(for: $0, among: names))")
                })
        }
        self.relations = relations
        self.skipped = skipped
        if relations.isEmpty { throw Self.refusal(catalog, skipped) }
    }

    private static func reason(
        against relation: Relation, _ catalog: Catalog, isNamed: Bool, extension: String?
    ) -> String? {
        if relation.kind == .view { return "a view; the tables that it reads are profiled" }
        if !isNamed, relation.kind == .materializedView {
            return
                "a materialized view; the tables that it reads are profiled, --table names it all the "
                + "same"
        }
        if let `extension` { return "belongs to the extension \(`extension`)" }
        if relation.schema == "assay" { return "Assay's own" }
        if !isNamed, bookkeeping.contains(relation.name.lowercased()) {
            return "a migration tool's own; --table names it all the same"
        }
        if !isNamed, relation.kind == .foreignTable {
            return "its rows lie on another server; --table names it all the same"
        }
        if !catalog.usableSchemas.contains(relation.schema) {
            return "no USAGE on its schema is granted to \(catalog.database.currentUser)"
        }
        if relation.columns.isEmpty { return "has no column" }
        if !relation.hasSelect {
            return "no SELECT is granted to \(catalog.database.currentUser)"
        }
        if relation.rowSecurityHidesRows {
            return "row security hides rows from \(catalog.database.currentUser)"
        }
        return nil
    }

    /// Why there is nothing to suggest.
    static func refusal(_ catalog: Catalog, _ skipped: [SkippedTable]) -> Refusal {
        guard !skipped.isEmpty else {
            return Refusal(
                "there is nothing to profile: the database \(catalog.database.name) has no tables "
                    + "that \(catalog.database.currentUser) can see")
        }
        return Refusal(
            [.init("there is nothing to profile in the database \(catalog.database.name)")]
                + skipped.map { .init("\($0.table): \($0.reason)") })
    }

    /// The tables that extensions brought along.
    static func extensionMembers(
        _ connection: Connection
    ) async throws(PostgresError) -> [TableName: String] {
        let rows = try await connection.query(
            """
            SELECT n.nspname AS schema, c.relname AS name, e.extname AS extension
            FROM pg_catalog.pg_depend d
            JOIN pg_catalog.pg_extension e
                ON d.refclassid = 'pg_catalog.pg_extension'::regclass AND e.oid = d.refobjid
            JOIN pg_catalog.pg_class c ON c.oid = d.objid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.deptype = 'e'
            ORDER BY 1, 2
            """)
        let members = rows.map { row in
            (
                TableName(schema: row["schema"] ?? "", name: row["name"] ?? ""),
                row["extension"] ?? ""
            )
        }
        return Dictionary(members) { first, _ in first }
    }
}

/// Tables in which migration tools remember what they did.
private let bookkeeping: Set<String> = [
    "_prisma_migrations", "schema_migrations", "ar_internal_metadata", "flyway_schema_history",
    "databasechangelog", "databasechangeloglock", "alembic_version", "django_migrations",
    "knex_migrations", "knex_migrations_lock", "__drizzle_migrations", "goose_db_version",
    "_sqlx_migrations", "__efmigrationshistory", "sequelizemeta", "typeorm_metadata",
]
