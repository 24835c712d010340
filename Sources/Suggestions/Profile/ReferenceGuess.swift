import Assay
import Postgres

/// A foreign key that nobody declared, as names suggest it.
struct ReferenceGuess {
    let column: Column
    let parent: TableName
    let parentColumn: String
    /// Whether the column bears the parent's name, or only shares the name of the parent's key.
    let isNamed: Bool

    /// How it is written.
    var candidate: Candidate {
        let place = "\(parent.spelled).\(parentColumn.spelled)"
        return Candidate(
            check: References(column.name, in: place),
            text: CheckText(
                "References",
                [SwiftText.literal(column.name), "in: " + SwiftText.literal(place)]),
            ground: isNamed ? .name(upTo: 0.4) : .rows(atLeast: 20, upTo: 0.02))
    }
}

/// The keys of a database that columns elsewhere may refer to.
struct ReferenceGuesses {
    private struct Key {
        let table: TableName
        let column: Column
        /// The words of a column that refers to it: `company`, `domain`.
        let words: [String]
    }

    private let keys: [Key]

    init(_ catalog: Catalog) {
        keys = catalog.relations.flatMap { relation -> [Key] in
            guard !relation.isPartition else { return [] }
            return relation.uniqueIndexes.compactMap { index in
                guard index.isUsable, index.columns.count == 1, relation.hasSelect,
                    let column = relation.column(index.columns[0])
                else { return nil }
                let words = relation.name.words
                return Key(
                    table: TableName(schema: relation.schema, name: relation.name), column: column,
                    words: words.dropLast() + [(words.last ?? "").singular] + column.name.words)
            }
        }
    }

    /// What a table may refer to, at most one parent a column.
    func guesses(for relation: Relation) -> [ReferenceGuess] {
        let table = TableName(schema: relation.schema, name: relation.name)
        let declared = Set(relation.foreignKeys.filter(\.isValidated).flatMap(\.columns))
        let isKey = Set(relation.uniqueIndexes.filter { $0.columns.count == 1 }.flatMap(\.columns))
        return relation.columns.compactMap { column -> ReferenceGuess? in
            guard column.hasSelect, !declared.contains(column.name) else { return nil }
            if let unproven = unproven(column, of: relation) { return unproven }
            let words = column.name.words
            let fitting = keys.filter { $0.column.isComparable(with: column) }
            let named = fitting.filter {
                words.suffix($0.words.count) == $0.words[...]
                    || ($0.table == table && words == ["parent"] + $0.column.name.words)
            }
            let best = named.max { left, right in
                (left.words.count, left.table.schema == table.schema ? 1 : 0)
                    < (right.words.count, right.table.schema == table.schema ? 1 : 0)
            }
            if let best, best.table != table || best.column.name != column.name {
                return ReferenceGuess(
                    column: column, parent: best.table, parentColumn: best.column.name,
                    isNamed: true)
            }
            let namesakes = fitting.filter {
                $0.column.name == column.name && $0.table != table
                    && !general.contains(column.name.lowercased())
            }
            guard namesakes.count == 1, let only = namesakes.first, !isKey.contains(column.name)
            else { return nil }
            return ReferenceGuess(
                column: column, parent: only.table, parentColumn: only.column.name, isNamed: false)
        }
        .prefix(12).map(\.self)
    }

    /// A foreign key that was declared `NOT VALID`.
    private func unproven(_ column: Column, of relation: Relation) -> ReferenceGuess? {
        let key = relation.foreignKeys.first { !$0.isValidated && $0.columns == [column.name] }
        guard let key, let parentColumn = key.referencedColumns.first else { return nil }
        return ReferenceGuess(
            column: column,
            parent: TableName(schema: key.referencedSchema, name: key.referencedTable),
            parentColumn: parentColumn, isNamed: true)
    }

    /// One pass: two columns a guess, values and those that lead nowhere.
    static func statement(_ guesses: [ReferenceGuess], from source: SQL) -> SQL {
        var columns: [SQL] = []
        var joins: [SQL] = []
        for (number, guess) in guesses.enumerated() {
            let parent = SQL(unchecked: "parent_\(number)")
            let child: SQL = "profiled.\(identifier: guess.column.name)"
            columns.append("count(\(child))")
            columns.append(
                "count(*) FILTER (WHERE \(child) IS NOT NULL AND \(parent).known IS NULL)")
            joins.append(
                """
                LEFT JOIN (SELECT \(identifier: guess.parentColumn) AS known FROM \(guess.parent)) \
                AS \(parent) ON \(parent).known = \(child)
                """)
        }
        return """
            SELECT \(columns.joined(separator: ", ")) FROM \(source) \
            \(joins.joined(separator: " "))
            """
    }
}

/// Names that say nothing of what they refer to.
private let general: Set<String> = [
    "id", "name", "title", "label", "value", "position", "order", "type", "status", "code", "key",
    "created_at", "updated_at", "number", "description", "version", "date",
]

extension Column {
    fileprivate func isComparable(with other: Column) -> Bool {
        switch (category, other.category) {
        case (.text, .text), (.uuid, .uuid): true
        case (.numeric, .numeric): true
        default: false
        }
    }
}
