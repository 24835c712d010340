import AssayTesting
import FoundationEssentials
import StaleNames
import Testing

/// Names in code that the warehouse of the demo does not have, told by the command.
@Suite(.timeLimit(.minutes(15))) struct NamesCommandTests {
    private static let code = "\(Command.root)/Tests/StaleNamesTests/Fixtures/code"

    private func names(_ arguments: [String], in folder: String = code) async throws -> Ended {
        try await Command.assay(
            ["names"] + arguments, in: folder, environment: Warehouse.shared.variables)
    }

    /// Lends a folder that is gone afterwards.
    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "names-\(UInt32.random(in: 0 ... .max))").path
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(folder))
        } catch {
            outcome = .failure(error)
        }
        try FileManager.default.removeItem(atPath: folder)
        try outcome.get()
    }

    @Test func `the lookup of the incident is found, with the names that were meant`() async throws
    {
        let ended = try await names(["incident.py"])
        #expect(ended.status == 1 && ended.errors == "")
        expectGolden(ended.output, named: "names.incident.txt")
    }

    @Test(arguments: ["json", "markdown", "github", "sarif", "junit"])
    func `every form tells file, line and column`(format: String) async throws {
        let ended = try await names(["incident.py", "--format", format])
        #expect(ended.status == 1 && ended.errors == "")
        #expect(ended.output.contains("company_employee_ranges") || format == "markdown")
        let places = [
            "json": #""line":12,"column":17,"endLine":12,"endColumn":40"#,
            "markdown": "incident.py:12:17", "github": "file=incident.py,line=12,col=17",
            "sarif": #""startLine":12,"startColumn":17,"endLine":12,"endColumn":40"#,
            "junit": "incident.py:12:17",
        ]
        #expect(ended.output.contains(places[format] ?? "no such format"))
    }

    @Test func `what is known counts no more, whatever is written above it`() async throws {
        try await withFolder { folder in
            let text = try text(of: "\(Self.code)/incident.py")
            let file = URL(filePath: "\(folder)/lookup.py")
            try Data(text.utf8).write(to: file)
            let written = try await names(
                ["lookup.py", "--write-baseline", "known.txt"], in: folder)
            #expect(written.status == 0)
            try Data(("import os\n\n" + text).utf8).write(to: file)
            let known = try await names(["lookup.py", "--baseline", "known.txt"], in: folder)
            #expect(known.status == 0, "\(known.everything)")
            let more = text + "\nclient.schema('core').from_('gone').select('id').execute()\n"
            try Data(more.utf8).write(to: file)
            let new = try await names(["lookup.py", "--baseline", "known.txt"], in: folder)
            #expect(new.status == 1 && new.output.contains("there is no table core.gone"))
            #expect(!new.output.contains("company_employee_ranges"))
        }
    }

    @Test func `only what has changed is judged where that is asked for`() async throws {
        try await withFolder { folder in
            let line = "execute('SELECT gone FROM core.companies')\n"
            for name in ["a.py", "b.py"] {
                try Data(line.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
            }
            let git = "git -c user.name=a -c user.email=a@b.c"
            let made = try await Command.shell(
                "git init -q . && git add . && \(git) commit -qm first && echo >> b.py", in: folder)
            #expect(made.status == 0)
            let ended = try await names([".", "--changed-since", "HEAD"], in: folder)
            #expect(ended.status == 1)
            #expect(ended.output.contains("b.py:1:") && !ended.output.contains("a.py:1:"))
        }
    }

    @Test(arguments: [
        (["no-such-folder"], "there is no file or folder no-such-folder"),
        (["../../Golden"], "no file of Python"),
        (["incident.py", "--role", "nobody"], "there is no role nobody"),
        (["incident.py", "--baseline", "none.txt"], "there is no baseline none.txt"),
        (["incident.py", "--expect-database", "other"], "the wrong database answered"),
        ([], "name"),
    ])
    func `what cannot be is refused`(arguments: [String], sentence: String) async throws {
        let ended = try await names(arguments)
        #expect(ended.status == 2)
        #expect(ended.errors.lowercased().contains(sentence.lowercased()), "\(ended.errors)")
    }

    @Test func `a rule's page says what to do`() async throws {
        let ended = try await Command.assay(["explain", "no-unique-index"])
        #expect(ended.status == 0)
        expectGolden(ended.output, named: "explain.no-unique-index.txt")
    }

    @Test func `the page on stale names lists every rule`() async throws {
        let page = try text(of: "\(Command.root)/docs/stale-names.md")
        for rule in NameRule.allCases where rule != .notEvaluated {
            #expect(page.contains("`\(rule.rawValue)`"))
        }
    }
}
