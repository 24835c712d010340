import Assay
import Auditor
import Postgres

/// What became of an undo.
public struct UndoOutcome: Sendable, Hashable {
    /// How many rows were put back as they were.
    public var restored: Int
    /// Rows that were edited since the fix, by table and key; they stay as they are.
    public var conflicts: [String]
    /// How many there are in all.
    public var conflictCount: Int
    /// When it had been undone before; nothing was done then.
    public var undoneBefore: String?
    /// The ledger's number of an earlier apply of the same fix that still stands.
    public var earlier: Int?
}

extension FixSession {
    /// Puts the rows that a fix changed back as they were, where they still are as the fix left them.
    ///
    /// Of a fix that was applied several times, the last apply is undone, and only that one, however
    /// often this is asked for.
    ///
    /// - Parameters:
    ///   - name: The fix.
    ///   - number: An earlier apply, by its number in the ledger.
    ///   - commits: Whether the transaction is kept.
    ///   - skipsConflicts: Whether rows that were edited since are left alone; otherwise one of them
    ///     stops the undo.
    /// - Returns: How many rows were restored, and which were edited since.
    /// - Throws: A refusal, a ``BrokenPromise`` after a rollback, or `PostgresError`.
    public func undo(
        _ name: String, number: Int? = nil, commits: Bool, skipsConflicts: Bool
    ) async throws -> UndoOutcome {
        let connection = try await connect()
        return try await attempting(connection) {
            let fix = try await lastApplied(name, number, connection)
            if let undone = fix.undone {
                try await connection.rollback()
                return UndoOutcome(
                    restored: 0, conflicts: [], conflictCount: 0, undoneBefore: undone,
                    earlier: fix.earlier)
            }
            // Rows are read as the journal wrote them, whose search path this is.
            let path = try await connection.query("SELECT current_setting('search_path')").scalar
            try await connection.execute("SET LOCAL search_path = pg_catalog, pg_temp")
            let catalog = try await Catalog.read(from: connection)
            let tables = try await touchedTables(fix.id, catalog, connection)
            try await refuseOtherShape(fix.id, fix.fingerprint, tables, connection)
            try await refuseLostRows(of: fix.id, name, connection)
            for table in tables {
                try await connection.execute(
                    "SELECT assay.silence_triggers($1, $2)", [table.name.schema, table.name.name])
            }
            let journal = UndoStatements(connection: connection, fix: fix.id)
            try await journal.prepare(tables)
            let outcome = try await conflicts(tables, connection)
            if outcome.conflictCount > 0, !skipsConflicts {
                let rows = outcome.conflictCount.counted("row")
                throw BrokenPromise(
                    [
                        "\(rows) \(outcome.conflictCount == 1 ? "was" : "were") edited since \(name) was "
                            + "applied, and an undo would lose that: "
                            + "\(outcome.conflicts.joined(separator: "; ")). Leave them as they are with "
                            + "--skip-conflicts"
                    ])
            }
            let restored = try await journal.rowsToRestore()
            try await connection.execute("SELECT set_config('search_path', $1, true)", [path])
            let counted = try await connection.countedChanges()
            do {
                let changed = try await journal.restore(tables)
                try await refuseOtherChanges(changed, since: counted, connection)
                try await connection.execute("SELECT assay.check_constraints()")
            } catch let error as PostgresError where error.sqlState?.isIntegrityViolation == true {
                throw BrokenPromise(
                    [
                        "a row cannot be put back: \(error); what was added or removed since the fix stands "
                            + "in its way; change that first"
                    ])
            }
            try await connection.execute("SELECT assay.restore_triggers()")
            try await connection.execute(
                """
                UPDATE assay.fix_ledger SET undone_by = session_user, undone_at = clock_timestamp(),
                    undo_transaction = pg_current_xact_id()
                WHERE id = $1 AND undone_at IS NULL
                """, ["\(fix.id)"])
            if commits {
                let attempt = try await FixAttempt(.undo, digest: fix.digest, connection)
                try await commit(attempt, of: name, connection)
            } else {
                try await connection.rollback()
            }
            return UndoOutcome(
                restored: restored, conflicts: outcome.conflicts,
                conflictCount: outcome.conflictCount)
        }
    }

    /// The last apply of a fix, or one by its number; it may have been undone.
    private func lastApplied(
        _ name: String, _ number: Int?, _ connection: Connection
    ) async throws -> (
        id: Int, fingerprint: String, digest: String, undone: String?, earlier: Int?
    ) {
        let rows = try await connection.query(
            """
            SELECT id, fingerprint, digest, to_char(undone_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
                (SELECT max(e.id) FROM assay.fix_ledger AS e
                 WHERE e.name = $1 AND e.id < l.id AND e.undone_at IS NULL)
            FROM assay.fix_ledger AS l WHERE name = $1 AND ($2::bigint IS NULL OR id = $2::bigint)
            ORDER BY id DESC LIMIT 1
            """, [name, number.map(String.init)])
        guard rows.count == 1, let id = rows[0, 0].flatMap({ Int($0) }) else {
            throw Refusal("\(name) is not applied in this database, so there is nothing to undo")
        }
        return (
            id, rows[0, 1] ?? "", rows[0, 2] ?? "", rows[0, 3], rows[0, 4].flatMap { Int($0) }
        )
    }

