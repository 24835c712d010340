import Assay
import Auditor
import Postgres

/// A script run in an open transaction, with everything it changes written down and measured.
///
/// Plan, dry run and apply are the same rehearsal; only what follows it differs: the first two roll
/// back, the third compares and commits.
struct Rehearsal: Sendable {
    /// What was seen.
    struct Effect: Sendable, Hashable {
        var fingerprint: String
        var steps: [FixPlan.Step]
        var tables: [FixPlan.TableEffect]
        var dependants: [FixPlan.Dependant]
        var measures: [FixPlan.MeasureChange]
        var samples: [FixPlan.RowChange]
        /// Digests of what the columns became, where a second run is to be held against them.
        var columns: AfterImages.Columns
    }

    let connection: Connection
    let suite: Suite
    let script: Script
    let options: FixOptions
    /// The fix's name and the digest of what was approved, for the ledger.
    let name: String
    let digest: String
    let approver: String?
    /// The checks that the fix is there to mend.
    let resolves: Set<String>
    /// Whether what it does is to be kept.
    let commits: Bool
    /// What is known beforehand of the rows that the script leaves.
    var images: AfterImages

    /// Runs the script.
    ///
    /// The transaction has begun and holds Assay's lock.
    ///
    /// - Returns: What it changed, and the ledger's number for it.
    /// - Throws: A refusal where the script cannot be run as a fix, a ``BrokenPromise`` where it
    ///   changes what it may not, and `PostgresError`.
    func perform() async throws -> (effect: Effect, fix: Int) {
        let catalog = try await Catalog.read(from: connection)
        try suite.refuseUnknownNames(in: catalog)
        let journaled = try journaledTables(catalog)
        try await refuseUnindexedReferences(catalog)
        try await lock(journaled.map(\.table))
        let kin = try await Kin(of: journaled.map(\.table), connection)
        let touched = isMeasured ? touchedSuite(kin.all) : nil
        let names = journaled.map(\.table.description)
        let fingerprint =
            try await connection.query(
                "SELECT assay.fingerprint($1)", [names.arrayLiteral]
            ).scalar ?? ""
        let before =
            try await touched?.verdicts(on: connection, catalog: catalog, options: audit) ?? [:]
        let fix = try await openLedger(fingerprint: fingerprint)
        for entry in journaled {
            try await connection.execute(
                "SELECT assay.start_journal($1, $2, $3)",
                [entry.table.schema, entry.table.name, entry.key.arrayLiteral])
        }
        let quiet = try await QuietChanges(of: script, catalog, connection)
        let steps = try await run(catalog)
        try await connection.execute("SELECT assay.check_constraints()")
        let journal = JournalReader(connection: connection, suite: suite, fix: fix)
        try await journal.prepare()
        var tables = try await journal.tables()
        try await quiet.refuse(in: fix, journaled: kin.below)
        let columns = try await journal.digestImages(of: &tables, catalog, known: images)
        let dependants = try await Dependants(
            connection: connection, catalog: catalog, suite: suite, fix: fix
        ).of(
            tables.filter { $0.updated + $0.deleted > 0 }
                .compactMap { catalog.table(writtenAs: $0.table)?.name })
        let samples = isShown ? try await journal.samples(catalog, tables.map(\.table)) : []
        let after =
            try await touched?.verdicts(on: connection, catalog: catalog, options: audit) ?? [:]
        // Nobody may read a table while its triggers are dropped; a rollback drops them for nothing.
        for entry in journaled where commits {
            try await connection.execute(
                "SELECT assay.stop_journal($1, $2)", [entry.table.schema, entry.table.name])
        }
        try await connection.execute("SELECT assay.count_journal()")
        let measures = before.keys.sorted().map { check in
            FixPlan.MeasureChange(
                check: check, before: before[check]?.violations, after: after[check]?.violations,
                isResolved: resolves.contains(check))
        }
        let effect = Effect(
            fingerprint: fingerprint, steps: steps, tables: tables, dependants: dependants,
            measures: measures, samples: samples, columns: columns)
        return (effect, fix)
    }

