import Assay
import Postgres

/// The values of columns that hold few different ones, in one pass.
enum Vocabulary {
    /// The most different values that are taken for a vocabulary.
    static let most = 12

    /// Whether a column may hold a vocabulary of which a list may be made.
    static func isLikely(_ profile: ColumnProfile) -> Bool {
        guard profile.column.category == .text, !profile.isKeyed, let distinct = profile.distinct,
            let lengths = profile.lengths
        else { return false }
        let meaning = Meaning(of: profile.column)
        return (1...most).contains(distinct) && lengths.upperBound <= 40 && lengths.lowerBound > 0
            && profile.present >= max(50, distinct * 10)
            && meaning == .nothing
    }

    /// One pass: the number of the column, its value, and how often it stands.
    static func statement(_ columns: [Column], from source: SQL) -> SQL {
        let names = columns.map { SQL.identifier($0.name) }
        let list = names.joined(separator: ", ")
        let sets = names.map { "(\($0))" as SQL }.joined(separator: ", ")
        let value = names.map { "left(\($0)::text, 41)" as SQL }.joined(separator: ", ")
        return """
            SELECT GROUPING(\(list)) AS place, coalesce(\(value)) COLLATE "C" AS value, count(*) AS rows \
            FROM \(source) GROUP BY GROUPING SETS (\(sets)) \
            ORDER BY 1, 3 DESC, 2 LIMIT 2000
            """
    }

    /// The values of each column, the most frequent first.
    static func read(_ rows: Rows, of columns: [Column]) -> [[(value: String, count: Int)]] {
        let all = (1 << columns.count) - 1
        return columns.indices.map { number in
            // GROUPING sets a bit for each column that is not grouped by, the first one's highest.
            let place = String(all & ~(1 << (columns.count - 1 - number)))
            return rows.compactMap { row in
                guard row[0] == place, let value = row[1] else { return nil }
                return (value, row.int("rows") ?? 0)
            }
        }
    }
}
