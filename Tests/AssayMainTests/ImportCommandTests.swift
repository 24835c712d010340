import AssayTesting
import FoundationEssentials
import Testing

@Suite(.timeLimit(.minutes(15))) struct ImportCommandTests {
    private static let fixtures = "\(Command.root)/Tests/ImportsTests/Fixtures"

    private static let main = """
        import Assay
        import AssayMain

        @main struct Checks: AuditSuite {
            static let tables = [appEvents, orders, customers, sodaOrders]
        }

        """

    @Test func `what import writes is formatted, builds, and is listed`() async throws {
        try await withTemporaryFolder { folder in
            let checks = "\(folder)/Sources/checks"
            let dbt = try await Command.assay(
                ["import", "dbt", "\(Self.fixtures)/dbt", "--output", checks])
            #expect(dbt.status == 1 && dbt.errors == "")
            #expect(dbt.output.contains("\n22 of 27 promises became checks\nno equal: "))
            let gx = try await Command.assay(
                ["import", "gx", "\(Self.fixtures)/gx/one.json", "--output", checks])
            #expect(gx.status == 1)
            let soda = try await Command.assay(
                [
                    "import", "soda", "\(Self.fixtures)/soda/checks.yml", "--output", checks,
                    "--schema", "soda",
                ])
            #expect(soda.status == 1)
            // Two suites name a table alike.
            let path = "\(checks)/soda/orders.swift"
            let renamed = try text(of: path).replacing("let orders", with: "let sodaOrders")
            try FileManager.default.removeItem(atPath: path)
            try Data(renamed.utf8).write(to: URL(filePath: "\(checks)/soda/soda_orders.swift"))
            try Data(Self.main.utf8).write(to: URL(filePath: "\(checks)/Suite.swift"))
            try FileManager.default.copyItem(
                atPath: "\(Command.root)/.swift-format", toPath: "\(folder)/.swift-format")
            let linted = try await Command.execute(
                ["swift", "format", "lint", "--strict", "--recursive", "Sources"], in: folder)
            #expect(linted.status == 0, "\(linted.everything)")
            let own = try await OwnPackage.build(in: folder)
            let listed = try await Command.execute([own.command, "list"], in: folder)
            #expect(listed.status == 0, "\(listed.errors)")
            #expect(listed.output.contains("raw.app_events  (3 checks)"))
        }
    }

    @Test func `files that are there stay, unless forced`() async throws {
        try await withTemporaryFolder { folder in
            let words = ["import", "gx", "\(Self.fixtures)/gx/one.json", "--output", "out"]
            #expect(try await Command.assay(words, in: folder).status == 1)
            let again = try await Command.assay(words, in: folder)
            #expect(again.status == 2 && again.output == "")
            #expect(
                again.errors.hasPrefix("refused: out/public/customers.swift exists; say --force"))
            #expect(try await Command.assay(words + ["--force"], in: folder).status == 1)
        }
    }

    @Test func `a file that is not what it says is refused, and nothing is written`() async throws {
        try await withTemporaryFolder { folder in
            try Data("models:\n  - name: a\n bad".utf8).write(to: URL(filePath: "\(folder)/m.yml"))
            let ended = try await Command.assay(["import", "dbt", "m.yml"], in: folder)
            #expect(ended.status == 2 && ended.output == "")
            #expect(ended.errors.hasPrefix("refused: this is neither YAML nor JSON: "))
            #expect(ended.errors.hasSuffix("\n  --> m.yml:3\n"), "\(ended.errors)")
            #expect(try names(in: folder) == ["m.yml"])
        }
    }

    @Test func `without assay-import it says what makes it`() async throws {
        try await withTemporaryFolder { folder in
            // By another process: a child that another test begins while this one writes would hold the
            // file open, and nobody could run it.
            _ = try await Command.execute(["cp", "\(Command.built)/assay", "."], in: folder)
            let ended = try await Command.execute(
                ["./assay", "import", "dbt", "."], in: folder,
                environment: ["PATH": "/usr/bin:/bin"])
            #expect(ended.status == 2)
            #expect(ended.errors.hasPrefix("refused: assay-import is neither beside this command"))
            let bare = try await Command.execute(["\(Command.built)/assay-import"], in: folder)
            #expect(bare.status == 2 && bare.errors.contains("`assay import`"))
        }
    }
}
