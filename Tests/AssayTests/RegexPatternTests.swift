import AssayTesting
import Postgres
import Testing

@testable import Assay

/// What a regular expression matches on bytes is what PostgreSQL says that it matches.
@Suite(.timeLimit(.minutes(15))) struct RegexPatternTests {
    @Test(arguments: [
        #"(?i)a"#, #"***=a"#, "(?=a)b", "(?!a)b", "(?<=a)b", #"(a)\1"#, #"\d"#, #"[\w-]"#, #"\y"#,
        #"\m"#,
        "[[:alpha:]]", "[[.a.]]", "[[=a=]]", "a**", "a+*", "*a", "^*", "(^a)*", "$?", "a|*", "(*a)",
        "a{2,1}",
        "a{256}", "a{,2}", "a{", "{1}", "a(b", "a)b", "[a", "[b-a]", "[a-c-e]", #"a\"#, #"\é"#,
        "[]",
        "((a{0,255}){0,255}){0,255}", "^(.*a.{0,200}b)+$", "(a|b)*a(a|b){200}",
    ])
    func `what has another meaning or none, or takes too much, is left to the database`(
        regex: String
    ) {
        #expect(RegexPattern(regex) == nil)
    }

    @Test func `generated expressions match what PostgreSQL says they match`() async throws {
        var random = Seeded(state: 23)
        var regexes = [
            "", "()", "a|", "|a", "(|a)b", "$^", "^$", "($)(^)", "a^b", "a$b", "(^|b)a", "a($|b)",
            ".", "^.$",
            "^[^a]$", "^[^é]$", "[]a]", "[^]a]", "[a-]", "[-a]", "[^-a]", "[--a]", "[+--]", "[[]",
            #"[\]]"#,
            #"[\n]"#, #"\t|\n"#, #"\.\*\[\\"#, "a]", "a}", "a{2}?", "a+?b", "(?:ab){0}",
            "[a-z]{2,}",
            "^[à-ÿ]+$", "^[€-😀]$", "^.{2}$", "^.{1,255}$", "(a|b)*a(a|b){5}$", "^(.*,)?b",
            #"^[!-~]+$"#,
            "^https?://[^/ ]+(/.*)?$",
        ]
        for _ in 0..<300 { regexes.append(Self.regex(3, using: &random)) }
        for _ in 0..<200 {
            let soup = "ab.|()[]{}*+?^$\\-1,é:=\n"
            regexes.append(
                String(
                    (0..<Int.random(in: 1...7, using: &random)).map { _ in
                        soup.randomElement(using: &random) ?? "a"
                    }))
        }
        let long = String(repeating: "lorem 😀 ipsum\n", count: 60)
        var texts = [
            "", "a", "b", "ab", "ba", "é", "😀", "€", "\n", "a\n", "\na", "-", "]", "[", "\\", "}",
            "e\u{301}",
            "\u{7f}", "\u{80}", "\u{7ff}", "\u{800}", "\u{d7ff}", "\u{e000}", "\u{ffff}",
            "\u{10000}",
            "\u{10ffff}", "aaa", "a,b", "https://é.com/x", long, long + "a", "b" + long,
        ]
        for _ in 0..<30 {
            let letters = ["a", "b", "é", "😀", "\n", ",", "-", "1", ".", "{", "A", "€"]
            texts.append(
                (0..<Int.random(in: 1...7, using: &random)).map { _ in
                    letters.randomElement(using: &random) ?? ""
                }.joined())
        }
        let connection = try await Connection.connect(
            to: testServer(), applicationName: "assay tests")
        try await connection.execute("BEGIN")
        // A text of one character a pair: matches, does not, or is no expression at all.
        try await connection.execute(
            """
            CREATE FUNCTION pg_temp.answers(regex text, texts text[]) RETURNS text LANGUAGE plpgsql AS $$
            BEGIN RETURN (SELECT string_agg(CASE WHEN t ~ regex THEN 't' ELSE 'f' END, '' ORDER BY n)
                FROM unnest(texts) WITH ORDINALITY AS u (t, n));
            EXCEPTION WHEN invalid_regular_expression THEN RETURN 'invalid'; END $$
            """)
        let rows = try await connection.query(
            """
            SELECT pg_temp.answers(regex, $2::text[]) \
            FROM unnest($1::text[]) WITH ORDINALITY AS u (regex, n) ORDER BY n
            """, [SQL.arrayLiteral(regexes), SQL.arrayLiteral(texts)])
        try #require(rows.count == regexes.count)
        var understood = 0
        for (index, regex) in regexes.enumerated() {
            guard let pattern = RegexPattern(regex) else { continue }
            understood += 1
            let own = texts.map { pattern.matches($0.utf8.span) ? "t" : "f" }.joined()
            #expect(own == rows[index, 0], "/\(regex)/")
        }
        // Each of those that are written out, and most of the generated ones.
        #expect(regexes.prefix(42).allSatisfy { RegexPattern($0) != nil })
        #expect(understood > 230)
    }

    /// An expression of what is understood, and now and then of what is not.
    private static func regex(_ depth: Int, using random: inout Seeded) -> String {
        func pick(_ some: [String]) -> String { some.randomElement(using: &random) ?? "" }
        func one() -> String {
            switch Int.random(in: 0..<(depth > 0 ? 10 : 6), using: &random) {
            case 0: return "."
            case 1:
                return pick([
                    "[ab]", "[^a]", "[a-z]", "[^a-c1]", "[é-ü]", "[^é😀]", "[-b]", "[\\]a-]",
                    "[,.\n]",
                ])
            case 2: return pick(["^", "$", "\\.", "\\n", "\\d", "\\-"])
            case 3...5: return pick(["a", "b", "é", "😀", "1", ",", "-", "\n"])
            case 6: return "(" + regex(depth - 1, using: &random) + ")"
            case 7: return "(?:" + regex(depth - 1, using: &random) + ")"
            default:
                return "(" + regex(depth - 1, using: &random) + "|"
                    + regex(depth - 1, using: &random) + ")"
            }
        }
        return (0..<Int.random(in: 1...4, using: &random)).map { _ in
            one() + pick(["", "", "", "*", "+", "?", "{2}", "{1,3}", "{0,2}", "{2,}", "*?", "{0}"])
        }.joined()
    }
}
