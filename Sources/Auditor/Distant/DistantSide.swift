import Assay
import Postgres

/// One of two tables in two databases that must say the same, and how its rows are digested.
///
/// A digest is one of a text that is the same in both databases for what is the same: numbers without
/// trailing zeros, times in UTC, everything else as the server writes it, all in UTF-8.
struct DistantSide: Sendable {
    let connection: Connection
    let table: TableName
    let relation: Relation
    let question: DistantQuestion
    /// How the columns of the key are shown.
    let displays: [Display]
    /// The encoding that bytes of text are taken in.
    private let encoding: String

    init(
        _ connection: Connection, _ relation: Relation, _ question: DistantQuestion,
        displays: [Display], in catalog: Catalog
    ) {
        self.connection = connection
        self.relation = relation
        self.question = question
        self.displays = displays
        table = TableName(schema: relation.schema, name: relation.name)
        // Text of no encoding cannot be converted to one.
        encoding = catalog.database.encoding == "SQL_ASCII" ? "SQL_ASCII" : "UTF8"
    }

    /// The totals, in one row.
    var totals: SQL {
        "SELECT \(question.totals.joined(separator: ", ")) FROM \(table)\(filter())"
    }

    /// A row for each part of the keys: its name, how many rows it has, and the sum of their digests.
    var sums: SQL {
        let row = digest(question.keys + question.compared)
        return """
            SELECT \(part), count(*), sum(('x' || left(\(row), 16))::bit(64)::bigint) \
            FROM \(table)\(filter()) GROUP BY 1 ORDER BY 1
            """
    }

    /// The rows of some parts, or of all, in the order of their digests: those of the key and of the
    /// whole row, and the key as it is shown.
    func rows(of parts: [String]?) -> SQL {
        let shown = zip(question.keys, displays).map { key, display in
            ", \(display.text(.identifier(key)))" as SQL
        }
        let condition: SQL? = parts.map { "\(part) = ANY (\($0)::text[])" }
        return """
            SELECT left(\(digest(question.keys)), 16) COLLATE "C", \
            left(\(digest(question.keys + question.compared)), 16) COLLATE "C"\
            \(shown.joined(separator: "")) FROM \(table)\(filter(condition)) ORDER BY 1, 2
            """
    }

    /// Which of 4,096 parts a row belongs to, by its key.
    private var part: SQL { "left(\(digest(question.keys)), 3) COLLATE \"C\"" }

    private func filter(_ condition: SQL? = nil) -> SQL {
        let all = [question.scope, condition].compactMap { $0.map { "(\($0))" as SQL } }
        return all.isEmpty ? "" : " WHERE \(all.joined(separator: " AND "))"
    }

    /// The digest of some columns, in hexadecimal digits; an array's text keeps them apart.
    private func digest(_ columns: [String]) -> SQL {
        let texts = columns.map(text).joined(separator: ", ")
        return """
            encode(sha256(convert_to(ARRAY[\(texts)]::text, '\(unchecked: encoding)')), 'hex')
            """
    }

    /// A value as the other database writes it too.
    private func text(_ name: String) -> SQL {
        let column: SQL = .identifier(name)
        switch relation.columns.first(where: { $0.name == name })?.baseTypeName {
        case "smallint"?, "integer"?, "bigint"?, "numeric"?:
            return "trim_scale(\(column)::numeric)::text"
        case "real"?, "double precision"?:
            // By way of text, for the cast alone keeps fewer digits.
            return "trim_scale(\(column)::text::numeric)::text"
        case "timestamp with time zone"?:
            return "(\(column) AT TIME ZONE 'UTC')::text"
        default:
            return "\(column)::text"
        }
    }
}