    /// Whether checks are measured: the second run of a plan is about the rows alone.
    private var isMeasured: Bool {
        if case .seen = images { false } else { true }
    }

    /// Whether the first changed rows are read for a person to look at.
    private var isShown: Bool {
        if case .unknown = images { true } else { false }
    }

    // MARK: Before the script

    /// The tables whose changes are written down: those the script names, and those that foreign keys
    /// change along with them.
    private func journaledTables(
        _ catalog: Catalog
    ) throws(Refusal) -> [(table: TableName, key: [String])] {
        var problems: [Refusal.Item] = []
        var found: [(TableName, [String])] = []
        var queue = script.tables
        var seen = Set(queue)
        while !queue.isEmpty {
            let name = queue.removeFirst()
            guard let relation = catalog.relation(schema: name.schema, name: name.name) else {
                problems.append(.init("there is no table \(name)"))
                continue
            }
            guard relation.kind == .table || relation.kind == .partitionedTable else {
                problems.append(.init("\(name) is not a table, so its changes cannot be journaled"))
                continue
            }
            if relation.kind == .table, relation.hasInheritanceChildren {
                problems.append(
                    .init(
                        "other tables inherit from \(name), and their rows could not be put back; "
                            + "make it a partitioned table, or mend it by hand"))
                continue
            }
            guard let key = Rehearsal.key(of: relation) else {
                problems.append(
                    .init("\(name) has no primary key, so a change of it could not be undone"))
                continue
            }
            found.append((name, key))
            for child in catalog.relations {
                let table = TableName(schema: child.schema, name: child.name)
                let cascades = child.foreignKeys.contains {
                    $0.referencedSchema == name.schema && $0.referencedTable == name.name
                        && $0.changesReferrers
                }
                if cascades, seen.insert(table).inserted { queue.append(table) }
            }
        }
        if !problems.isEmpty { throw Refusal(problems) }
        return found
    }

    /// Makes writers wait until the transaction ends, so that what is measured before the script is what
    /// the script finds.
    ///
    /// The order of the names keeps two who lock the same tables from waiting for each other.
    private func lock(_ tables: [TableName]) async throws(PostgresError) {
        var names: [String] = []
        for table in tables.sorted() { names.append(try connection.quoted(table)) }
        try await connection.execute(
            "LOCK TABLE \(names.joined(separator: ", ")) IN SHARE ROW EXCLUSIVE MODE")
    }

    /// The columns that tell a table's rows apart, none of them null.
    static func key(of relation: Relation) -> [String]? {
        let usable = relation.uniqueIndexes.filter { index in
            index.isUsable && !index.columns.isEmpty
                && index.columns.allSatisfy { column in
                    relation.columns.contains { $0.name == column && $0.isNotNull }
                }
        }
        return (usable.first(where: \.isPrimary) ?? usable.first)?.columns
    }

    /// A delete or a change of key looks through every table that refers to the row; without an index
    /// it reads the whole of it for each row.
    private func refuseUnindexedReferences(_ catalog: Catalog) async throws {
        let changing = Set(script.steps.flatMap { $0.changesKeys ? $0.tables : [] })
        guard !changing.isEmpty else { return }
        let rows = try await connection.query(
            """
            SELECT n.nspname, c.relname, k.conname, pn.nspname, p.relname,
                (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY u.n)
                 FROM unnest(k.conkey) WITH ORDINALITY AS u (attnum, n)
                 JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.attnum)
            FROM pg_catalog.pg_constraint k
            JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_catalog.pg_class p ON p.oid = k.confrelid
            JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
            WHERE k.contype = 'f' AND c.relpages >= $1::bigint AND NOT EXISTS (
                SELECT FROM pg_catalog.pg_index i
                WHERE i.indrelid = k.conrelid AND i.indisvalid AND i.indpred IS NULL
                  AND (i.indkey::int2[])[0:array_length(k.conkey, 1) - 1] @> k.conkey)
            ORDER BY 1, 2, 3
            """, ["\(Rehearsal.largeTable)"], deadline: options.deadline)
        let problems = rows.compactMap { row -> Refusal.Item? in
            let parent = TableName(schema: row[3] ?? "", name: row[4] ?? "")
            guard changing.contains(parent) else { return nil }
            let child = "\(row[0] ?? "").\(row[1] ?? "")"
            return .init(
                "\(child) refers to \(parent) (\(row[2] ?? "")) without an index, so each deleted row "
                    + "would read it whole; first: CREATE INDEX CONCURRENTLY ON \(child) "
                    + "(\(row[5] ?? ""))")
        }
        if !problems.isEmpty { throw Refusal(problems) }
    }

