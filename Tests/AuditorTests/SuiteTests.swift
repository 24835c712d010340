import Assay
import AssayTesting
import Postgres
import Testing

@testable import Auditor

/// A suite is taken apart into checks, and a person selects among them.
@Suite(.timeLimit(.minutes(15))) struct SuiteTests {
    private func suite(_ tables: Table...) throws -> Suite {
        try Suite(name: "tests", tables: tables, root: folderOfTests())
    }

    private func warehouse() throws -> Suite {
        try suite(
            Table("core.companies", key: "id") {
                Required("name", "domain").tagged("nightly")
                Unique(by: .normalized("domain", as: .domain))
                RowCount(1...)
            },
            Table("core.customers") { Required("name").named("known") },
            Table("raw.companies") { Matches("url", like: "http%").tagged("nightly", "raw") })
    }

    private func identities(_ selection: Selection) throws -> [String] {
        try warehouse().selecting(selection).checks.map(\.id)
    }

    @Test func `a check's identity is its table, kind and subject`() throws {
        #expect(
            try warehouse().checks.map(\.id) == [
                "core.companies/required:name", "core.companies/required:domain",
                "core.companies/unique:domain.domain", "core.companies/row-count",
                "core.customers/required:known", "raw.companies/matches:url",
            ])
    }

    @Test func `a check points at the line that made it, from the package's folder`() throws {
        let line = #line + 1
        let suite = try suite(Table("core.companies") { Required("name") })
        let place = SourceLocation(file: "Tests/AuditorTests/SuiteTests.swift", line: line)
        #expect(suite.checks.map(\.source) == [place])
        #expect(suite.excerpts()[place]?.contains("Required(\"name\")") == true)
    }

    @Test func `what is declared twice is refused, all of it at once`() throws {
        let refusal = try #require(throws: Refusal.self) {
            try suite(
                Table("core.companies") {
                    Required("name")
                    Required("name", "domain")
                },
                Table("core.companies") { RowCount(1...) },
                Table("core.customers") { [] as [any Check] })
        }
        #expect(refusal.items.count == 3)
        #expect(refusal.description.contains("core.companies/required:name is declared twice"))
        #expect(refusal.description.contains(".named("))
        #expect(refusal.description.contains("core.companies is declared twice; first at Tests/"))
        #expect(refusal.description.contains("core.customers promises nothing"))
    }

    @Test func `a check that names no column is refused`() throws {
        let checks: [any Check] = [
            Required(), Normalized(as: .domain), Unique(by: []),
            References([], in: "core.companies", columns: []),
        ]
        for check in checks {
            let refusal = #expect(throws: Refusal.self, "\(check.kind)") {
                _ = try suite(
                    Table("core.companies") {
                        RowCount(1...)
                        check
                    })
            }
            #expect(
                refusal?.items.map(\.sentence)
                    == ["\(check.kind) on core.companies names no column"])
        }
    }

    @Test func `a reference with more columns on one side is refused`() throws {
        let refusal = #expect(throws: Refusal.self) {
            _ = try suite(
                Table("core.companies") {
                    References(["a", "b"], in: "core.pairs", columns: ["x"])
                })
        }
        #expect(refusal?.items.count == 1)
    }

    @Test func `a query's title may be in any script`() throws {
        let suite = try suite(
            Table("core.companies") {
                NoRows("重複") { "SELECT 1" }
                NoRows("孤立") { "SELECT 2" }
            })
        #expect(Set(suite.checks.map(\.id)).count == 2)
    }

    @Test func `a person selects by table, check and tag`() throws {
        let all = try warehouse().checks.map(\.id)
        #expect(try identities(Selection()) == all)
        #expect(try identities(Selection(tables: ["core.companies"])) == Array(all[0..<4]))
        #expect(try identities(Selection(tables: ["companies"])) == Array(all[0..<4]) + [all[5]])
        #expect(try identities(Selection(tables: ["core.*"])) == Array(all[0..<5]))
        #expect(try identities(Selection(checks: ["required"])) == [all[0], all[1], all[4]])
        #expect(try identities(Selection(checks: [all[2]])) == [all[2]])
        #expect(
            try identities(Selection(checks: ["core.companies/required"])) == [all[0], all[1]])
        #expect(try identities(Selection(checks: ["*:domain*"])) == [all[1], all[2]])
        #expect(try identities(Selection(tags: ["nightly"])) == [all[0], all[1], all[5]])
        #expect(
            try identities(Selection(tables: ["core.*"], tags: ["nightly", "raw"]))
                == [all[0], all[1]])
    }

    @Test func `selecting keeps only tables with a check`() throws {
        let tables = try warehouse().selecting(Selection(tags: ["raw"])).tables
        #expect(tables.map(\.name.description) == ["raw.companies"])
    }

    @Test func `every word that selects nothing is refused, with the nearest name`() throws {
        let refusal = try #require(throws: Refusal.self) {
            try warehouse().selecting(
                Selection(tables: ["core.company"], checks: ["unqiue"], tags: ["nightli", "zzz"]))
        }
        #expect(
            refusal.items.map(\.sentence) == [
                "no table of the suite is called core.company; did you mean core.companies?; "
                    + "`assay list` shows all",
                "no check is called unqiue; did you mean unique?; `assay list` shows all",
                "no tag is called nightli; did you mean nightly?; `assay list` shows all",
                "no tag is called zzz; `assay list` shows all",
            ])
    }

    @Test func `words that together select nothing are refused`() throws {
        let refusal = try #require(throws: Refusal.self) {
            try warehouse().selecting(Selection(tables: ["core.customers"], tags: ["raw"]))
        }
        #expect(refusal.description.contains("nothing was examined"))
    }

    @Test(arguments: [
        ("", "", true), ("", "a", false), ("a", "a", true), ("a", "ab", false), ("*", "", true),
        ("*", "abc", true), ("a*", "abc", true), ("*c", "abc", true), ("*b*", "abc", true),
        ("a*c", "abc", true), ("a*a", "a", false), ("a*a", "aa", true), ("*a*b*", "bab", true),
        ("*a*b*", "ba", false), ("a**c", "abc", true), ("core.*", "core_x", false),
        ("A", "a", false),
    ])
    func `a star stands for any text`(pattern: String, text: String, matches: Bool) {
        #expect(Pattern(pattern).matches(text) == matches)
    }

    @Test(arguments: [
        ("", "", 0), ("a", "", 1), ("", "ab", 2), ("domain", "domian", 1), ("kitten", "sitting", 3),
        ("name", "names", 1), ("abc", "abc", 0), ("ab", "ba", 1), ("abcd", "badc", 2),
    ])
    func `names are as far apart as letters changed or swapped`(
        left: String, right: String, distance: Int
    ) {
        #expect(Nearest.editDistance(Array(left.utf8), Array(right.utf8)) == distance)
        #expect(Nearest.editDistance(Array(right.utf8), Array(left.utf8)) == distance)
    }

    @Test(
        arguments: [
            ("domian", ["name", "domain"], "domain"), ("DOMAIN", ["name", "domain"], "domain"),
            ("url", ["id", "created_at"], nil),
            ("case_studys", ["case_studies", "x"], "case_studies"),
            ("company_domain", ["origin_company_domain", "name"], "origin_company_domain"),
            ("nam", ["namb", "nama"], "nama"), ("x", [], nil),
        ] as [(String, [String], String?)])
    func `the nearest name is probably meant`(
        name: String, candidates: [String], nearest: String?
    ) {
        #expect(Nearest.nearest(to: name, among: candidates) == nearest)
        let hint = nearest.map { "; did you mean \($0)?" } ?? ""
        #expect(Nearest.suggestion(for: name, among: candidates) == hint)
    }

    @Test func `the checks of one table are few scans`() async throws {
        let columns = (1...60).map { "c\($0)" }
        let setUp =
            "CREATE TABLE wide (" + columns.map { "\($0) text" }.joined(separator: ", ") + ")"
        try await withScratchDatabase(setUp: setUp) { database in
            let catalog = try await Catalog.read(from: database.connect())
            func scans(_ check: (String) -> any Check) throws -> Int {
                let table = Table("wide") { columns.map(check) }
                return Plan(suite: try suite(table), catalog: catalog).works.count
            }
            #expect(try scans { Required($0) } == 1)
            #expect(try scans { OneOf($0, "a") } == 1)
            #expect(try scans { Length($0, 1...9) } == 1)
            #expect(try scans { Matches($0, like: "~%") } == 1)
            // A backend keeps 32 compiled regular expressions.
            #expect(try scans { Matches($0, "^\($0)$") } == 3)
        }
    }
}
