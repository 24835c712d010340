import Assay
import AssayTesting
import Auditor
import FoundationEssentials
import Glibc
import Postgres
import Testing

/// Violations have an identity, so that two runs can be told apart.
@Suite(.timeLimit(.minutes(15))) struct BaselineTests {
    private static let fixture = """
        CREATE TABLE companies (id int PRIMARY KEY, name text, source text, parent int);
        INSERT INTO companies
            SELECT i, CASE WHEN i > 5 THEN 'n' || i END, 'even', CASE WHEN i < 4 THEN 900 + i END
            FROM generate_series(1, 50) i;
        UPDATE companies SET name = 'twin' WHERE id IN (11, 12, 13);
        CREATE TABLE notes (text text, author text);
        INSERT INTO notes VALUES ('a', NULL), ('b', NULL), ('c', 'x');
        """

    private static let tables = [
        Table("companies", key: "id") {
            Required("name")
            Length("name", ...4).named("short")
            Unique(by: "name")
            References("parent", in: "companies.id")
            NoRows("odd ones") { "SELECT id, name FROM companies WHERE id % 25 = 1" }
            RowCount(1...10)
        },
        Table("notes") {
            Required("author")
            NoRows("bees") { "SELECT text, text FROM notes WHERE text = 'b'" }
        },
    ]

    @Test func `every kind of violation is recognised in the next run`() async throws {
        try await withRuns { runs in
            let first = try await runs.run("first")
            #expect(first.baseline == nil)
            #expect(first.results.allSatisfy { $0.comparison == nil })
            let second = try await runs.run("second")
            #expect(second.baseline?.run == "first")
            for result in second.results {
                let measure = try #require(result.measure)
                let count = measure.groups ?? measure.violations
                let same = BaselineComparison(now: count, before: count, still: count)
                #expect(result.comparison == same, "\(result.id)")
            }
        }
    }

    @Test func `new, gone and still there are counted, and new rows are named`() async throws {
        try await withRuns { runs in
            _ = try await runs.run("first")
            try await runs.database.script(
                """
                UPDATE companies SET name = 'abc' WHERE id <= 2;
                UPDATE companies SET name = NULL WHERE id IN (40, 41);
                UPDATE companies SET name = 'pair' WHERE id IN (20, 21);
                UPDATE companies SET name = 'other' WHERE id IN (12, 13);
                UPDATE companies SET parent = 901 WHERE id = 30;
                UPDATE companies SET parent = NULL WHERE id = 1;
                DELETE FROM companies WHERE id = 26;
                INSERT INTO companies VALUES (76, 'n76'), (101, 'n101');
                DELETE FROM notes WHERE text = 'a';
                """)
            let report = try await runs.run("second")
            func changes(_ ending: String) throws -> (String, [String]) {
                let comparison = try #require(try report.result(ending).comparison)
                return (comparison.sentence, comparison.samples.map(\.sentence).sorted())
            }
            #expect(
                try changes("required:name")
                    == ("2 new, 2 gone, 3 still there", ["id 40", "id 41"]))
            // Groups: "abc", "pair" and "other" are new, "twin" is gone.
            let groups = try changes("unique:name")
            #expect(groups.0 == "3 new, 1 gone, 0 still there")
            #expect(groups.1 == ["id 1", "id 12", "id 20"])
            #expect(
                try changes("references:parent") == ("1 new, 1 gone, 2 still there", ["id 30"]))
            #expect(
                try changes("no-rows:odd-ones")
                    == ("2 new, 1 gone, 1 still there", ["id 101", "id 76"]))
            #expect(try changes("row-count").0 == "0 new, 0 gone, 1 still there")
            #expect(try changes("required:author").0 == "0 new, 1 gone, 1 still there")
            #expect(try changes("no-rows:bees").0 == "0 new, 0 gone, 1 still there")
        }
    }

    @Test func `diff of two files says what the later run said`() async throws {
        try await withRuns { runs in
            _ = try await runs.run("first")
            try await runs.database.script(
                """
                UPDATE companies SET name = NULL WHERE id IN (40, 41);
                DELETE FROM companies WHERE id = 1;
                """)
            let report = try await runs.run("second")
            let before = try ViolationFile(naming: "first", in: runs.folder)
            let after = try ViolationFile(naming: "second", in: runs.folder)
            let compared = try after.compared(to: before)
            #expect(compared.map(\.entry.id) == report.results.map(\.id))
            #expect(
                compared.map(\.comparison.sentence)
                    == report.results.compactMap(\.comparison?.sentence))
        }
    }

    @Test func `keys of sensitive columns stand nowhere`() async throws {
        let setUp = """
            CREATE TABLE people (email text PRIMARY KEY, name text);
            INSERT INTO people VALUES ('ann@example.com', NULL), ('bob@example.com', 'x');
            """
        try await withRuns(setUp: setUp) { runs in
            let tables = [
                Table("people", key: "email") {
                    Required("name")
                    NoRows("people") { "SELECT email FROM people WHERE name IS NULL" }
                    Unique(by: "name")
                }.sensitive("email", "name")
            ]
            _ = try await runs.run("first", tables: tables)
            try await runs.database.script(
                "INSERT INTO people VALUES ('cid@example.com', NULL), ('dan@example.com', 'x')")
            let report = try await runs.run("second", tables: tables)
            for ending in ["required:name", "no-rows:people", "unique:name"] {
                let result = try report.result(ending)
                let comparison = try #require(result.comparison)
                #expect(comparison.new == 1 && comparison.basis == .identity, "\(ending)")
                let sentence = try #require(comparison.samples.first).sentence
                #expect(sentence.contains(/^email #[0-9a-f]{12}$/), "\(sentence)")
            }
            let file = try String(
                contentsOfFile: "\(runs.folder)/second/violations.txt", encoding: .utf8)
            #expect(!file.contains("example") && !"\(report)".contains("example"))
        }
    }

    @Test func `a run without a change writes the same identities`() async throws {
        try await withRuns { runs in
            _ = try await runs.run("first")
            try await runs.database.script("UPDATE companies SET source = source")
            try await runs.database.script("VACUUM FULL companies")
            _ = try await runs.run("second")
            let files = try ["first", "second"].map { name in
                try String(
                    contentsOfFile: "\(runs.folder)/\(name)/violations.txt", encoding: .utf8
                ).split(separator: "\n").dropFirst()
            }
            #expect(files[0] == files[1])
            #expect(files[0].count > 20)
        }
    }

    @Test func `of a check above the limit only the number is compared`() async throws {
        try await withRuns { runs in
            _ = try await runs.run("first", limit: 4)
            try await runs.database.script("UPDATE companies SET name = NULL WHERE id > 48")
            let report = try await runs.run("second", limit: 4)
            let names = try #require(try report.result("required:name").comparison)
            #expect(names == BaselineComparison(now: 7, before: 5))
            #expect(names.basis == .count)
            #expect(try report.result("references:parent").comparison?.basis == .identity)
        }
    }

    @Test func `hundreds of thousands of identities are compared`() async throws {
        try await withRuns { runs in
            try await runs.database.script(
                """
                CREATE TABLE many (id bigint PRIMARY KEY, name text);
                INSERT INTO many SELECT i FROM generate_series(1, 300000) i;
                """)
            let tables = [Table("many", key: "id") { Required("name") }]
            _ = try await runs.run("first", tables: tables)
            try await runs.database.script(
                "DELETE FROM many WHERE id % 3 = 0; INSERT INTO many VALUES (1000000), (1000001)")
            let report = try await runs.run("second", tables: tables)
            #expect(
                try report.result("required:name").comparison?.sentence
                    == "2 new, 100,000 gone, 200,000 still there")
        }
    }

    @Test func `what the baseline did not evaluate is new`() async throws {
        try await withRuns { runs in
            _ = try await runs.run("first", tables: [Self.tables[1]], isWhole: true)
            let report = try await runs.run("second")
            #expect(try report.result("required:author").comparison?.basis == .identity)
            let names = try report.result("required:name").comparison
            #expect(names == BaselineComparison(now: 5, before: nil))
        }
    }

    @Test func `the last whole run is the baseline of a whole one`() async throws {
        try await withRuns { runs in
            _ = try await runs.run("whole", at: 1_800_000_000)
            _ = try await runs.run(
                "part", tables: [Self.tables[1]], isWhole: false, at: 1_800_000_100)
            let whole = try await runs.run("next", at: 1_800_000_200)
            #expect(whole.baseline == Baseline(run: "whole", time: 1_800_000_000))
            let part = try await runs.run(
                "next part", tables: [Self.tables[1]], isWhole: false, at: 1_800_000_300)
            #expect(part.baseline?.run == "next")
        }
    }

    @Test func `a part is compared with the newest run that has all of its checks`() async throws {
        try await withRuns { runs in
            func part(_ name: String, _ tables: [Table], at now: Double) async throws -> String? {
                try await runs.run(name, tables: tables, isWhole: false, at: now).baseline?.run
            }
            let (companies, notes) = (Self.tables[0], Self.tables[1])
            #expect(try await part("companies 1", [companies], at: 1_800_000_000) == nil)
            #expect(try await part("notes 1", [notes], at: 1_800_000_100) == nil)
            let second = try await part("companies 2", [companies], at: 1_800_000_200)
            #expect(second == "companies 1")
            #expect(try await part("notes 2", [notes], at: 1_800_000_300) == "notes 1")
            // No run has all of them; the newest that has any is the next best.
            let both = try await part("both 1", [companies, notes], at: 1_800_000_400)
            #expect(both == "notes 2")
            #expect(try await part("notes 3", [notes], at: 1_800_000_500) == "both 1")
        }
    }

    // MARK: Refusals

    @Test func `a baseline of another database, suite or salt is refused and named`() async throws {
        try await withRuns { runs in
            _ = try await runs.run("first")
            let salted = try await refusal {
                _ = try await runs.run("x", against: "first", salt: "s")
            }
            #expect(salted.description.hasPrefix("first was written with another ASSAY_SALT"))
            let suite = try await refusal {
                _ = try await runs.run("x", against: "first", suite: "other")
            }
            #expect(
                suite.description
                    == "first is a run of the suite tests, and this one is of other; compare runs of "
                    + "one suite")
            try await withRuns { others in
                let path = "\(runs.folder)/first/violations.txt"
                let database = try await refusal { _ = try await others.run("x", against: path) }
                #expect(
                    database.description
                        == "first is a run on the database \(runs.database.name), and this one is on "
                        + "\(others.database.name); compare runs on one database")
                // `last` looks for one that fits instead.
                let found = try await others.run("y", in: runs.folder)
                #expect(found.baseline == nil)
            }
        }
    }

    @Test func `a run that does not exist is refused with the nearest name`() async throws {
        try await withRuns { runs in
            _ = try await runs.run("2026-11-23-041500")
            let refused = try await refusal {
                _ = try await runs.run("x", against: "2026-11-23-041501")
            }
            #expect(
                refused.description
                    == "there is no run called 2026-11-23-041501 in \(runs.folder), and no file of "
                    + "that name; did you mean 2026-11-23-041500?")
        }
    }

    @Test(arguments: ["", "{}\n", "plain text\n", "{\"kind\":\"run\",\"version\":1}\n"])
    func `a file that is no report is refused`(text: String) async throws {
        try await withRuns { runs in
            let path = "\(runs.folder)/file"
            try Data(text.utf8).write(to: URL(filePath: path))
            let refused = try await refusal { _ = try await runs.run("x", against: path) }
            #expect(refused.description.hasPrefix("\(path) does not hold the violations of a run"))
        }
    }

    @Test
    func `a file that is cut short or of a newer version is refused, and passed over by last`()
        async throws
    {
        try await withRuns { runs in
            _ = try await runs.run("first")
            let path = "\(runs.folder)/first/violations.txt"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try Data(text.utf8.dropLast(20)).write(to: URL(filePath: path))
            let cut = try await refusal { _ = try await runs.run("x", against: "first") }
            #expect(cut.description.hasSuffix("its run did not end; compare with another run"))
            #expect(try await runs.run("second").baseline == nil)
            let newer = text.replacing("\"version\":1", with: "\"version\":2")
            try Data(newer.utf8).write(to: URL(filePath: path))
            let refused = try await refusal { _ = try await runs.run("x", against: "first") }
            #expect(refused.description.hasSuffix("use the command that wrote it"))
        }
    }

    @Test func `a disk that takes no identities loses no measure`() async throws {
        try await withRuns { runs in
            let report = try await runs.run("first", file: "/dev/full")
            #expect(report.trouble == "cannot write /dev/full: No space left on device")
            #expect(try report.result("required:name").measure?.violations == 5)
        }
    }

    @Test func `a known issue's day is the snapshot's`() async throws {
        try await withScratchDatabase(setUp: Self.fixture) { database in
            let table = Table("companies", key: "id") {
                Required("name").knownIssue("DQ-1", until: "2027-01-15")
            }
            // 1,800,000,000 is 2027-01-15T08:00:00Z.
            #expect(try await audit(database, [table]).results[0].outcome == .known)
            let later = try await audit(database, [table]) { $0.now = 1_800_086_400 }
            #expect(later.results[0].outcome == .failed)
            let bad = try await refusal {
                _ = try await audit(
                    database,
                    [Table("companies") { Required("name").knownIssue("DQ-1", until: "soon") }])
            }
            #expect(
                bad.items.map(\.sentence) == [
                    "required on public.companies has a known issue until \"soon\", which is no "
                        + "day: write 2027-03-31"
                ])
        }
    }

    // MARK: Runs

    private func withRuns(
        setUp: String = Self.fixture, _ body: (Runs) async throws -> Void
    ) async throws {
        try await withScratchDatabase(setUp: setUp) { database in
            let folder = "/tmp/assay-runs-\(getpid())-\(UInt32.random(in: 0 ... .max))"
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            try await body(Runs(database: database, folder: folder))
        }
    }

    /// Runs whose reports lie in one folder.
    private struct Runs {
        let database: ScratchDatabase
        let folder: String

        func run(
            _ name: String, tables: [Table] = BaselineTests.tables, isWhole: Bool = true,
            against baseline: String = "last", in other: String? = nil,
            at now: Double = 1_800_000_000, suite: String = "tests", salt: String = "tests",
            limit: Int = 1_000_000, file: String? = nil
        ) async throws -> AuditReport {
            let own = "\(folder)/\(name)"
            let path = file ?? "\(own)/violations.txt"
            let choice = try BaselineChoice(baseline, in: other ?? folder)
            try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
            var options = AuditOptions(target: database.target)
            options.connections = 1
            options.now = now
            options.run = name
            var identification = IdentificationOptions(
                file: path, baseline: choice, salt: salt, isWhole: isWhole)
            identification.limit = limit
            options.identification = identification
            let suite = try Suite(name: suite, tables: tables, root: folderOfTests())
            return try await AuditRun(suite: suite, options: options, version: "test").report()
        }
    }
}
