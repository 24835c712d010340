import Assay
import Postgres

/// One payload on its way through one open transaction: `raw` → `extracted` → `reference` → `core`.
struct PayloadRun {
    let arrival: Arrival
    private(set) var context: Context
    private var taking: Taking
    private var workflow: Workflow { arrival.workflow }

    /// Begins with a payload that has not been kept yet.
    init(arrival: Arrival, door: Door, connection: Connection) {
        self.init(arrival: arrival, rawID: "", door: door, connection: connection)
    }

    /// Begins with a payload that is kept under an id.
    init(arrival: Arrival, rawID: String, door: Door, connection: Connection) {
        self.arrival = arrival
        let payload = Item(value: arrival.value, path: "")
        context = Context(
            payload: payload, subject: arrival.subject, rawID: rawID,
            companyName: arrival.workflow.companyName?(payload) ?? Reading(nil, at: ""))
        taking = Taking(connection: connection, door: door)
    }

    /// Keeps the exact copy, and claims the subject: of two payloads about one, the second waits.
    mutating func keep() async throws(PostgresError) {
        let kept = try await taking.connection.query(
            workflow.storing, [arrival.subject, arrival.value.text, arrival.body])
        guard let row = kept.first, let id = row["id"], let time = row["created_at"] else {
            throw PostgresError(.unexpected, "the server names no id for the copy of the payload")
        }
        context = Context(
            payload: context.payload, subject: context.subject, rawID: id,
            companyName: context.companyName)
        taking.isNewer = try await claim(arrivedAt: time) != .older
    }

    /// Which of two payloads about one subject came later.
    enum Age {
        case older, same, newer
    }

    /// Makes this the subject's newest payload, unless a newer one was taken in.
    private func claim(arrivedAt time: String) async throws(PostgresError) -> Age {
        let row = try await taking.connection.query(
            .claimSubject, [workflow.name, arrival.subject, context.rawID, time]
        ).first
        guard let row else { return .older }
        return row.bool("is_new") ? .newer : .same
    }

    /// Takes a kept payload once more.
    ///
    /// - Parameters:
    ///   - time: When it was kept.
    ///   - overwrites: Whether its values count as newer than those that are stored, where no newer payload of
    ///     its subject was taken in. Otherwise it fills in what lacks, and changes nothing.
    /// - Throws: `PostgresError`.
    mutating func retake(
        keptAt time: String, overwrites: Bool
    ) async throws(PostgresError) {
        switch try await claim(arrivedAt: time) {
        case .older: taking.isNewer = false
        case .same: taking.isNewer = overwrites
        case .newer: taking.isNewer = true
        }
        try await take()
        _ = try await taking.connection.query(
            .settle,
            [Remark.list(taking.remarks), workflow.name, "\(workflow.raw)", context.rawID])
    }

    /// Does the workflow's steps, and puts what was not taken in into the quarantine.
    mutating func take() async throws(PostgresError) {
        try await findName()
        steps: for step in workflow.steps {
            switch step {
            case .store(let destination, let decides, let identifies, let rows):
                let goesOn = try await store(destination, identifies, rows)
                if decides, !goesOn { break steps }
            case .hold(let destination, let rows):
                let held = try await taking.admit(rows(context), to: destination)
                context.refused.formUnion(held.refused.filter { !$0.isEmpty })
            case .learn(let statement, let words):
                let list = JSONValue.array(words(context).map(JSONValue.string))
                if list == .array([]) { continue }
                var known: [String: String] = [:]
                for row in try await taking.connection.query(statement, [list.text]) {
                    if let word = row[0], let meaning = row[1] { known[word] = meaning }
                }
                context.known[statement.name] = known
            case .run(let statement, let bindings):
                _ = try await taking.connection.query(statement, bindings(context))
            }
        }
        context.tally.quarantined += try await taking.quarantine(
            workflow.name, workflow.raw, context.rawID)
    }

    /// Stores the rows of one table; false where rows were proposed and none was admitted.
    private mutating func store(
        _ destination: Destination, _ identifies: Bool, _ rows: @Sendable (Context) -> [Draft]
    ) async throws(PostgresError) -> Bool {
        let proposed = rows(context)
        let drafts = proposed.filter { $0.path.isEmpty || !context.isRefused($0.path) }
        let stored = try await taking.store(drafts, in: destination)
        context.refused.formUnion(stored.refused.filter { !$0.isEmpty })
        context.tally.add(stored.counts, to: destination.table)
        context.admitted[destination.table, default: []] += stored.rows
        if identifies {
            context.ids[destination.table] = try await taking.ids(
                of: stored.rows, in: destination)
        }
        return !stored.rows.isEmpty
    }

    /// A name that the payload does not say is the one that core knows.
    private mutating func findName() async throws(PostgresError) {
        guard workflow.companyName != nil, context.companyName.value == nil else { return }
        let domain =
            workflow.subject.form == .domain ? context.subject : context.originDomain.text
        guard let domain else { return }
        let name = try await taking.connection.query(.knownName, [domain]).scalar
        context.companyName = Reading(name.map(JSONValue.string), at: context.companyName.path)
    }
}

extension Statement {
    /// A row that is returned is the subject's newest payload; none where a newer one was taken in.
    ///
    /// The row stays locked until the end of the transaction, so that payloads of one subject come one by one.
    static let claimSubject = Statement(
        "claim a subject", parameters: 4,
        """
        WITH earlier AS (
            SELECT raw_id FROM ingest.subjects WHERE workflow = $1 AND subject = $2
        )
        INSERT INTO ingest.subjects AS stored (workflow, subject, raw_id, arrived_at)
        VALUES ($1, $2, $3::uuid, $4::timestamptz)
        ON CONFLICT (workflow, subject) DO UPDATE
        SET raw_id = excluded.raw_id, arrived_at = excluded.arrived_at
        WHERE (excluded.arrived_at, excluded.raw_id) >= (stored.arrived_at, stored.raw_id)
        RETURNING NOT EXISTS (SELECT FROM earlier WHERE raw_id = $3::uuid) AS is_new
        """)

    /// The name of a company as core knows it: as a company of its own, else as somebody's supplier.
    static let knownName = Statement(
        "find a company's name", parameters: 1,
        """
        SELECT coalesce(
            (SELECT name FROM core.companies WHERE domain = $1),
            (SELECT origin_company_name FROM core.company_customers
                WHERE origin_company_domain = $1 ORDER BY updated_at DESC, id DESC LIMIT 1))
        """)
}
