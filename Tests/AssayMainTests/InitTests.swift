import AssayTesting
import FoundationEssentials
import Testing

@Suite(.timeLimit(.minutes(15))) struct InitTests {
    private func begin(
        _ arguments: [String], in folder: String, environment: [String: String] = [:]
    ) async throws -> Ended {
        let warehouse = try await Warehouse.shared.variables
        return try await Command.assay(
            ["init"] + arguments, in: folder,
            environment: warehouse.merging(environment) { $1 })
    }

    @Test func `what init writes is formatted, builds, and audits without a red line on day one`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let begun = try await begin(["shop-checks"], in: folder)
            #expect(begun.status == 0, "\(begun.errors)")
            #expect(begun.output.hasPrefix("audited: 48 tables, "))
            #expect(begun.output.contains("\n  raw.staging_case_study_urls "))
            #expect(begun.output.contains("\n  swift run checks audit --database "))
            #expect(!begun.everything.contains(Warehouse.password))
            let package = "\(folder)/shop-checks"
            #expect(
                try names(in: package) == [
                    ".github", ".gitignore", ".swift-format", "Package.swift", "README.md",
                    "Sources",
                    "systemd",
                ])

            let linted = try await Command.execute(
                ["swift", "format", "lint", "--strict", "--recursive", "Package.swift", "Sources"],
                in: package)
            #expect(linted.status == 0, "\(linted.everything)")
            let dumped = try await Command.execute(
                ["swift", "package", "dump-package"], in: package,
                environment: ["HOME": ProcessInfo.processInfo.environment["HOME"] ?? folder])
            #expect(dumped.status == 0, "\(dumped.errors)")
            #expect(dumped.output.contains(Command.root))

            let own = try await OwnPackage.build(in: package)
            let listed = try await Command.execute([own.command, "list"], in: package)
            #expect(listed.output.contains("core.companies, key id  ("), "\(listed.errors)")
            let audited = try await Command.execute(
                [own.command, "audit", "--no-reports"], in: package,
                environment: Warehouse.shared.variables)
            #expect(audited.status == 0, "\(audited.everything.prefix(4_000))")
            #expect(audited.output.contains("warning[normalized]: origin_company_domain is not"))
            #expect(audited.output.contains("10,982 of 52,310 rows"))
        }
    }

    @Test func `a folder that holds something is refused before anything is read, unless forced`()
        async throws
    {
        try await withTemporaryFolder { folder in
            try Data("mine".utf8).write(to: URL(filePath: "\(folder)/mine.txt"))
            let refused = try await begin([".", "--table", "core.people"], in: folder)
            #expect(refused.status == 2 && refused.output == "")
            #expect(refused.errors.hasPrefix("refused: \(folder) is not empty; name a new folder"))
            #expect(try names(in: folder) == ["mine.txt"])
            let forced = try await begin([".", "--table", "core.people", "--force"], in: folder)
            #expect(forced.status == 0)
            #expect(try text(of: "\(folder)/mine.txt") == "mine")
            #expect(try text(of: "\(folder)/Sources/checks/Suite.swift").contains("= [people]"))
        }
    }

    @Test(arguments: [
        (["x", "--assay", "/tmp"], "/tmp is no clone of Assay"),
        (
            ["x", "--table", "core.pepole"],
            "no table matches core.pepole; did you mean core.people?"
        ),
        (["x", "--rows", "0"], "--rows must be at least 1"),
        (["x", "--expect-database", "other"], "its name is audited, expected other"),
        ([""], "the folder needs a name"),
    ])
    func `what cannot be is said, and nothing is written`(
        arguments: [String], sentence: String
    ) async throws {
        try await withTemporaryFolder { folder in
            let ended = try await begin(arguments, in: folder)
            #expect(ended.status == 2 && ended.output == "")
            #expect(ended.errors.contains(sentence), "\(ended.errors)")
            #expect(try names(in: folder) == [])
        }
    }

    @Test func `a password is in no file and on no line`() async throws {
        try await withTemporaryFolder { folder in
            let variables = try await Warehouse.shared.variables
            let host = try #require(variables["PGHOST"])
            let conninfo =
                "host=\(host) user=warehouse_audit dbname=audited password=\(Warehouse.password)"
            let begun = try await Command.assay(
                ["init", "x", "--table", "core.people", "--database", conninfo], in: folder)
            #expect(begun.status == 0, "\(begun.errors)")
            let written = try FileManager.default.subpathsOfDirectory(atPath: "\(folder)/x")
                .compactMap { try? text(of: "\(folder)/x/\($0)") }
            #expect(written.contains { $0.contains("dbname=audited") })
            #expect(!(written + [begun.everything]).contains { $0.contains(Warehouse.password) })
        }
    }

    @Test func `a folder that cannot be made is said with the reason`() async throws {
        try await withTemporaryFolder { folder in
            try Data().write(to: URL(filePath: "\(folder)/file"))
            let below = try await begin(["file/x", "--table", "core.people"], in: folder)
            #expect(below.status == 2)
            #expect(below.errors.hasPrefix("refused: cannot write to \(folder)/file/x: "))
        }
    }

    @Test func `the command that init ends with runs where no variable names the database`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let begun = try await begin(["x", "--table", "core.people"], in: folder)
            let named = try #require(begun.output.firstMatch(of: /--database (.+)/)).output.1
            let ended = try await Command.shell(
                "assay doctor --database \(named)", in: folder,
                environment: ["PGPASSWORD": Warehouse.password])
            #expect(ended.output.hasSuffix("an audit can run\n"), "\(ended.everything)")
            for file in ["README.md", "systemd/x-audit.service"] {
                #expect(try text(of: "\(folder)/x/\(file)").contains("--database \(named)\n"))
            }
        }
    }

    @Test func `a repository's URL is taken as it is`() async throws {
        try await withTemporaryFolder { folder in
            let begun = try await begin(
                ["x", "--table", "core.people", "--assay", "https://git.example/tools/Assay.git"],
                in: folder)
            #expect(begun.status == 0)
            let manifest = try text(of: "\(folder)/x/Package.swift")
            #expect(
                manifest.contains(
                    #".package(url: "https://git.example/tools/Assay.git", branch: "main")"#))
            #expect(manifest.contains(#"package: "assay")"#))
            #expect(try !text(of: "\(folder)/x/.github/workflows/audit.yml").contains("ASSAY_URL"))
        }
    }
}
