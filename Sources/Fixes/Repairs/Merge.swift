import Assay
import Auditor
import Postgres

/// Rows that share a key become one: the survivor takes over what it lacks, references follow it, and
/// the losers go.
struct Merge: Sendable {
    let repairs: TableRepairs
    /// The key as it was declared.
    let parts: [Unique.Key]
    /// The key as it is compared.
    let columns: [ComparedColumn]
    /// Which rows are looked at; `nil` for all.
    let scope: SQL?
    let keep: [Keep]

    private var table: TableName { repairs.name }

    /// Writes the steps, if any two rows share the key.
    func write(to draft: inout Draft) async throws {
        for case let column? in keep.map(\.column) where repairs.relation.column(column) == nil {
            throw Refusal(
                "\(table) has no column \(column) to choose a row by; say which one, as in "
                    + ".keep(.oldest(by: \"created_at\"))")
        }
        var trial = draft
        let merged = try await writeChoice(&trial)
        guard let gains = try await columnsThatGain(merged, trial) else { return }
        draft = trial
        let index = repairs.key.map(loser).joined(separator: ", ")
        draft.add(
            "Index the choice", because: "The steps below find each row by its key.",
            "CREATE UNIQUE INDEX ON \(merged) (\(index))")
        draft.add(
            "Count the choice for the planner",
            because: "Nothing else looks at a temporary table before it is used.",
            "ANALYZE \(merged)")
        let gained = gains.isEmpty ? nil : writeGains(gains, merged, &draft)
        for reference in Reference.to(table, in: repairs.catalog, suite: repairs.suite)
        where try await hangs(on: reference, merged, draft) { repoint(reference, merged, &draft) }
        draft.add(
            "Delete the other rows of \(table)",
            because: "What they knew is kept above, and nothing refers to them any more.",
            """
            DELETE FROM \(table) AS loser
            USING \(merged)
            WHERE \(matches("loser", "loser", in: merged))
            """)
        if let gained { hand(over: gains, from: gained, &draft) }
        draft.mend(parts.map(\.column), of: table)
    }

    // MARK: Who survives

    /// The rows that lose, each with its survivor, the best first.
    private func choice(sparing shared: [Int]) -> SQL {
        let order = keep.flatMap {
            $0.order(whereClean: columns.compactMap(\.isClean), in: repairs.context)
        }
        let own = repairs.key.map { SQL.identifier($0) }
        let orderNames = order.indices.map { "order_\(number: $0 + 1)" as SQL }
        let listed =
            own + zip(columns, keyNames).map { "\($0.value) AS \($1)" }
            + zip(order, orderNames).map { "\($0.value) AS \($1)" }
        let sorting = zip(order, orderNames).map { "\($1) \($0.direction)" as SQL } + own
        let isFound =
            keyNames.map { "\($0) IS NOT NULL" as SQL }
            + shared.map { "NOT \(SharedHosts.predicate(keyNames[$0]))" as SQL }
        let survivors = repairs.key.map {
            "first_value(\(identifier: $0)) OVER ranking AS \(survivor($0))" as SQL
        }
        let chosen =
            repairs.key.map { "\(identifier: $0) AS \(loser($0))" as SQL }
            + repairs.key.map(survivor)
        return """
            WITH keyed AS MATERIALIZED (
                SELECT \(.lines(listed, indentation: 8))
                \(source)
            ), ranked AS (
                SELECT \(.lines(own + survivors, indentation: 8)),
                    row_number() OVER ranking AS place
                FROM keyed
                WHERE \(isFound.joined(separator: " AND "))
                WINDOW ranking AS (
                    PARTITION BY \(keyNames.joined(separator: ", "))
                    ORDER BY \(sorting.joined(separator: ", ")))
            )
            SELECT \(chosen.joined(separator: ", ")), place FROM ranked WHERE place > 1
            """
    }

    private var keyNames: [SQL] { columns.indices.map { "key_\(number: $0 + 1)" } }

    /// The table with what its key is looked up in.
    private var source: SQL {
        let joins = columns.filter { !$0.join.isEmpty }.map { "\n    \($0.join)" as SQL }
        let filter: SQL = scope.map { "\n    WHERE \($0)" } ?? ""
        return "FROM \(table)\(joins.joined(separator: ""))\(filter)"
    }

    /// The parts of the key in which a host stands that many companies share: it tells no two rows
    /// to be one.
    private func sharedParts(_ draft: Draft) async throws -> [Int] {
        let domains = columns.indices.filter { columns[$0].isDomain }
        guard !domains.isEmpty else { return [] }
        let found = domains.map {
            "count(*) FILTER (WHERE \(SharedHosts.predicate(columns[$0].value)))" as SQL
        }
        let counts = try await repairs.counts(
            "SELECT \(found.joined(separator: ", ")) \(source)", draft)
        return zip(domains, counts).filter { $0.1 > 0 }.map(\.0)
    }

    private func writeChoice(_ draft: inout Draft) async throws -> SQL {
        let names = parts.map { part in
            part.normalizer.map { "\(part.column) as a normalised \($0.name)" } ?? part.column
        }
        let words = keep.map(\.words) + ["the first by \(repairs.key.joined(separator: ", "))"]
        return draft.keep(
            choice(sparing: try await sharedParts(draft)), as: "merged",
            titled: "Choose which rows of \(table) survive",
            because: """
                Rows are one when they share \(names.joined(separator: " and ")). Of them stays \
                \(words.joined(separator: ", then ")). It is decided once, before anything changes.
                """)
    }

    // MARK: What survivors take over

