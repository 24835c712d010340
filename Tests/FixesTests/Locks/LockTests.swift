import Assay
import AssayTesting
import Auditor
import Fixes
import FoundationEssentials
import Postgres
import Subprocess
import Testing

/// Each sort of check, locked in by the migration that `fix lock` writes.
@Suite(.timeLimit(.minutes(15))) struct LockTests {
    @Test(arguments: LockCase.all)
    func `once the migration has run, the next bad row is refused and the audit takes it as proven`(
        example: LockCase
    ) async throws {
        let table = Table("core.things", key: "id") { example.checks() }
        try await FixFixture.with(example.schema, tables: [table]) { fixture in
            let before = try await fixture.definitions()
            let file = try await fixture.lock()
            #expect(try await fixture.definitions() == before, "fix lock itself changes nothing")
            let ran = try await fixture.psql(file)
            #expect(ran.succeeded, "\(ran.errors)")

            try await fixture.database.script(
                try #require(example.accepted.last.map(example.insert)))
            for values in example.refused {
                let error = await #expect(throws: PostgresError.self, "\(values)") {
                    try await fixture.database.script(example.insert(values))
                }
                #expect(error?.sqlState?.rawValue.hasPrefix("23") == true, "\(values)")
            }
            #expect(try await fixture.proofs() == example.proofs)
            let again = try await refusal { try await fixture.lock() }
            #expect(again.contains("proven already by"))

            guard !example.isPlain else { return }
            try await fixture.database.script(LockTests.forgery)
            let forged = try await fixture.proofs()
            #expect(forged.allSatisfy { $0 == "measured" }, "\(forged)")
        }
    }

    @Test func `the same checks give the same migration, and its undo allows the fault again`()
        async throws
    {
        let example = try #require(LockCase.all.first { $0.testDescription == "a range" })
        let table = Table("core.things", key: "id") { example.checks() }
        try await FixFixture.with(example.schema, tables: [table]) { fixture in
            let before = try await fixture.definitions()
            let file = try await fixture.lock()
            let text = try String(contentsOfFile: file, encoding: .utf8)
            #expect(try await String(contentsOfFile: fixture.lock(), encoding: .utf8) == text)
            #expect(try await fixture.psql(file).succeeded)
            #expect(try await fixture.psql(file).succeeded, "it may be run again")
            try await fixture.database.script(LockTests.undo(of: file))
            #expect(try await fixture.definitions() == before)
            try await fixture.database.script(example.insert("1"))
        }
    }

    @Test func `what is broken today is a refusal with the number and what mends it`() async throws
    {
        try await FixFixture.with { fixture in
            let broken = try await refusal {
                try await fixture.lock("core.companies/normalized:domain")
            }
            let sentence = """
                core.companies/normalized:domain is broken by 2 rows of 5, which the constraint would not \
                accept; mend them first: assay fix plan core.companies/normalized:domain --name NAME
                """
            #expect(broken.hasSuffix(": \(sentence)"))
        }
    }

    @Test func `a run that bad rows have stopped goes on once they are gone`() async throws {
        let table = Table("core.things", key: "id") {
            Normalized("domain", as: .domain)
            Unique(by: .normalized("domain", as: .domain))
        }
        let schema = """
            CREATE SCHEMA core;
            CREATE TABLE core.things (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, domain text);
            """
        try await FixFixture.with(schema, tables: [table]) { fixture in
            let file = try await fixture.lock()
            try await fixture.database.script(
                "INSERT INTO core.things (domain) VALUES ('A.example')")
            #expect(try await fixture.psql(file).errors.contains("is violated by some row"))
            try await fixture.database.script(
                "UPDATE core.things SET domain = 'a.example'; "
                    + "INSERT INTO core.things (domain) VALUES ('a.example')")
            #expect(try await fixture.psql(file).errors.contains("could not create unique index"))
            let invalid = "SELECT count(*) FROM pg_index WHERE NOT indisvalid"
            #expect(try await fixture.scalar(invalid) == "1")
            #expect(try await fixture.proofs().last == "measured")
            try await fixture.database.script("DELETE FROM core.things WHERE id > 1 AND id < 9")
            #expect(try await fixture.psql(file).succeeded)
            #expect(try await fixture.scalar(invalid) == "0")
            #expect(try await fixture.proofs().contains("measured") == false)
        }
    }

    @Test func `a key over normal forms proves nothing once the forms are not held any more`()
        async throws
    {
        let example = try #require(LockCase.all.first { $0.proofs.count == 2 })
        let table = Table("core.things", key: "id") { example.checks() }
        try await FixFixture.with(example.schema, tables: [table]) { fixture in
            try await fixture.lockIn()
            try await fixture.database.script(
                "ALTER TABLE core.things DROP CONSTRAINT things_domain_normalized")
            #expect(try await fixture.proofs() == ["measured", "measured"])
        }
    }

    @Test func `a shared host is not proven once domains are not held in their form any more`()
        async throws
    {
        let example = try #require(LockCase.all.last)
        let table = Table("core.things", key: "id") { example.checks() }
        try await FixFixture.with(example.schema, tables: [table]) { fixture in
            try await fixture.lockIn()
            try await fixture.database.script(
                "ALTER TABLE core.things DROP CONSTRAINT things_domain_normalized; "
                    + "INSERT INTO core.things (domain) VALUES ('https://bit.ly/')")
            #expect(try await fixture.proofs() == ["measured", "measured"])
        }
    }

    @Test func `a promise that has changed since is measured, and locked in anew`() async throws {
        let schema = """
            CREATE SCHEMA core;
            CREATE TABLE core.things (id int PRIMARY KEY, kind text);
            """
        let former = Table("core.things", key: "id") { OneOf("kind", "a", "b") }
        let present = Table("core.things", key: "id") { OneOf("kind", "a", "b", "c") }
        try await FixFixture.with(schema, tables: [former]) { fixture in
            try await fixture.lockIn()
            let suite = try Suite(name: "test", tables: [present], root: "")
            let changed = FixFixture(
                database: fixture.database, fixes: fixture.fixes, suite: suite)
            #expect(try await changed.proofs() == ["measured"])
            try await changed.lockIn()
            #expect(try await changed.proofs() == ["constraint things_kind_one_of"])
            try await changed.database.script("INSERT INTO core.things VALUES (1, 'c')")
        }
    }

    /// The statements at the end of a migration that take it back.
    static func undo(of file: String) throws -> String {
        try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
            .drop { !$0.hasPrefix("-- ==== undo") }
            .filter { $0.hasPrefix("--     ") }.map { $0.dropFirst(3) }.joined(separator: "\n")
    }

    /// Puts a weaker constraint or index in the place of each that Assay made, with its comment.
    private static let forgery = """
        DO $$ DECLARE c record; BEGIN
            FOR c IN SELECT conname AS name, obj_description(oid, 'pg_constraint') AS mark
                FROM pg_constraint WHERE conrelid = 'core.things'::regclass AND contype = 'c' LOOP
                EXECUTE format('ALTER TABLE core.things DROP CONSTRAINT %1$I, '
                    'ADD CONSTRAINT %1$I CHECK (id IS NOT NULL)', c.name);
                EXECUTE format('COMMENT ON CONSTRAINT %I ON core.things IS %L', c.name, c.mark);
            END LOOP;
            FOR c IN SELECT k.conname AS name, obj_description(k.oid, 'pg_constraint') AS mark,
                    a.attname AS first, format_type(a.atttypid, NULL) AS type,
                    regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID', '') AS definition
                FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
                WHERE k.conrelid = 'core.things'::regclass AND k.contype = 'f' LOOP
                EXECUTE format('ALTER TABLE core.things DROP COLUMN %1$I, '
                    'ADD COLUMN %1$I %2$s GENERATED ALWAYS AS (NULL) STORED', c.first, c.type);
                EXECUTE format('ALTER TABLE core.things ADD CONSTRAINT %I %s', c.name, c.definition);
                EXECUTE format('COMMENT ON CONSTRAINT %I ON core.things IS %L', c.name, c.mark);
            END LOOP;
            FOR c IN SELECT x.relname AS name, obj_description(x.oid, 'pg_class') AS mark
                FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
                WHERE i.indrelid = 'core.things'::regclass
                    AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.oid) LOOP
                EXECUTE format('DROP INDEX core.%I', c.name);
                EXECUTE format('CREATE UNIQUE INDEX %I ON core.things (id)', c.name);
                EXECUTE format('COMMENT ON INDEX core.%I IS %L', c.name, c.mark);
            END LOOP;
        END $$
        """
}

