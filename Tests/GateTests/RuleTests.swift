import Assay
import FoundationEssentials
import Testing

@testable import Gate

@Suite struct RuleTests {
    /// A rule, so that the name of a test's case is the rule's.
    struct Named: Sendable, CustomTestStringConvertible {
        let rule: any MigrationRule.Type
        var testDescription: String { rule.documentation.rule }
    }

    static let rules = MigrationRules.all.map(Named.init)
    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    /// The example with what the rule finds in it marked.
    private func marked(
        _ example: RuleDocumentation.Example, by rule: any MigrationRule.Type
    ) async throws -> String {
        let migration = Migration(
            name: "example", up: .init(file: "example.sql", text: example.text),
            runsInTransaction: example.isInTransaction)
        #expect(migration.faults == [], "\(example.text)")
        let stage = TextStage(version: example.version, exposed: example.exposed, rules: [rule])
        let report = try await GateRun(stages: [stage], version: "0").report(on: [migration])
        var lines = example.text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { Array($0.unicodeScalars) }
        var marks: [(line: Int, column: Int, mark: Unicode.Scalar)] = []
        for finding in report.counting {
            #expect(finding.rule == rule.documentation.rule)
            marks.append((finding.place.line, finding.place.column, "⟪"))
            marks.append((finding.place.endLine, finding.place.endColumn, "⟫"))
        }
        for mark in marks.sorted(by: { ($0.line, $0.column) > ($1.line, $1.column) }) {
            lines[mark.line - 1].insert(mark.mark, at: mark.column - 1)
        }
        return lines.map { line in
            var text = String.UnicodeScalarView()
            text.append(contentsOf: line)
            return String(text)
        }
        .joined(separator: "\n")
    }

    @Test(arguments: rules)
    func `a rule refuses what its page says, there and nowhere else`(named: Named) async throws {
        let documentation = named.rule.documentation
        #expect(!documentation.refuses.isEmpty && !documentation.accepts.isEmpty)
        for example in documentation.refuses {
            #expect(example.sql.contains("⟪"), "an example without a mark refuses nothing")
            #expect(try await marked(example, by: named.rule) == example.sql)
        }
        for example in documentation.accepts {
            #expect(try await marked(example, by: named.rule) == example.sql)
        }
    }

    @Test(arguments: rules)
    func `type, file and name of a rule are one word`(named: Named) {
        let type = "\(named.rule)"
        var kebab = ""
        for letter in type {
            if letter.isUppercase, !kebab.isEmpty { kebab += "-" }
            kebab += letter.lowercased()
        }
        #expect(named.rule.documentation.rule == kebab)
        #expect(
            FileManager.default.fileExists(
                atPath: "\(Self.root)/Sources/Gate/Rules/\(type).swift"))
    }

    @Test(arguments: rules)
    func `what is offered instead of a statement is SQL`(named: Named) async throws {
        for example in named.rule.documentation.refuses {
            let migration = Migration(
                name: "example", up: .init(file: "example.sql", text: example.text),
                runsInTransaction: example.isInTransaction)
            let stage = TextStage(
                version: example.version, exposed: example.exposed, rules: [named.rule])
            for finding in try await stage.findings(in: [migration]) {
                guard let rewrite = finding.rewrite else { continue }
                let rewritten = Migration(
                    name: "rewrite", up: .init(file: "rewrite.sql", text: rewrite))
                #expect(rewritten.faults == [] && !rewritten.statements.isEmpty, "\(rewrite)")
                let again = try await stage.findings(in: [rewritten])
                #expect(again.map(\.message) == [], "the same rule refuses its own rewrite")
            }
        }
    }

    @Test func `every rule of the folder is in the list`() throws {
        let files = try FileManager.default.contentsOfDirectory(
            atPath: "\(Self.root)/Sources/Gate/Rules")
        #expect(files.map { String($0.dropLast(6)) }.sorted() == MigrationRules.all.map { "\($0)" })
    }

    @Test(arguments: MigrationRules.documentation.map(\.rule))
    func `the page of a rule is what the rule says of itself`(name: String) throws {
        let page = try #require(MigrationRules.named(name)).page
        let path = "\(Self.root)/docs/rules/\(name).md"
        if ProcessInfo.processInfo.environment["ASSAY_RECORD"] == "1" {
            try FileManager.default.createDirectory(
                atPath: "\(Self.root)/docs/rules", withIntermediateDirectories: true)
            try Data(page.utf8).write(to: URL(filePath: path))
        }
        let written = FileManager.default.contents(atPath: path)
            .map { String(decoding: $0, as: UTF8.self) }
        #expect(written == page, "docs/rules/\(name).md is not up to date; make record writes it")
    }

    @Test func `no page is left of a rule that is gone`() throws {
        let pages = try FileManager.default.contentsOfDirectory(atPath: "\(Self.root)/docs/rules")
        #expect(pages.sorted() == MigrationRules.documentation.map { "\($0.rule).md" })
    }
}