    /// The tables that a fix changed.
    private func touchedTables(
        _ fix: Int, _ catalog: Catalog, _ connection: Connection
    ) async throws -> [TouchedTable] {
        let rows = try await connection.query(
            """
            SELECT DISTINCT schema_name, table_name FROM assay.fix_journal WHERE fix = $1 ORDER BY 1, 2
            """, ["\(fix)"])
        var tables: [TouchedTable] = []
        for row in rows {
            let name = TableName(schema: row[0] ?? "", name: row[1] ?? "")
            guard let relation = catalog.relation(schema: name.schema, name: name.name) else {
                throw Refusal("\(name) is gone, so what the fix changed in it cannot be put back")
            }
            guard let key = Rehearsal.key(of: relation) else {
                throw Refusal(
                    "\(name) has no primary key any more, so its rows cannot be told apart")
            }
            tables.append(try await TouchedTable(name, relation, key: key, connection))
        }
        return tables
    }

    /// Only what the text form of rows depends on; an apply by an older version kept a digest of all.
    private func refuseOtherShape(
        _ fix: Int, _ fingerprint: String, _ tables: [TouchedTable], _ connection: Connection
    ) async throws {
        var changed: [TableName] = []
        for table in tables {
            let isSame = try await connection.query(
                """
                SELECT shapes ->> format('%I.%I', $1::text, $2::text) = assay.shape($1, $2)
                FROM assay.fix_ledger WHERE id = $3
                """, [table.name.schema, table.name.name, "\(fix)"])
            if isSame.scalar == "f" { changed.append(table.name) }
            if isSame.scalar != nil { continue }
            let names = tables.map(\.name.description).arrayLiteral
            let whole = try await connection.query(
                "SELECT assay.fingerprint($1) = $2", [names, fingerprint])
            if whole.scalar != "t" { changed.append(table.name) }
        }
        guard changed.isEmpty else {
            throw Refusal(
                "the columns or the key of \(changed.map(\.description).inWords) have changed since the fix "
                    + "was applied, so its rows cannot be put back as they were")
        }
    }

    /// What foreign keys do to rows that somebody added or changed since would be lost.
    private func refuseOtherChanges(
        _ changed: [TableName: Int], since counted: [TableName: Int], _ connection: Connection
    ) async throws {
        var left = try await connection.countedChanges()
        for (table, rows) in counted { left[table, default: 0] -= rows }
        // The rows of a partitioned table are counted where they lie.
        for (table, rows) in changed {
            var rows = rows
            for part in try await Kin(of: [table], connection).below {
                let own = min(rows, left[part] ?? 0)
                left[part, default: 0] -= own
                rows -= own
            }
        }
        let problems = left.keys.sorted().compactMap { table -> String? in
            guard let rows = left[table], rows > 0 else { return nil }
            return
                "the undo would also change \(rows.counted("row")) of \(table), through a foreign key's "
                + "action or a trigger, and lose what was added or changed there since; point those rows "
                + "elsewhere first"
        }
        if !problems.isEmpty { throw BrokenPromise(problems) }
    }

    /// An undo by half a journal would be half an undo.
    private func refuseLostRows(
        of fix: Int, _ name: String, _ connection: Connection
    ) async throws {
        let rows = try await connection.query(
            """
            SELECT l.journal_rows, (SELECT count(*) FROM assay.fix_journal AS j WHERE j.fix = l.id)
            FROM assay.fix_ledger AS l WHERE l.id = $1
            """, ["\(fix)"])
        let (wrote, holds) = (rows[0].count(0), rows[0].count(1))
        guard wrote == holds else {
            throw Refusal(
                "the journal of \(name) holds \(holds.counted("row")), and the fix wrote "
                    + "\(wrote.grouped), so it cannot be undone; restore assay.fix_journal from a backup"
            )
        }
    }

    /// The rows that were edited since, by a digest where their key is sensitive.
    private func conflicts(
        _ tables: [TouchedTable], _ connection: Connection
    ) async throws(PostgresError) -> UndoOutcome {
        let sensitive = tables.filter { table in
            let declared = suite.tables.first { $0.name == table.name }
            return !Set(declared?.sensitiveColumns ?? []).isDisjoint(with: table.key)
        }
        let digest = try Display.digest.text("array_to_string(key, ', ')")
            .rendered(quoting: connection.quoted).text
        let rows = try await connection.query(
            """
            SELECT schema_name, table_name,
                CASE WHEN schema_name || '.' || table_name = ANY ($1::text[]) THEN \(digest)
                    ELSE array_to_string(key, ', ') END, count(*) OVER ()
            FROM (SELECT DISTINCT schema_name, table_name, key FROM assay_undo WHERE conflicts) AS rows
            ORDER BY 1, 2, key LIMIT 10
            """, [sensitive.map(\.name.description).arrayLiteral])
        let names = rows.map { "\($0[0] ?? "").\($0[1] ?? "") \($0[2] ?? "")" }
        return UndoOutcome(
            restored: 0, conflicts: names, conflictCount: rows.count > 0 ? rows[0].count(3) : 0)
    }
}

extension SQLState {
    /// Whether a constraint was violated: class 23.
    var isIntegrityViolation: Bool { rawValue.hasPrefix("23") }
}
