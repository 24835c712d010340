import FoundationEssentials
import Glibc
import Testing

/// The package of a user's own, as the README writes it.
///
/// It is compiled and linked against the modules that were built for these tests, in seconds; building it
/// by SwiftPM would build all of Assay again.
struct OwnPackage: Sendable {
    /// The command that was built.
    let command: String

    /// The package of the README, built once.
    static var shared: OwnPackage {
        get async throws { try await building.value }
    }

    private static let building = Task {
        let readme = try text(of: "\(Command.root)/README.md")
        let sources = Fence.all(in: readme).filter {
            $0.language == "swift" && $0.text.contains("@main")
        }
        let folder = "/tmp/assay-own-\(getpid())"
        return try await build(["Checks.swift": sources[0].text], in: folder)
    }

    /// Compiles and links sources.
    static func build(_ sources: [String: String], in folder: String) async throws -> OwnPackage {
        let sourceFolder = "\(folder)/Sources/checks"
        try FileManager.default.createDirectory(
            atPath: sourceFolder, withIntermediateDirectories: true)
        try Data("// swift-tools-version: 6.2\n".utf8).write(
            to: URL(filePath: "\(folder)/Package.swift"))
        for (name, source) in sources {
            try Data(source.utf8).write(to: URL(filePath: "\(sourceFolder)/\(name)"))
        }
        return try await build(in: folder)
    }

    /// Compiles and links what lies in a package's `Sources/checks`.
    static func build(in folder: String) async throws -> OwnPackage {
        let compile = """
            set -e
            scratch=$(cd "$BUILT/../.." && pwd)
            flags=(-parse-as-library -swift-version 6 -I "$BUILT/Modules")
            for map in "$scratch"/checkouts/*/Sources/*/include/module.modulemap \
                "$ROOT"/Sources/C*/module.modulemap; do
                flags+=(-Xcc "-fmodule-map-file=$map")
            done
            for flag in $(pkg-config --cflags libpq); do flags+=(-Xcc "$flag"); done
            grep -v '/AssayCommand.build/\\|/Checks.build/' \
                "$BUILT/assay.product/Objects.LinkFileList" > objects
            libraries=(-lpq)
            [ ! -e "$ROOT/Sources/CPgQuery" ] || libraries+=(-lpg_query)
            [ ! -e "$ROOT/Sources/CLibCrypto" ] || libraries+=(-lcrypto)
            find "$PWD/Sources/checks" -name '*.swift' | sort > sources
            swiftc -module-name OwnChecks "${flags[@]}" @sources @objects "${libraries[@]}" -o checks
            """
        let compiled = try await Command.execute(
            ["bash", "-c", compile], in: folder,
            environment: ["BUILT": Command.built, "ROOT": Command.root])
        guard compiled.status == 0 else { throw Failure(description: compiled.everything) }
        return OwnPackage(command: "\(folder)/checks")
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }
}

