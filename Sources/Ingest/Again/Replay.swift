import Assay
public import Postgres

extension Ingest {
    /// Takes all kept payloads of a workflow once more, from the copies in `raw`.
    ///
    /// A payload that was taken in before fills in what lacks and overwrites nothing; so a replay of an
    /// unchanged database changes nothing, and one of a database whose `core` was emptied builds it anew. It
    /// goes on where an earlier one was interrupted.
    ///
    /// - Parameters:
    ///   - workflow: The workflow.
    ///   - batch: How many payloads are done in one transaction.
    ///   - startingOver: Whether an interrupted one is forgotten.
    ///   - connection: A connection, outside a transaction.
    ///   - progress: Told after each transaction how far it has come.
    /// - Returns: What it has done in all.
    /// - Throws: `PostgresError`; what was done by then stays done, and is not done again.
    public func replay(
        _ workflow: Workflow, batch: Int = 50, startingOver: Bool = false,
        over connection: Connection, progress: @Sendable (Pass) -> Void = { _ in }
    ) async throws(PostgresError) -> Pass {
        var cursor = try await Cursor.find(
            "replay \(workflow.raw)", startingOver: startingOver, connection)
        let isResumed = !cursor.position.isEmpty
        let total = try await connection.query(workflow.counting).scalar.flatMap { Int($0) } ?? 0
        while true {
            let (time, id) = cursor.place
            let rows = try await connection.query(
                workflow.reading, [time, id, String(batch)])
            guard let last = rows.last else { break }
            try await connection.begin(.readWrite)
            do throws(PostgresError) {
                for row in rows {
                    let tally = try await retake(row, by: workflow, overwrites: false, connection)
                    cursor.tally += tally.total
                    cursor.quarantined += tally.quarantined
                }
                cursor.done += rows.count
                cursor.position = "\(last["created_at"] ?? "")|\(last["id"] ?? "")"
                try await cursor.keep(connection)
                try await connection.commit()
            } catch {
                try await connection.leave(error)
                throw error
            }
            progress(Pass(cursor, total: total, isResumed: isResumed))
        }
        try await cursor.end(connection)
        return Pass(cursor, total: total, isResumed: isResumed)
    }

    /// Takes the payloads of some quarantined rows once more, now that a vocabulary or a promise has changed.
    ///
    /// Where it is the newest payload of its subject, what it says counts as new.
    ///
    /// - Parameters:
    ///   - ids: The numbers of the entries; all that wait where `nil`.
    ///   - workflow: The workflow that they came by.
    ///   - connection: A connection, outside a transaction.
    /// - Returns: What became of the rows of these payloads.
    /// - Throws: `PostgresError`.
    public func release(
        _ ids: [Int]?, of workflow: Workflow, over connection: Connection
    ) async throws(PostgresError) -> Tally {
        let list = ids.map { JSONValue.array($0.map(JSONValue.integer)).text }
        let found = try await connection.query(.findQuarantined, [workflow.name, list])
        var tally = Tally()
        for id in found.compactMap({ $0["raw_id"] }) {
            try await connection.begin(.readWrite)
            do throws(PostgresError) {
                for row in try await connection.query(workflow.finding, [id]) {
                    tally += try await retake(row, by: workflow, overwrites: true, connection)
                }
                try await connection.commit()
            } catch {
                try await connection.leave(error)
                throw error
            }
        }
        return tally
    }

    /// Takes one kept payload once more, in the transaction that is open.
    private func retake(
        _ row: Postgres.Row, by workflow: Workflow, overwrites: Bool, _ connection: Connection
    ) async throws(PostgresError) -> Tally {
        let (id, body) = (row["id"] ?? "", row["body"] ?? "")
        let value: JSONValue
        var problems: [Problem] = []
        do throws(JSONFault) {
            value = try JSONReader.value(of: Array(body.utf8))
        } catch {
            value = .null
            problems = [Problem(path: error.path, sentence: error.sentence)]
        }
        var subject = ""
        switch workflow.read(value) {
        case .success(let found): subject = found
        case .failure(let fault): if problems.isEmpty { problems = fault.problems }
        }
        if problems.isEmpty { problems = door.problems(of: subject, workflow) }
        guard problems.isEmpty else {
            // An older system kept what this one would not have taken.
            var taking = Taking(connection: connection, door: door)
            taking.remarks = problems.map { problem in
                Remark(
                    path: problem.path, table: workflow.raw, column: nil,
                    reason: problem.sentence, row: .null)
            }
            var tally = Tally()
            try taking.gatherQuarantine(workflow.name, workflow.raw, id)
            tally.quarantined =
                try await taking.flush().first?.rows.scalar.flatMap { Int($0) } ?? 0
            return tally
        }
        var run = PayloadRun(
            arrival: Arrival(workflow: workflow, value: value, subject: subject, body: body),
            rawID: id, door: door, connection: connection)
        try await run.retake(keptAt: row["created_at"] ?? "", overwrites: overwrites)
        return run.context.tally
    }
}

extension Cursor {
    /// The time and the id of the last payload that was done.
    fileprivate var place: (time: String, id: String) {
        let parts = position.split(separator: "|").map(String.init)
        guard parts.count == 2 else {
            return ("-infinity", "00000000-0000-0000-0000-000000000000")
        }
        return (parts[0], parts[1])
    }
}

extension Workflow {
    private static let copy: SQL = "id, created_at, coalesce(body, payload::text) AS body"

    /// Kept payloads in the order in which they came, after one of them.
    var reading: Statement {
        Statement(
            "read \(raw)", parameters: 3,
            """
            SELECT \(Self.copy) FROM \(raw) WHERE (created_at, id) > ($1::timestamptz, $2::uuid)
            ORDER BY created_at, id LIMIT $3
            """)
    }

    /// One kept payload.
    var finding: Statement {
        Statement(
            "find in \(raw)", parameters: 1,
            "SELECT \(Self.copy) FROM \(raw) WHERE id = $1::uuid")
    }

    var counting: Statement {
        Statement("count \(raw)", parameters: 0, "SELECT count(*) FROM \(raw)")
    }
}

extension Statement {
    /// The payloads of quarantined rows.
    static let findQuarantined = Statement(
        "find quarantined payloads", parameters: 2,
        """
        SELECT raw_id FROM ingest.quarantine
        WHERE state = 'waiting' AND workflow = $1 AND ($2::jsonb IS NULL
            OR id IN (SELECT element::bigint FROM jsonb_array_elements_text($2::jsonb) AS element))
        GROUP BY raw_id ORDER BY min(id)
        """)
}
