import FoundationEssentials
import Testing

@testable import Assay

/// What every kind must have.
struct KindsTests {
    @Test func `the list of kinds is the folder of kinds`() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: folderOfKinds)
            .filter { $0.hasSuffix(".swift") }
            .map { String($0.dropLast(6)) }
            .sorted()
        #expect(Kinds.all.map { "\($0)" } == files)
    }

    @Test func `a kind is found by its name`() {
        for kind in Kinds.all { #expect(Kinds.named(kind.kind) == kind) }
        #expect(Kinds.named("unqiue") == nil)
    }

    @Test(arguments: Kinds.all.map { Kind(type: $0) })
    func `a kind's name is its type's, in kebab case`(kind: Kind) {
        var kebab = ""
        for letter in "\(kind.type)" {
            if letter.isUppercase, !kebab.isEmpty { kebab += "-" }
            kebab += letter.lowercased()
        }
        #expect(kind.type.kind == kebab)
        #expect(kind.type.documentation.kind == kebab)
    }

    @Test(arguments: Kinds.all.map { Kind(type: $0) })
    func `a kind is documented`(kind: Kind) {
        let pages = kind.type.documentation
        for sentence in [pages.summary, pages.why, pages.measures, pages.limits] {
            #expect(sentence.hasSuffix(".") && !sentence.contains("  "), "\(sentence)")
        }
        #expect(!pages.summary.dropLast().contains(". "), "a summary is one sentence")
        #expect(pages.page.hasPrefix("# \(kind.type.kind)\n\n\(pages.summary)\n"))
        for heading in ["Why it matters", "Example", "What is counted", "Known limits"] {
            #expect(pages.page.contains("\n## \(heading)\n"))
        }
    }

    @Test(arguments: Kinds.all.map { Kind(type: $0) })
    func `a kind's example declares it`(kind: Kind) {
        let example = kind.type.documentation.example
        #expect(example.hasPrefix("\(kind.type)("))
        #expect(example.count { $0 == "(" } == example.count { $0 == ")" })
        #expect(example.count { $0 == "\"" }.isMultiple(of: 2))
    }

    private var folderOfKinds: String {
        let end = #filePath.firstRange(of: "/Tests/")?.lowerBound ?? #filePath.endIndex
        return "\(#filePath[..<end])/Sources/Assay/Kinds"
    }
}

/// A kind as the argument of a test.
struct Kind: Sendable, CustomTestStringConvertible {
    let type: any Check.Type

    var testDescription: String { "\(type)" }
}
