import Assay
import Postgres

/// Rows on their way through one open transaction.
struct Taking {
    let connection: Connection
    let door: Door
    /// Whether what arrives is newer than what is stored.
    var isNewer = true
    var remarks: [Remark] = []

    /// Holds rows against their promises and stores those that keep them, in two statements at the most.
    ///
    /// - Returns: What became of them, the rows that were admitted, each key once, and the places of those that
    ///   were not.
    mutating func store(
        _ drafts: [Draft], in destination: Destination
    ) async throws(PostgresError) -> (
        counts: Tally.Counts, rows: [Fields], refused: [String]
    ) {
        let (admitted, refused) = try await admit(drafts, to: destination)
        let rows = destination.policy.folded(admitted)
        guard !rows.isEmpty else { return (Tally.Counts(), [], refused) }
        let list = destination.list(rows)
        let answer = try await connection.query(
            destination.storing,
            [list, isNewer || destination.belongsToPayload ? "true" : "false"])
        var counts = Tally.Counts()
        counts.inserted = answer.first.flatMap { $0[0] }.flatMap { Int($0) } ?? 0
        counts.updated = answer.first.flatMap { $0[1] }.flatMap { Int($0) } ?? 0
        counts.skipped = rows.count - counts.inserted - counts.updated
        return (counts, rows, refused)
    }

    /// Holds rows against their promises.
    ///
    /// - Returns: The rows that were admitted, and the places of those that were not.
    mutating func admit(
        _ drafts: [Draft], to destination: Destination
    ) async throws(PostgresError) -> (rows: [Fields], refused: [String]) {
        guard !drafts.isEmpty else { return ([], []) }
        let broken = try await judge(drafts, for: destination)
        var refused: [String] = []
        var admitted: [Fields] = []
        for (index, draft) in drafts.enumerated() {
            let fit = door.admit(draft, to: destination, broken: broken[index] ?? [:], &remarks)
            if let fit { admitted.append(fit.fields) } else { refused.append(draft.path) }
        }
        return (admitted, refused)
    }

    /// The ids of stored rows, by their keys.
    func ids(
        of rows: [Fields], in destination: Destination
    ) async throws(PostgresError) -> [[UInt8]: String] {
        guard !rows.isEmpty else { return [:] }
        let found = try await connection.query(destination.identifying, [destination.list(rows)])
        var ids: [[UInt8]: String] = [:]
        for row in found {
            guard let place = row.int("n"), rows.indices.contains(place - 1), let id = row["id"],
                let identity = destination.policy.identity(of: rows[place - 1])
            else { continue }
            ids[identity] = id
        }
        return ids
    }

    /// The columns that break promises which only the database can judge, by the row's place.
    private func judge(
        _ drafts: [Draft], for destination: Destination
    ) async throws(PostgresError) -> [Int: [String: String]] {
        let questions = door.questions(for: destination)
        guard let statement = door.judging(destination, questions) else { return [:] }
        let answers = try await connection.query(
            statement, [destination.list(drafts.map(\.fields))])
        var broken: [Int: [String: String]] = [:]
        for answer in answers {
            guard let place = answer.int("n"), let digits = answer["answer"] else { continue }
            for (question, digit) in zip(questions, digits) where digit == "1" {
                for column in question.columns where drafts[place - 1].fields[column] != nil {
                    broken[place - 1, default: [:]][column] = question.reason
                }
            }
        }
        return broken
    }
}

extension Destination {
    /// Rows as the list of objects that the statements take.
    func list(_ rows: [Fields]) -> String {
        JSONValue.array(rows.map { $0.json(columnNames) }).text
    }
}
