import AssayTesting
import FoundationEssentials
import Postgres
import Testing

/// `assay gate` with a shadow, as a user runs it.
@Suite(.timeLimit(.minutes(15))) struct ShadowCommandTests {
    private func write(_ files: [String: String], into folder: String) throws {
        for (name, text) in files {
            try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
        }
    }

    @Test func `what running a migration shows is told beside what its text tells`() async throws {
        let warehouse = try await Warehouse.shared
        try await warehouse.withCopy { name, connection in
            try await connection.execute("ANALYZE")
            try await withTemporaryFolder { folder in
                try write(
                    [
                        "0042_names.up.sql": """
                        SET lock_timeout = '2s';
                        ALTER TABLE core.people ADD CONSTRAINT person_named CHECK (full_name <> '') NOT VALID;
                        ALTER TABLE core.companies RENAME COLUMN domain TO website;
                        """,
                        "0042_names.down.sql": """
                        ALTER TABLE core.companies RENAME COLUMN website TO domain;
                        """,
                    ], into: folder)
                let ended = try await Command.assay(
                    ["gate", "0042_names.up.sql", "--from", "dbname=\(name)"], in: folder,
                    environment: warehouse.variables(as: "postgres", database: name))
                #expect(ended.status == 1, "\(ended.everything)")
                expectGolden(
                    ended.output.replacing(/PostgreSQL \d+\.\d+/, with: "PostgreSQL 15.x"),
                    named: "gate.shadow.txt")
                #expect(ended.errors == "")
            }
        }
    }

    @Test func `earlier migrations make the schema, and an empty database is a shadow too`()
        async throws
    {
        let warehouse = try await Warehouse.shared
        try await withTemporaryFolder { folder in
            try write(
                [
                    "0001_notes.sql": "CREATE TABLE notes (id bigint PRIMARY KEY, body text);",
                    "0002_tags.sql": "SET lock_timeout = '2s';\nALTER TABLE notes ADD tags text[];",
                    "0003_more.sql": "ALTER TABLE nothing ADD tags text[];",
                ], into: folder)
            try await warehouse.withCopy { name, connection in
                try await connection.execute("CREATE DATABASE \(name)_empty TEMPLATE template0")
                let variables = warehouse.variables(as: "postgres", database: name)
                let good = try await Command.assay(
                    [
                        "gate", "0002_tags.sql", "--base", ".", "--shadow", "dbname=\(name)_empty",
                    ], in: folder, environment: variables)
                #expect(good.status == 0, "\(good.everything)")
                let bad = try await Command.assay(
                    [
                        "gate", "0003_more.sql", "--base", ".", "--shadow", "dbname=\(name)_empty",
                    ], in: folder, environment: variables)
                #expect(bad.status == 2)
                #expect(
                    bad.output.contains(
                        "errored[fails-on-shadow]: the migration fails on the shadow: "
                            + "relation \"nothing\" does not exist"))
                let taken = try await Command.assay(
                    ["gate", "0002_tags.sql", "--base", ".", "--shadow", "dbname=\(name)"],
                    in: folder, environment: variables)
                #expect(taken.status == 2)
                #expect(taken.errors.contains("the shadow \(name) is not empty: it has the "))
                let databases = try await connection.query(
                    "SELECT count(*) FROM pg_database WHERE datname LIKE 'assay_shadow_%'")
                #expect(databases.scalar == "0")
                try await connection.execute("DROP DATABASE \(name)_empty")
            }
        }
    }

    @Test func `a sample without a database to take it from is refused`() async throws {
        let ended = try await Command.assay(["gate", "x.sql", "--sample", "10"])
        #expect(ended.status == 2)
        #expect(ended.errors.contains("--sample and --frequent need --from with a database"))
    }
}
