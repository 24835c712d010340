// The members every kind has are documented in Check.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

/// Requires that promises stand in the database as constraints.
public struct Constrained: Check {
    /// A constraint that must stand.
    public struct Constraint: Sendable, Hashable {
        enum Sort: String, Sendable { case notNull = "not-null", unique, references, check }

        let sort: Sort
        let columns: [String]
        var parent: TableName?
        var parentColumn = ""

        /// NOT NULL on a column.
        public static func notNull(_ column: String) -> Constraint {
            Constraint(sort: .notNull, columns: [column])
        }

        /// A primary key, or a unique constraint or index, on these columns or on some of them.
        public static func unique(_ columns: String...) -> Constraint {
            Constraint(sort: .unique, columns: columns)
        }

        /// A foreign key from a column to `schema.table.column`.
        public static func references(_ column: String, in parent: String) -> Constraint {
            let (table, parentColumn) = ColumnName.split(parent)
            return Constraint(
                sort: .references, columns: [column], parent: table, parentColumn: parentColumn)
        }

        /// A check constraint that speaks of all these columns.
        public static func check(_ columns: String...) -> Constraint {
            Constraint(sort: .check, columns: columns)
        }
    }

    public var options: CheckOptions
    private let constraints: [Constraint]

    /// Requires that each of some constraints stands, and holds for the rows that are there.
    public init(
        _ constraints: Constraint..., file: String = #filePath, line: Int = #line
    ) {
        self.init(constraints, options: CheckOptions(file: file, line: line))
    }

    private init(_ constraints: [Constraint], options: CheckOptions) {
        self.options = options
        self.constraints = constraints
    }

    public var columns: [String] { constraints.flatMap(\.columns) }

    public var sentence: String { "\(phrases) stands in the database" }

    public var fault: String? {
        if constraints.isEmpty { return "names no constraint" }
        return constraints.contains(where: \.columns.isEmpty) ? "names no column" : nil
    }

    public var parts: [any Check] { constraints.map { Constrained([$0], options: options) } }

    public var foreignNames: [ForeignName] {
        constraints.compactMap { constraint in
            constraint.parent.map { ForeignName(table: $0, columns: [constraint.parentColumn]) }
        }
    }

    public var subject: String {
        constraints.map { "\($0.columns.joined(separator: "+")).\($0.sort.rawValue)" }
            .joined(separator: "+")
    }

    private var phrases: String { constraints.map(\.phrase).joined(separator: " and ") }

    public func question(in context: CheckContext) -> Question {
        let facts = constraints.enumerated().map { place, constraint -> SQL in
            """
            SELECT \(unchecked: String(place)), (SELECT CASE WHEN bool_or(k.is_valid) THEN NULL \
            WHEN count(k.name) > 0 THEN format('%s is not validated', min(k.name)) \
            ELSE \(constraint.missing)::text END FROM (\(constraint.found)) AS k (name, is_valid)) \
            FROM \(context.table.inCatalog) CROSS JOIN LATERAL (\
            SELECT array_agg(a.attnum) AS numbers FROM pg_catalog.pg_attribute AS a \
            WHERE a.attrelid = c.oid AND a.attname = ANY (\(constraint.columns)::text[])) AS named
            """
        }
        return .facts(facts.joined(separator: " UNION ALL "))
    }

    public func headline(_ measure: Measure, of table: TableName) -> String {
        "\(phrases) does not stand on \(table)"
    }

    public func specimens(in context: CheckContext) -> Specimens {
        .made(
            constraints.map { constraint in
                let bare: [Specimen.Step] = [.bare(context.table)]
                return Specimen(
                    constraint.sort.rawValue, violating: bare,
                    boundary: bare + constraint.steps(on: context), violations: 1,
                    ground: .ownTable)
            })
    }

    public static let documentation = KindDocumentation(
        kind: "constrained",
        dimension: .consistency,
        summary: "Promises stand in the database as constraints.",
        why: """
            A check tells of a broken row the morning after; a constraint refuses it at the \
            door. One that a migration dropped is missed by nobody until the rows are there.
            """,
        example: """
            Constrained(
                .notNull("domain"), .unique("domain"), .references("parent_id", in: "core.companies.id"),
                .check("founded_year"))
            """,
        measures: """
            Several constraints become one check each. A constraint counts where it is valid for \
            all rows: no `NOT VALID`, no index that failed to build, none with a predicate or \
            over an expression. A unique key on some of the columns proves more, and counts. \
            Only the catalog is read.
            """,
        limits: """
            Of a check constraint only the columns are compared, not what it says of them. \
            `where` does not apply.
            """
    )
}

