import SQLSyntax
import Testing

@Suite struct BodyTests {
    private func body(_ text: String) throws -> RoutineBody {
        try #require(try statements(in: "DO $$\(text)$$").first?.doBody)
    }

    @Test(
        arguments: [
            ("begin update a set b = 1; end", ["update a set b = 1"]),
            (
                "begin if x then delete from a; else truncate b; end if; end",
                ["delete from a", "truncate b"]
            ),
            (
                "begin loop insert into a values (1) returning b into c; end loop; end",
                ["insert into a values (1) returning b"]
            ),
            ("declare update_count int; begin x := case when a then 1 else 2 end; end", []),
            (
                "begin insert into a values (1) on conflict do nothing; end",
                ["insert into a values (1) on conflict do nothing"]
            ),
            ("begin perform f(1); end", ["SELECT f(1)"]),
            ("begin execute 'drop table a' ; end", ["drop table a"]),
            ("begin execute 'drop table a' using x; end", ["drop table a"]),
            ("begin execute format('drop table %I', x); end", ["drop table _i"]),
            (
                "begin execute format('alter table %1$I add b text default %2$L', x, y); end",
                ["alter table _i__ add b text default ''"]
            ),
        ])
    func `the commands of a PL/pgSQL body are its own`(text: String, commands: [String]) throws {
        let found = try body(text).statements
        #expect(found.known.map(\.text) == commands)
        #expect(found.unknown == [])
    }

    @Test(
        arguments: [
            "begin execute x; end", "begin execute 'drop ' || x; end",
            "begin execute format(x, y); end", "begin execute 'no sql at all'; end",
        ])
    func `what is built while it runs is not known`(text: String) throws {
        let found = try body(text).statements
        #expect(found.known.isEmpty)
        #expect(found.unknown.count == 1)
    }

    @Test func `places are those of the script`() throws {
        let script = "-- é\nDO $do$\nBEGIN\n  EXECUTE 'ALTER TABLE a ADD b é';\nEND $do$"
        let found = try #require(try statements(in: script).first?.doBody?.statements)
        #expect(found.known.map(\.location.description) == ["4:12"])
    }

    @Test func `what can be read of a script is read, and the rest is told`() {
        let reading = readableStatements(
            in: "select 1;\nselekt 2;\n\\set x 1\nselect (case when a then b end);\nselect 3")
        #expect(reading.statements.map(\.location.description) == ["1:1", "4:1", "5:1"])
        #expect(reading.faults.map { "\($0.line):\($0.column)" } == ["2:1", "3:1"])
        #expect(reading.faults.map(\.reason) == [.grammar, .psql])
    }

    @Test func `a quote that is never closed is one fault`() {
        let reading = readableStatements(in: "select 1; select 'a")
        #expect(reading.statements.isEmpty)
        #expect(reading.faults.count == 1)
    }
}
