import FoundationEssentials
import Testing

@Suite(.timeLimit(.minutes(15))) struct NewKindTests {
    @Test func `a new kind begins as a file that compiles and a test that is red`() async throws {
        try await withTemporaryFolder { folder in
            try FileManager.default.createDirectory(
                atPath: "\(folder)/bin", withIntermediateDirectories: true)
            for file in ["bin/new", ".swift-format"] {
                try FileManager.default.copyItem(
                    atPath: "\(Command.root)/\(file)", toPath: "\(folder)/\(file)")
            }
            let made = try await Command.shell("bin/new kind InOrder", in: folder)
            #expect(made.status == 0)
            let kind = "Sources/Assay/Kinds/InOrder.swift"
            let test = "Tests/AssayTests/Kinds/InOrderTests.swift"
            #expect(made.output.hasPrefix("\(kind)\n\(test)\n"))

            let formatted = try await Command.shell(
                "swift format lint --strict --recursive Sources Tests", in: folder)
            #expect(formatted.status == 0, "\(formatted.everything)")
            let compiled = try await Command.shell(
                """
                swiftc -typecheck -swift-version 6 -module-name Assay -package-name assay \
                    $(find '\(Command.root)/Sources/Assay/' -name '*.swift') \(kind)
                """, in: folder)
            #expect(compiled.status == 0, "\(compiled.errors)")
            let text = try text(of: "\(folder)/\(test)")
            #expect(text.contains(#"Kinds.named("in-order")"#) && text.contains("Issue.record("))

            let again = try await Command.shell("bin/new kind InOrder", in: folder)
            #expect(again.status == 2 && again.errors == "bin/new: \(kind) exists\n")
        }
    }

    @Test(arguments: ["", "kind", "kind inOrder", "rule InOrder", "kind In-Order"])
    func `anything else is told how`(arguments: String) async throws {
        let ended = try await Command.shell("'\(Command.root)/bin/new' \(arguments)", in: "/tmp")
        #expect(ended.status == 2)
        #expect(ended.errors.hasPrefix("usage: bin/new kind NAME"))
    }
}
