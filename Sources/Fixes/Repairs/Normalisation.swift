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
}

extension TableRepairs {
    /// Writes the steps that put a column's values into their normal form.
    func normalise(_ normalisation: Normalisation, _ draft: inout Draft) async throws {
        let column = normalisation.column
        let form = normalisation.form
        let formed = FormedColumn(table: name, column: column, form: form)
        guard let forms = try await forms(of: formed, &draft) else { return }
        let scope = normalisation.check.check.check.options.scope?.sql(in: context)
        let inScope: SQL = scope.map { "\n    AND (\($0))" } ?? ""
        let isDirty: SQL = "\(identifier: column) = form.written\(inScope)"
        let shared: SQL = form == .domain ? SharedHosts.predicate("form.normal") : "false"
        let counts = try await counts(
            """
            SELECT count(form.normal) FILTER (WHERE NOT \(shared)),
                count(*) FILTER (WHERE \(shared)), count(*) FILTER (WHERE form.normal IS NULL)
            FROM \(name), \(forms) AS form WHERE \(isDirty)
            """, draft)
        if counts[0] > 0 {
            let isOwn: SQL = counts[1] > 0 ? "\n    AND NOT \(shared)" : ""
            let isMeant: SQL = "form.normal IS NOT NULL\(isOwn)"
            let moves = try await moves(column, forms, scope, isMeant, draft)
            let isAlone = moves.isEmpty
            draft.add(
                "Normalise \(name).\(column)\(isAlone ? "" : " and what refers to it")",
                because: isAlone
                    ? "Each dirty value becomes what it means; one without a meaning stays."
                    : "Both change in one statement, so that no reference is broken in between.",
                """
                \(moves)UPDATE \(name)
                SET \(identifier: column) = \(assigned("form.normal", to: column))
                FROM \(forms) AS form
                WHERE \(isDirty)
                    AND \(isMeant)
                """)
            draft.mend([column], of: name)
        }
        if counts[1] > 0 {
            draft.leave(
                "\(keep(counts[1])) a \(column) that many companies share: no fix writes over one")
        }
        guard counts[2] > 0 else { return }
        switch normalisation.garbage {
        case .listed:
            draft.leave(
                "\(keep(counts[2])) a \(column) that is not \(form.phrase): what was meant cannot be "
                    + "told from it")
        case .quarantined:
            let isGarbage: SQL = """
                \(identifier: column) IN (SELECT written FROM \(forms) WHERE normal IS NULL)\(inScope)
                """
            quarantine(
                [column], where: isGarbage,
                reason: "it is not \(form.phrase), and which one was meant cannot be told", &draft)
        }
    }

    /// What changes the references to a column's dirty values along with them; empty for none.
    private func moves(
        _ column: String, _ forms: SQL, _ scope: SQL?, _ isMeant: SQL, _ draft: Draft
    ) async throws -> SQL {
        var moves: [SQL] = []
        for reference in Reference.to(name, in: catalog, suite: suite) where reference.child != name
        {
            guard let own = reference.column(for: column) else { continue }
            var isReferred = zip(reference.parentColumns, reference.columns).map {
                "\(column: $0, of: name) = referrer.\(identifier: $1)" as SQL
            }
            if let scope { isReferred.append("(\(scope))") }
            let condition: SQL = """
                referrer.\(identifier: own) = form.written AND \(isMeant)
                        AND EXISTS (
                            SELECT FROM \(name) WHERE \(isReferred.joined(separator: " AND ")))
                """
            let found = try await counts(
                """
                SELECT count(*) FROM \(reference.child) AS referrer, \(forms) AS form
                WHERE \(condition)
                """, draft)
            guard found[0] > 0 else { continue }
            moves.append(
                """
                moved_\(number: moves.count + 1) AS (
                    UPDATE \(reference.child) AS referrer
                    SET \(identifier: own) = form.normal
                    FROM \(forms) AS form
                    WHERE \(condition)
                )
                """)
        }
        return moves.isEmpty ? "" : "WITH \(moves.joined(separator: ", "))\n"
    }

    /// The beginning of a sentence on rows that stay: `3 rows of core.companies keep`.
    func keep(_ count: Int) -> String {
        "\(count.counted("row")) of \(name) \(count == 1 ? "keeps" : "keep")"
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