    /// Pages of 8 kB from which on a table is large: 8 MB.
    private static let largeTable = 1_024

    /// The checks that stand on touched tables, and those that the fix is there to mend.
    private func touchedSuite(_ touched: Set<TableName>) -> Suite? {
        suite.keeping { check in
            touched.contains(check.table.name) || resolves.contains(check.id)
                || check.check.foreignNames.contains { touched.contains($0.table) }
        }
    }

    private var audit: AuditOptions {
        var audit = AuditOptions(target: options.target)
        audit.deadline = options.deadline
        audit.samples = 0
        return audit
    }

    private func openLedger(fingerprint: String) async throws -> Int {
        let rows = try await connection.query(
            """
            INSERT INTO assay.fix_ledger (name, digest, approved_by, fingerprint)
            VALUES ($1, $2, $3, $4) RETURNING id
            """, [name, digest, approver, fingerprint])
        guard let fix = rows.scalar.flatMap({ Int($0) }) else {
            throw PostgresError(.unexpected, "the ledger gave the fix no number")
        }
        try await connection.execute(
            "SELECT set_config('assay.fix', $1, true)", ["\(fix)"])
        return fix
    }

    // MARK: The script

    private func run(_ catalog: Catalog) async throws -> [FixPlan.Step] {
        var steps: [FixPlan.Step] = []
        for (index, step) in script.steps.enumerated() {
            try await connection.execute(
                "SELECT set_config('assay.statement', $1, true)", ["\(index + 1)"])
            do throws(PostgresError) {
                let rows = try await connection.execute(
                    step.text, deadline: options.deadline + .seconds(5))
                steps.append(FixPlan.Step(title: step.title, rows: rows))
            } catch {
                let isPassedOn = error.isRetryable || error.sqlState == .diskFull
                if isPassedOn || error.isConnectionLoss || error.isCancelled { throw error }
                throw BrokenPromise(["step \(index + 1) (\(step.title)) failed: \(sentence(error))"]
                )
            }
        }
        return steps
    }

    /// What went wrong in a step, with what to do where that can be told.
    private func sentence(_ error: PostgresError) -> String {
        guard error.sqlState == .foreignKeyViolation, let table = error.table else {
            return "\(error)"
        }
        let constraint = error.constraint.map { " (\($0))" } ?? ""
        return
            "rows of \(error.schema.map { $0 + "." } ?? "")\(table)\(constraint) still hang on a row "
            + "that it removes; point them elsewhere first"
    }
}

extension Verdict {
    /// The violations it counted; `nil` where nothing could be counted.
    var violations: Int? {
        switch self {
        case .proven: 0
        case .measured(let measure, _): measure.violations
        case .errored: nil
        }
    }
}

extension PostgresError {
    /// Whether the same transaction may well succeed when it is begun anew.
    var isRetryable: Bool {
        switch sqlState {
        case .lockNotAvailable?, .deadlockDetected?, .serializationFailure?: true
        default: false
        }
    }
}

extension [String] {
    /// The text form of a PostgreSQL array.
    var arrayLiteral: String {
        let sql: SQL = "\(self)"
        guard case .binding(let text?)? = sql.parts.first else { return "{}" }
        return text
    }
}
