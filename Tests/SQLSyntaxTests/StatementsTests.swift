import SQLSyntax
import Testing

@Suite struct StatementsTests {
    @Test(arguments: [
        "", "  \n\t", ";;", "-- only this\n", "/* a /* b */ c */", "\u{FEFF}", "\r\n",
    ])
    func `a script without statements has none`(script: String) throws {
        #expect(try statements(in: script).isEmpty)
    }

    @Test func `the last statement needs no semicolon`() throws {
        let texts = try statements(in: "select 1; ;;\n  select 2  -- end\n").map(\.text)
        #expect(texts == ["select 1", "select 2"])
    }

    @Test func `a statement stands where its first token stands`() throws {
        let script = "select 'é';\n  -- für x\n  /* é */ update t set a = 1;"
        let places = try statements(in: script).map(\.location)
        #expect(places[0] == Location(line: 1, column: 1, offset: 0))
        #expect(places[1] == Location(line: 3, column: 11, offset: 36))
        let suffix = Substring(script.utf8.dropFirst(36))
        #expect(suffix.hasPrefix("update"))
    }

    @Test func `a byte order mark and carriage returns are no text`() throws {
        let script = "\u{FEFF}select 1;\r\n\r\nselect\r\n2;\r\n"
        let statements = try statements(in: script)
        #expect(statements.map(\.text) == ["select 1", "select\r\n2"])
        #expect(statements[0].location == Location(line: 1, column: 1, offset: 3))
        #expect(statements[1].location == Location(line: 3, column: 1, offset: 16))
    }

    @Test func `semicolons inside quotes and bodies divide nothing`() throws {
        let script = """
            do $body$ begin perform ';'; end $body$;
            create rule r as on insert to a do also (delete from b; delete from c);
            create function f() returns int begin atomic select 1; select 2; end;
            select $$;$$, 'it''s;', e'\\';', "a;b" /* ; */ from t -- ;
            """
        let statements = try statements(in: script)
        #expect(statements.map(\.kind) == [.do, "CREATE RULE", "CREATE FUNCTION", .select])
        #expect(statements.map(\.location.line) == [1, 2, 3, 4])
    }

    @Test func `comments belong to the statement they speak of`() throws {
        let script = """
            -- first
            /* second */ select 1; -- behind
            -- before
            select /* in */ 2; /* next */ select 3
            -- last
            """
        let comments = try statements(in: script).map { $0.comments.map(\.text) }
        #expect(
            comments == [
                ["-- first", "/* second */", "-- behind"], ["-- before", "/* in */"],
                ["/* next */", "-- last"],
            ])
    }

    @Test func `a comment knows its place`() throws {
        let comments = try statements(in: "select 1; -- é\n  -- assay:ignore x\nselect 2")[1]
            .comments
        #expect(comments.map(\.location) == [Location(line: 2, column: 3, offset: 18)])
    }

    @Test func `a place in the tree becomes a place in the script`() throws {
        let statement = try statements(in: "select 1;\nselect 'é',\n  x")[1]
        let columns = statement.tree.nodes("ColumnRef")
        let offset = try #require(columns.first?["location"].number)
        #expect(statement.location(atOffset: offset).description == "3:3")
    }

    @Test func `a script of a megabyte is read`() throws {
        let insert =
            "insert into t values "
            + Array(repeating: "(1, 'é')", count: 20_000).joined(separator: ",")
        let script = String(repeating: insert + ";\n", count: 3)
        #expect(try statements(in: script).map(\.location.line) == [1, 2, 3])
        let long = "select '" + String(repeating: "é", count: 500_000) + "'; select 1"
        #expect(try statements(in: long)[1].location.column == 500_012)
    }

    @Test func `many threads read at once`() async throws {
        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 1...16 {
                group.addTask {
                    try statements(in: String(repeating: "select f(1);", count: number)).count
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(counts.sorted() == Array(1...16))
    }

    @Test func `the grammar is that of PostgreSQL 15`() {
        #expect(grammarVersion == "15")
    }

    @Test func `a fingerprint ignores constants, spaces and comments`() throws {
        let first = try fingerprint(of: "select * from t where a = 1")
        #expect(try fingerprint(of: "SELECT *  FROM t -- x\n WHERE a=$1") == first)
        #expect(try fingerprint(of: "select * from u where a = 1") != first)
        #expect(first.utf8.count == 16)
        #expect(throws: SyntaxError.self) { try fingerprint(of: "selec") }
    }

    @Test func `a fingerprint of a chain too long is refused`() {
        let chain = Array(repeating: "select 1", count: 6_000).joined(separator: " union ")
        #expect(throws: SyntaxError.self) { try fingerprint(of: chain) }
    }
}
