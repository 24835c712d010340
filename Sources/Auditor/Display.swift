package import Assay
import Postgres

/// How a value of a row is shown to a person.
package enum Display: Sendable, Hashable {
    /// As it is, cut where it is long.
    case plain
    /// Its shape: `9` for each digit, `x` for every other character but white space and punctuation.
    case shape
    /// The beginning of a digest, by which rows can be told apart.
    case digest

    /// The value as text that may be shown; null for null.
    package func text(_ value: SQL) -> SQL {
        let cut: SQL = "left((\(value))::text, 200)"
        switch self {
        case .plain:
            return cut
        case .shape:
            // Under "C" only characters of ASCII are punctuation, so that no letter of any script stays.
            return """
                regexp_replace(regexp_replace(\(cut) COLLATE "C", '[0-9]', '9', 'g'), \
                '[^[:space:][:punct:]9]', 'x', 'g')
                """
        case .digest:
            return """
                '#' || left(encode(sha256(convert_to((\(value))::text, getdatabaseencoding())), \
                'hex'), 12)
                """
        }
    }
}

extension Table {
    /// How a column is shown where a person asked for values.
    package func display(ofValue column: String) -> Display {
        sensitiveColumns.contains(column) ? .shape : .plain
    }
}

extension Plan.AuditedTable {
    /// How a column is shown where it names a row.
    func display(ofKey column: String) -> Display {
        table.sensitiveColumns.contains(column) ? .digest : .plain
    }

    /// How a column is shown where a person asked for values.
    func display(ofValue column: String) -> Display { table.display(ofValue: column) }

    /// How a column of an author's query is shown: what it was made of cannot be told.
    func display(ofResult column: String) -> Display {
        if table.key.contains(column) { return display(ofKey: column) }
        let isKnown = relation.columns.contains { $0.name == column }
        return table.sensitiveColumns.isEmpty || isKnown ? display(ofValue: column) : .shape
    }
}
