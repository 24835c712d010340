import Postgres
import Testing

@Suite(.timeLimit(.minutes(15))) struct AuditCommandTests {
    @Test func `a table without a fault exits with 0`() async throws {
        let ended = try await audit("--table", "core.company_types", "--no-reports")
        #expect(ended.status == 0)
        #expect(ended.output.hasPrefix("ok: 7 checks of 1 table in audited passed"))
        #expect(ended.errors == "")
    }

    @Test func `findings exit with 1`() async throws {
        let ended = try await audit("--table", "core.people", "--no-reports")
        #expect(ended.status == 1)
        #expect(ended.output.contains("error[shared-host]: "))
        #expect(ended.output.contains("--> checks/core/people.swift:"))
    }

    @Test func `a check that was not evaluated exits with 2`() async throws {
        let ended = try await audit("--table", "core.people", "--max-cost", "1", "--no-reports")
        #expect(ended.status == 2)
        #expect(ended.output.contains("errored[shared-host]: "))
        #expect(ended.output.contains("above --max-cost 1"))
    }

    @Test func `an audit that examined nothing exits with 2`() async throws {
        let table = "extracted.companyenrich_subsidiaries"
        // What asks the catalog alone has something to look at in an empty table too.
        let ended = try await audit(
            "--table", table, "--check", "required", "--check", "normalized", "--check", "unique",
            "--check", "references", "--no-reports")
        #expect(ended.status == 2)
        #expect(ended.output.contains("4 checks had no row in scope"))
    }

    @Test(arguments: [
        ("never", 0), ("error", 0), ("warning", 1), ("info", 1),
    ])
    func `warnings exit as --fail-on says`(threshold: String, status: Int32) async throws {
        let check = "core.people/no-rows"
        let ended = try await audit("--check", check, "--fail-on", threshold, "--no-reports")
        #expect(ended.output.contains("warning[no-rows]: 424 people changed in bulk"))
        #expect(ended.status == status)
    }

    @Test func `--fail-on never lets errors pass`() async throws {
        let ended = try await audit("--table", "people", "--fail-on", "never", "--no-reports")
        #expect(ended.output.contains("error[shared-host]: "))
        #expect(ended.status == 0)
    }

    @Test func `the plan says where checks would be evaluated, and evaluates none`() async throws {
        let ended = try await audit("--table", "core.people", "--engine", "stream", "--plan")
        #expect(ended.status == 0)
        #expect(ended.output.hasPrefix("core.people, about "))
        #expect(ended.output.contains("  on the bytes of its rows: "))
        #expect(ended.output.contains("  in the database: "))
        #expect(ended.output.contains("  why: as asked\n"))
        let small = try await audit("--table", "core.people", "--plan")
        #expect(small.output.contains("  why: all tables are small\n"))
    }

    @Test func `both engines say the same of the warehouse`() async throws {
        let pushed = try await audit("--engine", "push", "--no-reports", "--format", "json")
        let both = try await audit("--engine", "both", "--no-reports", "--format", "json")
        #expect(both.errors == "")
        #expect(both.status == pushed.status)
        #expect(
            both.output.split(separator: "\n").count { $0.contains("\"outcome\":\"errored\"") } == 0
        )
    }

    @Test func `the options of a command that cannot be are refused`() async throws {
        for words in [
            ["--memory", "0"], ["--max-rate", "0"], ["--connections", "0"], ["--samples", "101"],
            ["--deadline", "0"], ["--deadline", "2147484"], ["--deadline", "\(Int.max)"],
            ["--connect-timeout", "\(Int.max)"], ["--max-cost", "nan"],
            ["--max-cost", "inf"],
        ] {
            let ended = try await Command.assay(["audit"] + words)
            #expect(ended.status == 2, "\(words)")
            #expect(ended.errors.contains("\(words[0]) must be"))
        }
        #expect(try await Command.assay(["audit", "--fail-on", "nver"]).status == 2)
        #expect(try await Command.assay(["audti"]).status == 2)
    }

    @Test(arguments: [
        ("audit --plan --format json", "--plan evaluates nothing that could be reported"),
        ("audit --plan --output x", "--plan evaluates nothing that could be reported"),
        ("audit --overlap wait", "--overlap needs --record"),
        ("audit --state x", "--state and --full-every need --incremental"),
        ("audit --full-every 3", "--state and --full-every need --incremental"),
        ("audit --no-reports --reports x", "--no-reports writes no files"),
        ("audit --other-database biling=x", "no check compares with a database called that"),
        ("explain unique --samples 3", "--samples needs --cause"),
        ("explain unique --format json", "--format needs --cause"),
        ("prove --lock-timeout 3", "--lock-timeout needs --in-place"),
    ])
    func `an option that says nothing without another one is refused`(
        line: String, sentence: String
    ) async throws {
        try await withTemporaryFolder { folder in
            let ended = try await Command.assay(
                line.split(separator: " ").map(String.init), in: folder)
            #expect(ended.status == 2 && ended.output == "")
            #expect(ended.errors.contains(sentence), "\(ended.errors)")
        }
    }

    // MARK: Formats and reports

    @Test(arguments: [
        ("terminal", "error[shared-host]: "),
        ("json", #"{"version":1,"kind":"run","payload":{"#),
        ("html", "<!doctype html>"),
        ("junit", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"),
        ("sarif", "\"version\":\"2.1.0\""),
        ("markdown", "core.people"),
        ("github", "::error "),
    ])
    func `standard output has the format that was asked for`(
        format: String, mark: String
    ) async throws {
        let ended = try await audit("--table", "core.people", "--format", format, "--no-reports")
        #expect(ended.status == 1)
        let text = ended.output.replacing("\"version\": \"2.1.0\"", with: "\"version\":\"2.1.0\"")
        #expect(text.lowercased().contains(mark.lowercased()))
        #expect(ended.errors == "")
    }

    @Test func `a run writes a folder of reports`() async throws {
        try await withTemporaryFolder { folder in
            let ended = try await audit("--table", "core.people", "--run", "nightly", in: folder)
            #expect(ended.errors == "reports: reports/nightly/report.html\n")
            #expect(
                try names(in: "\(folder)/reports/nightly")
                    == [
                        "report.html", "report.junit.xml", "report.jsonl", "report.md",
                        "report.sarif",
                        "report.txt",
                    ].sorted())
            let lines = try text(of: "\(folder)/reports/nightly/report.jsonl").split(
                separator: "\n")
            #expect(lines.count == 14)
            #expect(lines.first?.contains(#""kind":"run","payload":{"run":"nightly""#) == true)
            #expect(lines.last?.contains(#""kind":"summary""#) == true)
        }
    }

    @Test func `a run never writes over another one`() async throws {
        try await withTemporaryFolder { folder in
            for name in ["nightly", "nightly-2", "nightly-3"] {
                let ended = try await audit(
                    "--table", "company_types", "--run", "nightly", "--reports", "r", in: folder)
                #expect(ended.errors == "reports: r/\(name)/report.html\n")
            }
            #expect(try names(in: "\(folder)/r") == ["nightly", "nightly-2", "nightly-3"])
        }
    }

    @Test func `a run's name cannot leave the folder`() async throws {
        try await withTemporaryFolder { folder in
            _ = try await audit("--table", "company_types", "--run", "../../x", in: folder)
            #expect(try names(in: folder) == ["reports"])
        }
    }

    @Test(arguments: [".", "..", "..."])
    func `a run's name of dots is refused`(name: String) async throws {
        try await withTemporaryFolder { folder in
            let ended = try await audit("--table", "company_types", "--run", name, in: folder)
            #expect(ended.status == 2)
            #expect(ended.errors.contains("--run needs a name of more than dots"))
            #expect(try names(in: folder) == [])
        }
    }

    @Test func `runs of one name at one time have a folder each`() async throws {
        try await withTemporaryFolder { folder in
            try await withThrowingTaskGroup(of: Int32.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        try await audit("--table", "company_types", "--run", "r", in: folder).status
                    }
                }
                for try await status in group { #expect(status == 0) }
            }
            #expect(try names(in: "\(folder)/reports") == ["r", "r-2", "r-3", "r-4"])
        }
    }

    @Test func `--no-reports writes nothing`() async throws {
        try await withTemporaryFolder { folder in
            _ = try await audit("--table", "core.company_types", "--no-reports", in: folder)
            #expect(try names(in: folder) == [])
        }
    }

    // MARK: What a report shows

    @Test func `values of rows are shown only when they are asked for`() async throws {
        let check = "core.people/shared-host"
        let hidden = try await audit("--check", check, "--format", "json", "--no-reports")
        #expect(!hidden.output.contains("bit.ly") && hidden.output.contains(#""name":"id""#))
        let shown = try await audit(
            "--check", check, "--format", "json", "--show-values", "--no-reports")
        #expect(shown.output.contains(#""value":"bit.ly""#))
    }

    @Test func `--samples says how many violations are shown`() async throws {
        let ended = try await audit(
            "--check", "core.people/shared-host", "--samples", "2", "--no-reports")
        #expect(ended.output.contains("= rows     id 25 · id 50 · 422 more rows"))
    }

    @Test func `one connection finds what two find`() async throws {
        let one = try await audit("--format", "json", "--connections", "1", "--no-reports")
        let two = try await audit("--format", "json", "--connections", "2", "--no-reports")
        func results(_ ended: Ended) -> [Substring] {
            ended.output.split(separator: "\n").filter { $0.contains(#""kind":"result""#) }
        }
        #expect(results(one).count > 100)
        #expect(results(one) == results(two))
    }

    // MARK: Selection

    @Test(arguments: [
        (["--table", "core.people"], "core.people/"),
        (["--table", "people"], "core.people/"),
        (["--table", "core.company_*"], "core.company_"),
        (["--check", "core.people/required"], "core.people/required:"),
        (["--check", "core.people/required:full_name"], "core.people/required:full_name"),
        (["--check", "core.*/shared-host:*"], "core."),
        (["--check", "unique", "--table", "core.companies"], "core.companies/unique:"),
    ])
    func `checks are selected by table and check`(words: [String], start: String) async throws {
        let all = try await Command.assay(["list", "--ids"])
        let some = try await Command.assay(["list", "--ids"] + words)
        #expect(some.status == 0)
        let ids = some.output.split(separator: "\n")
        #expect(!ids.isEmpty && ids.allSatisfy { $0.hasPrefix(start) })
        if words.count == 2, words[0] == "--table" {
            let expected = all.output.split(separator: "\n").filter { $0.hasPrefix(start) }
            #expect(ids == expected)
        }
    }

    @Test(arguments: [
        (
            ["--table", "core.companys"],
            "no table of the suite is called core.companys; did you mean core.companies?"
        ),
        (["--check", "uniqe"], "no check is called uniqe; did you mean unique?"),
        (["--tag", "nightly"], "no tag is called nightly"),
        (
            ["--table", "core.people", "--check", "unique"],
            "no check is selected by all of these together; nothing was examined"
        ),
    ])
    func `a selection of nothing is refused`(words: [String], sentence: String) async throws {
        let ended = try await Command.assay(["audit"] + words)
        #expect(ended.status == 2)
        #expect(ended.output == "")
        #expect(ended.errors.hasPrefix("refused: \(sentence)"))
    }

    // MARK: Names that the database does not know

    @Test func `a name that the database does not know is refused where it was written`()
        async throws
    {
        try await Warehouse.shared.withCopy { name, connection in
            try await connection.script(
                "ALTER TABLE core.people RENAME COLUMN job_title TO jobtitle")
            let ended = try await Command.assay(
                ["audit", "--no-reports"],
                environment: Warehouse.shared.variables(as: "postgres", database: name))
            #expect(ended.status == 2)
            #expect(ended.output == "")
            #expect(
                ended.errors
                    == """
                    refused: core.people has no column job_title; did you mean jobtitle?
                      --> checks/core/people.swift:12

                    """)
        }
    }

    private func audit(_ arguments: String..., in folder: String = "/tmp") async throws -> Ended {
        try await Command.assay(
            ["audit"] + arguments, in: folder, environment: Warehouse.shared.variables)
    }
}
