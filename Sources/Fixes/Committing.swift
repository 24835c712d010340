import Assay
import Auditor
import FoundationEssentials
import Postgres

/// A commit, as it is remembered until its answer comes.
struct FixAttempt: Codable, Sendable {
    /// What is committed.
    enum Act: String, Codable { case apply, undo }

    let act: Act
    let transaction: String
    let digest: String

    /// Asks for the number of the transaction that is open.
    init(_ act: Act, digest: String, _ connection: Connection) async throws(PostgresError) {
        self.act = act
        self.digest = digest
        transaction = try await connection.query("SELECT pg_current_xact_id()").scalar ?? ""
    }

    /// Writes it down, for the case that this process ends before the answer comes.
    func keep(in folder: FixFolder) throws {
        try folder.write(Array(try JSONEncoder().encode(self)), to: folder.attemptPath)
    }

    /// What was written down; nil where nothing was, or nothing that can be read.
    ///
    /// Then the ledger decides alone, which the lock of fixes makes safe.
    init?(of folder: FixFolder) {
        guard let bytes = folder.read(folder.attemptPath),
            let attempt = try? JSONDecoder().decode(FixAttempt.self, from: Data(bytes))
        else { return nil }
        self = attempt
    }

    /// What became of it, by the ledger, whose row commits with the fix.
    func verdict(_ connection: Connection) async throws(PostgresError) -> Verdict {
        if let known = try await committed(connection) { return known }
        // Looked at once more, because it may have ended between the two questions.
        if try await isUnderWay(connection) { return .underWay }
        return try await committed(connection) ?? .rolledBack
    }

    /// What the database knows of an attempt.
    enum Verdict {
        case committed
        /// It was committed, and what it applied was undone later.
        case undoneSince
        case rolledBack
        case underWay
    }

    private func committed(_ connection: Connection) async throws(PostgresError) -> Verdict? {
        let column = act == .apply ? "transaction" : "undo_transaction"
        let rows = try await connection.query(
            """
            SELECT undone_at IS NOT NULL FROM assay.fix_ledger
            WHERE \(column) = $1::xid8 AND digest = $2 ORDER BY id DESC LIMIT 1
            """, [transaction, digest])
        guard rows.count > 0 else { return nil }
        return act == .apply && rows[0, 0] == "t" ? .undoneSince : .committed
    }

    private func isUnderWay(_ connection: Connection) async throws(PostgresError) -> Bool {
        do throws(PostgresError) {
            let status = try await connection.query(
                "SELECT pg_catalog.pg_xact_status($1::xid8)", [transaction])
            return status.scalar == "in progress"
        } catch {
            // A server that crashed may not remember that it ever gave the number out.
            if error.sqlState == .invalidParameterValue { return false }
            throw error
        }
    }
}

extension FixSession {
    /// Commits; where the answer is lost, finds out on another connection what became of it.
    ///
    /// - Throws: `PostgresError` where it is certain that nothing was committed, and
    ///   ``BrokenAcknowledgement`` where it could not be found out.
    func commit(_ attempt: FixAttempt, of name: String, _ connection: Connection) async throws {
        let lost: PostgresError
        do throws(PostgresError) {
            return try await connection.commit(deadline: options.commitTimeout)
        } catch {
            guard error.leavesCommitUnknown else { throw error }
            lost = error
        }
        await connection.close()
        // Also when the task was cancelled: whoever did that wants to know.
        let verdict = await Task { await self.verdict(on: attempt) }.value
        switch verdict {
        case .committed, .undoneSince: return
        case .rolledBack: throw lost.withNothingChanged
        case .underWay, nil: throw BrokenAcknowledgement(fix: name, act: attempt.act, lost)
        }
    }

    /// Asks until there is a verdict or it takes too long; a server that crashed needs its time.
    private func verdict(on attempt: FixAttempt) async -> FixAttempt.Verdict? {
        let limit = ContinuousClock.now + options.commitTimeout
        var verdict: FixAttempt.Verdict?
        repeat {
            do {
                let connection = try await connect()
                verdict = try await attempt.verdict(connection)
                await connection.close()
                if verdict != .underWay { return verdict }
            } catch {
                verdict = nil
            }
            try? await Task.sleep(for: .milliseconds(200))
        } while ContinuousClock.now < limit
        return verdict
    }

    /// Finds out what became of an apply whose answer never came, and waits for one that is under way.
    func settle(attemptOf folder: FixFolder, _ connection: Connection) async throws {
        guard let attempt = FixAttempt(of: folder) else { return }
        let limit = ContinuousClock.now + options.commitTimeout + options.idleTimeout
        var verdict = try await attempt.verdict(connection)
        while verdict == .underWay {
            guard ContinuousClock.now < limit else {
                throw Refusal(
                    "an earlier apply of \(folder.name) is still under way in the database; wait for it, "
                        + "or end it with pg_terminate_backend: assay fix status names the process")
            }
            try await Task.sleep(for: .milliseconds(200))
            verdict = try await attempt.verdict(connection)
        }
        folder.remove(folder.attemptPath)
        if verdict == .undoneSince {
            throw Refusal(
                "the earlier apply of \(folder.name), whose answer was lost, took place and was undone "
                    + "since; nothing was done now. Run the command again to apply it anew")
        }
    }
}

/// The answer to a commit was lost, and the database could not be asked.
public struct BrokenAcknowledgement: Error, Sendable, CustomStringConvertible {
    let fix: String
    let act: FixAttempt.Act
    let reason: String

    init(fix: String, act: FixAttempt.Act, _ error: PostgresError) {
        self.fix = fix
        self.act = act
        reason = "\(error)"
    }

    /// What happened and how to find out.
    public var description: String {
        let done = act == .apply ? "applied" : "undone"
        return
            "the answer to the commit was lost (\(reason)), so it is not known here whether \(fix) is "
            + "\(done); the database knows: assay fix status \(fix). Running the command again is safe"
    }
}

extension PostgresError {
    /// Whether a commit that ended in this error may have taken place all the same.
    fileprivate var leavesCommitUnknown: Bool {
        isConnectionLoss || code == .deadlineExceeded || code == .cancelled
    }

    /// The same error, with what to do about a disk that is full.
    var withNoRoom: PostgresError {
        var copy = self
        copy.hint =
            "nothing was changed; the server's disk is full. Make room on it: a fix takes about three times "
            + "as much as the rows that it changes, and as much again for the write-ahead log; then run "
            + "the command again"
        return copy
    }

    /// The same error, with the certainty that nothing was committed.
    var withNothingChanged: PostgresError {
        var copy = self
        copy.hint = "nothing was changed, for nothing was committed; run the command again"
        return copy
    }
}

extension SQLState {
    /// A value that a parameter or a function does not take.
    fileprivate static let invalidParameterValue: SQLState = "22023"
}
