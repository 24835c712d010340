import Assay
import AssayTesting
import Auditor
import Fixes
import Postgres
import Testing

/// References of some rows, which a foreign key on a generated column holds.
@Suite(.timeLimit(.minutes(15))) struct ScopedReferenceTests {
    private static let schema = """
        CREATE SCHEMA core;
        CREATE TABLE core.parents (id int PRIMARY KEY);
        INSERT INTO core.parents VALUES (1);
        CREATE TABLE core.things (id int PRIMARY KEY, parent int, state text, fitting int);
        INSERT INTO core.things VALUES (1, 1, 'live'), (2, 9, 'draft');
        """

    private static func things(_ scope: Condition) -> Table {
        Table("core.things", key: "id") { References("parent", in: "core.parents.id").where(scope) }
    }

    @Test func `a row that comes into scope, and a parent that goes, are refused`() async throws {
        try await FixFixture.with(Self.schema, tables: [Self.things(.equals("state", "live"))]) {
            fixture in
            try await fixture.lockIn()
            for edit in [
                "UPDATE core.things SET state = 'live' WHERE id = 2", "DELETE FROM core.parents",
            ] {
                let error = await #expect(throws: PostgresError.self) {
                    try await fixture.database.script(edit)
                }
                #expect(error?.sqlState == .foreignKeyViolation)
            }
            try await fixture.database.script("UPDATE core.things SET state = 'draft'")
            try await fixture.database.script("DELETE FROM core.parents")
            #expect(try await fixture.definitions().contains("things_parent_idx"))
        }
    }

    @Test func `the undo takes column, key and index away`() async throws {
        try await FixFixture.with(Self.schema, tables: [Self.things(.equals("state", "live"))]) {
            fixture in
            let columns =
                "SELECT string_agg(attname, ' ') FROM pg_attribute "
                + "WHERE attrelid = 'core.things'::regclass AND attnum > 0 AND NOT attisdropped"
            let before = try await (fixture.definitions(), fixture.scalar(columns))
            let file = try await fixture.lock()
            #expect(try await fixture.psql(file).succeeded)
            #expect(try await fixture.scalar(columns) != before.1)
            try await fixture.database.script(LockTests.undo(of: file))
            #expect(try await (fixture.definitions(), fixture.scalar(columns)) == before)
        }
    }

    @Test func `a scope that has changed since is measured, and locked in anew in the same place`()
        async throws
    {
        try await FixFixture.with(Self.schema, tables: [Self.things(.equals("state", "live"))]) {
            fixture in
            try await fixture.lockIn()
            let suite = try Suite(
                name: "test", tables: [Self.things(.equals("state", "sold"))], root: "")
            let changed = FixFixture(
                database: fixture.database, fixes: fixture.fixes, suite: suite)
            #expect(try await changed.proofs() == ["measured"])
            try await changed.lockIn()
            #expect(try await changed.proofs() == ["foreign key things_parent_fkey"])
            try await changed.database.script("UPDATE core.things SET state = 'live' WHERE id = 2")
            await #expect(throws: PostgresError.self) {
                try await changed.database.script(
                    "UPDATE core.things SET state = 'sold' WHERE id = 2")
            }
        }
    }

    @Test func `a run that a bad row has stopped goes on once it is gone`() async throws {
        try await FixFixture.with(Self.schema, tables: [Self.things(.equals("state", "live"))]) {
            fixture in
            let file = try await fixture.lock()
            try await fixture.database.script("UPDATE core.things SET state = 'live' WHERE id = 2")
            #expect(try await fixture.psql(file).errors.contains("is not present in table"))
            #expect(try await fixture.proofs() == ["measured"])
            try await fixture.database.script("UPDATE core.things SET parent = 1 WHERE id = 2")
            try await fixture.lockIn()
            #expect(try await fixture.proofs() == ["foreign key things_parent_fkey"])
        }
    }

    @Test func `a column of somebody else's keeps its name, and a condition on the day is refused`()
        async throws
    {
        try await FixFixture.with(Self.schema, tables: [Self.things("parent < 5")]) { fixture in
            try await fixture.database.script("ALTER TABLE core.things ADD parent_fkey int")
            let words = try await refusal { try await fixture.lock() }
            #expect(words.contains("has another column called parent_fkey"), "\(words)")
        }
        try await FixFixture.with(
            Self.schema, tables: [Self.things("parent < 5 AND now() > 'epoch'")]
        ) {
            fixture in
            let words = try await refusal { try await fixture.lock() }
            #expect(words.contains("is not immutable"), "\(words)")
        }
    }
}
