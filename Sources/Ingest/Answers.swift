import Assay
import Auditor
public import Postgres

/// Answers that are kept, so that a caller who did not hear one is answered as before.
extension Ingest {
    /// What was answered to the same key.
    nonisolated(nonsending) func earlierAnswer(
        _ key: (text: String, digest: String), _ workflow: Workflow, _ connection: Connection
    ) async throws(PostgresError) -> Answer {
        let found = try await connection.query(.findAnswer, [workflow.name, key.text])
        return try answer(in: found.first, key.digest)
    }

    /// What was answered to a request that was sent with this key before, if one was.
    ///
    /// - Parameters:
    ///   - key: What the caller names the request by.
    ///   - request: What the caller sent.
    ///   - workflow: The path that it takes.
    ///   - connection: A connection.
    /// - Returns: The answer; nothing where the key is new.
    /// - Throws: `PostgresError`.
    public func earlierAnswer(
        to key: String, of request: [UInt8], by workflow: Workflow, over connection: Connection
    ) async throws(PostgresError) -> Answer? {
        let found = try await connection.query(.findAnswer, [workflow.name, key])
        guard let row = found.first else { return nil }
        return try answer(in: row, Digest.hex(of: [request]))
    }

    private func answer(in row: Postgres.Row?, _ digest: String) throws(PostgresError) -> Answer {
        guard let row, row["digest"] == digest, let text = row["answer"] else {
            return Answer(
                .conflict, "the key was used for another payload; nothing was stored")
        }
        do throws(JSONFault) {
            return Answer(repeating: try JSONReader.value(of: Array(text.utf8)))
        } catch {
            throw PostgresError(.unexpected, "the answer that was kept cannot be read")
        }
    }

    /// Removes answers that no caller asks for any more, batch by batch.
    ///
    /// - Parameters:
    ///   - days: How long answers are kept.
    ///   - batch: How many are removed in one statement.
    ///   - connection: A connection, outside a transaction.
    /// - Returns: How many were removed.
    /// - Throws: `PostgresError`.
    public func forgetAnswers(
        olderThan days: Int, batch: Int = 1_000, over connection: Connection
    ) async throws(PostgresError) -> Int {
        var sum = 0
        while true {
            let removed = try await connection.query(
                .forgetAnswers, [String(days), String(batch)]
            ).count
            sum += removed
            if removed < batch { return sum }
        }
    }
}

extension Statement {
    static let beginAnswer = Statement(
        "begin an answer", parameters: 3,
        """
        INSERT INTO ingest.answers (workflow, key, digest, answer) VALUES ($1, $2, $3, 'null')
        ON CONFLICT DO NOTHING RETURNING key
        """)
    static let findAnswer = Statement(
        "find an answer", parameters: 2,
        "SELECT digest, answer FROM ingest.answers WHERE workflow = $1 AND key = $2")
    static let rememberAnswer = Statement(
        "remember an answer", parameters: 3,
        "UPDATE ingest.answers SET answer = $3 WHERE workflow = $1 AND key = $2")

    /// Removes the oldest answers, so many at the most; their index leads to them, and their places to the rows.
    static let forgetAnswers = Statement(
        "forget old answers", parameters: 2,
        """
        DELETE FROM ingest.answers WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM ingest.answers
            WHERE created_at < now() - $1::integer * interval '1 day'
            ORDER BY created_at LIMIT $2::integer FOR UPDATE SKIP LOCKED))
        RETURNING 1
        """)
}
