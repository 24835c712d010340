import Assay
import Auditor
import Postgres

/// Values of a column that are put into their normal form.
struct Normalisation: Sendable {
    let check: BrokenCheck
    let column: String
    let form: Normalizer
    let garbage: Remainder

    init?(_ check: BrokenCheck, _ repair: Repair) {
        guard case .normalise(let column, let form, let garbage) = repair else { return nil }
        self.check = check
        self.column = column
        self.form = form
        self.garbage = garbage
    }

    /// What the column will hold, where it will hold a clean value.
    func future(in context: CheckContext) -> SQL {
        let normal = SQL.normal(form, of: .identifier(column), in: context)
        guard let scope = check.check.check.options.scope else { return normal }
        return "CASE WHEN \(scope.sql(in: context)) THEN \(normal) ELSE \(identifier: column) END"
    }
}

extension TableRepairs {
    /// Writes the steps that put a column's values into their normal form.
    func normalise(_ normalisation: Normalisation, _ draft: inout Draft) async throws {
        let column = normalisation.column
        let violated = violated(normalisation.check)
        let normal = SQL.normal(normalisation.form, of: .identifier(column), in: context)
        let isDomain = normalisation.form == .domain
        let shared: SQL = isDomain ? SharedHosts.predicate("normal") : "false"
        let counts = try await ask(
            """
            SELECT count(normal) FILTER (WHERE NOT \(shared)), count(*) FILTER (WHERE \(shared)),
                count(*) FILTER (WHERE normal IS NULL)
            FROM (SELECT \(normal) AS normal FROM \(name) WHERE \(violated) OFFSET 0) AS dirty
            """)
        let count = { (place: Int) in counts[0, place].flatMap { Int($0) } ?? 0 }
        if count(0) > 0 {
            let key = key.map { SQL.identifier($0) }
            let matches = key.map { "dirty.\($0) = clean.\($0)" as SQL }
            let isOwn: SQL =
                count(1) > 0 ? "\n    AND NOT \(SharedHosts.predicate("clean.normal"))" : ""
            draft.add(
                "Normalise \(name).\(column)",
                because: """
                    Each value that is not \(normalisation.form.phrase) becomes what it means. A \
                    value from which that cannot be told stays as it is.
                    """,
                """
                UPDATE \(name) AS dirty
                SET \(identifier: column) = clean.normal
                FROM (
                    SELECT \(key.joined(separator: ", ")),
                        \(normal) AS normal
                    FROM \(name)
                    WHERE \(violated)
                ) AS clean
                WHERE \(matches.joined(separator: " AND ")) AND clean.normal IS NOT NULL\(isOwn)
                """)
            draft.mend([column], of: name)
        }
        if count(1) > 0 {
            draft.leave(
                "\(count(1).counted("row")) of \(name) \(count(1) == 1 ? "keeps" : "keep") a \(column) "
                    + "that many companies share: no fix writes over one")
        }
        guard count(2) > 0 else { return }
        switch normalisation.garbage {
        case .listed:
            draft.leave(
                "\(count(2).counted("row")) of \(name) \(count(2) == 1 ? "keeps" : "keep") a \(column) "
                    + "that is not \(normalisation.form.phrase): what was meant cannot be told from it"
            )
        case .quarantined:
            let isGarbage = count(1) > 0 ? "\(violated) AND \(normal) IS NULL" : violated
            quarantine(
                [column], where: isGarbage,
                reason: "\(column) is not \(normalisation.form.phrase), and holds none", &draft)
        }
    }

    // MARK: Quarantine

    /// Moves values to where they wait for a person: null takes their place, or the row goes.
    func quarantine(
        _ columns: [String], where condition: SQL, reason: String, _ draft: inout Draft
    ) {
        let staysNull = columns.allSatisfy { column in
            !key.contains(column) && relation.column(column)?.isNotNull == false
        }
        let keys = key.map { "\(identifier: $0)::text" as SQL }.joined(separator: ", ")
        let isOneValue = staysNull && columns.count == 1
        let value: SQL =
            isOneValue
            ? "\(identifier: columns[0])::text" : "to_jsonb(\(identifier: name.name).*)::text"
        let list = columns.joined(separator: ", ")
        draft.add(
            "Move what \(name).\(list) cannot hold to quarantine",
            because: "There it waits, with its reason, for a person who knows what was meant.",
            """
            INSERT INTO assay.quarantine (schema_name, table_name, key, column_name, value, reason)
            SELECT \(name.schema), \(name.name), ARRAY[\(keys)], \(list), \(value),
                \(reason)
            FROM \(name)
            WHERE \(condition)
            ORDER BY \(key.map { SQL.identifier($0) }.joined(separator: ", "))
            """)
        if staysNull {
            let nulls = columns.map { "\(identifier: $0) = NULL" as SQL }
            draft.add(
                "Empty \(name).\(list) where it went to quarantine",
                because: "The condition is that of the step before.",
                """
                UPDATE \(name)
                SET \(.lines(nulls))
                WHERE \(condition)
                """)
        } else {
            draft.add(
                "Delete the rows of \(name) that went to quarantine",
                because: "\(list) may not be null, so that the row goes with its value.",
                "DELETE FROM \(name)\nWHERE \(condition)")
        }
        draft.mend(columns, of: name)
    }
}
