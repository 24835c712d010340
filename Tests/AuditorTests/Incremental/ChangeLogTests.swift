import Assay
import AssayTesting
@testable import Auditor
import Postgres
import Streams
import Testing

/// What a change log says, and what it is held against.
@Suite struct ChangeLogTests {
    @Test func `a log says of each key once what happened, and rows are found by it`() async throws
    {
        let setUp = """
            CREATE TABLE odd (name text, "no" int, note text, PRIMARY KEY (name, "no"));
            INSERT INTO odd SELECT 'n' || i, i, 'old' FROM generate_series(1, 50) AS i;
            """
        try await IncrementalFixture.lend(setUp: setUp) { fixture in
            try await fixture.track(TableName("odd"))
            let connection = try await fixture.database.connect()
            let before = try #require(
                try await connection.query("SELECT pg_current_snapshot()").scalar)
            try await connection.script(
                #"""
                UPDATE odd SET note = 'new' WHERE "no" <= 3;
                UPDATE odd SET note = 'newer' WHERE "no" = 2;
                DELETE FROM odd WHERE "no" = 3;
                INSERT INTO odd VALUES ('a "b" {c,d} \ e''', 7, 'odd'), ('', 8, 'blank');
                """#)
            let name = try #require(
                try await connection.query(
                    "SELECT log FROM assay.tracked WHERE relation = 'odd'::regclass"
                ).scalar)
            let log = ChangeLog(
                name: name, key: [("name", "text"), ("no", "integer")], prefix: "p_",
                snapshot: before)
            func ask(_ sql: SQL) async throws -> [[String?]] {
                let rows = try await connection.query(try sql.literalText(on: connection))
                return (0..<rows.count).map { row in rows.columns.indices.map { rows[row, $0] } }
            }
            #expect(try await ask(ChangeLog.size(of: name, since: before, most: 100)) == [["7"]])
            #expect(try await ask(ChangeLog.size(of: name, since: before, most: 3)) == [["4"]])
            let odd = #"a "b" {c,d} \ e'"#
            let entries = try await ask(log.entries).sorted {
                ($0[1] ?? "", $0[2] ?? "") < ($1[1] ?? "", $1[2] ?? "")
            }
            #expect(
                entries == [
                    ["n1", "1", "4"], ["n2", "2", "4"], ["n2", "2", "4"], ["n3", "3", "1"],
                    ["n3", "3", "4"], [odd, "7", "2"], ["", "8", "2"],
                ])

            let keys = Shared(ChangedKeys(types: log.key.map(\.type), hashKey: 1))
            let text = try log.entries.literalText(on: connection)
            _ = try await connection.copyOut(
                "COPY (\(text)) TO STDOUT (FORMAT binary)", into: true
            ) { isFirst, chunk in
                let begins = isFirst
                try chunk.withUnsafeBytes { try keys.value.add($0, isFirst: begins) }
                isFirst = false
            }
            keys.value.arrange()
            let wanted = keys.value.wanted(without: [], isExact: true)
            #expect(wanted.count == 5)
            let literals = [wanted[..<2], wanted[2...]].map { keys.value.literals($0) }
            var found: [String?] = []
            for literal in literals {
                let rows = log.rows([#""note""#], of: TableName("odd"), keys: literal)
                found += try await ask(rows).map { $0[1] }
            }
            #expect(Set(found) == ["blank", "odd", "new", "newer"])
        }
    }

    @Test(arguments: [nil, 1 << 30])
    func `a log is read while the run is planned, or in its turn where the run is gentle`(
        maxRate: Int?
    ) async throws {
        let setUp = #"""
            CREATE DOMAIN word AS text;
            CREATE DOMAIN code AS word CHECK (VALUE <> '');
            CREATE TABLE coded (code code, "no" smallint, name text, PRIMARY KEY ("no", code));
            INSERT INTO coded SELECT 'a "b" {c,d} \ e' || i, i % 7, 'n' || i FROM generate_series(1, 300) AS i;
            """#
        let table = Table(
            TableName("coded"), key: ["no", "code"],
            source: SourceLocation(file: #filePath, line: 1),
            checks: [Required("name"), Unique(by: "name"), OneOf("name", "n1", "n2")])
        try await IncrementalFixture.lend(setUp: setUp) { fixture in
            try await fixture.track(TableName("coded"))
            try await fixture.compare("nothing", [table])
            let connection = try await fixture.database.connect()
            try await connection.script(
                #"""
                UPDATE coded SET name = NULL WHERE "no" = 3;
                DELETE FROM coded WHERE code LIKE '%e1_';
                INSERT INTO coded VALUES ('é😀', -1, 'n5');
                """#)
            let before = try await facts(fixture, [table], maxRate: maxRate)
            #expect(try before.changes.get().entries == 43 + 10 + 1)
            #expect((try before.changes.get().keys == nil) == (maxRate != nil))
            let kept = try await fixture.incremental([table]) { $0.maxRate = maxRate }
            let whole = try await audit(fixture.database, [table])
            #expect(kept.engineNotes == [])
            #expect(kept.results.map(\.measure) == whole.results.map(\.measure))
            #expect(kept.results.allSatisfy { ($0.measure?.violations ?? 0) > 0 })
            #expect(try await facts(fixture, [table], maxRate: maxRate).changes.get().entries == 0)
        }
    }

    /// What is known of a table before the run is planned.
    private func facts(
        _ fixture: IncrementalFixture, _ tables: [Table], maxRate: Int?
    ) async throws -> TrackingFacts.Table {
        let connection = try await fixture.database.connect()
        try await connection.begin(.repeatableReadReadOnly)
        try await connection.execute("SAVEPOINT assay")
        var options = AuditOptions(target: fixture.database.target)
        options.maxRate = maxRate
        let facts = try await TrackingFacts.read(
            for: try Suite(name: "tests", tables: tables, root: folderOfTests()),
            folder: fixture.folder, options, on: connection)
        return try #require(try facts.get().tables.first)
    }

    @Test func `a row in a new page that no log names has the table read whole`() async throws {
        try await IncrementalFixture.lend { fixture in
            guard try await addUnnamedRow(to: fixture) else { return }
            let notes = try await fixture.compare("an entry that is gone")
            #expect(
                notes == [
                    "public.rows was evaluated whole, in the database: "
                        + "a row has changed that its change log does not name"
                ])
        }
    }

    @Test func `that such a row was missed is told when the table is read whole for its age`()
        async throws
    {
        try await IncrementalFixture.lend { fixture in
            guard try await addUnnamedRow(to: fixture) else { return }
            let later = try await fixture.incremental { $0.now = 1_800_000_000 + 7 * 86_400 }
            #expect(
                later.engineNotes.contains(
                    "what was kept of public.rows could not be held against the whole table: "
                        + "a row has changed that its change log does not name"))
            let whole = try await audit(fixture.database, [IncrementalFixture.table])
            #expect(later.rows == whole.rows)
        }
    }

    /// Has a table audited and then grow by rows of which the log does not name one; false where the server
    /// reads no rows by their pages.
    private func addUnnamedRow(to fixture: IncrementalFixture) async throws -> Bool {
        _ = try await fixture.compare("nothing")
        let connection = try await fixture.database.connect()
        guard connection.serverVersion >= 140_000 else { return false }
        // Somebody who owns the log takes an entry out of it.
        try await connection.script(
            """
            SELECT add(190, 1);
            DO $$BEGIN EXECUTE format('DELETE FROM assay.%I WHERE key[1]::int = (SELECT max(id) FROM rows)',
                (SELECT log FROM assay.tracked)); END$$;
            """)
        return true
    }
}
