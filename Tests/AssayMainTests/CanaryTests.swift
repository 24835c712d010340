import FoundationEssentials
import Postgres
import Testing

/// Secrets and values of rows are seeded everywhere, and looked for in all that the command writes.
@Suite(.timeLimit(.minutes(15))) struct CanaryTests {
    private static let canary = "kanarie"

    /// Marks every text that names no row: what a report may not show.
    private static let seeding = """
        DO $$ DECLARE one record; BEGIN
            FOR one IN SELECT format('UPDATE %I.%I SET %s', table_schema, table_name,
                    string_agg(format('%1$I = ''kanarie '' || %1$I', column_name), ', ')) AS sql
                FROM information_schema.columns c
                WHERE table_schema IN ('raw', 'extracted', 'core') AND data_type = 'text'
                    AND is_generated = 'NEVER' AND NOT EXISTS (
                        SELECT FROM pg_index i JOIN pg_attribute a
                            ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
                        WHERE i.indrelid = format('%I.%I', table_schema, table_name)::regclass
                            AND (i.indisunique OR i.indisprimary) AND a.attname = column_name)
                    AND NOT EXISTS (
                        SELECT FROM pg_constraint k JOIN pg_attribute a
                            ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
                        WHERE k.conrelid = format('%I.%I', table_schema, table_name)::regclass
                            AND k.contype IN ('f', 'c') AND a.attname = column_name)
                GROUP BY table_schema, table_name
            LOOP EXECUTE one.sql; END LOOP;
        END $$
        """

    @Test func `nothing that the command writes holds a value of a row or a secret`() async throws {
        let warehouse = try await Warehouse.shared
        try await warehouse.withCopy { name, connection in
            try await connection.script("SET session_replication_role = replica")
            try await connection.script(Self.seeding)
            let seeded = try await connection.query(
                "SELECT count(*) FROM core.company_customers WHERE source LIKE 'kanarie %'")
            #expect(seeded.scalar.flatMap { Int($0) } ?? 0 > 1_000)
            let url =
                "postgresql://warehouse_audit:\(Warehouse.password)@/\(name)?host=\(warehouse.host)"
            try await withTemporaryFolder { folder in
                var written = ""
                // The folder of a run holds the other formats.
                for format in ["terminal", "github", "prometheus", "openlineage"] {
                    let ended = try await Command.assay(
                        [
                            "audit", "--database", url, "--format", format, "--run", format,
                            "--baseline", "last",
                        ], in: folder)
                    #expect(ended.status == 1, "\(ended.errors.prefix(300))")
                    written += ended.everything
                }
                let cause = "core.case_study_champions/normalized:customer_company_domain"
                for command in [
                    ["doctor"], ["audit", "--table", "core.nothing"], ["list"],
                    ["explain", "--cause", cause],
                ] {
                    let database = command[0] == "list" ? [] : ["--database", url]
                    written += try await Command.assay(command + database, in: folder).everything
                }
                let wrong = url.replacing(Warehouse.password, with: Warehouse.password + "-wrong")
                written += try await Command.assay(["audit", "--database", wrong]).everything
                for run in try names(in: "\(folder)/reports") {
                    for file in try names(in: "\(folder)/reports/\(run)") {
                        written += try text(of: "\(folder)/reports/\(run)/\(file)")
                    }
                }
                #expect(written.utf8.count > 500_000)
                #expect(!written.contains(Self.canary), "\(Self.around(Self.canary, in: written))")
                #expect(!written.contains(Warehouse.password))
                let shown = try await Command.assay(
                    ["audit", "--database", url, "--no-reports", "--show-values"], in: folder)
                #expect(shown.output.contains(Self.canary))
                #expect(!shown.everything.contains(Warehouse.password))
            }
        }
    }

    /// Where a text was found, with what stands before it.
    private static func around(_ word: String, in text: String) -> String {
        guard let range = text.firstRange(of: word) else { return "" }
        return String(text[..<range.upperBound].suffix(200))
    }
}
