import Assay
import Postgres

extension Stage {
    /// A value as an expression of SQL.
    func expression(
        _ value: Specimen.Value, for column: Column
    ) async throws -> SQL {
        let made: SQL?
        switch value {
        case .null: made = Stage.null
        case .text(let text): made = column.literal(text)
        case .sample(let number): made = column.sample(self.number(base + number))
        case .short(let number): made = column.shortSample(self.number(base + number))
        case .below(let bound): made = column.next(to: bound, isAbove: false)
        case .above(let bound): made = column.next(to: bound, isAbove: true)
        case .ago(let seconds): made = column.instant(now - seconds)
        case .unlike(let texts):
            guard let sample = column.sample("n") else {
                made = nil
                break
            }
            let found = try await ask(
                """
                SELECT candidate FROM (SELECT n, (\(sample))::text AS candidate \
                FROM generate_series(\(base + 500)::bigint, \(base + 563)::bigint) AS g(n)) AS c \
                WHERE NOT candidate = ANY (\(texts)::text[]) ORDER BY n LIMIT 1
                """)
            guard let text = found.scalar else {
                throw Obstacle(
                    sentence: "the type \(column.typeName) of \(column.name) has no other value")
            }
            made = column.literal(text)
        case .first(let texts, let condition):
            let found = try await ask(
                """
                SELECT candidate FROM unnest(\(texts)::text[]) WITH ORDINALITY AS c(candidate, n) \
                WHERE \(condition) ORDER BY n LIMIT 1
                """)
            guard let text = found.scalar else {
                throw Obstacle(
                    sentence: "no text was found that breaks it; write .examples(good:bad:)")
            }
            made = column.literal(text)
        }
        guard let made else {
            throw Obstacle(
                sentence: "no value of type \(column.typeName) can be made for \(column.name)")
        }
        return made
    }

    /// The values of one row that is there already, and that a scope holds.
    func model(for relation: Relation, scope: SQL?) async throws -> [String: String?] {
        guard isInPlace else { return [:] }
        let columns = relation.columns.filter { !$0.isGenerated }
        let texts = columns.map { "\(identifier: $0.name)::text" as SQL }
        let filter: SQL = scope.map { " WHERE \($0)" } ?? ""
        let rows = try await ask(
            "SELECT \(texts.joined(separator: ", ")) FROM \(relation.tableName)\(filter) LIMIT 1")
        guard rows.count == 1 else { return [:] }
        return Dictionary(
            columns.enumerated().map { ($0.element.name, rows[0, $0.offset]) }
        ) { first, _ in first }
    }

    /// Values that check constraints of one column demand, where a sample of its type is refused.
    func constants(for relation: Relation) async throws -> [String: String] {
        if let known = checked[relation.tableName] { return known }
        var found: [String: String] = [:]
        for column in relation.columns where !column.isGenerated {
            guard let sample = column.sample(number(base)) else { continue }
            let conditions = relation.checkConstraints.filter { constraint in
                relation.columns.filter { constraint.expression.mentions($0.name) }
                    .map(\.name) == [column.name]
            }.map(\.expression)
            guard !conditions.isEmpty else { continue }
            let condition = conditions.map { "(\(unchecked: $0))" as SQL }
                .joined(separator: " AND ")
            let literals = conditions.flatMap(\.literals)
            let type = SQL(unchecked: column.baseTypeName)
            let rows = try await ask(
                """
                SELECT v.\(identifier: column.name)::text FROM (\
                SELECT 0 AS n, (\(sample))::\(type) AS \(identifier: column.name) UNION ALL \
                SELECT n, candidate::\(type) FROM unnest(\(literals)::text[]) \
                WITH ORDINALITY AS c(candidate, n)) AS v \
                WHERE (\(condition)) IS NOT FALSE ORDER BY v.n LIMIT 1
                """, orNothing: true)
            if let text = rows.scalar { found[column.name] = text }
        }
        checked[relation.tableName] = found
        return found
    }
}

extension Column {
    /// An instant as a value of the column; `nil` where it holds none.
    fileprivate func instant(_ seconds: Double) -> SQL? {
        let instant: SQL = "to_timestamp(\(seconds)::double precision)"
        switch category {
        case .timestamp where baseTypeName == "timestamp with time zone": return instant
        case .timestamp, .date:
            return "(timezone('UTC', \(instant)))::\(unchecked: baseTypeName)"
        default: return nil
        }
    }
}

extension Relation {
    /// The name as checks write it.
    var tableName: TableName { TableName(schema: schema, name: name) }
}
