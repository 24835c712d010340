// swift-format-ignore-file
// Each line is one request of the Swift client or one statement, with its mark.
import Supabase

enum Tables {
    static let people = "people"
    static let gone = "peeple"  // stale: missing-table
}

let client = SupabaseClient(
    supabaseURL: url, supabaseKey: key, options: .init(db: .init(schema: "core")))

func load(domain: String, row: Company) async throws {
    /* client.from("gone") /* nested */ .select() */
    try await client.from(Tables.people).select("id, full_name, age").execute()  // stale: missing-column
    try await client.from(Tables.gone).select().execute()
    try await client.from("companies").select("id, people(full_name)").eq("domian", value: domain).execute()  // stale: missing-column
    try await client.from("companies").insert(["name": "a", "titel": "b"]).execute()  // stale: missing-column
    try await client.from("companies").upsert(row, onConflict: "name").execute()  // stale: no-unique-index
    try await client.schema("raw").rpc("company_summary", params: ["wanted_domain": domain]).execute()  // stale: missing-function
    try await connection.query("SELECT id FROM core.companies WHERE domain = \(domain) AND nmae = \(row.name)")  // stale: missing-column
    try await connection.query(
        """
        SELECT p.id,
            p.fullname  -- stale: missing-column
        FROM core.people AS p
        WHERE p.company_domain = \(domain)
        """)
    try await connection.query(#"SELECT id FROM core.companies WHERE name = '\(x)' AND "Nope" = 1"#)  // stale: missing-column
    let sql = "SELECT id " + "FROM core.persons"  // stale: missing-table
    print("Select a company from the list: \(domain)")
}
