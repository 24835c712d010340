import Assay
import Postgres

/// A script while it is written.
struct Draft: Sendable {
    /// One statement and what is said of it.
    struct Statement: Sendable {
        let title: String
        let reason: String
        let sql: SQL
    }

    private(set) var statements: [Statement] = []
    private(set) var leftOver: [String] = []
    private var repaired: [TableName: Set<String>] = [:]
    private var temporaryTables: [(name: SQL, query: SQL)] = []
    private var forms: [FormedColumn: SQL?] = [:]

    /// Adds a statement: what it does, why it is right, and the SQL.
    mutating func add(_ title: String, because reason: String, _ sql: SQL) {
        statements.append(Statement(title: title, reason: reason, sql: sql))
    }

    /// Adds a sentence on what the script does not mend.
    mutating func leave(_ sentence: String) {
        leftOver.append(sentence)
    }

    /// Remembers that values of a column are mended.
    mutating func mend(_ columns: [String], of table: TableName) {
        repaired[table, default: []].formUnion(columns)
    }

    /// Whether values of one of these columns are mended.
    func mends(_ columns: [String], of table: TableName) -> Bool {
        !(repaired[table] ?? []).isDisjoint(with: columns)
    }

    /// Adds a step that keeps the answer of a query until the transaction ends.
    ///
    /// - Returns: The name of the temporary table, as it stands in later steps.
    mutating func keep(
        _ query: SQL, as name: String, titled title: String, because reason: String
    ) -> SQL {
        let names = Set(temporaryTables.map(\.name))
        var table: SQL = .identifier(name.shortened(to: 60))
        var number = 1
        while names.contains(table) {
            number += 1
            table = .identifier("\(name.shortened(to: 60))_\(number)")
        }
        temporaryTables.append((table, query))
        add(title, because: reason, "CREATE TEMPORARY TABLE \(table) ON COMMIT DROP AS\n\(query)")
        return table
    }

    /// A query of the script as it can be asked before the script has run: its temporary tables stand
    /// before it.
    func asked(_ query: SQL) -> SQL {
        guard !temporaryTables.isEmpty else { return query }
        let tables = temporaryTables.map { "\($0.name) AS MATERIALIZED (\($0.query))" as SQL }
        return "WITH \(tables.joined(separator: ", ")) \(query)"
    }

    /// The temporary table of a column's normal forms, if it is known already whether there is one.
    func forms(of column: FormedColumn) -> SQL?? { forms[column] }

    /// Remembers the temporary table of a column's normal forms.
    mutating func remember(_ table: SQL?, for column: FormedColumn) {
        forms.updateValue(table, forKey: column)
    }

    /// The script: each statement behind a comment whose first line is its title.
    func text(in spelling: Spelling) throws(PostgresError) -> String {
        var blocks: [String] = []
        for statement in statements {
            let reason = statement.reason.isEmpty ? "" : Spelling.comment([statement.reason])
            blocks.append(
                "-- \(statement.title)\n\(reason)\(try spelling.text(of: statement.sql));\n"
            )
        }
        return blocks.joined(separator: "\n")
    }
}

extension String {
    /// The beginning that fits into so many bytes.
    func shortened(to bytes: Int) -> String {
        var text = self
        while text.utf8.count > bytes { text.removeLast() }
        return text
    }
}

extension SQL {
    /// The normal form of `written`, a text under the collation "C", a step a line.
    ///
    /// Only text of the form itself is broken; no constant of it holds these words.
    static func normal(_ form: Normalizer, in context: CheckContext) -> SQL {
        let expression = form.normalized("written", encoding: context.encoding)
        let text = expression.parts.reduce(into: "") { text, part in
            if case .text(let run) = part { text += run }
        }
        return SQL(
            unchecked: [" WHEN ", " ELSE ", " FROM (SELECT "].reduce(
                text.replacing("written::text COLLATE \"C\"", with: "written")
            ) { $0.replacing($1, with: "\n        \($1.dropFirst())") })
    }

    /// Pieces one a line, each but the last followed by a comma.
    static func lines(_ pieces: [SQL], indentation: Int = 4) -> SQL {
        let space = String(repeating: " ", count: indentation)
        return pieces.joined(separator: SQL(unchecked: ",\n\(space)"))
    }

    /// A column behind the name of its table or alias.
    static func column(_ name: String, of alias: SQL) -> SQL {
        "\(alias).\(identifier: name)"
    }
}

extension String {
    /// The text with every occurrence of another replaced.
    fileprivate func replacing(_ old: String, with new: String) -> String {
        var rest = self[...]
        var result = ""
        while let range = rest.firstRange(of: old) {
            result += rest[..<range.lowerBound] + new
            rest = rest[range.upperBound...]
        }
        return result + rest
    }
}
