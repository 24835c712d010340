import Glibc
import Postgres
import Testing

/// A database beside the audited one, as a person names it.
@Suite(.timeLimit(.minutes(15))) struct OtherDatabaseTests {
    private static let source = """
        import Assay
        import AssayMain

        let people = Table("core.people", key: "id") {
            Agrees(with: "core.people", of: "last-week", on: "id", comparing: "full_name")
        }

        @main struct Checks: AuditSuite {
            static let tables = [people]
        }
        """

    @Test func `it is named by an option or by a variable, and never shown`() async throws {
        let package = try await OwnPackage.build(
            ["Checks.swift": Self.source], in: "/tmp/assay-other-\(getpid())")
        try await Warehouse.shared.withCopy { name, connection in
            try await connection.script(
                """
                DELETE FROM core.people WHERE id = (SELECT min(id) FROM core.people);
                UPDATE core.people SET full_name = 'Somebody Else' WHERE id = 7;
                """)
            let variables = try await Warehouse.shared.variables(as: "warehouse_audit")
            let target = "dbname=\(name) password=\(Warehouse.password)"
            let audit = { (words: [String], added: [String: String]) in
                try await Command.execute(
                    [package.command, "audit", "--no-reports"] + words, in: "/tmp",
                    environment: variables.merging(added) { $1 })
            }
            let unnamed = try await audit([], [:])
            #expect(unnamed.status == 2)
            #expect(unnamed.output.contains("ASSAY_DATABASE_URL_LAST_WEEK"))
            let found = try await audit(["--other-database", "last-week=\(target)"], [:])
            #expect(found.status == 1)
            #expect(found.output.contains("1 missing there, 1 with other values"))
            #expect(found.output.contains("id 7"))
            let same = try await audit([], ["ASSAY_DATABASE_URL_LAST_WEEK": target])
            #expect(
                same.status == 1 && same.output.contains("1 missing there, 1 with other values"))
            let refused = try await audit(
                ["--other-database", "postgresql://x:\(Warehouse.password)@db/x?a=b"], [:])
            #expect(refused.status == 2)
            #expect(refused.errors.hasPrefix("refused: --other-database takes what checks call"))
            for ended in [unnamed, found, same, refused] {
                #expect(!ended.everything.contains(Warehouse.password))
            }
        }
    }
}
