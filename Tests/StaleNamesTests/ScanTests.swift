import StaleNames
import Testing

struct ScanTests {
    @Test(
        arguments: [
            (#"x = 'SELECT a FROM b.c'"#, "1:6 SELECT a FROM b.c"),
            (#"x = rb"SELECT '\d' FROM b.c""#, #"1:8 SELECT '\d' FROM b.c"#),
            (#"x = Rb'''SELECT "a" FROM b.c'''"#, #"1:10 SELECT "a" FROM b.c"#),
            ("x = 'SELECT a ' 'FROM b.c'", "1:6 SELECT a FROM b.c"),
            ("x = ('SELECT a '\n     # and\n     'FROM b.c')", "1:7 SELECT a FROM b.c"),
            ("x = 'SELECT a ' \\\n  'FROM b.c'", "1:6 SELECT a FROM b.c"),
            ("x = 'SELECT a ' + 'FROM b.c'", "1:6 SELECT a FROM b.c"),
            (#"x = f"SELECT a FROM b.c WHERE d = {e['f']}""#, "1:7 SELECT a FROM b.c WHERE d = $1"),
            (#"x = f"SELECT a FROM b.c WHERE d = {e!r:>{w}} AND {{}} = 1""#, nil),
            (
                #"x = f"SELECT a FROM b.c WHERE d = {g("}")} AND e = 1""#,
                "1:7 SELECT a FROM b.c WHERE d = $1 AND e = 1"
            ),
            (
                "x = f'''SELECT a FROM b.c WHERE d = {\n  e}'''",
                "1:9 SELECT a FROM b.c WHERE d = $1"
            ),
            ("# 'SELECT a FROM b.c'", nil),
            ("\"\"\"SELECT a FROM b.c\"\"\"", nil),
            ("def f():\n    '''SELECT a FROM b.c'''\n", nil),
            ("def f(): 'SELECT a FROM b.c'\n", nil),
            ("class A:\n    'SELECT a FROM b.c'\n    x = 1", nil),
            ("x = 'é' + y\nz = 'SELECT a FROM b.c'", "2:6 SELECT a FROM b.c"),
            ("x = 'é', 'SELECT a FROM b.c'", "1:11 SELECT a FROM b.c"),
            ("x = 'SELECT a FROM b.c WHERE d = %s AND e LIKE %%s'", nil),
            ("x = 'SELECT a FROM b.c WHERE d = %(d)s'", "1:6 SELECT a FROM b.c WHERE d = $1"),
            ("x = 'SELECT a FROM b.c WHERE d % 2 = 0'", "1:6 SELECT a FROM b.c WHERE d % 2 = 0"),
            (
                "x = 'SELECT a FROM b.c WHERE d = :d AND e::text = :e'",
                "1:6 SELECT a FROM b.c WHERE d = $1 AND e::text = $2"
            ),
            ("x = 'SELECT a[1:2] FROM b.c WHERE d = ?'", "1:6 SELECT a[1:2] FROM b.c WHERE d = $1"),
            ("x = \"SELECT a FROM b.c WHERE d ? 'e'\"", "1:6 SELECT a FROM b.c WHERE d ? 'e'"),
            (
                "x = 'SELECT a FROM b.c WHERE d IN ({})'.format(e)",
                "1:6 SELECT a FROM b.c WHERE d IN ($1)"
            ),
            (
                "x = sql.SQL('SELECT a FROM b.c WHERE d = {}').format(e)",
                "1:14 SELECT a FROM b.c WHERE d = $1"
            ),
            (
                "x = 'SELECT a FROM b.c ' + where + ' ORDER BY a'",
                "1:6 SELECT a FROM b.c   ORDER BY a"
            ),
            ("x = f'SELECT a FROM b.c ORDER BY d {e}'", "1:7 SELECT a FROM b.c ORDER BY d"),
            (
                "x = 'SELECT a FROM b.c WHERE d > now() - INTERVAL %s'",
                "1:6 SELECT a FROM b.c WHERE d > now() - INTERVAL '1'"
            ),
            (
                "x = f'INSERT INTO b.c ({e}) VALUES ({f})'",
                "1:7 INSERT INTO b.c (assay_name) VALUES ($1)"
            ),
            (
                "x = 'SELECT a, %s FROM b.c WHERE d = %%s' % e",
                "1:6 SELECT a, $1 FROM b.c WHERE d = $2"
            ),
            ("x = 'SELECT a FROM b.c WHERE d IN %s'", "1:6 SELECT a FROM b.c WHERE d IN ($1)"),
            ("x = 'select'.join(y)", nil),
            ("T = 'b.c'\nx = f'SELECT a FROM {T}'", "2:7 SELECT a FROM b.c"),
            ("T = 'b.c'\nT = 'd.e'\nx = f'SELECT a FROM {T}'", "3:7 SELECT a FROM assay_name"),
            ("T = 'b.c'\ndef f(T):\n  x = f'SELECT a FROM {T}'", "3:9 SELECT a FROM assay_name"),
            ("x = f'SELECT a FROM b.{t}_old'", "1:7 SELECT a FROM assay_name"),
            ("x = f'SELECT a FROM \"{t}\"'", "1:7 SELECT a FROM assay_name"),
        ] as [(String, String?)])
    func `statements in Python's strings are found with their places`(
        _ text: String, _ expected: String?
    ) {
        #expect(statements(in: text) == (expected.map { [$0] } ?? []))
    }

    @Test(
        arguments: [
            ("const x = 'SELECT a FROM b.c'", "1:12 SELECT a FROM b.c"),
            ("x = `SELECT a\n  FROM b.c WHERE d = ${e}`", "1:6 SELECT a\n  FROM b.c WHERE d = $1"),
            (
                "x = `SELECT a FROM b.c WHERE d = ${f(`}${g}`)} AND h = 1`",
                "1:6 SELECT a FROM b.c WHERE d = $1 AND h = 1"
            ),
            ("x = 'SELECT a ' +\n  'FROM b.c'", "1:6 SELECT a FROM b.c"),
            (#"x = 'SELECT \'a\' FROM b.c'"#, "1:6 SELECT 'a' FROM b.c"),
            (#"x = "SELECT \"a\\\" FROM b.c""#, #"1:6 SELECT "a\" FROM b.c"#),
            (#"x = 'SELECT \u0061\x62 FROM b.c'"#, "1:6 SELECT ab FROM b.c"),
            ("// 'SELECT a FROM b.c'\n/* 'SELECT a FROM b.c' */", nil),
            ("x = /'/; y = 'SELECT a FROM b.c'", "1:15 SELECT a FROM b.c"),
            ("x = a / b; y = 'SELECT a FROM b.c' / 2", "1:17 SELECT a FROM b.c"),
            ("x = /[/']/g.test(y) ? 'SELECT a FROM b.c' : ''", "1:24 SELECT a FROM b.c"),
            ("x = y.replace(/\"/g, '') + z; w = 'SELECT a FROM b.c'", "1:35 SELECT a FROM b.c"),
            ("x = <p>it's</p>; y = 'SELECT a FROM b.c'", "1:23 SELECT a FROM b.c"),
            ("x = <A b='\"' c={d('SELECT a FROM b.c')}>`</A>", "1:20 SELECT a FROM b.c"),
            ("x = <T,>(y: T) => 'SELECT a FROM b.c'", "1:20 SELECT a FROM b.c"),
            ("x = a < b && 'SELECT a FROM b.c'", "1:15 SELECT a FROM b.c"),
            ("x = gql`select a from b.c`", nil),
            ("x = sql`select a from b where c = ${d}`", "1:9 select a from b where c = $1"),
        ] as [(String, String?)])
    func `statements in JavaScript's strings are found with their places`(
        _ text: String, _ expected: String?
    ) {
        #expect(statements(in: text, named: "a.tsx") == (expected.map { [$0] } ?? []))
    }

    @Test(
        arguments: [
            (#"let x = "SELECT a FROM b.c""#, "1:10 SELECT a FROM b.c"),
            (
                #"let x = "SELECT a FROM b.c WHERE d = \(e("f"))""#,
                "1:10 SELECT a FROM b.c WHERE d = $1"
            ),
            (##"let x = #"SELECT '\(a)' FROM b.c"#"##, #"1:11 SELECT '\(a)' FROM b.c"#),
            (
                ##"let x = #"SELECT a FROM b.c WHERE d = \#(e)"#"##,
                "1:11 SELECT a FROM b.c WHERE d = $1"
            ),
            (
                "let x = \"\"\"\n    SELECT a\n    FROM b.c\n    \"\"\"",
                "2:5 SELECT a\n    FROM b.c"
            ),
            (
                "let x = \"\"\"\n    SELECT a \\\n    FROM b.c\n    \"\"\"",
                "2:5 SELECT a     FROM b.c"
            ),
            ("/* /* */ \"SELECT a FROM b.c\" */ // \"SELECT a FROM b.c\"", nil),
            (#"let x = "SELECT a " + "FROM b.c""#, "1:10 SELECT a FROM b.c"),
            (##"let x = #/"/#; let y = "SELECT a FROM b.c""##, "1:25 SELECT a FROM b.c"),
        ] as [(String, String?)])
    func `statements in Swift's strings are found with their places`(
        _ text: String, _ expected: String?
    ) {
        #expect(statements(in: text, named: "a.swift") == (expected.map { [$0] } ?? []))
    }

    @Test(arguments: [
        "Select a file from the list", "select one from many", "Select from list",
        "delete from cart",
        "Update user set", "update available from vendor", "Delete from cart?",
        "SELECT A FILE FROM THE LIST", "select all from menu", "with this in hand",
        "Select (all)", "select", "SELECT", "insert into slot", "Copy files from disk",
        "copy a from b", "Create table", "drop table", "explain this", "select items from store",
        "Select * from the menu above", "lock the door", "merge into main", "update your profile",
        "Delete from the cart = no", "Select a value from the list of items = 3",
    ])
    func `sentences are no statements`(_ text: String) {
        #expect(statements(in: "log(\"\(text)\")") == [])
    }

    @Test(arguments: [
        "SELECT name FROM users", "select name from core.users", "select * from users",
        "select name from user_accounts", "delete from users where id = 1",
        "update users set name = %s", "insert into users (name) values (%s)",
        "Select name from users where id = 1", "SELECT now()", "select count(*) from users",
    ])
    func `statements are no sentences`(_ text: String) {
        #expect(statements(in: "log(\"\(text)\")").count == 1)
    }

    @Test(arguments: ["execute", "fetch_all", "text", "cursor.execute"])
    func `what a database is given is a statement, however it looks`(_ function: String) {
        let isKnown = function != "text"
        #expect(statements(in: "\(function)('select name from users')").count == (isKnown ? 1 : 0))
    }

    @Test func `a statement has the name that its program gives it`() {
        let scan = CodeScan(
            text: """
                LOAD = "SELECT a FROM b.c"
                def save(connection):
                    connection.execute("INSERT INTO b.c (a) VALUES (%s)")
                """, named: "a.py")
        #expect(scan.statements.map(\.name) == ["LOAD", "save"])
        let script = CodeScan(
            text: "-- name: by_domain :one\nSELECT 1;\nSELECT 2;", named: "a.sql")
        #expect(script.statements.map(\.name) == ["by_domain", "line 3"])
    }

    @Test func `a place in a statement is a place in its file, through escapes`() {
        let scan = CodeScan(
            text: "x = (\"SELECT '\\u00e9', \"\n     \"gone FROM b.c\")", named: "a.py")
        let statement = scan.statements[0]
        #expect(statement.sql == "SELECT 'é', gone FROM b.c")
        let place = statement.location(ofCharacter: 13)
        #expect("\(place)" == "2:7")
    }

    @Test func `text that is cut off is read to its end`() {
        let text = #"x = f"SELECT {a['b'} FROM `${ <p> \(" "#
        for name in ["a.py", "a.tsx", "a.swift", "a.sql"] {
            for end in text.indices {
                _ = CodeScan(text: String(text[..<end]), named: name)
                _ = CodeScan(text: String(text[end...]), named: name)
            }
        }
    }

    @Test func `nesting has a bound`() {
        let deep = String(repeating: "`${", count: 20_000)
        #expect(CodeScan(text: deep, named: "a.js").statements.isEmpty)
        let tags = String(repeating: "<a>", count: 20_000)
        #expect(CodeScan(text: "x = \(tags)", named: "a.jsx").statements.isEmpty)
        let quotes = String(repeating: "f'{", count: 20_000)
        #expect(CodeScan(text: quotes, named: "a.py").statements.isEmpty)
    }
}
