import Assay
import AssayTesting
import Auditor
import Postgres
import Testing

/// Tables and types of all sorts.
@Suite(.timeLimit(.minutes(15))) struct ShapeTests {
    @Test func `a partitioned table is audited over all its partitions`() async throws {
        let setUp = """
            CREATE TABLE events (id int, region text, name text) PARTITION BY LIST (region);
            CREATE TABLE events_eu PARTITION OF events FOR VALUES IN ('eu');
            CREATE TABLE events_us PARTITION OF events FOR VALUES IN ('us');
            INSERT INTO events VALUES (1, 'eu', 'a'), (2, 'eu', NULL), (3, 'us', 'a'),
                (4, 'us', NULL), (5, 'us', 'b');
            """
        try await withScratchDatabase(setUp: setUp) { database in
            func table(_ name: String, key: String...) -> Table {
                Table(
                    TableName(name), key: key, source: SourceLocation(file: #filePath, line: 1),
                    checks: [Required("name"), Unique(by: "name"), RowCount(5...)])
            }
            let whole = try await audit(database, [table("events", key: "id")])
            #expect(whole.rows == [TableName("events"): 5])
            #expect(try whole.result("required:name").rows == ["id 2", "id 4"])
            #expect(
                try whole.result("unique:name").measure
                    == Measure(violations: 2, scope: 3, groups: 1))
            #expect(try whole.result("unique:name").rows == ["id 1, 3"])
            #expect(try whole.result("key").outcome == .passed)
            let keyless = try await audit(database, [table("events")])
            #expect(try keyless.result("unique:name").measure?.violations == 2)
            #expect(try keyless.result("required:name").samples.count == 2)
            let pair = try await audit(database, [table("events", key: "id", "region")])
            #expect(try pair.result("unique:name").measure?.groups == 1)
            #expect(
                try pair.result("required:name").rows == [
                    "id, region (2, eu)", "id, region (4, us)",
                ])
            let part = try await audit(database, [table("events_us", key: "id")])
            #expect(part.rows == [TableName("events_us"): 3])
            #expect(try part.result("row-count").outcome == .failed)
        }
    }

    @Test func `a table that others inherit from is audited with their rows`() async throws {
        let setUp = """
            CREATE TABLE people (id int PRIMARY KEY, name text);
            CREATE TABLE buyers (budget int) INHERITS (people);
            INSERT INTO people VALUES (1, 'a'), (2, NULL);
            INSERT INTO buyers VALUES (3, 'a', 1), (4, NULL, 1);
            """
        try await withScratchDatabase(setUp: setUp) { database in
            let table = Table("people", key: "id") {
                Required("name")
                Unique(by: "name")
            }
            let report = try await audit(database, [table])
            #expect(report.rows == [TableName("people"): 4])
            #expect(try report.result("required:name").rows == ["id 2", "id 4"])
            #expect(try report.result("unique:name").rows == ["id 1, 3"])
        }
    }

    @Test func `a materialized view is audited as it was filled`() async throws {
        let setUp = """
            CREATE TABLE companies (id int PRIMARY KEY, name text);
            INSERT INTO companies VALUES (1, NULL), (2, 'a'), (3, 'a');
            CREATE MATERIALIZED VIEW recent AS TABLE companies;
            DELETE FROM companies;
            """
        try await withScratchDatabase(setUp: setUp) { database in
            let table = Table("recent", key: "id") {
                Required("name")
                Unique(by: "name")
            }
            let report = try await audit(database, [table])
            #expect(try report.result("required:name").rows == ["id 1"])
            #expect(try report.result("unique:name").rows == ["id 2, 3"])
        }
    }

    @Test func `computed columns are audited like others`() async throws {
        let setUp = """
            CREATE TABLE companies (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text,
                slug text GENERATED ALWAYS AS (lower(name)) STORED);
            INSERT INTO companies (name) VALUES ('A'), ('a'), (NULL);
            """
        try await withScratchDatabase(setUp: setUp) { database in
            let table = Table("companies", key: "id") {
                Required("slug")
                Unique(by: "slug")
            }
            let report = try await audit(database, [table])
            #expect(try report.result("required:slug").rows == ["id 3"])
            #expect(try report.result("unique:slug").rows == ["id 1, 2"])
        }
    }

    @Test(arguments: ["citext", "nocase", "varchar(20)", "char(5)", "name", "text_domain"])
    func `text of every type is compared byte by byte`(type: String) async throws {
        let column = type == "nocase" ? "text COLLATE nocase" : type
        let setUp = """
            CREATE EXTENSION citext;
            CREATE COLLATION nocase
                (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
            CREATE DOMAIN text_domain AS text;
            CREATE TABLE companies (id int PRIMARY KEY, name \(column));
            INSERT INTO companies VALUES (1, 'Acme'), (2, 'acme'), (3, 'acme'), (4, ' '), (5, NULL);
            """
        try await withScratchDatabase(setUp: setUp) { database in
            let table = Table("companies", key: "id") {
                Required("name")
                Normalized("name", as: .lowercase).where("id < 4")
                Unique(by: "name").where("id < 4")
                Unique(by: .normalized("name", as: .name)).named("form").where("id < 4")
                OneOf("name", "acme").where("id < 4")
                Matches("name", "^a").where("id < 4")
                Matches("name", like: "a%").named("like").where("id < 4")
                Length("name", 4...4).where("id < 4")
                Implies(.equals("name", "acme"), then: "id > 1")
                Implies(.isOneOf("name", ["acme"]), then: "id > 1").named("list")
            }
            let report = try await audit(database, [table])
            for result in report.results { #expect(result.trouble == nil, "\(result.id)") }
            #expect(try report.result("required:name").rows == ["id 4", "id 5"])
            #expect(try report.result("normalized:name").measure?.violations == 1)
            #expect(try report.result("unique:name").rows == ["id 2, 3"])
            #expect(try report.result("unique:form").rows == ["id 1, 3 and 1 more"])
            #expect(try report.result("one-of:name").rows == ["id 1"])
            #expect(try report.result("matches:name").rows == ["id 1"])
            #expect(try report.result("matches:like").rows == ["id 1"])
            #expect(try report.result("length:name").outcome == .passed)
            #expect(try report.result("implies:name").measure?.scope == 2)
            #expect(try report.result("implies:list").measure?.scope == 2)
        }
    }

    @Test func `every kind that takes a value looks at its text`() async throws {
        let setUp = """
            CREATE TYPE colour AS ENUM ('red', 'blue');
            CREATE TABLE things (id uuid PRIMARY KEY, c colour, j jsonb, b boolean, n numeric);
            INSERT INTO things VALUES
                ('00000000-0000-0000-0000-000000000001', 'red', '"x"', true, 1.50),
                ('00000000-0000-0000-0000-000000000002', 'blue', 'null', NULL, 'NaN');
            """
        try await withScratchDatabase(setUp: setUp) { database in
            let table = Table("things", key: "id") {
                Required("c")
                Required("j")
                Required("b")
                OneOf("c", "red", "green")
                OneOf("b", "true")
                OneOf("j", "\"x\"")
                Matches("id", "1$")
                Matches("c", like: "r%")
                Length("j", 4...4)
                InRange("n", 0.5...1.5)
                InRange("c", from: "blue").named("enum")
                Unique(by: "c", "j", "n")
                Normalized("c", as: .lowercase)
            }
            let report = try await audit(database, [table])
            for result in report.results { #expect(result.trouble == nil, "\(result.id)") }
            #expect(
                report.results.map { $0.measure?.violations }
                    == [0, 0, 1, 1, 0, 1, 1, 1, 1, 1, 1, 0, 0])
            #expect(
                try report.result("one-of:c").rows == ["id 00000000-0000-0000-0000-000000000002"])
        }
    }

    @Test func `a table of 1,600 columns is audited`() async throws {
        let columns = (1...1_600).map { "c\($0)" }
        let setUp =
            "CREATE TABLE wide (" + columns.map { "\($0) text" }.joined(separator: ", ") + ");"
            + "INSERT INTO wide (c1, c1600) VALUES ('a', 'b'), (NULL, NULL)"
        try await withScratchDatabase(setUp: setUp) { database in
            let table = Table("wide") {
                for column in columns { Required(column) }
                for column in columns { Length(column, 2...3) }
            }
            let report = try await audit(database, [table]) { $0.showsValues = true }
            #expect(
                report.results.count == 3_200 && report.errored.isEmpty,
                "\(report.errored.first?.trouble ?? "")")
            let violations = report.results.map { $0.measure?.violations ?? -1 }
            #expect(violations[0] == 1 && violations[1_599] == 1)
            #expect(violations[1..<1_599].allSatisfy { $0 == 2 })
            #expect(try report.result("length:c1600").measure?.violations == 1)
            #expect(try report.result("length:c2").outcome == .notApplicable)
            #expect(try report.result("required:c1600").rows == ["ctid (0,2)"])
        }
    }

    @Test func `300 checks on one table are each judged by their own answer`() async throws {
        let setUp = "CREATE TABLE numbers AS SELECT i AS id FROM generate_series(1, 300) i"
        try await withScratchDatabase(setUp: setUp) { database in
            let table = Table("numbers", key: "id") {
                for bound in 1...300 { InRange("id", ...bound).named("up to \(bound)") }
                for bound in [1, 7] { Matches("id", "^\(bound)").named("digit \(bound)") }
            }
            let report = try await audit(database, [table])
            for bound in 1...300 {
                let result = try report.result("in-range:up to \(bound)")
                #expect(result.measure?.violations == 300 - bound)
                let shown = min(5, 300 - bound)
                #expect(result.rows == (0..<shown).map { "id \(bound + 1 + $0)" })
            }
            #expect(try report.result("matches:digit 1").measure?.violations == 300 - 111)
            #expect(try report.result("matches:digit 7").measure?.violations == 300 - 11)
        }
    }

    @Test func `sixty regular expressions are each judged by their own answer`() async throws {
        let setUp = """
            CREATE TABLE words AS
                SELECT i AS id, 'w' || i || 'x' AS word FROM generate_series(1, 60) i
            """
        try await withScratchDatabase(setUp: setUp) { database in
            let table = Table("words", key: "id") {
                for number in 1...60 {
                    Matches("word", "^w([^\(number)]|\(number)[^x]|.*[0-9]{3})").named("\(number)")
                }
            }
            let report = try await audit(database, [table])
            let connection = try await database.connect()
            for number in 1...60 {
                let expected = try await connection.query(
                    "SELECT id FROM words WHERE word !~ $1 ORDER BY id",
                    ["^w([^\(number)]|\(number)[^x]|.*[0-9]{3})"])
                let result = try report.result("matches:\(number)")
                #expect(result.measure?.violations == expected.count, "\(number)")
                #expect(result.rows == expected.prefix(5).map { "id \($0[0] ?? "")" })
            }
            #expect(report.results.contains { $0.outcome == .failed })
        }
    }
}
