import Assay
import Auditor
public import Postgres

/// A question that clients ask of the warehouse.
public struct Lookup: Sendable {
    /// What it is called: `company-customers`.
    public let name: String
    /// Where clients send it.
    public let path: String
    /// What it answers, in a sentence.
    public let summary: String
    /// What a request may hold.
    public let fields: [Field]
    /// What is asked.
    let statement: Statement
    /// What is bound; a problem where it cannot be.
    let bindings: @Sendable (Item) -> Result<[String?], Invalid>
    /// What is answered.
    let answer: @Sendable ([JSONValue]) -> [JSONValue.Member]

    /// All of them but the existence check, whose statement the request decides.
    public static let all: [Lookup] = [.caseStudyDetails, .companyCustomers]

    /// Whether a case study has been extracted.
    public static let caseStudyDetails = Lookup(
        name: "case-study-details", path: "/run/companies/case-study-details/lookup",
        summary: "Says whether a case study has been extracted, and what was found.",
        fields: [.text("case_study_url").required],
        statement: Statement(
            "look up a case study", parameters: 1,
            """
            SELECT to_jsonb(found) FROM (
                SELECT id, case_study_url, origin_company_name, origin_company_domain, article_title,
                    company_customer_name, customer_company_domain, confidence, created_at
                FROM extracted.case_study_details WHERE case_study_url = $1
            ) AS found ORDER BY id
            """),
        bindings: { .success([$0.text("case_study_url").text]) },
        answer: { rows in
            [.init("found", .bool(!rows.isEmpty)), .init("case_study", rows.first ?? .null)]
        })

    /// The customers of a domain, and what core knows of each.
    public static let companyCustomers = Lookup(
        name: "company-customers", path: "/run/companies/db/company-customers/lookup",
        summary: "Lists the customers of a domain, and what is known of each.",
        fields: [.text("domain").required],
        statement: Statement(
            "look up the customers of a company", parameters: 1,
            """
            SELECT to_jsonb(found) FROM (
                SELECT customers.customer_name, customers.customer_domain,
                    customers.case_study_url, customers.has_case_study, companies.linkedin_url,
                    sizes.employee_range, industries.matched_industry
                FROM core.company_customers AS customers
                LEFT JOIN core.companies AS companies
                    ON companies.domain = customers.customer_domain
                LEFT JOIN core.company_employee_range AS sizes
                    ON sizes.domain = customers.customer_domain
                LEFT JOIN core.company_industries AS industries
                    ON industries.domain = customers.customer_domain
                WHERE customers.origin_company_domain = $1
            ) AS found ORDER BY customer_name
            """),
        bindings: { item in
            let domain = item.text("domain", as: .domain)
            guard let text = domain.text else {
                let sentence = domain.fault?.sentence ?? "is required"
                return .failure(
                    Invalid(problems: [Problem(path: domain.path, sentence: sentence)]))
            }
            return .success([text])
        },
        answer: { rows in
            [.init("count", .integer(rows.count)), .init("customers", .array(rows))]
        })
}

extension Ingest {
    /// Answers a question of a client's.
    ///
    /// - Parameters:
    ///   - lookup: The question.
    ///   - request: The bytes of the request.
    ///   - connection: A connection.
    /// - Returns: The answer.
    /// - Throws: `PostgresError`.
    public func look(
        up lookup: Lookup, for request: [UInt8], over connection: Connection
    ) async throws(PostgresError) -> Answer {
        let item: Item
        switch Request.read(request, lookup.fields) {
        case .success(let found): item = found
        case .failure(let answer): return answer.answer
        }
        switch lookup.bindings(item) {
        case .failure(let fault):
            return .invalid(fault.problems)
        case .success(let bindings):
            let rows = try await connection.query(lookup.statement, bindings)
            return Answer(accepted: lookup.answer(try rows.values()))
        }
    }

    /// Where clients send the existence check.
    public static let existencePath = "/read/companies/db/check-existence"

    /// What a request of the existence check may hold.
    public static let existenceFields: [Field] = [
        .text("schema").required, .text("table").required, .text("column"),
        .code("value").required,
    ]

