import Assay
import Auditor
import Postgres

// Values that other tables know: filled in, translated, pointed elsewhere.

extension TableRepairs {
    // MARK: Filling

    /// Writes one step a source for the values that are missing.
    func fill(
        _ check: BrokenCheck, _ column: String, _ sources: [FillSource], _ draft: inout Draft
    ) async throws {
        let violated = violated(check)
        let places = try sources.map { source throws(Refusal) in
            try FillPlace(source, of: column, in: self)
        }
        let aliases = places.indices.map { SQL(unchecked: "known_\($0 + 1)") }
        let joins = zip(places, aliases).map { place, alias in
            "LEFT JOIN (\(place.values)) AS \(alias) ON \(place.key) = \(alias).known_key" as SQL
        }
        let counts = aliases.indices.map { index -> SQL in
            let before = aliases[..<index].map { "\($0).known_key IS NULL AND " as SQL }
            return """
                count(*) FILTER (WHERE \(before.joined(separator: ""))\
                \(aliases[index]).known_key IS NOT NULL)
                """
        }
        let key = key.map { SQL.identifier($0) }.joined(separator: ", ")
        let wanted = Set(self.key + sources.map(\.key.column)).sorted().map { SQL.identifier($0) }
        let found = try await ask(
            """
            SELECT \(counts.joined(separator: ", ")) FROM (
                SELECT \(wanted.joined(separator: ", ")) FROM \(name) WHERE \(violated) ORDER BY \(key)
            ) AS missing \(joins.joined(separator: " "))
            """)
        var left = check.measure.violations
        for (index, place) in places.enumerated() {
            let count = found[0, index].flatMap { Int($0) } ?? 0
            guard count > 0 else { continue }
            left -= count
            draft.add(
                "Fill \(name).\(column) from \(place.words)",
                because: """
                    Found by \(place.keyWords). A value counts as proven only where all rows that \
                    match agree in it.
                    """,
                """
                UPDATE \(name)
                SET \(identifier: column) = \(assigned("known.known_value", to: column))
                FROM (
                \(place.values)
                ) AS known
                WHERE (\(violated))
                    AND \(place.key) = known.known_key
                """)
            draft.mend([column], of: name)
        }
        if left > 0 {
            let keys = sources.map(\.key.column)
            let distinct = keys.enumerated().filter { keys.firstIndex(of: $1) == $0 }.map(\.element)
            draft.leave(
                "\(left.counted("row")) of \(name) \(left == 1 ? "keeps" : "keep") no \(column): no "
                    + "source knows one for \(left == 1 ? "its" : "their") "
                    + distinct.joined(separator: " or "))
        }
    }

    // MARK: Translating

    /// Writes the step that translates values into the vocabulary.
    func map(
        _ check: BrokenCheck, _ column: String, _ translation: Translation, _ accepted: SQL,
        _ draft: inout Draft
    ) async throws {
        let lookup: SQL
        let words: String
        switch translation {
        case .table(let table, let from, let to):
            words = "by \(table), from \(from) to \(to); an entry with two meanings is none"
            lookup = """
                (
                    SELECT \(identifier: from)::text AS written, min(\(identifier: to)::text) AS meant
                    FROM \(table)
                    WHERE \(identifier: to) IS NOT NULL
                    GROUP BY 1
                    HAVING count(DISTINCT \(identifier: to)) = 1
                ) AS lookup
                """
        case .values(let values):
            words = "as the check declares"
            let pairs = values.sorted { $0.key < $1.key }.map { "(\($0.key), \($0.value))" as SQL }
            lookup = "(VALUES\n    \(.lines(pairs))) AS lookup (written, meant)"
        }
        let condition: SQL = """
            (\(violated(check)))
                AND \(identifier: column)::text = lookup.written AND \(accepted)
            """
        let count = try await count("SELECT count(*) FROM \(name), \(lookup) WHERE \(condition)")
        if count > 0 {
            draft.add(
                "Translate \(name).\(column) into the vocabulary",
                because: "Values outside it are translated \(words).",
                """
                UPDATE \(name)
                SET \(identifier: column) = \(assigned("lookup.meant", to: column))
                FROM \(lookup)
                WHERE \(condition)
                """)
            draft.mend([column], of: name)
        }
        let left = check.measure.violations - count
        if left > 0 {
            draft.leave(
                "\(left.counted("row")) of \(name) \(left == 1 ? "keeps" : "keep") a \(column) outside "
                    + "the vocabulary: nothing says what it means")
        }
    }

