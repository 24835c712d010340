import Assay
import Postgres

/// Rows on their way through one open transaction.
///
/// Statements whose answers nobody needs yet are gathered, and sent together with the next that somebody waits
/// for: what a payload costs is mostly the ways to the server and back.
struct Taking {
    let connection: Connection
    let door: Door
    /// Whether what arrives is newer than what is stored.
    var isNewer = true
    var remarks: [Remark] = []
    private var gathered: [Gathered] = []

    /// What an answer of the server's is for.
    enum Purpose {
        /// Nothing: that there was no error is all.
        case none
        /// Whoever gathered it last waits for it.
        case answer
        /// Whether the payload is the newest of its subject.
        case age
        /// How many rows were stored.
        case counts(TableName, [Fields])
        /// How many rows were stored, and under which ids.
        case ids(Destination, [Fields])
        /// How many rows were put into the quarantine.
        case quarantined
    }

    /// An answer, and what it is for.
    typealias Answered = (purpose: Purpose, rows: Rows)

    private struct Gathered {
        let statement: BoundStatement
        let purpose: Purpose
    }

    init(connection: Connection, door: Door, isNewer: Bool = true) {
        self.connection = connection
        self.door = door
        self.isNewer = isNewer
    }

    // MARK: Statements

    /// Has a statement run with those that follow.
    mutating func gather(
        _ statement: Statement, _ bindings: [String?] = [], for purpose: Purpose = .none
    ) throws(PostgresError) {
        gathered.append(Gathered(statement: try statement.bound(bindings), purpose: purpose))
    }

    /// Whether ids are among what was gathered.
    var awaitsIDs: Bool {
        gathered.contains { if case .ids = $0.purpose { true } else { false } }
    }

    /// Whether it is not known yet if the payload is the newest of its subject.
    var awaitsAge: Bool {
        gathered.contains { if case .age = $0.purpose { true } else { false } }
    }

    /// Runs what was gathered, and says what came of it.
    nonisolated(nonsending) mutating func flush() async throws(PostgresError) -> [Answered] {
        let sent = gathered
        gathered = []
        guard !sent.isEmpty else { return [] }
        let answers = try await connection.query(sent.map(\.statement), keeping: true)
        return zip(sent, answers).map { ($0.purpose, $1) }
    }

    // MARK: Rows

    /// Holds rows against their promises and has those that keep them stored, by one statement.
    ///
    /// - Parameters:
    ///   - admitted: The rows that were admitted.
    ///   - destination: Their table.
    ///   - identifies: Whether their ids are needed.
    /// - Returns: The rows, each key once.
    /// - Throws: `PostgresError` where a name in the statement is none.
    mutating func store(
        _ admitted: [Fields], in destination: Destination, identifies: Bool = false
    ) throws(PostgresError) -> [Fields] {
        let rows = destination.policy.folded(admitted)
        guard !rows.isEmpty else { return [] }
        let overwrites = isNewer || destination.belongsToPayload
        try gather(
            identifies ? destination.storingIdentified : destination.storing,
            [destination.list(rows), overwrites ? "true" : "false"],
            for: identifies ? .ids(destination, rows) : .counts(destination.table, rows))
        return rows
    }

    /// Holds rows against their promises, stores those that keep them, and waits for it.
    ///
    /// - Returns: What became of them.
    nonisolated(nonsending) mutating func store(
        _ drafts: [Draft], in destination: Destination
    ) async throws(PostgresError) -> Tally.Counts {
        var broken: [Int: [String: String]] = [:]
        if try ask(drafts, of: destination) {
            broken = self.broken(try await flush().last?.rows, drafts, of: destination)
        }
        let admitted = admit(drafts, to: destination, broken: broken).rows
        let rows = try store(admitted, in: destination)
        var counts =
            try await flush().last.map { Tally.Counts($0.rows, of: rows) } ?? Tally.Counts()
        // Those whose key another has.
        counts.skipped += admitted.count - rows.count
        return counts
    }

    /// Holds rows against their promises.
    ///
    /// - Returns: The rows that were admitted, and the places of those that were not.
    mutating func admit(
        _ drafts: [Draft], to destination: Destination, broken: [Int: [String: String]] = [:]
    ) -> (rows: [Fields], refused: [String]) {
        let entrance = door.entrance(to: destination)
        var refused: [String] = []
        var admitted: [Fields] = []
        for (index, draft) in drafts.enumerated() {
            let fit = door.admit(
                draft, through: entrance, broken: broken[index] ?? [:], &remarks)
            if let fit { admitted.append(fit.fields) } else { refused.append(draft.path) }
        }
        return (admitted, refused)
    }

    /// The ids of stored rows by their keys, as far as storing them has told; the others are looked up.
    nonisolated(nonsending) func ids(
        of rows: [Fields], in destination: Destination, told: Rows
    ) async throws(PostgresError) -> [RowIdentity: String] {
        var ids: [RowIdentity: String] = [:]
        for row in told {
            let key = destination.policy.key.map { name in
                let isText = destination.column(name)?.type != "bigint"
                return (name, row[name].map { isText ? JSONValue.string($0) : .number($0) })
            }
            let fields = Fields(Dictionary(uniqueKeysWithValues: key))
            if let identity = destination.policy.identity(of: fields) { ids[identity] = row["id"] }
        }
        let others = rows.filter { row in
            destination.policy.identity(of: row).map { ids[$0] == nil } ?? false
        }
        guard !others.isEmpty else { return ids }
        let found = try await connection.query(
            destination.identifying, [destination.list(others)])
        for row in found {
            guard let place = row.int("n"), others.indices.contains(place - 1),
                let identity = destination.policy.identity(of: others[place - 1])
            else { continue }
            ids[identity] = row["id"]
        }
        return ids
    }

    // MARK: What only the database can judge

    /// Has rows asked which promises they break.
    ///
    /// - Returns: Whether there is anything to ask; then the last answer of ``flush()`` tells.
    mutating func ask(
        _ drafts: [Draft], of destination: Destination
    ) throws(PostgresError) -> Bool {
        guard !drafts.isEmpty, let judging = door.entrance(to: destination).judging else {
            return false
        }
        try gather(judging, [destination.list(drafts.map(\.fields))], for: .answer)
        return true
    }

    /// The columns that break promises, with the reason, by the row's place.
    func broken(
        _ answers: Rows?, _ drafts: [Draft], of destination: Destination
    ) -> [Int: [String: String]] {
        let questions = door.entrance(to: destination).questions
        var broken: [Int: [String: String]] = [:]
        for answer in answers.map(Array.init) ?? [] {
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

extension Tally.Counts {
    /// What became of rows, as the statement that stored them answers.
    init(_ answer: Rows, of rows: [Fields]) {
        inserted = answer.first.flatMap { $0[0] }.flatMap { Int($0) } ?? 0
        updated = answer.first.flatMap { $0[1] }.flatMap { Int($0) } ?? 0
        skipped = rows.count - inserted - updated
    }

    /// The same, as the statement that says their ids answers.
    init(identified answer: Rows, of rows: [Fields]) {
        inserted = answer.count { $0.bool("is_new") }
        updated = answer.count - inserted
        skipped = rows.count - answer.count
    }
}
