import Assay
import Auditor
import Postgres

/// The steps that mend the broken checks of one table.
struct TableRepairs: Sendable {
    let table: Table
    let relation: Relation
    /// The columns that tell rows apart, by the catalog.
    let key: [String]
    let context: CheckContext
    let suite: Suite
    let catalog: Catalog
    private let broken: [(BrokenCheck, Repair)]
    private let connection: Connection

    init(
        table: Table, broken: [BrokenCheck], suite: Suite, catalog: Catalog, connection: Connection
    ) throws(Refusal) {
        self.table = table
        self.suite = suite
        self.catalog = catalog
        self.connection = connection
        guard let relation = catalog.relation(schema: table.name.schema, name: table.name.name)
        else { throw Refusal("the database has no table \(table.name)") }
        self.relation = relation
        guard let primary = relation.primaryKey else {
            throw Refusal("\(table.name) has no primary key, so a change of it could not be undone")
        }
        key = primary.columns
        let context = CheckContext(
            table.name, and: broken.flatMap(\.check.check.foreignNames), in: catalog)
        self.context = context
        self.broken = broken.map { ($0, $0.check.check.repair(in: context)) }
    }

    /// The table's name.
    var name: TableName { table.name }

    /// Writes the steps: rows are merged before values are changed, so that none collide.
    func write(to draft: inout Draft) async throws {
        let normalisations = broken.compactMap { Normalisation($0.0, $0.1) }
        try await merge(normalisations, &draft)
        for normalisation in normalisations { try await normalise(normalisation, &draft) }
        for (check, repair) in broken {
            if case .map(let column, let translation, let accepted) = repair {
                try await map(check, column, translation, accepted, &draft)
            }
        }
        for (check, repair) in broken {
            if case .fill(let column, let sources) = repair {
                try await fill(check, column, sources, &draft)
            }
        }
        for (check, repair) in broken {
            if case .orphans(let orphans) = repair { try await mend(orphans, of: check, &draft) }
        }
        for (check, repair) in broken {
            // What other steps mend on the way shows in the plan's measures.
            guard case .listOnly(let reason) = repair,
                !draft.mends(check.check.check.columns, of: name)
            else { continue }
            let headline = check.check.check.headline(check.measure, of: name)
            draft.leave("\(headline); it is left to a person, for \(reason)")
        }
    }

    // MARK: Merging

    /// The groups of rows that become one: those of broken `Unique` checks, and those that unique
    /// keys would refuse once values are in their normal form.
    private func merge(_ normalisations: [Normalisation], _ draft: inout Draft) async throws {
        var merged: [Set<String>] = []
        for (check, repair) in broken {
            guard case .merge(let parts, let keep) = repair else { continue }
            var columns: [ComparedColumn] = []
            for (place, part) in parts.enumerated() {
                var column = try await compared(part, alias: "form_\(number: place + 1)", &draft)
                // Two names are one whatever their case.
                if part.normalizer == .name {
                    column.value = "lower((\(column.value)) COLLATE \"C\")"
                }
                columns.append(column)
            }
            let scope = check.check.check.options.scope?.sql(in: context)
            try await Merge(
                repairs: self, parts: parts, columns: columns, scope: scope, keep: keep
            ).write(to: &draft)
            merged.append(Set(parts.map(\.column)))
        }
        let forms = Dictionary(normalisations.map { ($0.column, $0) }) { first, _ in first }
        for index in relation.uniqueIndexes where index.isUsable {
            let columns = Set(index.columns)
            guard !columns.isDisjoint(with: forms.keys), !merged.contains(columns) else { continue }
            let declared = table.checks.lazy.compactMap { $0 as? Unique }
                .first { Set($0.columns) == columns }
            var keep = [Keep.cleanest, .mostComplete]
            if case .merge(_, let declared)? = declared?.repair(in: context) { keep = declared }
            let parts = index.columns.map { column in
                forms[column].map { Unique.Key.normalized(column, as: $0.form) }
                    ?? Unique.Key(stringLiteral: column)
            }
            var compared: [ComparedColumn] = []
            for (place, part) in parts.enumerated() {
                let scope = forms[part.column]?.check.check.check.options.scope?.sql(in: context)
                compared.append(
                    try await self.compared(
                        part, alias: "form_\(number: place + 1)", where: scope, &draft))
            }
            try await Merge(
                repairs: self, parts: parts, columns: compared, scope: nil, keep: keep
            ).write(to: &draft)
            merged.append(columns)
        }
    }

    // MARK: What steps ask and say

    /// The broken check's violating rows, as a condition on the table without an alias.
    func violated(_ check: BrokenCheck) -> SQL {
        switch check.check.check.question(in: context) {
        case .rows(let question): question.violated
        case .orphans(let question): violated(question)
        default: "false"
        }
    }

    /// The rows whose reference leads nowhere, as a condition on the table without an alias.
    func violated(_ question: OrphanQuestion) -> SQL {
        var conditions = question.columns.map { "\(identifier: $0) IS NOT NULL" as SQL }
        if let scope = question.scope { conditions.append("(\(scope))") }
        let matches = zip(question.parentColumns, question.columns).map { parent, column in
            "known.\(identifier: parent) = \(column: column, of: name)" as SQL
        }
        conditions.append(
            """
            NOT EXISTS (
                SELECT FROM \(question.parent) AS known
                WHERE \(matches.joined(separator: " AND ")))
            """)
        return conditions.joined(separator: " AND ")
    }

    /// A text as a value of a column.
    func assigned(_ text: SQL, to column: String) -> SQL {
        guard let type = context.shape.column(column)?.type, !context.isText(column) else {
            return text
        }
        return "\(text)::\(unchecked: type)"
    }

    /// Asks what a script would find, before it has run.
    func ask(_ sql: SQL, _ draft: Draft) async throws(PostgresError) -> Rows {
        let (text, bindings) = try draft.asked(sql).rendered(quoting: connection.quoted)
        return try await connection.query(text, bindings)
    }

    /// Asks for numbers.
    func counts(_ sql: SQL, _ draft: Draft) async throws(PostgresError) -> [Int] {
        let rows = try await ask(sql, draft)
        return rows.columns.indices.map { rows[0, $0].flatMap { Int($0) } ?? 0 }
    }
}

extension SQL.StringInterpolation {
    /// Adds a whole number.
    mutating func appendInterpolation(number: Int) {
        appendLiteral(String(number))
    }

    /// Adds a column behind the quoted name of its table.
    mutating func appendInterpolation(column name: String, of table: TableName) {
        appendInterpolation(table)
        appendLiteral(".")
        appendInterpolation(identifier: name)
    }
}
