import AssayTesting
import Postgres
import Testing

@testable import Assay

/// LIKE in Swift is PostgreSQL's LIKE.
@Suite(.timeLimit(.minutes(15))) struct LikePatternTests {
    @Test(arguments: [
        ("", "", true), ("", "a", false), ("%", "", true), ("_", "", false), ("_", "é", true),
        ("_", "e\u{301}", false), ("__", "e\u{301}", true), ("_", "😀", true),
        ("https://_%/%", "https:///", false), ("https://_%/%", "https://a/", true),
        ("a%b%c", "abxbc", true), ("a%b%c", "acb", false), ("%%a%%", "ba", true),
        (#"100\%"#, "100%", true), (#"100\%"#, "1000", false), (#"a\\b"#, #"a\b"#, true),
        (#"\_"#, "x", false), ("a", "A", false), ("%a_", "aaab", true), ("_%_", "a", false),
    ])
    func `a pattern fits the whole text`(pattern: String, text: String, fits: Bool) {
        #expect(LikePattern(pattern).matches(text.utf8.span) == fits)
    }

    @Test func `generated patterns fit what PostgreSQL says they fit`() async throws {
        var random = Seeded(state: 11)
        let letters = ["a", "b", "%", "_", "\\%", "\\_", "\\\\", "\\a", "é", "😀", "\n"]
        let bare = ["a", "b", "%", "_", "\\", "é", "😀", "\n", "e\u{301}"]
        var cases: [(pattern: String, text: String)] = []
        for _ in 0..<2_000 {
            let pattern = (0..<Int.random(in: 0...6, using: &random)).map { _ in
                letters.randomElement(using: &random) ?? ""
            }
            let text = (0..<Int.random(in: 0...5, using: &random)).map { _ in
                bare.randomElement(using: &random) ?? ""
            }
            cases.append((pattern.joined(), text.joined()))
        }
        let connection = try await Connection.connect(
            to: testServer(), applicationName: "assay tests")
        let patterns = SQL.arrayLiteral(cases.map(\.pattern))
        let texts = SQL.arrayLiteral(cases.map(\.text))
        let rows = try await connection.query(
            """
            SELECT t LIKE p FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS u (p, t, n) \
            ORDER BY n
            """, [patterns, texts])
        try #require(rows.count == cases.count)
        for (index, (pattern, text)) in cases.enumerated() {
            let expected = rows[index, 0] == "t"
            #expect(LikePattern(pattern).matches(text.utf8.span) == expected, "\(pattern) \(text)")
        }
        #expect(rows.contains { $0[0] == "t" } && rows.contains { $0[0] == "f" })
    }
}
