import HTTPTypes
import Postgres
import Synchronization

/// The statements that PostgREST makes of requests, each made once.
final class Statements: Sendable {
    /// What of a request tells what its statement is.
    struct Shape: Hashable {
        let target: String
        let schema: String
        let preference: String
        let keys: JSONKeys
    }

    private let columns: [String: [String: String]]
    private let role: String
    private let made = Mutex<[Shape: StoringStatement]>([:])

    /// Creates an empty collection.
    ///
    /// - Parameters:
    ///   - columns: The types of the columns of all tables, by schema.table.
    ///   - role: The role that stores.
    init(columns: [String: [String: String]], role: String) {
        self.columns = columns
        self.role = role
    }

    /// The statement of a request; nothing where no table has such columns.
    subscript(shape: Shape) -> StoringStatement? {
        made.withLock { made in
            if let statement = made[shape] { return statement }
            let statement = statement(for: shape)
            made[shape] = statement
            return statement
        }
    }

    private func statement(for shape: Shape) -> StoringStatement? {
        let parts = shape.target.split(separator: "?", maxSplits: 1)
        guard let path = parts.first, let types = columns["\(shape.schema).\(path.dropFirst())"]
        else { return nil }
        let names = shape.keys.names
        guard names.allSatisfy({ types[$0] != nil }) else { return nil }
        let conflict = parts.dropFirst().first.flatMap { query in
            query.hasPrefix("on_conflict=") ? query.dropFirst(12).split(separator: ",") : nil
        }
        let merges = shape.preference.contains("resolution=merge-duplicates")
        return StoringStatement(
            schema: shape.schema, path: String(path),
            columns: names.map { ($0, types[$0] ?? "") },
            conflict: merges ? (conflict ?? []).map(String.init) : [], role: role)
    }
}

/// How the row of a request is stored, and what is set before.
struct StoringStatement: Sendable {
    /// Takes the body as it came.
    let sql: String
    private let searchPath: String
    private let role: String
    private let claims: String
    private let path: String

    private static let setting = """
        SELECT set_config('search_path', $1, true), set_config('role', $2, true),
            set_config('request.jwt.claims', $3, true), set_config('request.method', $4, true),
            set_config('request.path', $5, true), set_config('request.headers', $6, true),
            set_config('request.cookies', $7, true)
        """

    init(
        schema: String, path: String, columns: [(name: String, type: String)], conflict: [String],
        role: String
    ) {
        self.path = path
        self.role = role
        searchPath = "\(Self.quoted(schema)), \"public\""
        claims = #"{"role":"\#(role)","exp":1999999999}"#
        let names = columns.map { Self.quoted($0.name) }
        let list = names.joined(separator: ", ")
        let selected = names.map { "pgrst_body.\($0)" }.joined(separator: ", ")
        let typed = zip(names, columns).map { "\($0) \($1.type)" }.joined(separator: ", ")
        var upsert = ""
        if !conflict.isEmpty {
            let changes = names.map { "\($0) = EXCLUDED.\($0)" }.joined(separator: ", ")
            let key = conflict.map(Self.quoted).joined(separator: ", ")
            upsert = "ON CONFLICT (\(key)) DO UPDATE SET \(changes) "
        }
        let table = "\(Self.quoted(schema)).\(Self.quoted(String(path.dropFirst())))"
        sql = """
            WITH pgrst_source AS (INSERT INTO \(table) (\(list)) SELECT \(selected) \
            FROM (SELECT $1::json AS json_data) pgrst_payload, \
            LATERAL (SELECT \(list) FROM json_to_record(pgrst_payload.json_data) AS _ (\(typed))) pgrst_body \
            \(upsert)RETURNING 1) \
            SELECT '' AS total_result_set, pg_catalog.count(_postgrest_t) AS page_total, \
            array[]::text[] AS header, ''::text AS body, \
            nullif(current_setting('response.headers', true), '') AS response_headers, \
            nullif(current_setting('response.status', true), '') AS response_status \
            FROM (SELECT * FROM pgrst_source) _postgrest_t
            """
    }

    /// What a transaction sets of the request that it is for.
    func settings(for headers: HTTPFields) -> BoundStatement {
        BoundStatement(
            Self.setting, [searchPath, role, claims, "POST", path, Self.object(headers), "{}"])
    }

    private static func object(_ headers: HTTPFields) -> String {
        var text = ""
        for field in headers {
            text += "\(text.isEmpty ? "{" : ",")\"\(field.name.canonicalName)\":\""
            let value = field.value
            text += value.utf8.contains { $0 == 0x22 || $0 == 0x5C } ? escaped(value) : value
            text += "\""
        }
        return text.isEmpty ? "{}" : text + "}"
    }

    private static func escaped(_ value: String) -> String {
        value.reduce(into: "") { $0 += $1 == "\"" || $1 == "\\" ? "\\\($1)" : "\($1)" }
    }

    private static func quoted(_ name: String) -> String {
        "\""
            + name.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\"") + "\""
    }
}