    /// The columns in which a survivor lacks what a loser has; `nil` where no row loses.
    private func columnsThatGain(_ merged: SQL, _ draft: Draft) async throws -> [String]? {
        let keyed = Set(repairs.key + parts.map(\.column))
        let columns = repairs.relation.columns
            .filter { !$0.isNotNull && !$0.isGenerated && !keyed.contains($0.name) }.map(\.name)
        let gains = columns.map {
            ", bool_or(survivor.\(identifier: $0) IS NULL AND loser.\(identifier: $0) IS NOT NULL)"
                as SQL
        }
        let rows = try await repairs.ask(
            """
            SELECT count(*)\(gains.joined(separator: "")) FROM \(merged)
            JOIN \(table) AS loser ON \(matches("loser", "loser", in: merged))
            JOIN \(table) AS survivor ON \(matches("survivor", "survivor", in: merged))
            """, draft)
        guard rows.scalar != "0" else { return nil }
        return columns.indices.filter { rows[0, $0 + 1] == "t" }.map { columns[$0] }
    }

    private func writeGains(
        _ columns: [String], _ merged: SQL, _ draft: inout Draft
    ) -> SQL {
        let survivors = repairs.key.map { "\(merged).\(survivor($0))" as SQL }
        let list = survivors.joined(separator: ", ")
        let values = columns.map { column -> SQL in
            let value = SQL.column(column, of: "loser")
            return """
                first_value(\(value)) OVER (
                        PARTITION BY \(list) ORDER BY \(value) IS NULL, \(merged).place
                    ) AS \(identifier: column)
                """
        }
        return draft.keep(
            """
            SELECT DISTINCT ON (\(list)) \(list),
                \(.lines(values))
            FROM \(merged)
            JOIN \(table) AS loser ON \(matches("loser", "loser", in: merged))
            ORDER BY \(list)
            """, as: "gained", titled: "Set aside what the other rows know",
            because: """
                For each survivor and column the value of the best row that has one. It is written \
                last, when the rows that hold it are gone and unique keys are free.
                """)
    }

    private func hand(over columns: [String], from gained: SQL, _ draft: inout Draft) {
        let assignments = columns.map {
            "\(identifier: $0) = coalesce(survivor.\(identifier: $0), \(gained).\(identifier: $0))"
                as SQL
        }
        let gains = columns.map {
            "survivor.\(identifier: $0) IS NULL AND \(gained).\(identifier: $0) IS NOT NULL" as SQL
        }
        draft.add(
            "Hand over to the survivors of \(table)",
            because: "A value replaces null and nothing else.",
            """
            UPDATE \(table) AS survivor
            SET \(.lines(assignments))
            FROM \(gained)
            WHERE \(matches("survivor", "survivor", in: gained))
                AND (\(gains.joined(separator: "\n        OR ")))
            """)
        draft.mend(columns, of: table)
    }

    // MARK: What refers to losers

    /// The rows that refer to a loser by a key that goes with it.
    private func hanging(_ reference: Reference, _ merged: SQL) -> SQL {
        let pairs = zip(reference.columns, reference.parentColumns)
        let same = pairs.map { "referrer.\(identifier: $0) = loser.\(identifier: $1)" as SQL }
        let lost = reference.parentColumns.map { SQL.column($0, of: "loser") }
        let new = reference.parentColumns.map { SQL.column($0, of: "survivor") }
        var conditions = [
            matches("loser", "loser", in: merged), matches("survivor", "survivor", in: merged),
            same.joined(separator: " AND "),
            "(\(new.joined(separator: ", "))) IS DISTINCT FROM (\(lost.joined(separator: ", ")))",
        ]
        if !reference.isToUniqueKey {
            let others = reference.parentColumns.map {
                "other.\(identifier: $0) = loser.\(identifier: $0)" as SQL
            }
            conditions.append(
                """
                NOT EXISTS (
                    SELECT FROM \(table) AS other
                    WHERE \(others.joined(separator: " AND "))
                        AND NOT EXISTS (
                            SELECT FROM \(merged) AS gone
                            WHERE \(matches("other", "loser", in: "gone"))))
                """)
        }
        return conditions.joined(separator: "\n    AND ")
    }

    private func hangs(
        on reference: Reference, _ merged: SQL, _ draft: Draft
    ) async throws -> Bool {
        try await repairs.ask(
            """
            SELECT EXISTS (SELECT FROM \(reference.child) AS referrer, \(merged), \
            \(table) AS loser, \(table) AS survivor WHERE \(hanging(reference, merged)))
            """, draft
        ).scalar == "t"
    }

    private func repoint(_ reference: Reference, _ merged: SQL, _ draft: inout Draft) {
        let assignments = zip(reference.columns, reference.parentColumns).map {
            "\(identifier: $0) = survivor.\(identifier: $1)" as SQL
        }
        draft.add(
            "Point \(reference.child) (\(reference.columns.joined(separator: ", "))) at the survivors",
            because: "\(reference.name) says that it refers to \(table).",
            """
            UPDATE \(reference.child) AS referrer
            SET \(.lines(assignments))
            FROM \(merged), \(table) AS loser, \(table) AS survivor
            WHERE \(hanging(reference, merged))
            """)
    }

    // MARK: Names

    private func loser(_ column: String) -> SQL { .identifier("loser_\(column)") }

    private func survivor(_ column: String) -> SQL { .identifier("survivor_\(column)") }

    /// A row is the loser or the survivor of a pair.
    private func matches(_ row: SQL, _ role: String, in merged: SQL) -> SQL {
        repairs.key.map {
            "\(row).\(identifier: $0) = \(merged).\(identifier: "\(role)_\($0)")"
        }.joined(separator: " AND ")
    }
}