    // MARK: References

    /// Writes the steps that point references elsewhere, and take out those that lead nowhere.
    func mend(
        _ orphans: Repair.Orphans, of check: BrokenCheck, _ draft: inout Draft
    ) async throws {
        let question = orphans.question
        let columns = question.columns.joined(separator: ", ")
        let violated = violated(question)
        var left = check.measure.violations
        if let form = orphans.form, question.columns.count == 1 {
            let column = question.columns[0]
            let parentColumn = question.parentColumns[0]
            let meant = SQL.normal(form, of: .identifier(parentColumn), in: context)
            let source: SQL = """
                (
                    SELECT \(meant) AS form, min(\(identifier: parentColumn)) AS meant
                    FROM \(question.parent)
                    WHERE \(identifier: parentColumn) IS NOT NULL
                    GROUP BY 1
                    HAVING count(DISTINCT \(identifier: parentColumn)) = 1
                ) AS lookup
                """
            let condition: SQL = """
                \(violated)
                    AND \(.normal(form, of: .identifier(column), in: context)) = lookup.form
                """
            let count = try await count(
                "SELECT count(*) FROM \(name), \(source) WHERE \(condition)")
            if count > 0 {
                draft.add(
                    "Point \(name).\(column) at \(question.parent).\(parentColumn)",
                    because: """
                        A reference that leads nowhere as it is written leads to the one row that has \
                        the same normalised \(form.name).
                        """,
                    """
                    UPDATE \(name)
                    SET \(identifier: column) = lookup.meant
                    FROM \(source)
                    WHERE \(condition)
                    """)
                draft.mend([column], of: name)
                left -= count
            }
        }
        guard left > 0 else { return }
        switch orphans.remainder {
        case .quarantined:
            quarantine(
                question.columns, where: violated,
                reason: "\(question.parent) does not know the \(columns)", &draft)
        case .listed:
            draft.leave(
                "\(left.counted("row")) of \(name) \(left == 1 ? "keeps" : "keep") a \(columns) that "
                    + "\(question.parent) does not know")
        }
    }
}

/// Where a missing value is looked for.
struct FillPlace: Sendable {
    /// The place in words: `core.companies.name`.
    let words: String
    /// What finds it, in words.
    let keyWords: String
    /// The key of a row that lacks the value.
    let key: SQL
    /// A query for `known_key` and the one `known_value` of each.
    let values: SQL

    init(_ source: FillSource, of column: String, in repairs: TableRepairs) throws(Refusal) {
        let table = source.table ?? repairs.name
        let from = source.column ?? column
        guard repairs.relation.column(source.key.column) != nil else {
            throw Refusal(
                "\(repairs.name) has no column \(source.key.column), by which a source of \(column) "
                    + "would be found")
        }
        let context = CheckContext(
            table, and: [], in: repairs.catalog)
        let form = source.key.normalizer
        func compared(_ column: String, in context: CheckContext) -> SQL {
            form.map { .normal($0, of: .identifier(column), in: context) } ?? .identifier(column)
        }
        let path = source.path.joined(separator: ".")
        let isSame = source.matching == source.key.column
        let matching = isSame ? "" : " = \(source.matching)"
        let inForm = form.map { ", both as a normalised \($0.name)" } ?? ""
        words =
            table == repairs.name
            ? "its other rows" : "\(table).\(from)\(path.isEmpty ? "" : ".\(path)")"
        keyWords = "\(source.key.column)\(matching)\(inForm)"
        key = compared(source.key.column, in: repairs.context)
        let value: SQL =
            source.path.isEmpty
            ? .identifier(from) : "\(identifier: from)::jsonb #>> \(source.path)"
        let isText = source.path.isEmpty ? context.isText(from) : true
        let isBlank: SQL = isText ? " AND btrim(\(value)) <> ''" : ""
        let isOwn: SQL =
            form == .domain ? "\n    AND NOT \(SharedHosts.predicate("known_key"))" : ""
        values = """
                SELECT known_key, (array_agg(DISTINCT known_value))[1] AS known_value
                FROM (
                    SELECT \(compared(source.matching, in: context)) AS known_key,
                        \(value) AS known_value
                    FROM \(table)
                    WHERE \(value) IS NOT NULL\(isBlank)
                ) AS named
                WHERE known_key IS NOT NULL\(isOwn)
                GROUP BY known_key
                HAVING count(DISTINCT known_value) = 1
            """
    }
}
