import Assay
import AssayTesting
import Auditor
import Postgres
import Testing

/// A suite that does not fit the database is refused before anything is read.
@Suite(.timeLimit(.minutes(15))) struct RefusalTests {
    private static let fixture = """
        CREATE SCHEMA core; CREATE SCHEMA reference;
        CREATE TABLE core.companies (id int PRIMARY KEY, domain text, name text);
        CREATE TABLE core.case_studies (id int PRIMARY KEY, company int);
        CREATE TABLE reference.industries (name text);
        CREATE VIEW core.customers AS SELECT * FROM core.companies;
        """

    /// Expects a refusal of exactly these items, each with its line of this file.
    private func expect(
        _ tables: [Table], refusedFor expected: [(line: Int, sentence: String)],
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) async throws {
        try await withScratchDatabase(setUp: Self.fixture) { database in
            let refusal = try await refusal(sourceLocation: sourceLocation) {
                _ = try await audit(database, tables)
            }
            let file = "Tests/AuditorTests/RefusalTests.swift"
            #expect(
                refusal.items
                    == expected.map {
                        .init($0.sentence, at: .init(file: file, line: $0.line))
                    }, sourceLocation: sourceLocation)
            let lines = expected.map { "\(file):\($0.line): \($0.sentence)" }
            #expect(
                refusal.description == lines.joined(separator: "\n"),
                sourceLocation: sourceLocation)
        }
    }

    @Test func `every unknown name is told at once, with its place and the nearest name`()
        async throws
    {
        let line = #line
        let tables = [
            Table("core.compnies") { RowCount(1...) },
            Table("cor.companies") { RowCount(1...) },
            Table("core.companies", key: "ids") {
                Required("domian", "name")
                References("domain", in: "core.case_studys.id")
                References("domain", in: "core.case_studies.compny").named("column")
                OneOf("name", in: "reference.industries.nam")
                OneOf("name", in: "refrence.industries.name").named("schema")
                Required("id").where(.isTrue("nmae"))
                Required("id").where("domian IS NULL").named("SQL")
                Implies("name > ''", then: "lenth(name) > 1")
                NoRows("strays") { "SELECT id FROM core.case_studys" }
            },
            Table("industries") { RowCount(1...) },
        ]
        try await expect(
            tables,
            refusedFor: [
                (line + 2, "there is no table core.compnies; did you mean core.companies?"),
                (line + 3, "the database has no schema cor; did you mean core?"),
                (line + 4, "core.companies has no column ids; did you mean id?"),
                (
                    line + 15,
                    "there is no table public.industries; did you mean reference.industries?"
                ),
                (line + 5, "core.companies has no column domian; did you mean domain?"),
                (line + 6, "there is no table core.case_studys; did you mean core.case_studies?"),
                (line + 7, "core.case_studies has no column compny; did you mean company?"),
                (line + 8, "reference.industries has no column nam; did you mean name?"),
                (line + 9, "the database has no schema refrence; did you mean reference?"),
                (line + 10, "core.companies has no column nmae; did you mean name?"),
                (line + 11, "column \"domian\" does not exist; did you mean domain?"),
                (line + 12, "function lenth(text) does not exist"),
                (
                    line + 13,
                    "relation \"core.case_studys\" does not exist; "
                        + "did you mean core.case_studies?"
                ),
            ])
    }

    @Test func `an unknown table is told once, whatever stands on it`() async throws {
        let line = #line
        let table = Table("core.compnies", key: "id") {
            Required("name").where("id > 1")
            Unique(by: "name").where("id > 1")
        }
        try await expect(
            [table],
            refusedFor: [
                (line + 1, "there is no table core.compnies; did you mean core.companies?")
            ])
    }

    @Test func `a name in upper case is another name`() async throws {
        let line = #line
        let table = Table("core.Companies") { Required("Name") }
        try await expect(
            [table],
            refusedFor: [
                (line + 1, "there is no table core.Companies; did you mean core.companies?")
            ])
    }

    @Test func `a view is refused with what to do instead`() async throws {
        let line = #line
        let table = Table("core.customers", key: "id") { Required("name") }
        try await expect(
            [table],
            refusedFor: [
                (
                    line + 1,
                    "core.customers is a view; declare the tables that it reads, "
                        + "or use NoRows on one of them"
                )
            ])
    }

    @Test func `a reference to a view's column is no view that is audited`() async throws {
        try await withScratchDatabase(setUp: Self.fixture) { database in
            let report = try await audit(
                database,
                [
                    Table("core.case_studies", key: "id") {
                        References("company", in: "core.customers.id")
                    }
                ])
            #expect(report.results.map(\.outcome) == [.notApplicable])
        }
    }

    @Test func `a name of 64 bytes is refused with a sentence`() async throws {
        let long = String(repeating: "n", count: 64)
        let line = #line
        let tables = [
            Table("core.\(long)") { RowCount(1...).where("true") },
            Table("core.companies") {
                Required(long)
                Required("name").where(.isTrue(long))
            },
        ]
        try await expect(
            tables,
            refusedFor: [
                (line + 2, "there is no table core.\(long)"),
                (line + 4, "core.companies has no column \(long)"),
                (line + 5, "core.companies has no column \(long)"),
            ])
    }

    @Test func `a database that is not the expected one is not read`() async throws {
        try await withScratchDatabase(setUp: Self.fixture) { database in
            let tables = [Table("core.compnies") { RowCount(1...) }]
            let refusal = try await refusal {
                _ = try await audit(database, tables) {
                    $0.expected = ExpectedDatabase(
                        name: "warehouse", host: "db.acme.com", systemIdentifier: "7")
                }
            }
            #expect(refusal.items.count == 3)
            #expect(refusal.items.allSatisfy { $0.source == nil })
            #expect(
                refusal.items.first?.sentence
                    == "the wrong database answered: its name is \(database.name), expected "
                    + "warehouse; nothing was read from its tables")
            #expect(refusal.items[1].sentence.contains("its host is /"))
            #expect(refusal.items[2].sentence.contains("its system identifier is 7"))
        }
    }

    @Test func `the expected database is audited`() async throws {
        try await withScratchDatabase(setUp: Self.fixture) { database in
            let connection = try await database.connect()
            let identifier = try await connection.query(
                "SELECT system_identifier FROM pg_control_system()"
            ).scalar
            let expected = ExpectedDatabase(
                name: database.name, host: connection.host, systemIdentifier: identifier)
            let report = try await audit(database, [Table("core.companies") { RowCount(0...) }]) {
                $0.expected = expected
            }
            #expect(report.results.map(\.outcome) == [.passed])
        }
    }

    @Test func `a renamed column is a failed finding of what other programs run`() async throws {
        try await withScratchDatabase(
            setUp: Self.fixture + "ALTER TABLE core.companies RENAME domain TO web_domain;"
        ) { database in
            let report = try await audit(
                database,
                [
                    Table("core.companies") {
                        Resolvable("the lookup") { "SELECT c.domain FROM core.companies c" }
                        Resolvable("the table") { "SELECT 1 FROM core.companys" }
                        Resolvable("the typo") { "SELEC 1" }
                        Resolvable("the function") { "SELECT lenght(name) FROM core.companies" }
                        Resolvable("the insert") {
                            "INSERT INTO core.companies (id, name) VALUES ($1, $2)"
                        }
                    }
                ])
            #expect(report.results.map(\.outcome) == [.failed, .failed, .failed, .failed, .passed])
            #expect(
                report.results.map { $0.measure?.observed } == [
                    "column c.domain does not exist; did you mean web_domain?",
                    "relation \"core.companys\" does not exist; did you mean core.companies?",
                    "syntax error at or near \"SELEC\"",
                    "function lenght(text) does not exist", "understood",
                ])
        }
    }

    @Test func `a connection that cannot be made is an error, not a report`() async throws {
        try await withScratchDatabase { database in
            let run = try run(database, [Table("companies") { RowCount(1...) }]) {
                $0.target = $0.target.with("dbname", "no_such_database")
            }
            let error = await #expect(throws: (any Error).self) { _ = try await run.report() }
            #expect("\(error as Any)".contains("no_such_database"))
        }
    }
}
