import Auditor
import FoundationEssentials
import Gate
import Testing

@Suite struct MigrationFolderTests {
    /// Makes a folder of files, and reads its migrations.
    private func migrations(_ files: [String: String], at path: String = "") async throws
        -> [Migration]
    {
        try await withFiles(files) { try await MigrationFolder.migrations(at: ["\($0)/\(path)"]) }
    }

    private func names(_ files: [String], at path: String = "") async throws -> [String] {
        let texts = Dictionary(uniqueKeysWithValues: files.map { ($0, "SELECT 1;") })
        return try await migrations(texts, at: path).map {
            "\($0.version) \($0.name)\($0.down == nil ? "" : " and back")"
        }
    }

    @Test func `numbered files run in the order of their numbers`() async throws {
        #expect(
            try await names(["10_c.sql", "9_b.sql", "001_a.sql", "README.md"])
                == ["001 a", "9 b", "10 c"])
    }

    @Test func `a way back stands beside its migration`() async throws {
        #expect(
            try await names(["1_a.up.sql", "1_a.down.sql", "2_b.up.sql"]) == [
                "1 a and back", "2 b",
            ])
    }

    @Test func `only what has a migration beside it is a way back`() async throws {
        #expect(
            try await names(["0001_a.sql", "0002_scale_down.sql", "0003_b.undo.sql"]) == [
                "0001 a", "0002 scale_down", "0003 b.undo",
            ])
        #expect(
            try await names([
                "1_a.sql", "1_a_down.sql", "2_b.sql", "2_b.undo.sql", "3_c_up.sql",
                "3_c_down.sql", "4_d.down.sql",
            ]) == ["1 a and back", "2 b and back", "3 c_up and back"])
    }

    @Test(
        arguments: [
            (["0001_a.sql", "0003_c.SQL"], ["0003_c.SQL"]),
            (["0001_a.sql", "0003_c.pgsql"], ["0003_c.pgsql"]),
            (["V1__a.sql", "V2_b.sql", "0003_b.sql"], ["0003_b.sql", "V2_b.sql"]),
            (["0001_a/up.sql", "0002_b.sql"], ["0002_b.sql"]),
            (
                ["0001_a/up.sql", "0001_a/data.sql", "0002_b/b.sql"],
                ["0001_a/data.sql", "0002_b/b.sql"]
            ),
            (["1_a.sql", "1_a.down.sql", "1_a_down.sql"], ["1_a_down.sql"]),
        ])
    func `a script that is not named as the others are is refused`(
        files: [String], left: [String]
    ) async throws {
        do {
            _ = try await names(files)
            Issue.record("they were taken")
        } catch let refusal as Refusal {
            let said = refusal.items.map(\.sentence)
            #expect(said.count == left.count)
            for (sentence, file) in zip(said, left) {
                #expect(
                    sentence.contains("/\(file) is not judged: the migrations of "), "\(sentence)")
            }
        }
    }

    @Test func `Diesel keeps a folder a migration`() async throws {
        let files = ["2026-01-02-000000_a/up.sql", "2026-01-02-000000_a/down.sql", "2025_b/up.sql"]
        #expect(try await names(files) == ["2025 b", "20260102000000 a and back"])
    }

    @Test func `Flyway's versions are numbers, and what is repeated comes last`() async throws {
        #expect(
            try await names([
                "V1.10__c.sql", "V1.2__b.sql", "U1.2__b.sql", "R__views.sql", "V1__a.sql",
            ])
                == ["1 a", "1.2 b and back", "1.10 c", " views"])
    }

    @Test func `Flyway reads the folders below, and callbacks come last`() async throws {
        #expect(
            try await names([
                "V1__a.sql", "sub/V5__b.sql", "sub/U5__b.sql", "afterMigrate.sql", "B1__base.sql",
            ]) == ["1 a", "5 b and back", " afterMigrate"])
    }

    @Test func `Sqitch's plan says the order`() async throws {
        let plan = """
            %syntax-version=1.0.0
            %project=shop

            users 2026-01-01T00:00:00Z A <a@b.c> # users
            flips [users] 2026-01-02T00:00:00Z A <a@b.c> # flips
            @v1 2026-01-03T00:00:00Z A <a@b.c> # first
            users [users@v1] 2026-01-04T00:00:00Z A <a@b.c> # again
            """
        let found = try await migrations([
            "sqitch.plan": plan, "deploy/users.sql": "SELECT 2", "deploy/users@v1.sql": "SELECT 1",
            "deploy/flips.sql": "SELECT 3", "revert/flips.sql": "SELECT 4",
        ])
        #expect(found.map(\.name) == ["users@v1", "flips", "users"])
        #expect(found.map { $0.down?.text } == [nil, "SELECT 4", nil])
    }

    @Test func `Supabase's migrations run in a transaction each`() async throws {
        let found = try await migrations(
            ["supabase/migrations/20260101000000_a.sql": "SELECT 1"], at: "supabase")
        #expect(found.map(\.version) == ["20260101000000"])
        #expect(found.map(\.runsInTransaction) == [true])
    }

    @Test func `one file may hold both ways`() async throws {
        let found = try await migrations([
            "1_a.sql": "-- migrate:up transaction:false\nSELECT 1;\n-- migrate:down\nSELECT 2;",
            "2_b.sql": "-- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT 2;",
        ])
        #expect(found.map(\.statements.count) == [1, 1])
        #expect(found.map(\.runsInTransaction) == [false, true])
        #expect(
            found.map { $0.down?.text } == [
                "\n\n-- migrate:down\nSELECT 2;", "\n\n-- +goose Down\nSELECT 2;",
            ])
    }

    @Test func `an empty folder is refused`() async throws {
        do {
            _ = try await migrations(["notes.txt": ""])
            Issue.record("it was taken")
        } catch {
            #expect("\(error)".contains("holds no migration; expected are files such as"))
        }
    }

    @Test func `two migrations of one version are refused`() async throws {
        do {
            _ = try await migrations(["1_a.sql": "", "001_b.sql": ""])
            Issue.record("it was taken")
        } catch {
            #expect("\(error)".contains("both have the version"))
        }
    }

    @Test func `what is not there is refused`() async {
        do {
            _ = try await MigrationFolder.migrations(at: ["/nowhere/at/all"])
            Issue.record("it was taken")
        } catch {
            #expect("\(error)" == "there is no file and no folder /nowhere/at/all")
        }
    }
}

/// Lends a folder with some files in it.
func withFiles<Value>(_ files: [String: String], _ body: (String) async throws -> Value)
    async throws -> Value
{
    let folder = "/tmp/assay-gate-\(UInt64.random(in: 0 ... .max))"
    for (name, text) in files {
        let file = URL(filePath: "\(folder)/\(name)")
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
}
