import FoundationEssentials
import Glibc
import Testing

@Suite struct LayeringTests {
    @Test(arguments: [
        ("CLibPQ", "Postgres"), ("CLibCrypto", "Auditor"), ("CPgQuery", "SQLSyntax"),
        ("CLibCurl", "Web"), ("CLibXML", "Pages"),
    ])
    func `each C library has one importer`(library: String, module: Substring) throws {
        let here = try #require(realpath(#filePath, nil))
        defer { free(here) }
        let root = String(cString: here).split(separator: "/").dropLast(3).joined(separator: "/")
        let sources = "/\(root)/Sources"
        let files = try FileManager.default.subpathsOfDirectory(atPath: sources)
            .filter { $0.hasSuffix(".swift") }
        var importers: Set<Substring> = []
        for file in files {
            let text = try String(contentsOfFile: "\(sources)/\(file)", encoding: .utf8)
            if text.contains("import \(library)\n"), let folder = file.split(separator: "/").first {
                importers.insert(folder)
            }
        }
        #expect(importers == [module])
    }
}
