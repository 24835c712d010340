import Assay
import AssayTesting
import Auditor
import Postgres
import Testing

/// The change log names every row that a statement touches, whatever the statement.
@Suite(.timeLimit(.minutes(15))) struct TrackingTests {
    /// What the log says of each key since it was emptied last, in the order of the keys.
    private func log(_ connection: Connection) async throws -> [String] {
        let log = try #require(
            try await connection.query(
                "SELECT log FROM assay.tracked WHERE relation = 'rows'::regclass"
            ).scalar)
        let rows = try await connection.query(
            """
            WITH gone AS (DELETE FROM assay.\(log) RETURNING key, change) \
            SELECT coalesce(key::text, 'any') || ' ' || bit_or(change) FROM gone GROUP BY key ORDER BY key
            """)
        return rows.compactMap { $0[0] }
    }

    private func withTracked(
        _ setUp: String, _ body: (ScratchDatabase, Connection) async throws -> Void
    ) async throws {
        try await withScratchDatabase(setUp: setUp) { database in
            let connection = try await database.connect()
            try await connection.script(try Tracking([TableName("rows")]).sql())
            try await body(database, connection)
        }
    }

    @Test func `each sort of statement logs the keys it touches`() async throws {
        let setUp = """
            CREATE TABLE parents (id int PRIMARY KEY);
            CREATE TABLE rows (at timestamptz, id int, parent int REFERENCES parents ON DELETE CASCADE ON UPDATE CASCADE,
                note text, PRIMARY KEY (id, at));
            INSERT INTO parents VALUES (1), (2), (3);
            """
        try await withTracked(setUp) { _, connection in
            func after(_ sql: String) async throws -> [String] {
                try await connection.script(sql)
                return try await log(connection)
            }
            let day = #"2024-01-02 00:00:00+00"#
            func key(_ id: Int, _ change: Int) -> String { "{\(id),\"\(day)\"} \(change)" }
            let values = "timestamptz '2024-01-02 02:00+02'"
            #expect(
                try await after(
                    "SET DateStyle = 'SQL, DMY'; SET TimeZone = 'Asia/Tokyo'; "
                        + "INSERT INTO rows SELECT \(values), i, i FROM generate_series(1, 3) i")
                    == [key(1, 2), key(2, 2), key(3, 2)])
            #expect(try await after("UPDATE rows SET note = 'a' WHERE id = 2") == [key(2, 4)])
            #expect(
                try await after("UPDATE rows SET id = 9 WHERE id = 2") == [key(2, 1), key(9, 2)])
            #expect(
                try await after(
                    """
                    INSERT INTO rows SELECT \(values), i, 1 FROM generate_series(3, 4) i
                    ON CONFLICT (id, at) DO UPDATE SET note = 'b'
                    """) == [key(3, 4), key(4, 2)])
            #expect(try await after("UPDATE rows SET note = 'c' WHERE false").isEmpty)
            #expect(
                try await after("UPDATE parents SET id = 10 WHERE id = 1") == [
                    key(1, 4), key(4, 4),
                ])
            #expect(try await after("DELETE FROM parents WHERE id = 10") == [key(1, 1), key(4, 1)])
            #expect(
                try await after(
                    "SET session_replication_role = replica; DELETE FROM rows WHERE id = 9")
                    == [key(9, 1)])
            try await connection.execute("RESET session_replication_role")
            #expect(try await after("TRUNCATE rows") == ["any 8"])
            #expect(
                try await after(
                    "BEGIN; INSERT INTO rows SELECT \(values), 5, 3; SAVEPOINT a; "
                        + "INSERT INTO rows SELECT \(values), 6, 3; ROLLBACK TO a; COMMIT")
                    == [key(5, 2)])
            if connection.serverVersion >= 150_000 {
                #expect(
                    try await after(
                        """
                        MERGE INTO rows USING (VALUES (5), (7)) AS v (id) ON rows.id = v.id
                        WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (\(values), 7, 3)
                        """) == [key(5, 1), key(7, 2)])
            }
        }
    }

    @Test func `whatever becomes of the key, no writer fails`() async throws {
        try await withTracked("CREATE TABLE rows (id int PRIMARY KEY, note text)") {
            _, connection in
            try await connection.script(
                """
                ALTER TABLE rows ALTER id TYPE bigint; ALTER TABLE rows RENAME id TO number;
                INSERT INTO rows VALUES (9000000000);
                """)
            #expect(try await log(connection) == ["{9000000000} 2"])
            try await connection.script(
                "ALTER TABLE rows DROP COLUMN number; UPDATE rows SET note = 'a'")
            #expect(try await log(connection) == ["any 8"])
        }
    }

    @Test(arguments: ["", "PRIMARY KEY DEFERRABLE"])
    func `without a primary key that is checked at once it is logged that rows changed`(
        key: String
    ) async throws {
        try await withTracked("CREATE TABLE rows (id int \(key), note text)") { _, connection in
            let changes = [
                "INSERT INTO rows SELECT generate_series(1, 9)", "UPDATE rows SET note = 'a'",
                "DELETE FROM rows WHERE id = 9", "TRUNCATE rows",
            ]
            for change in changes {
                try await connection.execute(change)
                #expect(try await log(connection) == ["any 8"], "\(change)")
            }
            let nothing = [
                "INSERT INTO rows SELECT generate_series(1, 0)", "UPDATE rows SET note = 'a'",
                "DELETE FROM rows",
            ]
            for change in nothing {
                try await connection.execute(change)
                #expect(try await log(connection).isEmpty, "\(change)")
            }
        }
    }

    @Test func `a table whose changes may pass its triggers by is refused`() async throws {
        let setUp = """
            CREATE TABLE whole (id int PRIMARY KEY) PARTITION BY LIST (id);
            CREATE TABLE part PARTITION OF whole FOR VALUES IN (1);
            CREATE TABLE parent (id int PRIMARY KEY);
            CREATE TABLE child (PRIMARY KEY (id)) INHERITS (parent);
            CREATE UNLOGGED TABLE fleeting (id int PRIMARY KEY);
            CREATE VIEW view AS SELECT 1 AS id;
            """
        try await withScratchDatabase(setUp: setUp) { database in
            let connection = try await database.connect()
            for table in ["whole", "part", "parent", "child", "fleeting", "view"] {
                let error = try await #require(throws: PostgresError.self, "\(table)") {
                    try await connection.script(try Tracking([TableName(table)]).sql())
                }
                #expect(error.message.hasPrefix("public.\(table) cannot be tracked: "), "\(table)")
            }
        }
    }

    @Test func `tracking again leaves the log as it is, and untracking leaves nothing`()
        async throws
    {
        try await withTracked("CREATE TABLE rows (id int PRIMARY KEY)") { _, connection in
            try await connection.execute("INSERT INTO rows VALUES (1)")
            let tracking = Tracking([TableName("rows")])
            try await connection.script(try tracking.sql())
            #expect(try await log(connection) == ["{1} 2"])
            try await connection.script(try Tracking([], untracking: [TableName("rows")]).sql())
            let left = try await connection.query(
                """
                SELECT (SELECT count(*) FROM assay.tracked) + (SELECT count(*) FROM pg_trigger
                    WHERE tgrelid = 'rows'::regclass) + (SELECT count(*) FROM pg_class
                    WHERE relnamespace = 'assay'::regnamespace AND relname LIKE 'changes%')
                """)
            #expect(left.scalar == "0")
        }
    }

    @Test func `what is pruned is noted`() async throws {
        try await withTracked("CREATE TABLE rows (id int PRIMARY KEY)") { _, connection in
            try await connection.execute("INSERT INTO rows VALUES (1)")
            #expect(try await connection.query("SELECT assay.prune_changes()").scalar == "0")
            #expect(try await connection.query("SELECT assay.prune_changes('0')").scalar == "1")
            let noted = try await connection.query(
                "SELECT pruned_through < pruned_by FROM assay.tracked")
            #expect(noted.scalar == "t")
        }
    }
}
