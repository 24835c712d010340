import Assay
import Auditor
public import Postgres

/// What a migration demands of the rows, counted on the real ones.
public struct Preconditions: Sendable {
    /// What came of one demand.
    public struct Count: Sendable, Hashable {
        /// How far it could be counted.
        public enum Answer: Sendable, Hashable {
            /// So many rows do not meet it; for duplicates, so many rows in so many groups.
            case counted(rows: Int, groups: Int?)
            /// At least one does not; how many, this server cannot tell.
            case some(String)
            /// It was not counted, for this reason.
            case notCounted(String)
        }

        /// The demand.
        public let demand: RowDemand
        /// What was counted.
        public let answer: Answer
        /// Whether the rows would go through, but not whole: cut or rounded.
        public let isLoss: Bool
    }

    private let connection: Connection
    private let deadline: Duration

    /// Prepares to count on the real database.
    public init(on connection: Connection, deadline: Duration) {
        self.connection = connection
        self.deadline = deadline
    }

    /// Counts the rows that do not meet some demands: in one snapshot, reading only.
    ///
    /// - Returns: What came of each demand, in order; two for a type that both refuses and cuts.
    /// - Throws: What ends the connection.
    public func count(_ demands: [RowDemand]) async throws(PostgresError) -> [Count] {
        guard !demands.isEmpty else { return [] }
        try await connection.begin(.repeatableReadReadOnly)
        try await connection.settle(deadline: deadline)
        try await connection.execute("SET LOCAL search_path = pg_catalog")
        var counts: [Count] = []
        for demand in demands {
            try await connection.execute("SAVEPOINT assay_precondition")
            do throws(PostgresError) {
                counts += try await count(demand)
            } catch {
                guard error.code == .server || error.code == .deadlineExceeded else { throw error }
                counts.append(
                    Count(
                        demand: demand, answer: .notCounted(error.messageWithoutValues),
                        isLoss: false))
            }
            try await connection.execute("ROLLBACK TO SAVEPOINT assay_precondition")
        }
        try await connection.rollback()
        return counts
    }

    private func count(_ demand: RowDemand) async throws(PostgresError) -> [Count] {
        func answer(_ answer: Count.Answer, isLoss: Bool = false) -> [Count] {
            [Count(demand: demand, answer: answer, isLoss: isLoss)]
        }
        switch demand.sort {
        case .notNull(let column):
            return answer(
                try await rows(of: demand, where: "\(identifier: column) IS NULL", renamed: false))
        case .newColumn:
            return answer(try await rows(of: demand, where: "true", renamed: false))
        case .check(_, let expression):
            return answer(
                try await rows(of: demand, where: "NOT (\(unchecked: expression))", renamed: true))
        case .unique(_, let parts, let predicate, let nullsAreAlike, _):
            return answer(try await duplicates(demand, parts, predicate, nullsAreAlike))
        case .reference(_, let columns, let parent, let keys):
            guard let parent, !keys.isEmpty else {
                return answer(
                    .notCounted("the table or the key that it refers to is made by the migration"))
            }
            return answer(try await orphans(demand, columns, parent, keys))
        case .type(let column, let old, let new, let using):
            return try await conversion(demand, column, from: old, to: new, using: using).map {
                Count(demand: demand, answer: $0.answer, isLoss: $0.isLoss)
            }
        case .exclusion:
            return answer(.notCounted("exclusion constraints are not counted"))
        }
    }

    // MARK: Questions

    /// The table with its columns under the names that the migration gives them.
    private func source(_ demand: RowDemand) -> SQL {
        let columns = demand.columns.compactMap { column in
            column.original.map { "\(identifier: $0) AS \(identifier: column.current)" as SQL }
        }
        return """
            (SELECT \(columns.joined(separator: ", ")) FROM \(demand.table.sql)) \
            AS \(identifier: demand.renamed)
            """
    }

    private func rows(
        of demand: RowDemand, where condition: SQL, renamed: Bool
    ) async throws(PostgresError) -> Count.Answer {
        let from = renamed ? source(demand) : demand.table.sql
        return .counted(
            rows: try await number("SELECT count(*) FROM \(from) WHERE \(condition)"), groups: nil)
    }

    private func duplicates(
        _ demand: RowDemand, _ parts: [String], _ predicate: String?, _ nullsAreAlike: Bool
    ) async throws(PostgresError) -> Count.Answer {
        let keys = parts.map { "(\(unchecked: $0))" as SQL }
        let present: SQL =
            nullsAreAlike
            ? "true" : keys.map { "\($0) IS NOT NULL" as SQL }.joined(separator: " AND ")
        let condition: SQL = predicate.map { "(\(unchecked: $0))" } ?? "true"
        let rows = try await ask(
            """
            SELECT coalesce(sum(n), 0), count(*) FROM (SELECT count(*) AS n FROM \(source(demand)) \
            WHERE \(condition) AND \(present) GROUP BY \(keys.joined(separator: ", ")) \
            HAVING count(*) > 1) AS groups
            """)
        return .counted(
            rows: rows.first?[0].flatMap { Int($0) } ?? 0,
            groups: rows.first?[1].flatMap { Int($0) } ?? 0)
    }

    private func orphans(
        _ demand: RowDemand, _ columns: [String], _ parent: TableName, _ keys: [String]
    ) async throws(PostgresError) -> Count.Answer {
        let present = columns.map { "child.\(identifier: $0) IS NOT NULL" as SQL }
        let same = zip(columns, keys).map {
            "parent.\(identifier: $1) = child.\(identifier: $0)" as SQL
        }
        // The names of the migration, under an alias of our own.
        let child: SQL = "(SELECT * FROM \(source(demand))) AS child"
        return .counted(
            rows: try await number(
                """
                SELECT count(*) FROM \(child) WHERE \(present.joined(separator: " AND ")) \
                AND NOT EXISTS (SELECT FROM \(parent.sql) AS parent \
                WHERE \(same.joined(separator: " AND ")))
                """), groups: nil)
    }

    private func conversion(
        _ demand: RowDemand, _ column: String, from old: String, to new: String, using: String?
    ) async throws(PostgresError) -> [(answer: Count.Answer, isLoss: Bool)] {
        let conversion = Conversion(
            column: column, from: old, to: new, using: using, server: connection.serverVersion)
        if let cut = conversion.cut {
            let answer = try await rows(of: demand, where: cut, renamed: true)
            return [(answer, conversion.cutsInSilence)]
        }
        if let refused = conversion.refused {
            let answer = try await rows(of: demand, where: refused, renamed: true)
            if case .counted(let rows, _) = answer, rows > 0 { return [(answer, false)] }
        }
        let expression: SQL = "(\(unchecked: conversion.expression))"
        do throws(PostgresError) {
            _ = try await ask("SELECT count(\(expression)) FROM \(source(demand))")
        } catch {
            guard error.code == .server, let state = error.sqlState,
                state.rawValue.hasPrefix("22")
            else { throw error }
            return [(.some(error.message), false)]
        }
        guard let changed = conversion.changed else { return [] }
        return [(try await rows(of: demand, where: changed, renamed: true), true)]
    }

    private func number(_ question: SQL) async throws(PostgresError) -> Int {
        try await ask(question).scalar.flatMap { Int($0) } ?? 0
    }

    private func ask(_ question: SQL) async throws(PostgresError) -> Rows {
        let (text, bindings) = try question.rendered(quoting: connection.quoted)
        return try await connection.query(text, bindings, deadline: deadline)
    }
}
