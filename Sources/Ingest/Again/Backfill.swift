public import Assay
public import Postgres

/// Rows of an extracted table that are coalesced into core once more.
///
/// They fill in what core lacks, and overwrite nothing: a backfill that is run again changes nothing.
public struct Backfill: Sendable {
    /// What it is called.
    public let name: String
    /// Where the rows are.
    public let source: TableName
    /// The table of core that they go to.
    public var target: TableName { destination.table }
    /// The table of raw that they came from.
    let raw: TableName
    let destination: Destination
    /// The columns of the source that are read, beside id and raw_id.
    let columns: [String]
    /// A row of core.
    let row: @Sendable (Item) -> Columns<Reading>

    /// All of them.
    public static let all: [Backfill] = [
        .claygentCustomers, .claygentCustomersStructured, .caseStudyBuyers,
    ]

    /// The backfill of a name.
    public static func named(_ name: String) -> Backfill? { all.first { $0.name == name } }

    static let claygentCustomers = customers(
        "claygent-customers", TableName("extracted.claygent_customers"),
        TableName("raw.claygent_customers_raw"), source: "claygent")

    static let claygentCustomersStructured = customers(
        "claygent-customers-structured", TableName("extracted.claygent_customers_structured"),
        TableName("raw.claygent_customers_structured_raw"), source: "claygent_structured")

    private static func customers(
        _ name: String, _ table: TableName, _ raw: TableName, source: String
    ) -> Backfill {
        Backfill(
            name: name, source: table, raw: raw, destination: .companyCustomers,
            columns: [
                "origin_company_domain", "origin_company_name", "customer_name",
                "case_study_url", "has_case_study",
            ],
            row: { row in
                [
                    "origin_company_domain": row.text("origin_company_domain", as: .domain),
                    "origin_company_name": row.text("origin_company_name"),
                    "customer_name": row.text("customer_name"),
                    "case_study_url": row.text("case_study_url"),
                    "has_case_study": row.boolean("has_case_study"),
                    "source": .of(source), "source_id": row.number("id"),
                ]
            })
    }

    static let caseStudyBuyers = Backfill(
        name: "case-study-buyers",
        source: TableName("extracted.case_study_buyers"),
        raw: TableName("raw.case_study_buyers_payloads"),
        destination: .coreChampions,
        columns: [
            "case_study_url", "origin_company_name", "origin_company_domain",
            "customer_company_name", "customer_company_domain", "buyer_full_name",
            "buyer_job_title",
        ],
        row: { row in
            [
                "full_name": row.text("buyer_full_name"),
                "job_title": row.text("buyer_job_title"),
                "company_name": row.text("customer_company_name"),
                "customer_company_domain": row.text("customer_company_domain", as: .domain),
                "origin_company_name": row.text("origin_company_name"),
                "origin_company_domain": row.text("origin_company_domain", as: .domain),
                "case_study_url": row.text("case_study_url"),
                "source": .of("case_study_buyers"), "source_id": row.number("id"),
            ]
        })

    /// Rows in the order of their ids, after one of them; a name that lacks is the one core knows.
    var reading: Statement {
        let members = columns.map { column -> SQL in
            column == "origin_company_name"
                ? """
                'origin_company_name', coalesce(nullif(btrim(row.origin_company_name), ''), (SELECT \
                known.name FROM core.companies AS known WHERE known.domain = row.origin_company_domain))
                """ : "\(.label(column)), row.\(identifier: column)"
        }
        return Statement(
            "read \(source)", parameters: 2,
            """
            SELECT row.id, row.raw_id,
                jsonb_build_object('id', row.id, \(members.joined(separator: ", "))) AS "row"
            FROM \(source) AS row WHERE row.id > $1::bigint ORDER BY row.id LIMIT $2
            """)
    }

    var counting: Statement {
        Statement("count \(source)", parameters: 0, "SELECT count(*) FROM \(source)")
    }

    var statements: [Statement] { [reading, counting, destination.storing] }
}

extension SQL {
    /// A column's name as a key of JSON; names of ours need no escape.
    fileprivate static func label(_ name: String) -> SQL { SQL(unchecked: "'\(name)'") }
}

extension Ingest {
    /// Runs a backfill, from where an earlier one was interrupted.
    ///
    /// - Parameters:
    ///   - backfill: The backfill.
    ///   - batch: How many rows are done in one transaction.
    ///   - startingOver: Whether an interrupted one is forgotten.
    ///   - connection: A connection, outside a transaction.
    ///   - progress: Told after each transaction how far it has come.
    /// - Returns: What it has done in all.
    /// - Throws: `PostgresError`; what was done by then stays done, and is not done again.
    public func run(
        _ backfill: Backfill, batch: Int = 1_000, startingOver: Bool = false,
        over connection: Connection, progress: @Sendable (Pass) -> Void = { _ in }
    ) async throws(PostgresError) -> Pass {
        var cursor = try await Cursor.find(
            "backfill \(backfill.name)", startingOver: startingOver, connection)
        let isResumed = !cursor.position.isEmpty
        let total = try await connection.query(backfill.counting).scalar.flatMap { Int($0) } ?? 0
        while true {
            let rows = try await connection.query(
                backfill.reading,
                [cursor.position.isEmpty ? "0" : cursor.position, String(batch)])
            guard let last = rows.last else { break }
            try await connection.begin(.readWrite)
            do throws(PostgresError) {
                try await coalesce(rows, backfill, connection, &cursor)
                cursor.done += rows.count
                cursor.position = last["id"] ?? ""
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

    private func coalesce(
        _ rows: Rows, _ backfill: Backfill, _ connection: Connection, _ cursor: inout Cursor
    ) async throws(PostgresError) {
        var taking = Taking(connection: connection, door: door, isNewer: false)
        var drafts: [Draft] = []
        var rawIDs: [String: String] = [:]
        for row in rows {
            let path = "\(backfill.source)[\(row["id"] ?? "")]"
            let value: JSONValue
            do throws(JSONFault) {
                value = try JSONReader.value(of: Array((row["row"] ?? "").utf8))
            } catch {
                throw PostgresError(.unexpected, "the server's JSON cannot be read: \(error)")
            }
            rawIDs[path] = row["raw_id"]
            let readings = backfill.row(Item(value: value, path: path))
            drafts.append(Draft(path, readings))
        }
        cursor.tally += try await taking.store(drafts, in: backfill.destination)
        taking.remarks = taking.remarks.map { remark in
            var remark = remark
            // A place begins with its row: `extracted.case_study_buyers[7].buyer_full_name`.
            let end = remark.path.firstIndex(of: "]") ?? remark.path.startIndex
            remark.rawID = rawIDs[String(remark.path[...end])]
            return remark
        }
        let name = "backfill \(backfill.name)"
        try taking.gatherQuarantine(name, backfill.raw, nil)
        let places = JSONValue.array(drafts.map { .string($0.path) }).text
        try taking.gather(.settlePlaces, [Remark.list(taking.remarks), name, places])
        for (purpose, rows) in try await taking.flush() {
            guard case .quarantined = purpose else { continue }
            cursor.quarantined += rows.scalar.flatMap { Int($0) } ?? 0
        }
    }
}
