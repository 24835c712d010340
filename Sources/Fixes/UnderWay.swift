import Assay
import Postgres

/// A plan, apply or undo that holds Assay's lock in the database now.
struct FixUnderWay: Sendable {
    /// The key of the lock: one fix at a time in a database.
    static let lock = "pg_catalog.hashtextextended('assay fix', 0)"

    let process: String
    let user: String
    let since: String?

    /// Looks who holds the lock, if anybody does.
    static func holder(_ connection: Connection) async throws(PostgresError) -> FixUnderWay? {
        let rows = try await connection.query(
            """
            SELECT a.pid, a.usename,
                to_char(a.xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
            FROM pg_catalog.pg_locks AS l JOIN pg_catalog.pg_stat_activity AS a USING (pid)
            WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
              AND l.database = a.datid AND a.datname = current_database()
              AND (l.classid::bigint << 32) | l.objid::bigint = \(lock)
            ORDER BY a.pid LIMIT 1
            """)
        guard rows.count > 0 else { return nil }
        return FixUnderWay(process: rows[0, 0] ?? "", user: rows[0, 1] ?? "", since: rows[0, 2])
    }

    /// Who it is, and what to do.
    var sentence: String {
        "a fix is under way in this database: process \(process) of \(user)"
            + (since.map { ", since \($0)" } ?? "")
            + "; wait for it, or end it with SELECT pg_terminate_backend(\(process))"
    }
}

extension FixSession {
    /// What is under way, and what was left without an answer, a sentence each.
    ///
    /// - Parameter folders: The fixes whose remembered commits are looked into.
    /// - Returns: Nothing where all is at rest.
    /// - Throws: A refusal, or `PostgresError`.
    public func unfinished(_ folders: [FixFolder]) async throws -> [String] {
        let connection = try await connect()
        var sentences: [String] = []
        if let holder = try await FixUnderWay.holder(connection) {
            sentences.append(holder.sentence)
        }
        for folder in folders {
            guard let attempt = FixAttempt(of: folder) else { continue }
            switch try await attempt.verdict(connection) {
            case .committed, .undoneSince: continue
            case .underWay:
                sentences.append(
                    "\(folder.name): its commit is under way (transaction \(attempt.transaction))")
            case .rolledBack:
                sentences.append(
                    "\(folder.name): an apply ended before its commit, and nothing of it stays; run "
                        + "it again: assay fix apply \(folder.name) --apply")
            }
        }
        return sentences
    }
}

extension PostgresError {
    /// The same error, with who is in the way where that can be told.
    func namingHolder(on connection: Connection) async -> PostgresError {
        var copy = self
        copy.hint =
            "nothing was changed; another session holds a lock on a touched table (pg_locks and "
            + "pg_stat_activity say which); run the command again, or wait longer: --lock-timeout"
        do throws(PostgresError) {
            if let holder = try await FixUnderWay.holder(connection) {
                copy.hint = "nothing was changed; \(holder.sentence)"
            }
        } catch {
            // The lock is the news; who holds it is an extra.
        }
        return copy
    }
}