    /// Says whether a value exists in a column of the warehouse.
    ///
    /// - Parameters:
    ///   - request: The bytes of the request: `schema`, `table`, `value`, and `column` where it is not `domain`.
    ///   - connection: A connection.
    /// - Returns: The answer; names that the database does not know are a problem, with the nearest.
    /// - Throws: `PostgresError`.
    public func checkExistence(
        _ request: [UInt8], over connection: Connection
    ) async throws(PostgresError) -> Answer {
        let item: Item
        switch Request.read(request, Self.existenceFields) {
        case .success(let found): item = found
        case .failure(let answer): return answer.answer
        }
        let names = (
            schema: item.text("schema").text ?? "", table: item.text("table").text ?? "",
            column: item.text("column").text ?? "domain"
        )
        let known = try await connection.query(.knownColumns)
        if let problem = Request.unknown(names, among: known) { return .invalid([problem]) }
        let table = TableName(schema: names.schema, name: names.table)
        // A column of text is compared as it is, so that its index serves.
        let isText = known.contains {
            $0["schema"] == names.schema && $0["table"] == names.table
                && $0["column"] == names.column && $0.bool("is_text")
        }
        let cast: SQL = isText ? "" : "::text"
        let statement = Statement(
            "check existence", parameters: 1,
            """
            SELECT EXISTS (SELECT FROM \(table) WHERE \(identifier: names.column)\(cast) = $1)
            """)
        let answer = try await connection.query(statement, [item.code("value").text])
        return Answer(accepted: [
            .init("exists", .bool(answer.first?.bool("exists") ?? false)),
            .init("schema", .string(names.schema)), .init("table", .string(names.table)),
            .init("column", .string(names.column)),
        ])
    }
}

/// A request of a client's that only asks.
enum Request {
    struct Refused: Error {
        let answer: Answer
    }

    static func read(_ request: [UInt8], _ fields: [Field]) -> Result<Item, Refused> {
        let value: JSONValue
        do throws(JSONFault) {
            value = try JSONReader.value(of: request)
        } catch {
            let problem = Problem(path: error.path, sentence: error.sentence)
            return .failure(
                Refused(answer: Answer(.malformed, "the request is no JSON", problems: [problem])))
        }
        let problems = Validation.problems(of: value, fields)
        guard problems.isEmpty else { return .failure(Refused(answer: .invalid(problems))) }
        return .success(Item(value: value, path: ""))
    }

    /// The first name that the warehouse does not have.
    static func unknown(
        _ names: (schema: String, table: String, column: String), among known: Rows
    ) -> Problem? {
        let schemas = Set(known.compactMap { $0["schema"] })
        guard schemas.contains(names.schema) else {
            let hint = Nearest.suggestion(for: names.schema, among: schemas.sorted())
            return Problem(path: "schema", sentence: "the warehouse has no such schema\(hint)")
        }
        let tables = known.filter { $0["schema"] == names.schema }
        guard tables.contains(where: { $0["table"] == names.table }) else {
            let hint = Nearest.suggestion(
                for: names.table, among: Set(tables.compactMap { $0["table"] }).sorted())
            return Problem(path: "table", sentence: "\(names.schema) has no such table\(hint)")
        }
        let columns = tables.filter { $0["table"] == names.table }.compactMap { $0["column"] }
        guard columns.contains(names.column) else {
            let hint = Nearest.suggestion(for: names.column, among: columns)
            return Problem(
                path: "column",
                sentence: "\(names.schema).\(names.table) has no such column\(hint)")
        }
        return nil
    }
}

extension Statement {
    static let knownColumns = Statement(
        "list the columns of the warehouse", parameters: 0,
        """
        SELECT n.nspname AS schema, c.relname AS table, a.attname AS column,
            a.atttypid = 'text'::regtype AS is_text
        FROM pg_catalog.pg_class AS c
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
        WHERE n.nspname IN ('raw', 'extracted', 'reference', 'core')
            AND c.relkind IN ('r', 'p', 'v') AND NOT a.attisdropped
        ORDER BY 1, 2, a.attnum
        """)
}

extension Rows {
    /// The first column of each row, which is JSON.
    func values() throws(PostgresError) -> [JSONValue] {
        var values: [JSONValue] = []
        for row in self {
            do throws(JSONFault) {
                values.append(try JSONReader.value(of: Array((row[0] ?? "null").utf8)))
            } catch {
                throw PostgresError(.unexpected, "the server's JSON cannot be read: \(error)")
            }
        }
        return values
    }
}
