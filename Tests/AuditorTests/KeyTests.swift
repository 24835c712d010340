import Assay
import AssayTesting
import Auditor
import Testing

/// Keys name rows in reports; names are whatever PostgreSQL takes.
@Suite(.timeLimit(.minutes(15))) struct KeyTests {
    @Test func `a declared key that is none is errored, and the other checks are measured`()
        async throws
    {
        let setUp = """
            CREATE TABLE companies (id int, name text);
            INSERT INTO companies VALUES (1, 'a'), (1, NULL), (2, 'b');
            """
        try await withScratchDatabase(setUp: setUp) { database in
            let report = try await audit(
                database, [Table("companies", key: "id") { Required("name") }])
            let key = try report.result("key")
            #expect(key.id == "public.companies/key")
            #expect(key.outcome == .errored)
            #expect(
                key.trouble
                    == "the declared key of public.companies is not unique: 2 rows share id; "
                    + "declare columns that tell rows apart, or no key at all")
            #expect(try report.result("required:name").outcome == .failed)
            #expect(report.exitCode(failOn: nil) == 2)
        }
    }

    @Test func `a key that holds though no index proves it passes`() async throws {
        let setUp = "CREATE TABLE companies (id int, name text); INSERT INTO companies VALUES (1)"
        try await withScratchDatabase(setUp: setUp) { database in
            let report = try await audit(
                database, [Table("companies", key: "id") { RowCount(1...) }])
            #expect(report.results.map(\.outcome) == [.passed, .passed])
            try await database.script("ALTER TABLE companies ADD PRIMARY KEY (id)")
            let proven = try await audit(
                database, [Table("companies", key: "id") { RowCount(1...) }])
            #expect(proven.results.map(\.kind) == ["row-count"])
        }
    }

    @Test func `a key of several columns names rows by all of them`() async throws {
        let setUp = """
            CREATE TABLE customers (domain text, name text, at date, PRIMARY KEY (domain, name));
            INSERT INTO customers VALUES ('b.com', 'B', NULL), ('a.com', 'B', NULL),
                ('a.com', 'A', '2026-01-01'), ('c.com', 'C', '2026-01-01');
            """
        try await withScratchDatabase(setUp: setUp) { database in
            let table = Table("customers", key: "domain", "name") {
                Required("at")
                Unique(by: "at")
                NoRows("undated") { "SELECT name, domain FROM customers WHERE at IS NULL" }
            }
            let report = try await audit(database, [table])
            #expect(
                try report.result("required:at").rows
                    == ["domain, name (a.com, B)", "domain, name (b.com, B)"])
            #expect(
                try report.result("unique:at").rows == ["domain, name (a.com, A), (c.com, C)"])
            #expect(
                Set(try report.result("no-rows:undated").rows)
                    == ["name, domain (B, a.com)", "name, domain (B, b.com)"])
        }
    }

    @Test func `without a key rows are named by their place`() async throws {
        let setUp = """
            CREATE TABLE raw (name text); CREATE TABLE known (name text);
            INSERT INTO raw VALUES ('a'), (NULL), ('b'), ('b');
            """
        try await withScratchDatabase(setUp: setUp) { database in
            let table = Table("raw") {
                Required("name")
                Unique(by: "name")
                OneOf("name", "a")
                References("name", in: "known.name")
            }
            let report = try await audit(database, [table])
            #expect(try report.result("required:name").rows == ["ctid (0,2)"])
            #expect(try report.result("unique:name").rows == ["ctid (0,3), (0,4)"])
            #expect(try report.result("one-of:name").rows == ["ctid (0,3)", "ctid (0,4)"])
            #expect(
                try report.result("references:name").rows
                    == ["ctid (0,1)", "ctid (0,3)", "ctid (0,4)"])
        }
    }

    @Test func `a null in a key is shown as null`() async throws {
        let setUp = "CREATE TABLE raw (a int, b int); INSERT INTO raw VALUES (1, NULL)"
        try await withScratchDatabase(setUp: setUp) { database in
            let report = try await audit(database, [Table("raw", key: "a", "b") { Required("b") }])
            #expect(try report.result("required:b").rows == ["a, b (1, null)"])
        }
    }

    @Test(arguments: [
        "Upper Case", "say \"hello\"", "a.b", "größe", "表", "select", "it's", "back\\slash",
        "semi;colon --", "e\u{301}", "$1", "%s", "c0", "k0", "n", "first", "assay_0_0",
        String(repeating: "n", count: 63), String(repeating: "é", count: 31),
    ])
    func `any name that PostgreSQL takes is audited`(name: String) async throws {
        let quoted =
            "\""
            + name.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\"") + "\""
        let setUp = """
            CREATE SCHEMA \(quoted);
            CREATE TABLE \(quoted).\(quoted) (\(quoted) text, "other col" text);
            INSERT INTO \(quoted).\(quoted) VALUES ('a', 'x'), ('b', 'x'), ('c', NULL), ('d', ' ');
            CREATE TABLE \(quoted).parents (\(quoted) text);
            INSERT INTO \(quoted).parents VALUES ('a'), ('x');
            """
        try await withScratchDatabase(setUp: setUp) { database in
            let table = Table(
                TableName(schema: name, name: name), key: [name],
                source: SourceLocation(file: #filePath, line: 1),
                checks: [
                    Required("other col"), Unique(by: "other col"), OneOf(name, "a", "b"),
                    References(
                        [name], in: "\(quoted).parents", columns: [name]),
                    Implies(.present("other col"), then: .equals(name, "a")),
                    PoisonedDomain("other col", names: name, upTo: 1).allow(upTo: .rows(0)),
                ])
            let report = try await audit(database, [table]) { $0.showsValues = true }
            for result in report.results {
                #expect(result.trouble == nil, "\(result.id)")
            }
            let required = try report.result("required:other col")
            #expect(required.samples.map(\.keys) == [[[Field(name, "c")]], [[Field(name, "d")]]])
            #expect(required.samples.map(\.values).last == [Field("other col", " ")])
            let unique = try report.result("unique:other col")
            #expect(unique.samples.map(\.keys) == [[[Field(name, "a")], [Field(name, "b")]]])
            #expect(try report.result("one-of:\(name)").measure?.violations == 2)
            #expect(try report.result("references:\(name)").measure?.violations == 3)
            #expect(try report.result("references:\(name)").samples.count == 3)
        }
    }

    @Test func `keys of all types name rows`() async throws {
        let setUp = """
            CREATE TYPE colour AS ENUM ('red', 'blue');
            CREATE DOMAIN email AS text CHECK (value LIKE '%@%');
            CREATE TABLE t (u uuid, j jsonb, e colour, d email, ts timestamptz, n numeric, a int[],
                b bytea, x text);
            INSERT INTO t VALUES ('00000000-0000-0000-0000-000000000001', '{"a": 1}', 'red',
                'a@b', '2026-01-01 01:00+01', 1.50, '{1,2}', '\\x00ff');
            """
        let keys = ["u", "j", "e", "d", "ts", "n", "a", "b"]
        try await withScratchDatabase(setUp: setUp) { database in
            for key in keys {
                let report = try await audit(database, [Table("t", key: key) { Required("x") }])
                #expect(try report.result("key").outcome == .passed, "\(key)")
                #expect(try report.result("required:x").samples.count == 1, "\(key)")
            }
            let table = Table(
                TableName("t"), key: keys, source: SourceLocation(file: #filePath, line: 1),
                checks: [Required("x")])
            let report = try await audit(database, [table])
            #expect(
                try report.result("required:x").samples.first?.keys.first?.map(\.value) == [
                    "00000000-0000-0000-0000-000000000001", "{\"a\": 1}", "red", "a@b",
                    "2026-01-01 00:00:00+00", "1.50", "{1,2}", "\\x00ff",
                ])
        }
    }
}
