import AssayTesting
import FoundationEssentials
import Testing

@Suite(.timeLimit(.minutes(15))) struct GateCommandTests {
    private static let migrations = [
        "migrations/0001_companies.sql": """
        CREATE TABLE core.companies (id bigint PRIMARY KEY, name varchar(50));
        """,
        "migrations/0002_country.sql": """
        -- What sales asked for.
        ALTER TABLE core.companies
            ADD COLUMN country text NOT NULL,
            ALTER name TYPE varchar(100);
        CREATE INDEX companies_country ON core.companies (country);

        -- assay:ignore dropping-table nobody reads it since release 41
        DROP TABLE core.companies_old;
        """,
    ]

    private func withMigrations(
        _ files: [String: String] = migrations, _ body: (String) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            for (name, text) in files {
                let file = URL(filePath: "\(folder)/\(name)")
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(text.utf8).write(to: file)
            }
            try await body(folder)
        }
    }

    @Test func `the schema of the ingest core passes its own gate`() async throws {
        try await withTemporaryFolder { folder in
            // The ledger comes before the first migration.
            let ledger = "assay ingest migrate --print | sed '/^COMMIT;/q' > '\(folder)/ledger.sql'"
            #expect(try await Command.shell(ledger, in: folder).status == 0)
            let ended = try await Command.assay(
                [
                    "gate", "Sources/Ingest/Schema", "--together", "--fail-on", "warning", "--from",
                    "\(folder)/ledger.sql",
                ], in: Command.root)
            #expect(ended.status == 0)
            #expect(ended.output.hasPrefix("pass: "), "\(ended.everything)")
            #expect(ended.output.contains("  shadow            PostgreSQL "))
        }
        // Judged as migrations of a database in use, it does not.
        let apart = try await Command.assay(
            ["gate", "Sources/Ingest/Schema", "--format", "github"], in: Command.root)
        #expect(apart.status == 1)
    }

    @Test func `findings are told with their place, and exit with 1`() async throws {
        try await withMigrations { folder in
            let ended = try await Command.assay(["gate", "migrations"], in: folder)
            #expect(ended.status == 1)
            expectGolden(ended.output, named: "gate.txt")
            let comment = try await Command.assay(
                ["gate", "migrations", "--format", "markdown", "--fail-on", "never"], in: folder)
            #expect(comment.status == 0)
            expectGolden(comment.output, named: "gate.md")
        }
    }

    @Test func `what passes says so, and exits with 0`() async throws {
        try await withMigrations { folder in
            let ended = try await Command.assay(
                ["gate", "migrations/0001_companies.sql"], in: folder)
            #expect(ended.status == 0)
            #expect(
                ended.output
                    == "pass: 1 statement of 1 migration\n  judged for        PostgreSQL 15, by 67 rules\n"
            )
        }
    }

    @Test func `text that could not be judged exits with 2`() async throws {
        try await withMigrations(["a.sql": "ALTER TABEL a;"]) { folder in
            let ended = try await Command.assay(
                ["gate", "a.sql", "--fail-on", "never"], in: folder)
            #expect(ended.status == 2)
            #expect(
                ended.output.hasPrefix("errored[unread-text]: syntax error at or near \"TABEL\""))
        }
    }

    @Test func `a baseline is written, and what it holds does not count`() async throws {
        try await withMigrations { folder in
            let missing = try await Command.assay(
                ["gate", "migrations", "--baseline", "known.txt"], in: folder)
            #expect(missing.status == 2)
            #expect(
                missing.errors
                    == "refused: there is no baseline known.txt; --write-baseline known.txt writes one\n"
            )
            let written = try await Command.assay(
                ["gate", "migrations", "--write-baseline", "known.txt"], in: folder)
            #expect(written.status == 0)
            let again = try await Command.assay(
                ["gate", "migrations", "--baseline", "known.txt", "--write-baseline", "known.txt"],
                in: folder)
            #expect(again.status == 0)
            #expect(
                again.errors == "baseline: 0 findings in known.txt, beside those of known.txt\n")
            let ended = try await Command.assay(
                ["gate", "migrations", "--baseline", "known.txt", "--fail-on", "info"], in: folder)
            #expect(ended.status == 0)
            #expect(ended.output.contains("by the baseline"))
        }
    }

    @Test func `only what has changed since a commit is judged`() async throws {
        try await withMigrations { folder in
            let git = """
                git init -q -b main . && git config user.email a@b.c && git config user.name a \
                && git add -A && git commit -qm one
                """
            let made = try await Command.shell(git, in: folder)
            #expect(made.status == 0)
            let unchanged = try await Command.assay(
                ["gate", "migrations", "--changed-since", "main"], in: folder)
            #expect(unchanged.status == 0)
            #expect(
                unchanged.errors
                    == "gate: none of 2 migrations differs from main; nothing to judge\n")
            for (format, start) in [("json", "{"), ("sarif", "{"), ("junit", "<?xml")] {
                let file = "empty.\(format)"
                let empty = try await Command.assay(
                    [
                        "gate", "migrations", "--changed-since", "main", "--format", format,
                        "--output", file,
                    ], in: folder)
                let text = FileManager.default.contents(atPath: "\(folder)/\(file)")
                    .map { String(decoding: $0, as: UTF8.self) }
                #expect(empty.status == 0 && text?.hasPrefix(start) == true, "\(empty.everything)")
            }
            try Data("TRUNCATE core.companies;".utf8).write(
                to: URL(filePath: "\(folder)/migrations/0003_empty.sql"))
            let ended = try await Command.assay(
                ["gate", "migrations", "--changed-since", "main", "--format", "json"], in: folder)
            #expect(ended.status == 1)
            #expect(ended.output.contains("0003_empty.sql"))
            #expect(!ended.output.contains("0002_country.sql"))
            let nowhere = try await Command.assay(
                ["gate", "migrations", "--changed-since", "nowhere"], in: folder)
            #expect(nowhere.status == 2)
            #expect(
                nowhere.errors.hasPrefix(
                    "refused: git cannot tell what has changed since nowhere: "))
        }
    }

    @Test func `a migration whose way back has changed is judged, and only for that`() async throws
    {
        let files = [
            "migrations/0001_a.sql": "CREATE TABLE notes (id bigint PRIMARY KEY);",
            "migrations/0001_a.down.sql": "DROP TABLE notes;",
            "migrations/0002_b.sql": "TRUNCATE notes;",
            "migrations/0002_b.down.sql": "SELECT 1;",
        ]
        try await withMigrations(files) { folder in
            let git = """
                git init -q -b main . && git config user.email a@b.c && git config user.name a \
                && git add -A && git commit -qm one && echo 'DROP TABLE nothing;' \
                > migrations/0002_b.down.sql
                """
            let made = try await Command.shell(git, in: folder)
            #expect(made.status == 0)
            let ended = try await Command.assay(
                [
                    "gate", "migrations", "--changed-since", "main", "--shadow", "ephemeral",
                    "--fail-on", "info",
                ], in: folder)
            #expect(ended.status == 1, "\(ended.everything)")
            #expect(ended.output.contains("[way-back-fails]"))
            #expect(!ended.output.contains("[truncating]"))
        }
    }

    @Test func `rules are listed and explained`() async throws {
        let list = try await Command.assay(["gate", "--list-rules"])
        #expect(list.status == 0)
        #expect(
            list.output.hasPrefix("adding-check                          error    A CHECK without"))
        let page = try await Command.assay(["explain", "setting-not-null"])
        #expect(page.output.hasPrefix("# setting-not-null\n\nSET NOT NULL tests every row"))
    }

    @Test func `a command without a migration is refused`() async throws {
        let ended = try await Command.assay(["gate"])
        #expect(ended.status == 2)
        #expect(ended.errors.contains("name a migration: a file or a folder"))
        let nothing = try await Command.assay(["gate", "nowhere.sql"])
        #expect(nothing.status == 2)
        #expect(nothing.errors == "refused: there is no file and no folder nowhere.sql\n")
    }
}
