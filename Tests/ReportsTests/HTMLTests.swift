import Assay
import Foundation
import Reports
import Testing

struct `A report as a page` {
    private let page = ReportFormat.html.render(Fixture.report(values: true))

    @Test func `loads nothing`() throws {
        #expect(!page.contains("src="))
        #expect(!page.contains("url("))
        #expect(!page.contains("@import"))
        #expect(!page.contains("://"))
        let links = page.matches(of: /href="([^"]*)"/).map(\.output.1)
        #expect(!links.isEmpty)
        #expect(links.allSatisfy { $0.hasPrefix("#") })
    }

    @Test func `obeys only its own style and script`() throws {
        let policy = try #require(page.firstMatch(of: /Content-Security-Policy" content="([^"]*)"/))
        let rules = policy.output.1.replacing("&#39;", with: "'")
        #expect(rules.hasPrefix("default-src 'none'; "))
        #expect(!rules.contains("unsafe"))
        for element in ["style", "script"] {
            let opening = try #require(page.range(of: "<\(element)>"))
            let end = try #require(page.range(of: "</\(element)>"))
            let hash = try sha256(String(page[opening.upperBound..<end.lowerBound]))
            #expect(rules.contains("\(element)-src 'sha256-\(hash)'"))
        }
        #expect(!page.contains(" style="))
        #expect(!page.contains(/\son[a-z]+=/))
    }

    @Test func `takes no markup from the database`() {
        #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(page.components(separatedBy: "<script").count == 2)
        #expect(!page.contains("<b>content"))
    }

    @Test func `names each place once, and links to places that exist`() {
        let ids = page.matches(of: /\sid="([^"]*)"/).map { String($0.output.1) }
        #expect(Set(ids).count == ids.count)
        let targets = page.matches(of: /href="#([^"]*)"/).map { String($0.output.1) }
        #expect(Set(targets).isSubset(of: ids))
    }

    @Test func `names each place once even where two checks share an identity`() {
        let results = Fixture.report().results
        let page = ReportFormat.html.render(Fixture.report(results: results + results))
        let ids = page.matches(of: /\sid="([^"]*)"/).map { String($0.output.1) }
        #expect(Set(ids).count == ids.count)
    }

    @Test func `has its headings in order`() {
        let levels = page.matches(of: /<h([1-6])/).compactMap { Int($0.output.1) }
        #expect(levels.first == 1)
        #expect(levels.count { $0 == 1 } == 1)
        for (level, next) in zip(levels, levels.dropFirst()) {
            #expect(next <= level + 1)
        }
    }

    @Test func `stays below 1 MB for 1,000 findings`() {
        let size = ReportFormat.html.render(Fixture.crowded(1_000)).utf8.count
        #expect(size < 1_000_000)
    }

    @Test func `closes what it opens`() throws {
        let body = try #require(page.range(of: "<body>"))
        let end = try #require(page.range(of: "</html>"))
        var markup = String(page[body.lowerBound..<end.lowerBound])
        for element in ["script", "style"] {
            let pattern = try Regex("(?s)<\(element)>.*?</\(element)>")
            markup.replace(pattern, with: "")
        }
        var open: [Substring] = []
        for tag in markup.matches(of: /<(\/?)([a-z0-9]+)[^>]*?(\/?)>/).map(\.output) {
            if ["input"].contains(tag.2) || tag.3 == "/" { continue }
            if tag.1.isEmpty { open.append(tag.2) } else { #expect(open.popLast() == tag.2) }
        }
        #expect(open.isEmpty)
    }

    private func sha256(_ text: String) throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/sha256sum")
        process.arguments = [file.path]
        process.standardOutput = output
        try process.run()
        process.waitUntilExit()
        let answer = try output.fileHandleForReading.readToEnd() ?? Data()
        let digits = String(decoding: answer, as: UTF8.self).prefix(64)
        let bytes = stride(from: 0, to: digits.count, by: 2).compactMap { offset in
            UInt8(digits.dropFirst(offset).prefix(2), radix: 16)
        }
        return Data(bytes).base64EncodedString()
    }
}
