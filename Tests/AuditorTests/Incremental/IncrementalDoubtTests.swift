import Assay
import AssayTesting
@testable import Auditor
import FoundationEssentials
import Postgres
import Streams
import Testing

/// Whatever makes what was kept doubtful has the table read whole, says so, and measures what is there.
@Suite(.timeLimit(.minutes(15))) struct IncrementalDoubtTests {
    /// Something that happens between two runs, and what the second one says of it.
    fileprivate struct Doubt: CustomTestStringConvertible, Sendable {
        let what: String
        let sql: [String]
        let sentence: String

        init(_ what: String, _ sentence: String, _ sql: String...) {
            self.what = what
            self.sql = sql
            self.sentence = sentence
        }

        var testDescription: String { what }
    }

    fileprivate static let doubts = [
        Doubt(
            "TRUNCATE", "the table was rewritten or emptied", "TRUNCATE rows", "SELECT add(9, 1)"),
        Doubt("VACUUM FULL", "the table was rewritten or emptied", "VACUUM FULL rows"),
        Doubt("CLUSTER", "the table was rewritten or emptied", "CLUSTER rows USING rows_pkey"),
        Doubt(
            "a column that is wider", "the table was rewritten or emptied",
            "ALTER TABLE rows ALTER number TYPE bigint"),
        Doubt(
            "a column without a rewrite",
            "its columns, its primary key or what it is part of have changed",
            "ALTER TABLE rows DROP COLUMN name",
            "ALTER TABLE rows ADD COLUMN name text DEFAULT 'n1'"),
        Doubt(
            "a label that is renamed",
            "its columns, its primary key or what it is part of have changed",
            "ALTER TYPE mood RENAME VALUE 'happy' TO 'glad'"),
        Doubt(
            "a parent for a while",
            "its columns, its primary key or what it is part of have changed",
            "CREATE TABLE parent (LIKE rows)", "ALTER TABLE rows INHERIT parent",
            "UPDATE parent SET name = NULL WHERE id < 9", "ALTER TABLE rows NO INHERIT parent"),
        Doubt(
            "a partitioned table for a while",
            "its columns, its primary key or what it is part of have changed",
            "CREATE TABLE parent (LIKE rows) PARTITION BY LIST (id)",
            "ALTER TABLE parent ATTACH PARTITION rows DEFAULT",
            "UPDATE parent SET name = NULL WHERE id < 9", "ALTER TABLE parent DETACH PARTITION rows"
        ),
        Doubt(
            "a trigger that was off meanwhile",
            "its change log was set up anew, or was switched off meanwhile",
            "ALTER TABLE rows DISABLE TRIGGER ALL", "UPDATE rows SET name = NULL WHERE id < 9",
            "ALTER TABLE rows ENABLE TRIGGER ALL",
            "ALTER TABLE rows ENABLE ALWAYS TRIGGER zz_assay_changes_insert",
            "ALTER TABLE rows ENABLE ALWAYS TRIGGER zz_assay_changes_update",
            "ALTER TABLE rows ENABLE ALWAYS TRIGGER zz_assay_changes_delete",
            "ALTER TABLE rows ENABLE ALWAYS TRIGGER zz_assay_changes_truncate"),
        Doubt(
            "a log that was set up anew",
            "its change log was set up anew, or was switched off meanwhile",
            "SELECT assay.untrack('rows')", "UPDATE rows SET name = NULL WHERE id < 9",
            "SELECT assay.track('rows')"),
        Doubt(
            "a log that was emptied",
            "its change log was set up anew, or was switched off meanwhile",
            "UPDATE rows SET name = NULL WHERE id < 9",
            "DO $$BEGIN EXECUTE 'TRUNCATE assay.' || (SELECT log FROM assay.tracked); END$$"),
        Doubt(
            "a log that was pruned", "its change log was pruned beyond the last run",
            "UPDATE rows SET name = NULL WHERE id < 9", "SELECT assay.prune_changes('0 days')"),
        Doubt(
            "a table made anew", "the table was made anew",
            "CREATE TABLE copy (LIKE rows INCLUDING ALL)",
            "INSERT INTO copy SELECT * FROM rows WHERE id < 30", "SELECT assay.untrack('rows')",
            "DROP TABLE rows", "ALTER TABLE copy RENAME TO rows", "SELECT assay.track('rows')"),
        Doubt(
            "a large part of it", "more than a fifth of it has changed since it was read whole",
            "SELECT add(1200, 5)"),
    ]

    @Test(arguments: doubts) fileprivate func `a table of which anything is in doubt is read whole`(
        doubt: Doubt
    ) async throws {
        try await IncrementalFixture.lend { fixture in
            _ = try await fixture.compare("nothing")
            let connection = try await fixture.database.connect()
            for sql in doubt.sql { try await connection.script(sql) }
            let expected = ["public.rows is read whole: \(doubt.sentence)"]
            #expect(try await fixture.plan().reason == "read whole: \(doubt.sentence)")
            #expect(try await fixture.compare(doubt.what) == expected)
            try await connection.execute("UPDATE rows SET name = NULL WHERE id % 5 = 0")
            #expect(try await fixture.compare("a change after \(doubt.what)").isEmpty)
        }
    }

    @Test func `a table that can no longer be tracked is done as in any other run`() async throws {
        let endings = [
            (
                "ALTER TABLE rows DISABLE TRIGGER zz_assay_changes_delete",
                "is missing or switched off"
            ),
            ("DROP TRIGGER zz_assay_changes_truncate ON rows", "is missing or switched off"),
            ("CREATE TABLE child () INHERITS (rows)", "it is part of another table or has parts"),
            (
                "ALTER TABLE rows DROP CONSTRAINT rows_pkey; ALTER TABLE rows ADD PRIMARY KEY (tenant, id)",
                "its primary key is not the one that is logged"
            ),
            ("SELECT assay.untrack('rows')", "its changes are not logged"),
            ("ALTER TABLE rows SET UNLOGGED", "it does not outlast a crash"),
            ("DROP SCHEMA assay CASCADE", "no table is tracked"),
        ]
        for (sql, reason) in endings {
            try await IncrementalFixture.lend { fixture in
                _ = try await fixture.compare("nothing")
                let connection = try await fixture.database.connect()
                try await connection.script(sql)
                try await connection.execute("DELETE FROM rows WHERE id < 20")
                let plan = try await fixture.plan()
                #expect(plan.reason.contains(reason), "\(sql)")
                #expect(plan.changed.isEmpty)
                #expect(try await fixture.compare(sql, asUsual: true).isEmpty)
                // A log that is gone comes back as another one; one that is passed by may name less.
                let isGone = sql.contains("untrack") || sql.contains("SCHEMA")
                #expect(try fixture.files(".state").isEmpty == !isGone, "\(sql)")
            }
        }
    }

    @Test func `labels of an enumeration behind a domain are not relied on`() async throws {
        let setUp = """
            CREATE DOMAIN feeling AS mood;
            CREATE TABLE felt (id int PRIMARY KEY, feeling feeling);
            INSERT INTO felt SELECT i, 'happy' FROM generate_series(1, 30) i;
            """
        let table = Table("felt", key: "id") {
            OneOf("feeling", "happy")
            Required("feeling")
        }
        try await IncrementalFixture.lend(setUp: setUp) { fixture in
            try await fixture.track(TableName("felt"))
            _ = try await fixture.compare("nothing", [table])
            let connection = try await fixture.database.connect()
            try await connection.execute("ALTER TYPE mood RENAME VALUE 'happy' TO 'glad'")
            _ = try await fixture.compare("a label that is renamed", [table])
        }
    }

    @Test func `what is kept is read whole again when it is old, and both agree`() async throws {
        try await IncrementalFixture.lend { fixture in
            _ = try await fixture.compare("nothing")
            let connection = try await fixture.database.connect()
            try await connection.execute("UPDATE rows SET name = NULL WHERE id % 5 = 0")
            let later = try await fixture.incremental { $0.now = 1_800_000_000 + 7 * 86_400 }
            #expect(
                later.engineNotes == [
                    "public.rows is read whole: it was read whole 7 days ago or more"
                ])
            let last = try await fixture.incremental { $0.now = 1_800_000_000 + 8 * 86_400 }
            #expect(last.engineNotes.isEmpty)
        }
    }

    @Test func `a change that no log names is told when the table is read whole`() async throws {
        try await IncrementalFixture.lend { fixture in
            _ = try await fixture.compare("nothing")
            let connection = try await fixture.database.connect()
            // Somebody who owns the log takes an entry out of it.
            try await connection.script(
                """
                UPDATE rows SET name = NULL WHERE id = 8;
                DO $$BEGIN EXECUTE 'DELETE FROM assay.' || (SELECT log FROM assay.tracked); END$$;
                """)
            let later = try await fixture.incremental { $0.now = 1_800_000_000 + 7 * 86_400 }
            let notes = later.engineNotes.filter {
                $0.hasPrefix("public.rows/required:name differs: ")
            }
            #expect(notes.count == 1)
            let whole = try await audit(fixture.database, [IncrementalFixture.table])
            #expect(
                try later.result("required:name").measure
                    == whole.result("required:name").measure)
        }
    }

    @Test func `a log that does not fit what was kept has the table read whole`() async throws {
        let lies = [
            "DELETE FROM %s WHERE change = 2", "UPDATE %s SET change = 2 WHERE change = 1",
            "UPDATE %s SET change = 2 WHERE change = 4",
            "UPDATE %s SET change = 8 WHERE change = 4",
        ]
        for lie in lies {
            try await IncrementalFixture.lend { fixture in
                _ = try await fixture.compare("nothing")
                let connection = try await fixture.database.connect()
                try await connection.script(
                    """
                    SELECT add(3, 1);
                    UPDATE rows SET name = NULL WHERE id = 62 OR id = 8;
                    DELETE FROM rows WHERE id = 9;
                    DO $$BEGIN EXECUTE format('\(lie)', 'assay.' || (SELECT log FROM assay.tracked)); END$$;
                    """)
                let notes = try await fixture.compare(lie)
                #expect(notes.count == 1, "\(lie)")
                #expect(
                    notes.first?.hasPrefix("public.rows was evaluated whole, in the database: ")
                        == true)
                let next = try await fixture.compare("\(lie), the next run")
                #expect(next == ["public.rows is read whole: nothing was kept of it yet"])
            }
        }
    }

    @Test func `files that are torn, foreign or gone are not relied on`() async throws {
        func damage(_ file: String, at place: Int) throws {
            var bytes = Array(try #require(FileManager.default.contents(atPath: file)))
            bytes[place < 0 ? bytes.count + place : place] ^= 1
            try Data(bytes).write(to: URL(filePath: file))
        }
        func cut(_ file: String) throws {
            let bytes = try #require(FileManager.default.contents(atPath: file))
            try bytes.dropLast(9).write(to: URL(filePath: file))
        }
        let damages: [(String, (IncrementalFixture) throws -> Void)] = [
            ("a bit of the state", { try damage(try #require($0.files(".state").first), at: 100) }),
            ("the state's end", { try damage(try #require($0.files(".state").first), at: -1) }),
            ("a bit of the keys", { try damage(try #require($0.files(".rows").first), at: 3) }),
            ("a bit of the planes", { try damage(try #require($0.files(".rows").first), at: -9) }),
            ("a torn state", { try cut(try #require($0.files(".state").first)) }),
            ("torn rows", { try cut(try #require($0.files(".rows").first)) }),
            (
                "an empty state",
                { try Data().write(to: URL(filePath: try #require($0.files(".state").first))) }
            ),
            (
                "rows that are gone",
                {
                    try FileManager.default.removeItem(
                        atPath: try #require($0.files(".rows").first))
                }
            ),
            (
                "what references may hold, which is gone",
                {
                    try FileManager.default.removeItem(
                        atPath: try #require($0.files(".parents").first))
                }
            ),
            (
                "what references may hold, torn",
                { try cut(try #require($0.files(".parents").first)) }
            ),
            ("another key", { try damage(try #require($0.files("/key").first), at: 0) }),
        ]
        for (what, damage) in damages {
            try await IncrementalFixture.lend { fixture in
                _ = try await fixture.compare("nothing")
                let connection = try await fixture.database.connect()
                try await connection.execute("UPDATE rows SET name = NULL WHERE id % 5 = 0")
                try damage(fixture)
                #expect(try await fixture.compare(what).count == 1, "\(what)")
                try await connection.execute("DELETE FROM rows WHERE id % 5 = 0")
                _ = try await fixture.compare("\(what), the next run")
                #expect(try await fixture.compare("\(what), the run after").isEmpty)
                #expect(try fixture.files(".rows").count == 1)
            }
        }
    }

    @Test func `a file of what changed that is damaged or gone is not relied on`() async throws {
        for isDamaged in [true, false] {
            try await IncrementalFixture.lend { fixture in
                _ = try await fixture.compare("nothing")
                let first = try fixture.files(".rows")
                let connection = try await fixture.database.connect()
                try await connection.execute("UPDATE rows SET name = NULL WHERE id % 5 = 0")
                #expect(try await fixture.compare("a change").isEmpty)
                let file = try #require(try fixture.files(".rows").first { !first.contains($0) })
                if isDamaged {
                    var bytes = Array(try #require(FileManager.default.contents(atPath: file)))
                    bytes[5] ^= 1
                    try Data(bytes).write(to: URL(filePath: file))
                } else {
                    try FileManager.default.removeItem(atPath: file)
                }
                try await connection.execute("UPDATE rows SET name = 'n' WHERE id % 10 = 0")
                let notes = try await fixture.compare("what changed is damaged")
                #expect(notes.count == 1)
                #expect(notes.first?.contains(isDamaged ? "damaged" : "gone") == true)
            }
        }
    }

    @Test func `other checks, another database and a restore are doubts`() async throws {
        try await IncrementalFixture.lend { fixture in
            _ = try await fixture.compare("nothing")
            let other = Table(
                TableName("rows"), key: ["id", "tenant"],
                source: SourceLocation(file: #filePath, line: 1), checks: [Required("name")])
            #expect(
                try await fixture.compare("other checks", [other])
                    == ["public.rows is read whole: its checks have changed, or Assay has"])
            let connection = try await fixture.database.connect()
            try await connection.execute("UPDATE rows SET name = NULL WHERE id = 3")
            #expect(try await fixture.compare("a change", [other]).isEmpty)
        }
    }

    @Test func `a state that has seen what has not taken place is of a server that was restored`()
        async throws
    {
        try await IncrementalFixture.lend { fixture in
            _ = try await fixture.compare("nothing")
            let (folder, increment) = try await increment(of: fixture)
            var state = increment.state
            state.snapshot = "9000000000:9000000001:9000000000"
            try folder.write(
                state, of: TableName("rows"), parents: state.parents.map { _ in nil })
            #expect(
                try await fixture.compare("a restore") == [
                    "public.rows is read whole: what was kept saw transactions that have not taken place; "
                        + "was it restored?"
                ])
        }
    }

    @Test func `keys that cannot be told apart by their hashes are told apart in the database`()
        async throws
    {
        // Numbers of sixteen bytes that begin so have one hash, whatever its key is.
        let setUp = """
            CREATE TABLE others (id uuid PRIMARY KEY, number int, other uuid);
            CREATE FUNCTION same(i int) RETURNS uuid LANGUAGE sql AS $$
                SELECT ('db28b4a0d17e03e7' || lpad(to_hex(i), 16, '0'))::uuid $$;
            INSERT INTO others SELECT md5(i::text)::uuid, i, same(i / 2) FROM generate_series(1, 9) i;
            """
        let table = Table("others", key: "id") {
            Unique(by: "other")
            Required("number")
        }
        try await IncrementalFixture.lend(setUp: setUp) { fixture in
            try await fixture.track(TableName("others"))
            let connection = try await fixture.database.connect()
            #expect(try await fixture.compare("nothing", [table]).count == 1)
            try await connection.execute("UPDATE others SET number = NULL WHERE number = 3")
            #expect(try await fixture.compare("a change", [table]).isEmpty)
            try await connection.execute(
                "INSERT INTO others SELECT same(i), i FROM generate_series(50, 51) i")
            let notes = try await fixture.compare("two keys that have one hash", [table])
            #expect(
                notes == [
                    "public.others was evaluated whole, in the database: "
                        + "two of its keys cannot be told apart by what was kept"
                ])
        }
    }

    /// What would be done about the fixture's table.
    private func increment(
        of fixture: IncrementalFixture
    ) async throws -> (StateFolder, Increment) {
        let connection = try await fixture.database.connect()
        try await connection.begin(.repeatableReadReadOnly)
        let catalog = try await Catalog.read(from: connection)
        try await connection.execute("SAVEPOINT assay")
        let suite = try Suite(
            name: "tests", tables: [IncrementalFixture.table], root: folderOfTests())
        let incremental = IncrementalOptions(folder: fixture.folder)
        let options = AuditOptions(target: fixture.database.target)
        let folder = StateFolder(
            fixture.folder, suite: "tests", database: catalog.database.name)
        let facts = try await TrackingFacts.read(
            for: suite, folder: fixture.folder, options, on: connection)
        let choices = try await IncrementalChooser(
            catalog: catalog, options: options, incremental: incremental, facts: facts.get(),
            folder: folder, version: "test", now: 1_800_000_000, keeps: false
        ).choices(for: Plan(suite: suite, catalog: catalog), on: connection)
        guard case .changes(let increment)? = choices.first else {
            throw Refusal("all of the table is looked at")
        }
        return (folder, increment)
    }
}
