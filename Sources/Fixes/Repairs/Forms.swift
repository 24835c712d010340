import Assay
import Auditor
import Postgres

/// A column of a table, seen in a normal form.
struct FormedColumn: Sendable, Hashable {
    let table: TableName
    let column: String
    let form: Normalizer
}

/// A column as it will be compared, over its table without an alias.
struct ComparedColumn: Sendable {
    /// What is compared.
    var value: SQL
    /// Whether the value stands in its normal form; `nil` where it has none to stand in.
    let isClean: SQL?
    /// What must be joined to the table; empty for nothing.
    let join: SQL
    /// Whether the value is a domain.
    let isDomain: Bool

    /// A column as it is.
    init(_ column: String) {
        value = .identifier(column)
        isClean = nil
        join = ""
        isDomain = false
    }

    /// A column in its normal form.
    ///
    /// - Parameters:
    ///   - column: The column.
    ///   - form: Its form.
    ///   - forms: The temporary table of the forms of its dirty values; `nil` where all are clean.
    ///   - alias: What that is called here.
    ///   - isSpoken: Which rows are taken in their form; `nil` for all.
    init(_ column: String, as form: Normalizer, from forms: SQL?, alias: SQL, where isSpoken: SQL?)
    {
        isDomain = form == .domain
        guard let forms else {
            value = .identifier(column)
            isClean = "true"
            join = ""
            return
        }
        let isMet: SQL = isSpoken.map { " AND (\($0))" } ?? ""
        isClean = "\(alias).written IS NULL"
        join = "LEFT JOIN \(forms) AS \(alias) ON \(alias).written = \(identifier: column)\(isMet)"
        value = """
            CASE WHEN \(alias).written IS NULL THEN \(identifier: column) ELSE \(alias).normal END
            """
    }
}

extension TableRepairs {
    /// The temporary table with the normal form of every dirty value of a column: `written` and
    /// `normal`, which is null where there is none.
    ///
    /// Every later step looks values up in it, so that the function that gives the form stands in the
    /// script once. Where all values are clean there is none.
    func forms(of column: FormedColumn, _ draft: inout Draft) async throws -> SQL? {
        if let known = draft.forms(of: column) { return known }
        let context = CheckContext(column.table, and: [], in: catalog)
        let normal = SQL.normal(column.form, in: context)
        var trial = draft
        let forms = trial.keep(
            """
            SELECT written COLLATE "default" AS written, normal COLLATE "default" AS normal
            FROM (
                SELECT written, \(normal) AS normal
                FROM (
                    SELECT DISTINCT \(identifier: column.column)::text COLLATE "C" AS written
                    FROM \(column.table)
                    WHERE \(identifier: column.column) IS NOT NULL
                ) AS found
                OFFSET 0
            ) AS forms
            WHERE normal IS DISTINCT FROM written
            """, as: "normal_\(column.column)",
            titled: "Work out what each dirty \(column.table).\(column.column) means",
            because: """
                A clean value is \(column.form.phrase). The expression below is the one the audit \
                uses; it gives null where no meaning can be told. Look: SELECT * FROM \
                normal_\(column.column).
                """)
        let isNeeded = try await ask("SELECT EXISTS (SELECT FROM \(forms))", trial).scalar == "t"
        if isNeeded { draft = trial }
        draft.remember(isNeeded ? forms : nil, for: column)
        return isNeeded ? forms : nil
    }

    /// A column of the table as it is compared, in its form if it has one.
    func compared(
        _ key: Unique.Key, of table: TableName? = nil, alias: SQL, where isSpoken: SQL? = nil,
        _ draft: inout Draft
    ) async throws -> ComparedColumn {
        guard let form = key.normalizer else { return ComparedColumn(key.column) }
        let column = FormedColumn(table: table ?? name, column: key.column, form: form)
        let forms = try await forms(of: column, &draft)
        return ComparedColumn(key.column, as: form, from: forms, alias: alias, where: isSpoken)
    }
}
