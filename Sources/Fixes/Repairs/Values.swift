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
        for source in sources where relation.column(source.key.column) == nil {
            throw Refusal(
                "\(name) has no column \(source.key.column), by which a source of \(column) would be "
                    + "found", at: check.check.source)
        }
        let violated = violated(check)
        var keys: [Unique.Key] = []
        for source in sources where !keys.contains(source.key) { keys.append(source.key) }
        var columns: [ComparedColumn] = []
        for (place, key) in keys.enumerated() {
            columns.append(try await compared(key, alias: "form_\(number: place + 1)", &draft))
        }
        var places: [FillPlace] = []
        for source in sources { places.append(try await place(source, of: column, &draft)) }
        let own = key.map { "\(identifier: $0) AS \(identifier: "missing_\($0)")" as SQL }
        let listed = own + columns.enumerated().map { "\($1.value) AS key_\(number: $0 + 1)" }
        let joins = columns.filter { !$0.join.isEmpty }.map { "\n\($0.join)" as SQL }
        var trial = draft
        let missing = trial.keep(
            """
            SELECT \(.lines(listed))
            FROM \(name)\(joins.joined(separator: ""))
            WHERE \(violated)
            """, as: "missing_\(column)", titled: "List the rows of \(name) without \(column)",
            because: "Beside each stands what the sources know it by.")
        let shared = try await sharedKeys(columns, missing, trial)
        let keyNames = places.map { place in
            "key_\(number: (keys.firstIndex(of: place.key) ?? 0) + 1)" as SQL
        }
        for index in places.indices where shared.contains(keyNames[index]) {
            places[index].values = """
                    SELECT * FROM (
                    \(places[index].values)
                    ) AS every WHERE NOT \(SharedHosts.predicate("known_key"))
                """
        }
        let found = try await filled(by: places, keyNames, missing, trial)
        if found.contains(where: { $0 > 0 }) { draft = trial }
        for (index, place) in places.enumerated() where found[index] > 0 {
            let matches = key.map { key -> SQL in
                "\(column: key, of: name) = \(missing).\(identifier: "missing_\(key)")"
            }
            draft.add(
                "Fill \(name).\(column) from \(place.words)",
                because: """
                    Found by \(place.keyWords). A value is proven only where all rows that match \
                    agree in it.
                    """,
                """
                UPDATE \(name)
                SET \(identifier: column) = \(assigned("known.known_value", to: column))
                FROM \(missing), (
                \(place.values)
                ) AS known
                WHERE \(matches.joined(separator: " AND "))
                    AND known.known_key = \(missing).\(keyNames[index])
                    AND (\(violated))
                """)
            draft.mend([column], of: name)
        }
        let left = check.measure.violations - found.reduce(0, +)
        if left > 0 {
            let names = Set(keys.map(\.column)).sorted().joined(separator: " or ")
            draft.leave(
                "\(keep(left)) no \(column): no source knows one for "
                    + "\(left == 1 ? "its" : "their") \(names)")
        }
    }

    /// How many rows each place fills that none before it does.
    private func filled(
        by places: [FillPlace], _ keys: [SQL], _ missing: SQL, _ draft: Draft
    ) async throws -> [Int] {
        let aliases = places.indices.map { "known_\(number: $0 + 1)" as SQL }
        let joins = places.indices.map { index -> SQL in
            """
            LEFT JOIN (\(places[index].values)) AS \(aliases[index]) \
            ON \(aliases[index]).known_key = \(missing).\(keys[index])
            """
        }
        let counts = places.indices.map { index -> SQL in
            let before = aliases[..<index].map { "\($0).known_key IS NULL AND " as SQL }
            let isFirst = before.joined(separator: "")
            return "count(*) FILTER (WHERE \(isFirst)\(aliases[index]).known_key IS NOT NULL)"
        }
        return try await self.counts(
            "SELECT \(counts.joined(separator: ", ")) FROM \(missing) \(joins.joined(separator: " "))",
            draft)
    }

    /// What a source knows.
    private func place(
        _ source: FillSource, of column: String, _ draft: inout Draft
    ) async throws -> FillPlace {
        let table = source.table ?? name
        let from = source.column ?? column
        let form = source.key.normalizer
        let matching =
            form.map { Unique.Key.normalized(source.matching, as: $0) }
            ?? Unique.Key(stringLiteral: source.matching)
        let compared = try await compared(matching, of: table, alias: "form", &draft)
        let value: SQL =
            source.path.isEmpty
            ? .identifier(from) : "\(identifier: from)::jsonb #>> \(source.path)"
        let shape = CheckContext(table, and: [], in: catalog)
        let isText = !source.path.isEmpty || shape.isText(from)
        let isBlank: SQL = isText ? " AND btrim(\(value)) <> ''" : ""
        let join: SQL = compared.join.isEmpty ? "" : "\n        \(compared.join)"
        let path = source.path.joined(separator: ".")
        let inForm = form.map { ", both as a normalised \($0.name)" } ?? ""
        return FillPlace(
            words: table == name
                ? "other rows that have it" : "\(table).\(from)\(path.isEmpty ? "" : ".\(path)")",
            keyWords: source.matching == source.key.column
                ? "the same \(source.matching)\(form.map { ", as a normalised \($0.name)" } ?? "")"
                : "\(source.key.column) = \(source.matching)\(inForm)",
            key: source.key,
            values: """
                    SELECT known_key, (array_agg(DISTINCT known_value))[1] AS known_value
                    FROM (
                        SELECT \(compared.value) AS known_key, \(value) AS known_value
                        FROM \(table)\(join)
                        WHERE \(value) IS NOT NULL\(isBlank)
                    ) AS named
                    WHERE known_key IS NOT NULL
                    GROUP BY known_key
                    HAVING count(DISTINCT known_value) = 1
                """)
    }

    /// The keys in which a host stands that many companies share: it proves nothing.
    private func sharedKeys(
        _ columns: [ComparedColumn], _ missing: SQL, _ draft: Draft
    ) async throws -> Set<SQL> {
        let names = columns.indices.filter { columns[$0].isDomain }
            .map { "key_\(number: $0 + 1)" as SQL }
        guard !names.isEmpty else { return [] }
        let found = names.map { "count(*) FILTER (WHERE \(SharedHosts.predicate($0)))" as SQL }
        let counts = try await counts(
            "SELECT \(found.joined(separator: ", ")) FROM \(missing)", draft)
        return Set(zip(names, counts).filter { $0.1 > 0 }.map(\.0))
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
        let count = try await counts(
            "SELECT count(*) FROM \(name), \(lookup) WHERE \(condition)", draft)[0]
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
                "\(keep(left)) a \(column) outside the vocabulary: nothing says what it means")
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
        if let form = orphans.form {
            left -= try await repoint(question, as: form, &draft)
        }
        guard left > 0 else { return }
        switch orphans.remainder {
        case .quarantined:
            quarantine(
                question.columns, where: violated,
                reason: "\(question.parent) does not know the \(columns)", &draft)
        case .listed:
            draft.leave(
                "\(keep(left)) a \(columns) that \(question.parent) does not know")
        }
    }

    /// Points references that lead nowhere at the rows that have the same normal form.
    ///
    /// - Returns: How many.
    private func repoint(
        _ question: OrphanQuestion, as form: Normalizer, _ draft: inout Draft
    ) async throws -> Int {
        guard question.columns.count == 1 else { return 0 }
        let column = question.columns[0]
        let parentColumn = question.parentColumns[0]
        let formed = FormedColumn(table: name, column: column, form: form)
        let forms = try await forms(of: formed, &draft)
        let parent = try await compared(
            .normalized(parentColumn, as: form), of: question.parent, alias: "form", &draft)
        let join: SQL = parent.join.isEmpty ? "" : "\n        \(parent.join)"
        let dirty: SQL =
            forms.map {
                """

                    UNION ALL
                    SELECT own.written, known FROM meant JOIN \($0) AS own ON own.normal = form
                """
            } ?? ""
        let source: SQL = """
            (
                WITH meant AS (
                    SELECT \(parent.value) AS form, min(\(identifier: parentColumn)) AS known
                    FROM \(question.parent)\(join)
                    GROUP BY 1
                    HAVING count(DISTINCT \(identifier: parentColumn)) = 1
                )
                SELECT form AS written, known FROM meant\(dirty)
            ) AS pointer
            """
        let condition: SQL = """
            \(violated(question))
                AND \(column: column, of: name) = pointer.written
            """
        let count = try await counts(
            "SELECT count(*) FROM \(name), \(source) WHERE \(condition)", draft)[0]
        guard count > 0 else { return 0 }
        draft.add(
            "Point \(name).\(column) at \(question.parent).\(parentColumn)",
            because: """
                What leads nowhere as it is written leads to the one value that has the same normal \
                form.
                """,
            """
            UPDATE \(name)
            SET \(identifier: column) = pointer.known
            FROM \(source)
            WHERE \(condition)
            """)
        draft.mend([column], of: name)
        return count
    }
}

/// Where a missing value is looked for.
struct FillPlace: Sendable {
    /// The place in words: `core.companies.name`.
    let words: String
    /// What finds it, in words.
    let keyWords: String
    /// The column of the row that lacks the value.
    let key: Unique.Key
    /// A query for `known_key` and the one `known_value` of each.
    var values: SQL
}
