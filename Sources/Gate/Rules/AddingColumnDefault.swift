import Assay
import SQLSyntax

/// A column whose default is worked out for every row.
struct AddingColumnDefault: MigrationRule {
    static let statements = ["AlterTableStmt"]

    static func problems(in statement: MigrationStatement, _ state: MigrationState) -> [Problem] {
        statement.columns.compactMap { column in
            guard let value = column.defaultValue, !state.isNew(column.table) else { return nil }
            let function = volatileFunction(in: value)
            guard function != nil || state.version < 11 else { return nil }
            let reason =
                function.map { "\($0)() gives each row a value of its own" }
                ?? "PostgreSQL \(state.version) writes the default into every row"
            return Problem(
                "adding \(column.name) writes \(column.table) anew, because \(reason)",
                at: column.spot)
        }
    }

    /// The first function called that may give another value each time.
    private static func volatileFunction(in value: SyntaxTree) -> String? {
        var found: String?
        value.walk { key, node in
            guard found == nil else { return .past }
            if key == "FuncCall" {
                let name = node["funcname"].names.drop { $0 == "pg_catalog" }
                    .joined(separator: ".")
                if !steady.contains(name) { found = name }
            }
            return .into
        }
        return found
    }

    /// Built-in functions that give one value in a statement; what is not here is taken as volatile,
    /// which is what a function is where nothing else is declared.
    private static let steady: Set = [
        "now", "transaction_timestamp", "statement_timestamp", "current_setting", "timezone",
        "date_trunc", "to_timestamp", "to_date", "make_date", "make_interval", "age", "lower",
        "upper", "md5", "concat", "format", "array_to_json", "to_json", "to_jsonb",
        "json_build_object", "jsonb_build_object", "json_build_array", "jsonb_build_array",
        "array_fill", "coalesce", "version", "current_database", "current_schema", "int4range",
        "int8range", "numrange", "tsrange", "tstzrange", "daterange", "abs", "round", "repeat",
        "encode", "decode", "to_tsvector",
    ]

    static let documentation = RuleDocumentation(
        "adding-column-default", .error,
        summary: "A volatile default writes the whole table anew when its column is added.",
        why:
            "Nobody reads or writes the table until every row and every index is written a second time.",
        instead: "Add the column without a default, set the default, and fill the rows in batches.",
        limits: """
            Since PostgreSQL 11 a constant or stable default costs nothing; before, every default is refused. \
            A function that is not known is taken as volatile.
            """,
        refuses: [
            "ALTER TABLE core.companies ⟪ADD COLUMN token uuid DEFAULT gen_random_uuid()⟫",
            .init("ALTER TABLE core.companies ⟪ADD COLUMN rank int DEFAULT 0⟫", version: 10),
        ],
        accepts: [
            "ALTER TABLE core.companies ADD COLUMN rank int DEFAULT 0",
            "ALTER TABLE core.companies ADD COLUMN seen_at timestamptz DEFAULT now()",
            """
            ALTER TABLE core.companies ADD COLUMN token uuid;
            ALTER TABLE core.companies ALTER token SET DEFAULT gen_random_uuid()
            """,
        ])
}
