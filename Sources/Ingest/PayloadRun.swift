import Assay
import Postgres

/// One payload on its way through one open transaction: `raw` → `extracted` → `reference` → `core`.
struct PayloadRun {
    let arrival: Arrival
    private(set) var context: Context
    private var taking: Taking
    private var age = Age.newer
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
    mutating func keep() throws(PostgresError) {
        let id = Self.newID()
        context = Context(
            payload: context.payload, subject: context.subject, rawID: id,
            companyName: context.companyName)
        try taking.gather(
            workflow.storing, [arrival.subject, arrival.copy, arrival.body, id])
        // The copy was kept in this transaction, and has its time.
        try claim(arrivedAt: nil)
    }

    /// Which of two payloads about one subject came later.
    enum Age {
        case older, same, newer
    }

    /// Makes this the subject's newest payload, unless a newer one was taken in.
    private mutating func claim(arrivedAt time: String?) throws(PostgresError) {
        try taking.gather(
            .claimSubject, [workflow.name, arrival.subject, context.rawID, time], for: .age)
    }

    /// Takes a kept payload once more.
    ///
    /// - Parameters:
    ///   - time: When it was kept.
    ///   - overwrites: Whether its values count as newer than those that are stored, where no newer payload of
    ///     its subject was taken in. Otherwise it fills in what lacks, and changes nothing.
    /// - Throws: `PostgresError`.
    nonisolated(nonsending) mutating func retake(
        keptAt time: String, overwrites: Bool
    ) async throws(PostgresError) {
        try claim(arrivedAt: time)
        try await settle()
        switch age {
        case .older: taking.isNewer = false
        case .same: taking.isNewer = overwrites
        case .newer: taking.isNewer = true
        }
        try await take()
        try taking.gather(
            .settle,
            [Remark.list(taking.remarks), workflow.name, "\(workflow.raw)", context.rawID])
        try await settle()
    }

    /// Does the workflow's steps, and puts what was not taken in into the quarantine.
    ///
    /// The last of it is only gathered: ``settle()`` has it done.
    nonisolated(nonsending) mutating func take() async throws(PostgresError) {
        try await findName()
        steps: for step in workflow.steps {
            // What is stored next may name what was stored before.
            if taking.awaitsIDs { try await settle() }
            switch step {
            case .store(let destination, let decides, let identifies, let rows):
                let goesOn = try await store(destination, identifies, rows)
                if decides, !goesOn { break steps }
            case .hold(let destination, let rows):
                _ = try await admit(rows(context), to: destination)
            case .learn(let statement, let words):
                let list = JSONValue.array(words(context).map(JSONValue.string))
                if list == .array([]) { continue }
                try taking.gather(statement, [list.text], for: .answer)
                var known: [String: String] = [:]
                for row in try await settle().map(Array.init) ?? [] {
                    if let word = row[0], let meaning = row[1] { known[word] = meaning }
                }
                context.known[statement.name] = known
            case .run(let statement, let bindings):
                try taking.gather(statement, bindings(context))
            }
        }
        try taking.gatherQuarantine(workflow.name, workflow.raw, context.rawID)
    }

    /// Has a statement of the transaction itself run with the others.
    mutating func gather(
        _ statement: Statement, _ bindings: [String?] = []
    ) throws(PostgresError) {
        try taking.gather(statement, bindings, for: .answer)
    }

    /// Has all that was gathered run, and takes its answers in.
    ///
    /// - Returns: The last of them.
    @discardableResult
    nonisolated(nonsending) mutating func settle() async throws(PostgresError) -> Rows? {
        var last: Rows?
        for (purpose, rows) in try await taking.flush() {
            switch purpose {
            case .none, .answer: break
            case .age:
                age = rows.first.map { $0.bool("is_new") ? .newer : .same } ?? .older
                taking.isNewer = age != .older
            case .counts(let table, let stored):
                context.tally.add(Tally.Counts(rows, of: stored), to: table)
            case .ids(let destination, let stored):
                context.tally.add(
                    Tally.Counts(identified: rows, of: stored), to: destination.table)
                context.ids[destination.table] = try await taking.ids(
                    of: stored, in: destination, told: rows)
            case .quarantined:
                context.tally.quarantined += rows.scalar.flatMap { Int($0) } ?? 0
            }
            last = rows
        }
        return last
    }

    /// Stores the rows of one table; false where rows were proposed and none was admitted.
    private nonisolated(nonsending) mutating func store(
        _ destination: Destination, _ identifies: Bool, _ rows: @Sendable (Context) -> [Draft]
    ) async throws(PostgresError) -> Bool {
        let proposed = rows(context)
        let drafts = proposed.filter { $0.path.isEmpty || !context.isRefused($0.path) }
        let admitted = try await admit(drafts, to: destination)
        if taking.awaitsAge, !destination.belongsToPayload { try await settle() }
        let stored = try taking.store(admitted, in: destination, identifies: identifies)
        context.admitted[destination.table, default: []] += stored
        return !stored.isEmpty
    }

    /// Holds rows against their promises; the places of those that are refused are remembered.
    private nonisolated(nonsending) mutating func admit(
        _ drafts: [Draft], to destination: Destination
    ) async throws(PostgresError) -> [Fields] {
        var broken: [Int: [String: String]] = [:]
        if try taking.ask(drafts, of: destination) {
            broken = taking.broken(try await settle(), drafts, of: destination)
        }
        let held = taking.admit(drafts, to: destination, broken: broken)
        context.refused.formUnion(held.refused.filter { !$0.isEmpty })
        return held.rows
    }

    /// A name that the payload does not say is the one that core knows.
    private nonisolated(nonsending) mutating func findName() async throws(PostgresError) {
        guard workflow.companyName != nil, context.companyName.value == nil else { return }
        let domain =
            workflow.subject.form == .domain ? context.subject : context.originDomain.text
        guard let domain else { return }
        try taking.gather(.knownName, [domain], for: .answer)
        let name = try await settle()?.scalar
        context.companyName = Reading(name.map(JSONValue.string), at: context.companyName.path)
    }

    /// An id that nobody else has (RFC 9562, version 4): made here, so that nothing waits for the server's.
    private static func newID() -> String {
        let high = UInt64.random(in: 0 ... .max) & ~0xF000 | 0x4000
        let low = UInt64.random(in: 0 ... .max) & ~(3 << 62) | 2 << 62
        func hex(_ number: UInt64) -> String {
            let digits = String(number, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
        let text = Array((hex(high) + hex(low)).utf8)
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
            .map { String(decoding: text[$0], as: UTF8.self) }.joined(separator: "-")
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
        VALUES ($1, $2, $3::uuid, coalesce($4::timestamptz, now()))
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
