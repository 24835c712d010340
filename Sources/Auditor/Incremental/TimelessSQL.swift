import Assay
import Postgres

/// Whether SQL says the same of a row for as long as the row stays the same.
///
/// It is told by its words, and rather not than wrongly: only columns, constants, and functions, operators and
/// types of PostgreSQL's own that depend on nothing but their arguments and on settings that an audit sets.
struct TimelessSQL {
    /// What stands in SQL beside columns, constants and key words.
    private(set) var functions: Set<String> = []
    private(set) var names: Set<String> = []
    private(set) var operators: Set<String> = []
    /// Whether it holds something that is not understood, or a word for the present.
    private(set) var isDoubtful = false

    /// Looks at SQL.
    ///
    /// - Parameters:
    ///   - sql: The SQL.
    ///   - table: The table on whose rows it is evaluated.
    init(_ sql: SQL, of table: Plan.AuditedTable) {
        var columns = Set(table.relation.columns.map { $0.name.lowercased() })
        columns.formUnion([table.relation.name.lowercased(), table.relation.schema.lowercased()])
        for part in sql.parts {
            switch part {
            case .identifier: break
            case .binding(let value): look(atConstant: value ?? "")
            case .text(let text): read(Array(text.unicodeScalars), columns: columns)
            }
        }
    }

    private mutating func look(atConstant text: String) {
        let words = text.lowercased().split { !$0.isLetter }
        let isPresent = words.contains { Self.presentTimes.contains(String($0)) }
        if isPresent { isDoubtful = true }
    }

    private mutating func read(_ text: [Unicode.Scalar], columns: Set<String>) {
        var place = 0
        func taken(_ isPart: (Unicode.Scalar) -> Bool) -> String {
            var run = String.UnicodeScalarView()
            while place < text.count, isPart(text[place]) {
                run.append(text[place])
                place += 1
            }
            return String(run)
        }
        while place < text.count {
            let scalar = text[place]
            if scalar == "'" || scalar == "\"" {
                place += 1
                let content = taken { $0 != scalar }
                // A text that begins in this run and ends in another one is not understood.
                if place == text.count { isDoubtful = true }
                place += 1
                if scalar == "'" { look(atConstant: content) }
            } else if scalar.isWord {
                let word = taken { $0.isWord || ("0"..."9").contains($0) || $0 == "$" }.lowercased()
                while place < text.count, text[place].properties.isWhitespace { place += 1 }
                let isCalled = place < text.count && text[place] == "("
                if Self.keyWords.contains(word) { continue }
                if isCalled {
                    functions.insert(word)
                } else if !columns.contains(word) {
                    names.insert(word)
                }
            } else if ("0"..."9").contains(scalar) {
                _ = taken { ("0"..."9").contains($0) || $0 == "." || $0 == "e" || $0 == "E" }
            } else if Self.operatorCharacters.contains(scalar) {
                let found = taken { Self.operatorCharacters.contains($0) }
                if found.contains("--") || found.contains("/*") { isDoubtful = true }
                operators.insert(found)
            } else {
                if scalar == "$" || scalar == "\\" { isDoubtful = true }
                place += 1
            }
        }
    }

    /// The query that says which of these words are what they are taken for: a function, a type, or an
    /// operator that is not PostgreSQL's own.
    static func query(_ all: [TimelessSQL]) -> SQL {
        func list(_ words: KeyPath<TimelessSQL, Set<String>>) -> SQL {
            let words = all.reduce(into: Set<String>()) { $0.formUnion($1[keyPath: words]) }
            return .binding(SQL.arrayLiteral(words.sorted()))
        }
        let settled = SQL.binding(SQL.arrayLiteral(settledFunctions.sorted()))
        return """
            SELECT 'function', p.proname::text FROM pg_catalog.pg_proc AS p \
            WHERE p.proname = ANY (\(list(\.functions))::text[]) GROUP BY p.proname \
            HAVING bool_and(p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace \
            AND (p.provolatile = 'i' OR p.proname = ANY (\(settled)::text[]))) \
            UNION ALL SELECT 'type', t.typname::text FROM pg_catalog.pg_type AS t \
            WHERE t.typname = ANY (\(list(\.names))::text[]) GROUP BY t.typname \
            HAVING bool_and(t.typnamespace = 'pg_catalog'::pg_catalog.regnamespace \
            AND t.typtype = 'b') \
            UNION ALL SELECT DISTINCT 'operator', o.oprname::text FROM pg_catalog.pg_operator AS o \
            WHERE o.oprname = ANY (\(list(\.operators))::text[]) \
            AND o.oprnamespace <> 'pg_catalog'::pg_catalog.regnamespace ORDER BY 1, 2
            """
    }

    /// Whether the answer to ``query(_:)`` shows it to be timeless.
    func isTimeless(_ known: Set<[String]>) -> Bool {
        !isDoubtful
            && functions.allSatisfy { known.contains(["function", $0]) }
            && names.allSatisfy { known.contains(["type", $0]) && !$0.hasPrefix("reg") }
            && !operators.contains { known.contains(["operator", $0]) }
    }

    private static let operatorCharacters = Set("+-*/<>=~!@#%^&|`?".unicodeScalars)
    private static let presentTimes: Set = ["now", "today", "tomorrow", "yesterday"]
    /// Functions that depend on settings of the session alone, which an audit sets.
    private static let settledFunctions: Set = [
        "length", "octet_length", "concat", "concat_ws", "date_part", "extract", "date_trunc",
        "date",
        "timezone", "array_to_string",
    ]
    private static let keyWords: Set = [
        "and", "or", "not", "is", "null", "true", "false", "in", "any", "all", "some", "case",
        "when",
        "then", "else", "end", "between", "symmetric", "like", "ilike", "similar", "to", "escape",
        "distinct", "from", "coalesce", "nullif", "greatest", "least", "cast", "as", "array", "row",
        "collate", "unknown", "isnull", "notnull", "pg_catalog", "bigint", "integer", "int",
        "smallint",
        "real", "double", "precision", "decimal", "boolean", "character", "varying", "char", "with",
        "without", "time", "zone", "timestamp", "interval", "numeric", "varchar", "epoch", "year",
        "month", "day", "hour", "minute", "second", "c", "default",
    ]
}

extension Unicode.Scalar {
    fileprivate var isWord: Bool { properties.isAlphabetic || self == "_" }
}

extension Column {
    /// Whether its values look the same for as long as they are the same.
    var isTimeless: Bool {
        switch category {
        // Labels can be renamed; of a domain nobody looks which there are.
        case .enumeration: typeName == baseTypeName
        case .text, .numeric, .boolean, .date, .timestamp, .time, .interval, .uuid, .json, .binary,
            .network:
            !baseTypeName.hasPrefix("reg") && baseTypeName != "money"
        case .array, .range, .composite, .other: false
        }
    }
}
