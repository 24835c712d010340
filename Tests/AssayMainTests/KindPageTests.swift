import Assay
import FoundationEssentials
import Testing

/// The pages of `docs/kinds/`, which are what `assay explain` prints.
struct KindPageTests {
    private let folder = "\(Command.root)/docs/kinds"

    @Test(arguments: Kinds.all.map { $0.documentation.kind })
    func `the page of a kind is what the kind says of itself`(name: String) throws {
        let page = try #require(Kinds.named(name)).documentation.page
        let path = "\(folder)/\(name).md"
        if ProcessInfo.processInfo.environment["ASSAY_RECORD"] == "1" {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            try Data(page.utf8).write(to: URL(filePath: path))
        }
        let written = FileManager.default.contents(atPath: path)
            .map { String(decoding: $0, as: UTF8.self) }
        #expect(written == page, "docs/kinds/\(name).md is not up to date; make record writes it")
    }

    @Test func `no page is left of a kind that is gone`() throws {
        let pages = Kinds.all.map { "\($0.documentation.kind).md" }.sorted()
        #expect(try names(in: folder) == pages)
    }
}
