import AssayTesting
import Postgres
import Testing

@Suite(.timeLimit(.minutes(15))) struct RedactionTests {
    @Test(arguments: [
        "host=h port=5 dbname=d user=u password=hunter2 sslpassword=hunter2 passfile=/hunter2 sslkey=/hunter2",
        "postgresql://u:hunter2@h:5/d?sslpassword=hunter2",
        "postgres://u:hun%74er2@h:5/d",
    ])
    func `a target shows where it leads and no secret`(conninfo: String) throws {
        let target = try DatabaseTarget(conninfo)
        #expect(target.redacted == "host=h port=5 dbname=d user=u")
        #expect(!everythingShown(of: target).contains("hunter2"))
        #expect(!everythingShown(of: [target.with("password", "hunter2")]).contains("hunter2"))
        #expect(target.option("password") == nil)
    }

    @Test(arguments: [
        "host=h hunter2", "password='hunter2", "hunter2=x", "postgresql://u:%zz@hunter2",
        "postgresql://u:hunt@er2@h/d", "postgresql://u:hun/ter2@h/d",
        "postgresql://u:123/hunter2@h/d",
        "postgresql://h/d?hunter2=x", "postgresql://[::1/hunter2",
    ])
    func `a malformed target is refused in words of our own`(conninfo: String) throws {
        let error = try #require(throws: PostgresError.self) { try DatabaseTarget(conninfo) }
        #expect(error.code == .malformedTarget)
        #expect(error.description.hasPrefix("the connection string "))
        for part in ["hunter2", "er2", "ter2", "zz"] {
            #expect(!everythingShown(of: error).contains(part))
        }
    }

    @Test(arguments: [
        "SELECT 'secret'::int", "SELECT ' se\"cret'::int", "SELECT 'secret'::date",
        "SELECT '{secret'::json",
        "SELECT 'secret'::uuid", "SELECT '99999999999secret'::bigint",
        "SELECT to_date('secret', 'YYYY')",
        "INSERT INTO t VALUES (1, 'secret'), (1, 'secret')", "INSERT INTO t VALUES (2, NULL)",
    ])
    func `an error about data shows no data`(sql: String) async throws {
        try await withScratchDatabase(
            setUp: "CREATE TABLE t (id int PRIMARY KEY, name text NOT NULL)"
        ) { database in
            let connection = try await database.connect()
            let error = try await postgresError { try await connection.execute(sql) }
            #expect(error.code == .server)
            for part in ["secret", "cret"] { #expect(!everythingShown(of: error).contains(part)) }
            #expect(error.description.hasSuffix("(SQLSTATE \(error.sqlState?.rawValue ?? "none"))"))
        }
    }

    @Test func `the whole truth is there for who asks`() async throws {
        try await withScratchDatabase(setUp: "CREATE TABLE t (id int CONSTRAINT one UNIQUE)") {
            database in
            let connection = try await database.connect()
            try await connection.execute("INSERT INTO t VALUES (4711)")
            do {
                try await connection.execute("INSERT INTO t VALUES ($1)", ["4711"])
                Issue.record("the duplicate was taken")
            } catch SQLState.uniqueViolation {
            }
            let error = try await postgresError {
                try await connection.execute("INSERT INTO t VALUES (4711)")
            }
            #expect(error.detail == "Key (id)=(4711) already exists.")
            #expect(error.constraint == "one" && error.table == "t" && error.schema == "public")
            #expect(!everythingShown(of: error).contains("4711"))
            let cast = try await postgresError {
                _ = try await connection.query("SELECT 'abc'::int")
            }
            #expect(cast.unredactedMessage == "invalid input syntax for type integer: \"abc\"")
            #expect("\(cast)" == "invalid input syntax for type integer: \"…\" (SQLSTATE 22P02)")
            #expect(cast.position == 8)
        }
    }
}