/// The words of the refusal that `body` throws.
func refusal(_ body: () async throws -> some Any) async throws -> String {
    let refusal = await #expect(throws: Refusal.self) { _ = try await body() }
    return try #require(refusal).description
}

extension FixFixture {
    /// Writes the migration for some checks, or for all, and returns its path.
    @discardableResult
    func lock(_ ids: String...) async throws -> String { try await lock(ids) }

    private func lock(_ ids: [String]) async throws -> String {
        let folder = try FixFolder("lock", in: fixes)
        let ids = ids.isEmpty ? suite.checks.map(\.id) : ids
        let script = try await session().lock(ids, file: folder.lockPath)
        try folder.write(script, overwrites: true)
        return folder.lockPath
    }

    /// Writes the migration for some checks, or for all, and runs it.
    func lockIn(_ ids: String...) async throws {
        let ran = try await psql(lock(ids))
        #expect(ran.succeeded, "\(ran.errors)")
    }

    /// Runs a file as its head says.
    func psql(_ file: String) async throws -> (succeeded: Bool, errors: String) {
        let result = try await run(
            .name("psql"),
            arguments: [
                "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database.target.redacted, "-f", file,
            ], output: .discarded, error: .string(limit: 65_536))
        return (result.terminationStatus.isSuccess, result.standardError)
    }

    /// What proves each check at present, in the order of the suite.
    func proofs() async throws -> [String] {
        let connection = try await database.connect()
        try await connection.begin(.repeatableReadReadOnly)
        let catalog = try await Catalog.read(from: connection)
        let verdicts = try await suite.verdicts(
            on: connection, catalog: catalog, options: AuditOptions(target: database.target))
        await connection.close()
        return suite.checks.map { check in
            switch verdicts[check.id] {
            case .proven(let name)?: name
            case .measured?: "measured"
            case .errored(let reason)?: reason
            case nil: "nothing"
            }
        }
    }

    /// Every constraint and index of the schema `core`, as the server writes them.
    func definitions() async throws -> String {
        try await scalar(
            """
            SELECT string_agg(d, E'\\n' ORDER BY d) FROM (
                SELECT pg_get_constraintdef(oid) || conname FROM pg_constraint
                WHERE connamespace = 'core'::regnamespace
                UNION ALL
                SELECT indexdef FROM pg_indexes WHERE schemaname = 'core'
                UNION ALL
                SELECT attrelid::regclass || ' ' || attname FROM pg_attribute
                WHERE attrelid::regclass::text ^@ 'core.' AND attnotnull) AS found (d)
            """)
    }
}