extension Constrained.Constraint {
    /// What it is called: `a unique key on domain`.
    fileprivate var phrase: String {
        let names = columns.joined(separator: ", ")
        return switch sort {
        case .notNull: "NOT NULL on \(names)"
        case .unique: "a unique key on \(names)"
        case .references: "a foreign key from \(names) to \(parentName)"
        case .check: "a check constraint on \(names)"
        }
    }

    private var parentName: String { parent.map { "\($0).\(parentColumn)" } ?? parentColumn }

    /// What is said where none is found.
    fileprivate var missing: String { "there is no \(phrase.withoutArticle)" }

    /// A query for constraints of its sort on the columns `named.numbers` of the table `c`: each by
    /// its name, and whether it holds for all rows.
    fileprivate var found: SQL {
        switch sort {
        case .notNull:
            """
            SELECT 'NOT NULL', NOT EXISTS (SELECT FROM pg_catalog.pg_constraint AS o \
            WHERE o.conrelid = c.oid AND o.contype = 'n' AND o.conkey = named.numbers \
            AND NOT o.convalidated) FROM pg_catalog.pg_attribute AS a \
            WHERE a.attrelid = c.oid AND a.attnum = ANY (named.numbers) AND a.attnotnull
            """
        case .unique:
            """
            SELECT i.indexrelid::regclass::text, i.indisvalid FROM pg_catalog.pg_index AS i \
            WHERE i.indrelid = c.oid AND i.indisunique AND i.indpred IS NULL \
            AND i.indexprs IS NULL AND named.numbers @> \
            (string_to_array(i.indkey::text, ' ')::smallint[])[1:i.indnkeyatts]
            """
        case .references:
            """
            SELECT o.conname::text, o.convalidated FROM pg_catalog.pg_constraint AS o \
            WHERE o.conrelid = c.oid AND o.contype = 'f' AND o.conkey = named.numbers \
            AND o.confkey = (SELECT ARRAY[a.attnum] FROM pg_catalog.pg_attribute AS a \
            JOIN pg_catalog.pg_class AS pc ON pc.oid = a.attrelid \
            JOIN pg_catalog.pg_namespace AS ps ON ps.oid = pc.relnamespace \
            WHERE a.attrelid = o.confrelid AND ps.nspname = \(parent?.schema ?? "")::text \
            AND pc.relname = \(parent?.name ?? "")::text AND a.attname = \(parentColumn)::text)
            """
        case .check:
            """
            SELECT o.conname::text, o.convalidated FROM pg_catalog.pg_constraint AS o \
            WHERE o.conrelid = c.oid AND o.contype = 'c' AND o.conkey @> named.numbers
            """
        }
    }

    /// What makes it stand on a table without rows and constraints.
    fileprivate func steps(on context: CheckContext) -> [Specimen.Step] {
        let table = context.table
        let list = columns.map { SQL.identifier($0) }.joined(separator: ", ")
        switch sort {
        case .notNull: return ["ALTER TABLE \(table) ALTER COLUMN \(list) SET NOT NULL"]
        case .unique: return ["ALTER TABLE \(table) ADD UNIQUE (\(list))"]
        case .references:
            let parent = parent ?? table
            let column = SQL.identifier(parentColumn)
            return [
                "ALTER TABLE \(parent) ADD UNIQUE (\(column))",
                "ALTER TABLE \(table) ADD FOREIGN KEY (\(list)) REFERENCES \(parent) (\(column))",
            ]
        case .check:
            return ["ALTER TABLE \(table) ADD CHECK (num_nulls(\(list)) >= 0)"]
        }
    }
}

extension Specimen.Step {
    /// Takes all constraints and indexes from a table.
    fileprivate static func bare(_ table: TableName) -> Specimen.Step {
        .statement(
            """
            DO $assay$ DECLARE doomed text; BEGIN
                FOR doomed IN SELECT format('ALTER TABLE \(table) DROP CONSTRAINT %I CASCADE', conname)
                    FROM pg_catalog.pg_constraint WHERE conrelid = '\(table)'::regclass
                    AND contype <> 'n' ORDER BY conname
                LOOP EXECUTE doomed; END LOOP;
                FOR doomed IN SELECT format('DROP INDEX %s', indexrelid::regclass)
                    FROM pg_catalog.pg_index WHERE indrelid = '\(table)'::regclass ORDER BY indexrelid
                LOOP EXECUTE doomed; END LOOP;
                FOR doomed IN SELECT format('ALTER TABLE \(table) ALTER COLUMN %I DROP NOT NULL', attname)
                    FROM pg_catalog.pg_attribute WHERE attrelid = '\(table)'::regclass
                    AND attnum > 0 AND attnotnull AND attidentity = '' ORDER BY attnum
                LOOP EXECUTE doomed; END LOOP;
            END $assay$
            """)
    }
}

extension String {
    /// A noun without the article in front of it.
    fileprivate var withoutArticle: String { hasPrefix("a ") ? String(dropFirst(2)) : self }
}
