import SQLSyntax
import Testing

@Suite struct SyntaxErrorTests {
    private func refusal(_ script: String) -> SyntaxError? {
        do throws(SyntaxError) {
            _ = try statements(in: script)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a fault is a sentence with its line and column`() throws {
        let fault = try #require(refusal("select 1;\nselect 2 frm t x"))
        #expect(fault.description == "Line 2, column 14: syntax error at or near \"t\".")
        #expect(fault.reason == .grammar)
        #expect(fault.near == "t")
    }

    @Test func `a column counts characters and not bytes`() throws {
        let fault = try #require(refusal("-- é\n/* ü */ select 'ß', x y z"))
        #expect(fault.description == "Line 2, column 25: syntax error at or near \"z\".")
    }

    @Test func `a byte order mark moves no fault`() throws {
        #expect(try #require(refusal("\u{FEFF}selec 1")).description.hasPrefix("Line 1, column 1:"))
    }

    @Test func `a script that breaks off ends in a fault`() throws {
        let fault = try #require(refusal("select 'é' from"))
        #expect(fault.description == "Line 1, column 16: syntax error at end of input.")
        #expect(fault.near.isEmpty)
    }

    @Test(
        arguments: [
            ("select 'a\nb", "unterminated quoted string at or near \"'a…\""),
            ("select $a$ b", "unterminated dollar-quoted string at or near \"$a$ b\""),
            ("select 1 /* b", "unterminated /* comment at or near \"/* b\""),
            ("select \"\"", "zero-length delimited identifier at or near \"\"\"\""),
        ])
    func `text that is never closed is shown by its beginning`(script: String, words: String) {
        #expect(refusal(script)?.description.hasSuffix(": \(words).") == true)
    }

    @Test func `a fault in a megabyte shows only forty characters`() throws {
        let fault = try #require(refusal("select '" + String(repeating: "x", count: 1_000_000)))
        #expect(fault.near.count == 41)
    }

    @Test(
        arguments: [
            ("\\copy t from 'x.csv' csv", 1, "\\copy is a psql meta-command"),
            ("select 1;\n\\i other.sql\n", 2, "\\i is a psql meta-command"),
            ("\\echo don't\nselect 1", 1, "\\echo is a psql meta-command"),
            ("select 1 \\gset\nselect 2", 1, "\\gset is a psql meta-command"),
            ("\n\nselect :limit", 3, ":limit is a psql variable"),
            ("select * from t where a = :'name'", 1, ":'name' is a psql variable"),
            ("alter table :\"t\" add x int", 1, ":\"t\" is a psql variable"),
        ])
    func `text for psql is called so`(script: String, line: Int, words: String) throws {
        let fault = try #require(refusal(script))
        #expect(fault.reason == .psql)
        #expect(fault.line == line)
        #expect(fault.description.hasSuffix(": \(words)."))
    }

    @Test func `casts, slices and assignments are not psql variables`() throws {
        #expect(refusal("select a[1:x], a::int, f(b := 1) from t") == nil)
        #expect(try #require(refusal("select ::int")).reason == .grammar)
    }

    @Test func `a NUL character is a fault`() throws {
        let fault = try #require(refusal("select 1;\ndrop\0 table x"))
        #expect(fault.description == "Line 2, column 5: the text has a NUL character.")
    }

    @Test(
        arguments: [
            Chain("select ", "(", times: 100_000), Chain("select ", "- ", times: 9_000, "1"),
            Chain("select 1", "-1", times: 20_000), Chain("select 1", "-1", times: 2_400),
            Chain("select 1", " union all select 1, 2", times: 6_000),
            Chain("select * from a", " join b on x and y", times: 6_000),
            Chain("select ", "case when a then b end - ", times: 6_000, "1"),
        ])
    func `nesting too deep is refused and no crash`(chain: Chain) throws {
        let fault = try #require(refusal("select 1;\n" + chain.sql))
        #expect(fault.reason == .depth)
        #expect(fault.line == 2)
        #expect(fault.message == "the statement nests too deeply to be read")
    }

    @Test(
        arguments: [
            Chain("select a", " || b", times: 900),
            Chain("select 1 where a", " or a = 1", times: 5_000),
            Chain("select f(1)", ", f(a - 1, b)", times: 5_000),
        ])
    func `what is long but flat is read`(chain: Chain) {
        #expect(refusal(chain.sql) == nil)
    }
}

/// A statement with a part repeated, shown by its parts.
struct Chain: Sendable, CustomTestStringConvertible {
    let sql: String
    let testDescription: String

    init(_ start: String, _ link: String, times: Int, _ end: String = "") {
        sql = start + String(repeating: link, count: times) + end
        testDescription = "\(start)(\(link))×\(times)\(end)"
    }
}
