import FoundationEssentials
import Testing

/// Holds the pages to what they say: every command of theirs is run.
///
/// Not run are `make` and `bin/`, which would run these tests again: they are held against the Makefile
/// and the folder. `swift run checks` is run with the README's own package, built by
/// ``OwnPackage``.
@Suite(.timeLimit(.minutes(15))) struct ReadmeTests {
    private let readme: String

    init() throws {
        readme = try text(of: "\(Command.root)/README.md")
    }

    @Test func `every command of a page runs, and exits as the page says`() async throws {
        for name in [
            "README.md", "docs/getting-started.md", "docs/operating.md", "docs/nightly.md",
            "docs/gating-migrations.md",
        ] {
            let page = try text(of: "\(Command.root)/\(name)")
            // The README's role audits for every page.
            let statements = Fence.all(in: name == "README.md" ? readme : readme + "\n" + page)
                .filter { $0.language == "sql" }.map(\.text)
            try await Warehouse.shared.withPageDatabase(statements) { database in
                try await withTemporaryFolder { home in
                    let variables = try database.prepareHome(home)
                    var printed = ""
                    for command in DocumentedCommand.all(in: page) {
                        printed += try await run(command, in: "\(home)/warehouse", variables)
                    }
                    for fence in Fence.all(in: page) where fence.language == "text" {
                        let isPrinted = printed.contains(fence.text)
                        #expect(isPrinted, "no command of \(name) prints:\n\(fence.text)")
                    }
                }
            }
        }
    }

    @Test(arguments: ["README.md", "CONTRIBUTING.md", "docs/getting-started.md"])
    func `what a page says of make and bin is there`(page: String) throws {
        let makefile = try text(of: "\(Command.root)/Makefile")
        for command in try DocumentedCommand.all(in: text(of: "\(Command.root)/\(page)")) {
            let words = command.line.split(separator: " ")
            switch words[0] {
            case "make":
                #expect(makefile.contains("\n\(words[1]):"), "\(command)")
            case let word where word.hasPrefix("bin/"):
                let file = "\(Command.root)/\(word)"
                #expect(FileManager.default.isExecutableFile(atPath: file), "\(command)")
            default:
                break
            }
        }
    }

    @Test func `the make targets of the README do what it says of them`() throws {
        let makefile = try text(of: "\(Command.root)/Makefile")
        #expect(makefile.contains("\n\t@.build/debug/assay demo\n"))
        #expect(makefile.contains("\n\t@bin/lint\n\t@bin/test\n"))
        let setup = try text(of: "\(Command.root)/bin/setup")
        for package in [
            "libpq-dev", "libssl-dev", "libpg-query-dev", "postgresql", "postgresql-contrib",
            "pgbouncer", "chromium",
        ] {
            #expect(setup.contains(package) && readme.contains(package), "\(package)")
        }
    }

    @Test func `the table of the README stands in checks`() throws {
        let fence = try #require(Fence.all(in: readme).first { $0.language == "swift" })
        let file = try text(of: "\(Command.root)/checks/core/company_customers.swift")
        var rest = file.split(separator: "\n")[...]
        for line in fence.lines where !line.isEmpty {
            let place = rest.firstIndex { $0 == line }
            #expect(place != nil, "checks/core/company_customers.swift lacks: \(line)")
            if let place { rest = rest[(place + 1)...] }
        }
    }

    @Test(arguments: [
        "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "fixes/README.md",
        "docs/getting-started.md", "docs/writing-checks.md", "docs/operating.md",
        "docs/architecture.md", "docs/nightly.md", "docs/gating-migrations.md",
        "docs/engines.md", "docs/scaling.md",
    ])
    func `the links of a page lead somewhere`(page: String) throws {
        let contents = try text(of: "\(Command.root)/\(page)")
        let folder = URL(filePath: "\(Command.root)/\(page)").deletingLastPathComponent().path
        for piece in contents.split(separator: "](").dropFirst() {
            let link = piece.prefix { $0 != ")" && $0 != "#" }
            guard !link.isEmpty, !link.hasPrefix("http") else { continue }
            #expect(FileManager.default.fileExists(atPath: "\(folder)/\(link)"), "\(page): \(link)")
        }
    }

    private func run(
        _ command: DocumentedCommand, in folder: String, _ variables: [String: String]
    ) async throws -> String {
        let first = command.line.prefix { $0 != " " }
        if first == "make" || first == "git" || first.hasPrefix("bin/") { return "" }
        var line = command.line
        if line.hasPrefix("swift run checks") {
            let built = try await OwnPackage.shared.command
            line = "'\(built)'" + line.dropFirst("swift run checks".count)
        }
        let ended = try await Command.shell(line, in: folder, environment: variables)
        #expect(ended.status == command.status, "\(command)\n\(ended.errors.prefix(2_000))")
        return ended.output
    }
}

/// A database in which the commands of a page are run.
struct PageDatabase {
    /// The folder of the server's socket.
    let host: String

    /// Makes the home folder of a person who can enter the database: services `warehouse` and
    /// `warehouse-owner`, `.pgpass`, and a folder `warehouse` to work in.
    func prepareHome(_ home: String) throws -> [String: String] {
        try FileManager.default.createDirectory(
            atPath: "\(home)/warehouse", withIntermediateDirectories: true)
        let services = """
            [warehouse]
            host=\(host)
            dbname=warehouse
            user=assay_reader

            [warehouse-owner]
            host=\(host)
            dbname=warehouse
            user=postgres

            """
        try Data(services.utf8).write(to: URL(filePath: "\(home)/.pg_service.conf"))
        let password = "*:*:*:*:\(Warehouse.password)\n"
        try Data(password.utf8).write(to: URL(filePath: "\(home)/.pgpass"))
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o600], ofItemAtPath: "\(home)/.pgpass")
        return [
            "HOME": home, "PGSERVICEFILE": "\(home)/.pg_service.conf",
            "PGPASSFILE": "\(home)/.pgpass", "GITHUB_STEP_SUMMARY": "\(home)/summary.md",
            "ASSAY_DATABASE_URL": "service=warehouse",
        ]
    }
}
