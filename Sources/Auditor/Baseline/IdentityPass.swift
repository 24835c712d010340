import Assay
import Postgres

/// One pass that tells the violations of some checks apart, sorted by identity.
///
/// An identity is the beginning of a SHA-256 digest over a salt and the key of the row or group, so that
/// it says nothing of the key to those who do not know it already.
struct IdentityPass: Sendable {
    /// The checks, by their place in the plan.
    let checks: [Int]
    /// One row a violation: its identity, the numbers of the checks it breaks, and its key.
    let sql: SQL
    /// The columns of the key, as far as it can be shown.
    let keys: [String]

    /// All row checks of one table.
    init(rows checks: [(check: Int, violated: SQL)], of table: Plan.AuditedTable, _ form: Form) {
        self.checks = checks.map(\.check)
        keys = table.key.map(\.name)
        let marks = checks.enumerated().map { number, entry in
            "CASE WHEN \(entry.violated) THEN '\(unchecked: "\(number)")' END" as SQL
        }
        let anywhere = checks.map { "(\($0.violated))" as SQL }.joined(separator: " OR ")
        sql = """
            SELECT \(form.identity(ofRowIn: table)), \
            concat_ws(' ', \(marks.joined(separator: ", ")))\(IdentityPass.shown(table.key)) \
            FROM \(table.table.name) WHERE \(anywhere) ORDER BY 1
            """
    }

    /// A reference of a table.
    init(
        orphans check: Int, _ question: OrphanQuestion, of table: Plan.AuditedTable, _ form: Form
    ) {
        checks = [check]
        keys = table.key.map(\.name)
        let statement = OrphanStatement(table: table, questions: [question])
        sql = """
            SELECT \(form.identity(ofRowIn: table)), '0'\(IdentityPass.shown(table.key)) \
            \(statement.source) WHERE \(statement.violated(0)) ORDER BY 1
            """
    }

    /// The groups of a table, each with the first of its rows where that has a key of one column.
    init(groups check: Int, _ question: GroupQuestion, of table: Plan.AuditedTable, _ form: Form) {
        checks = [check]
        let key = table.key.count == 1 ? table.key.first : nil
        keys = [key?.name].compactMap(\.self)
        let columns = question.keys.enumerated().map {
            "\($1.value) AS \(unchecked: "k\($0)")" as SQL
        }
        let numbers = columns.indices.map { SQL(unchecked: "\($0 + 1)") }
        let names = columns.indices.map { SQL(unchecked: "k\($0)") }
        let shown: SQL = key == nil ? "" : ", sample"
        let sample: SQL = key.map { ", min(\($0.display.text($0.sql))) AS sample" } ?? ""
        let counted: SQL = question.distinct.map { "DISTINCT \($0.value)" } ?? "*"
        let present = names.map { "\($0) IS NOT NULL" as SQL }.joined(separator: " AND ")
        sql = """
            SELECT \(form.identity(of: names)), '0'\(shown) FROM (\
            SELECT \(columns.joined(separator: ", "))\(sample) FROM \(table.table.name) \
            WHERE \(question.scope) GROUP BY \(numbers.joined(separator: ", ")) \
            HAVING count(\(counted)) > \(unchecked: String(question.limit))) AS groups \
            WHERE \(present) ORDER BY 1
            """
    }

    /// What a query of the author's returns: by the table's key where it returns that, else whole.
    init(
        violators check: Int, _ query: SQL, columns: [String], of table: Plan.AuditedTable,
        _ form: Form
    ) {
        checks = [check]
        let key = table.table.key
        let hasKey = !key.isEmpty && key.allSatisfy { name in columns.count { $0 == name } == 1 }
        keys = hasKey ? key : []
        let parts = keys.map {
            (name: $0, sql: "violators.\(identifier: $0)" as SQL, display: table.display(ofKey: $0))
        }
        let identity =
            hasKey
            ? form.identity(of: parts.map(\.sql)) : form.identity(ofText: "ROW(violators.*)::text")
        sql = """
            SELECT \(identity), '0'\(IdentityPass.shown(parts)) FROM (\(query)) AS violators \
            ORDER BY 1
            """
    }

    private static func shown(_ key: [(name: String, sql: SQL, display: Display)]) -> SQL {
        key.map { ", \($0.display.text($0.sql))" as SQL }.joined(separator: "")
    }

    /// How an identity is made of a key.
    struct Form: Sendable {
        /// What stands before each key, so that equal keys elsewhere have other identities.
        let salt: String
        /// The encoding that bytes of text are taken in.
        let encoding: String

        init(salt: String, database: DatabaseIdentity) {
            self.salt = salt
            // Text of no encoding cannot be converted to one.
            encoding = database.encoding == "SQL_ASCII" ? "SQL_ASCII" : "UTF8"
        }

        /// The identity of a row: of its declared key, or of all its values where it has none.
        func identity(ofRowIn table: Plan.AuditedTable) -> SQL {
            let key = table.table.key
            return key.isEmpty
                ? identity(ofText: "ROW(\(table.table.name).*)::text")
                : identity(of: key.map { "\(table.table.name).\(identifier: $0)" })
        }

        /// The identity of some values; an array's text keeps them apart.
        func identity(of values: [SQL]) -> SQL {
            let texts = values.map { "\($0)::text" as SQL }.joined(separator: ", ")
            return identity(ofText: "ARRAY[\(texts)]::text")
        }

        func identity(ofText text: SQL) -> SQL {
            """
            encode(substr(sha256(convert_to(\(salt) || ' ' || \(text), \
            '\(unchecked: encoding)')), 1, 8), 'hex') COLLATE "C"
            """
        }
    }
}