@Suite(.timeLimit(.minutes(15))) struct OwnPackageTests {
    private static let companies = """
        import Assay

        let companies = Table("core.companies", key: "id") {
            Required("name", "domain")
        }
        """

    private static let main = """
        import AssayMain
        import Assay

        @main struct Checks: AuditSuite {
            static let tables = [companies]
        }
        """

    @Test func `the package of the README lists and audits`() async throws {
        let own = try await OwnPackage.shared
        let listed = try await Command.execute([own.command, "list"], in: "/tmp")
        #expect(
            listed.output == """
                core.companies, key id  (3 checks)
                  name is required
                  domain is required
                  no two rows share domain

                3 checks on 1 table

                """)
        let audited = try await Command.execute(
            [own.command, "audit", "--no-reports"], in: "/tmp",
            environment: Warehouse.shared.variables)
        #expect(audited.status == 0)
        #expect(audited.output.hasPrefix("ok: 3 checks of 1 table in "))
    }

    @Test func `the manifest of the README is one`() async throws {
        let readme = try text(of: "\(Command.root)/README.md")
        let fence = try #require(
            Fence.all(in: readme).first { $0.text.contains("swift-tools-version") })
        try await withTemporaryFolder { folder in
            try Data(fence.text.utf8).write(to: URL(filePath: "\(folder)/Package.swift"))
            let dumped = try await Command.execute(
                ["swift", "package", "dump-package"], in: folder,
                environment: ["HOME": ProcessInfo.processInfo.environment["HOME"] ?? folder])
            #expect(dumped.status == 0, "\(dumped.errors)")
            let manifest = try text(of: "\(Command.root)/Package.swift")
            for product in ["Assay", "AssayMain"] {
                #expect(dumped.output.contains("\"\(product)\""))
                #expect(manifest.contains(".library(name: \"\(product)\""))
            }
        }
    }

    @Test func `the Swift of the guide compiles`() async throws {
        let guide = try text(of: "\(Command.root)/docs/writing-checks.md")
        let fences = Fence.all(in: guide).filter { $0.language == "swift" }
        #expect(fences.count == 5)
        let source = (["import Assay"] + fences.map(\.text)).joined(separator: "\n\n")
        try await withTemporaryFolder { folder in
            _ = try await OwnPackage.build(
                [
                    "Guide.swift": source,
                    "Checks.swift": Self.main.replacing(
                        "companies", with: "people, champions, buyers"),
                ],
                in: folder)
        }
    }

    @Test func `a table that nobody listed is refused by whatever the suite is asked`()
        async throws
    {
        let customers = """
            import Assay

            let customers = Table("core.company_customers", key: "id") {
                Required("customer_name")
            }
            """
        try await withTemporaryFolder { folder in
            let own = try await OwnPackage.build(
                [
                    "Companies.swift": Self.companies, "Customers.swift": customers,
                    "Checks.swift": Self.main,
                ],
                in: folder)
            for command in [["list"], ["audit"], ["doctor"], ["explain", "core.companies/x"]] {
                let ended = try await Command.execute(
                    [own.command] + command, in: folder, environment: Warehouse.shared.variables)
                #expect(ended.status == 2)
                #expect(ended.output == "")
                #expect(
                    ended.errors == """
                        refused: a table is declared here but not listed in the suite, so its checks \
                        would never run; add it to the suite's tables
                          --> \(folder)/Sources/checks/Customers.swift:3

                        """)
            }
        }
    }

    @Test func `a table forgotten in the file of a listed one is refused`() async throws {
        let two =
            Self.companies + """


                let customers = Table("core.company_customers", key: "id") {
                    Required("customer_name")
                }
                """
        try await withTemporaryFolder { folder in
            let own = try await OwnPackage.build(
                ["Companies.swift": two, "Checks.swift": Self.main], in: folder)
            let ended = try await Command.execute([own.command, "list"], in: folder)
            #expect(ended.status == 2)
            #expect(ended.errors.contains("Companies.swift:7"))
        }
    }

    @Test func `a suite refuses another database than the one it expects`() async throws {
        let expecting = Self.main.replacing(
            "static let tables",
            with: "static let expected = ExpectedDatabase(name: \"billing\")\n    static let tables"
        )
        try await withTemporaryFolder { folder in
            let own = try await OwnPackage.build(
                ["Companies.swift": Self.companies, "Checks.swift": expecting], in: folder)
            let ended = try await Command.execute(
                [own.command, "audit"], in: folder, environment: Warehouse.shared.variables)
            #expect(ended.status == 2)
            #expect(ended.errors.contains("its name is audited, expected billing"))
        }
    }

    @Test func `a check declared twice is refused with both places`() async throws {
        let twice = """
            import Assay

            let companies = Table("core.companies", key: "id") {
                Required("name")
                Required("domain", "name")
            }
            """
        try await withTemporaryFolder { folder in
            let own = try await OwnPackage.build(
                ["Companies.swift": twice, "Checks.swift": Self.main], in: folder)
            let ended = try await Command.execute([own.command, "list"], in: folder)
            #expect(ended.status == 2)
            #expect(
                ended.errors == """
                    refused: core.companies/required:name is declared twice; first at \
                    Sources/checks/Companies.swift:4. Tell them apart with .named("…")
                      --> Sources/checks/Companies.swift:5

                    """)
        }
    }
}
