import Assay
import Testing

/// SQL keeps text, names and values apart until a driver renders it.
struct SQLTests {
    private func render(_ sql: SQL) -> (text: String, bindings: [String?]) {
        sql.rendered { name in "<\(name)>" }
    }

    @Test func `interpolated values are bound, never pasted`() {
        let name = "'; DROP TABLE core.companies; --"
        let (text, bindings) = render("SELECT \(name), \(3), \(0.5), \(true)")
        #expect(text == "SELECT $1, $2, $3, $4")
        #expect(bindings == [name, "3", "0.5", "true"])
    }

    @Test func `a text that is spliced keeps its bindings in order`() {
        let scope: SQL = "name = \("b")"
        let (text, bindings) = render("SELECT \("a") WHERE \(scope) AND \("c") = ANY (\(["d"]))")
        #expect(text == "SELECT $1 WHERE name = $2 AND $3 = ANY ($4)")
        #expect(bindings == ["a", "b", "c", #"{"d"}"#])
    }

    @Test func `equal values are parameters of their own, for they may differ in type`() {
        let predicate: SQL = "\(identifier: "name") = \("Acme")"
        let (text, bindings) = render("\(predicate) OR NOT \(predicate)")
        #expect(text == "<name> = $1 OR NOT <name> = $2")
        #expect(bindings == ["Acme", "Acme"])
    }

    @Test func `null is a binding, and not the text NULL`() {
        let (text, bindings) = render("SELECT \(SQL.binding(nil)), \("NULL")")
        #expect(text == "SELECT $1, $2")
        #expect(bindings == [nil, "NULL"])
    }

    @Test func `identifiers are handed to the driver one by one`() {
        var quoted: [String] = []
        let table = TableName(schema: "core", name: #"the "big".table"#)
        let sql: SQL = "SELECT \(identifier: "Name") FROM \(table)"
        let (text, bindings) = sql.rendered { name in
            quoted.append(name)
            return "<\(quoted.count)>"
        }
        #expect(quoted == ["Name", "core", #"the "big".table"#])
        #expect(text == "SELECT <1> FROM <2>.<3>")
        #expect(bindings.isEmpty)
    }

    @Test func `what a driver says of a name comes out as it is`() {
        struct Refused: Error {}
        let sql: SQL = "SELECT \(identifier: "")"
        #expect(throws: Refused.self) {
            _ = try sql.rendered { (_: String) throws(Refused) in throw Refused() }
        }
    }

    @Test(arguments: [
        ([], "{}"),
        (["a", "b"], #"{"a","b"}"#),
        ([""], #"{""}"#),
        (["NULL"], #"{"NULL"}"#),
        ([#"a"b"#], #"{"a\"b"}"#),
        ([#"a\b"#], #"{"a\\b"}"#),
        (["a,b}", "{c"], #"{"a,b}","{c"}"#),
        (["\"\u{301}"], "{\"\\\"\u{301}\"}"),
    ])
    func `a list is bound as an array whose elements are quoted`(values: [String], text: String) {
        #expect(render("\(values)").bindings == [text])
    }

    @Test func `pieces are joined by a separator`() {
        let pieces: [SQL] = ["a", "\(1)", "c"]
        #expect(render(pieces.joined(separator: " AND ")).text == "a AND $1 AND c")
        #expect([SQL]().joined(separator: ", ").isEmpty)
        #expect((("a" as SQL) + "b").parts == [.text("a"), .text("b")])
    }

    @Test func `SQL is shown to a person on one line, without its values`() {
        let sql: SQL = """
            SELECT \(identifier: "name")
              FROM t   WHERE x = \("secret")
            """
        #expect(sql.readable == "SELECT name FROM t WHERE x = ?")
    }
}
