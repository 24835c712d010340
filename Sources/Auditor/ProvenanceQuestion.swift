import Assay
import Postgres

// What can be asked of a check, and what is refused.

extension Provenance {
    /// Where the table's rows come from.
    func lineage() throws(Refusal) -> Lineage {
        guard let lineage = check.table.lineage, !lineage.payloads.isEmpty else {
            throw Refusal(
                "\(check.table.name) does not say where its rows come from; add "
                    + ".fed(by: Payloads(\"raw.table\", \"payload\").found(by: \"raw_id\", matching: "
                    + "\"id\").carrying(\"\(check.check.columns.first ?? "column")\")) to it",
                at: check.table.source.relative(to: suite.root))
        }
        return lineage
    }

    /// The payloads that carry the traced column, each with where it stands.
    func sources(
        of lineage: Lineage
    ) throws(Refusal) -> [(payloads: Payloads, value: Payloads.Value)] {
        let carried = check.check.columns.unique.filter { column in
            lineage.payloads.contains { $0.value(of: column) != nil }
        }
        if let column, !check.check.columns.contains(column) {
            throw Refusal(
                "\(check.id) does not name \(column); --column is one of "
                    + check.check.columns.unique.inWords, at: check.source)
        }
        guard let traced = column ?? carried.first, carried.contains(traced) else {
            throw noPlace()
        }
        guard column != nil || carried.count == 1 else {
            throw Refusal(
                "\(check.id) is about \(carried.inWords); say with --column which is traced",
                at: check.source)
        }
        return lineage.payloads.compactMap { payloads in
            payloads.value(of: traced).map { (payloads, $0) }
        }
    }

    /// The refusal of a column whose place nothing tells.
    func noPlace() -> Refusal {
        let columns = column.map { [$0] } ?? check.check.columns.unique
        return Refusal(
            "no payload of \(check.table.name) is said to carry "
                + "\(columns.isEmpty ? "what \(check.id) is about" : columns.inWords); add "
                + ".carrying(\"\(columns.first ?? "column")\", at: \"key\") to .fed(by:)",
            at: check.table.source.relative(to: suite.root))
    }

    /// Where the violating rows are read, or `nil` where there can be none.
    func rows(
        _ item: Plan.Item, _ table: Plan.AuditedTable
    ) throws(Refusal) -> (from: SQL, violated: SQL)? {
        let kind = check.check.kind
        switch item.question {
        case .proven: return nil
        case .rows(let question): return ("FROM \(table.table.name)", question.violated)
        case .orphans(let question):
            let statement = OrphanStatement(table: table, questions: [question])
            return (statement.source, statement.violated(0))
        case .groups, .distant:
            throw Refusal(
                "\(kind) compares rows with each other, and no row is wrong by itself; ask for the "
                    + "cause of a check on one of its columns", at: check.source)
        case .aggregates:
            throw Refusal(
                "\(kind) looks at the table as a whole, and no row is wrong by itself",
                at: check.source)
        case .violators, .facts, .statement:
            throw Refusal(
                "\(kind) is SQL of its own, which does not say what column is wrong; ask for the cause "
                    + "of a check on a column", at: check.source)
        }
    }

    /// The check's predicate, where it can be asked of what a payload holds.
    func predicate(
        _ question: Question, on column: Column, _ context: CheckContext
    ) -> (columns: [String], isBad: SQL)? {
        guard case .rows(let rows) = question, context.isText(column.name) else { return nil }
        let scope = check.check.options.scope
        guard check.check.conditionStatements.isEmpty, scope?.statements.isEmpty ?? true else {
            return nil
        }
        return ((check.check.columns + (scope?.columns ?? [])).unique, rows.violated)
    }

    /// Refuses tables that the role may not read, all at once, before anything is read.
    func refuseMissingGrants(_ lineage: Lineage, _ catalog: Catalog) throws(Refusal) {
        let role = catalog.database.currentUser
        let foreign = lineage.payloads.flatMap { $0.foreignNames.map(\.table) }
        var problems: [Refusal.Item] = []
        for name in ([check.table.name] + foreign).unique {
            guard let relation = catalog.relation(name) else { continue }
            if !catalog.usableSchemas.contains(name.schema) {
                problems.append(
                    .init(
                        "\(role) may not read \(name): GRANT USAGE ON SCHEMA \(name.schema) TO "
                            + "\(role); GRANT SELECT ON \(name) TO \(role)"))
            } else if !relation.hasSelect {
                problems.append(
                    .init("\(role) may not read \(name): GRANT SELECT ON \(name) TO \(role)"))
            } else if relation.rowSecurityHidesRows {
                problems.append(
                    .init(
                        "row security hides rows of \(name) from \(role); ask as a role with "
                            + "BYPASSRLS"))
            }
        }
        if !problems.isEmpty { throw Refusal(problems) }
    }
}

extension Payloads {
    /// Where a value stands, for a person: `customers[].companyName in raw.answers.payload`.
    func words(for value: Value) -> String {
        let way =
            value.place.isInElement
            ? [elements.joined(separator: ".") + "[]"] + value.place.path : value.place.path
        return "\(way.joined(separator: ".")) in \(table).\(column)"
    }
}
