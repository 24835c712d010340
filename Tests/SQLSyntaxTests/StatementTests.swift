import SQLSyntax
import Testing

@Suite struct StatementTests {
    private func statement(_ sql: String) throws -> Statement {
        try #require(try statements(in: sql).first)
    }

    private func names(_ sql: String) throws -> [String] {
        try statement(sql).relations.map(\.description)
    }

    @Test(
        arguments: [
            ("create index concurrently on t (a)", "CREATE INDEX"), ("end", "COMMIT"),
            ("abort", "ROLLBACK"), ("start transaction", "START TRANSACTION"),
            ("rollback to x", "ROLLBACK TO"), ("prepare transaction 'x'", "PREPARE TRANSACTION"),
            ("drop materialized view a.b", "DROP MATERIALIZED VIEW"), ("table t", "SELECT"),
            ("alter view v rename column a to b", "ALTER VIEW"), ("analyze t", "ANALYZE"),
            ("alter table t rename constraint a to b", "ALTER TABLE"), ("vacuum", "VACUUM"),
            ("alter function f() owner to x", "ALTER FUNCTION"), ("reset all", "RESET"),
            ("create materialized view m as select 1", "CREATE MATERIALIZED VIEW"),
            ("alter type t add value 'x'", "ALTER TYPE"), ("checkpoint", "CHECKPOINT"),
            ("create policy p on t", "CREATE POLICY"), ("revoke a from b", "REVOKE ROLE"),
            ("create aggregate a(int) (sfunc = f, stype = int)", "CREATE AGGREGATE"),
            ("alter table a.b set schema c", "ALTER TABLE"), ("truncate t", "TRUNCATE TABLE"),
            ("drop text search parser p", "DROP TEXT SEARCH PARSER"), ("lock t", "LOCK TABLE"),
        ])
    func `a kind is PostgreSQL's command tag`(sql: String, tag: String) throws {
        #expect(try statement(sql).kind.description == tag)
    }

    @Test func `relations are those named, in order, with their places`() throws {
        let statement = try statement(
            "-- x\nselect 'é' from core.a, \"B c\" b\n  join d on exists (select 1 from e.f)")
        #expect(statement.relations.map(\.description) == ["core.a", "B c", "d", "e.f"])
        #expect(statement.relations.map(\.location.description) == ["2:17", "2:25", "3:8", "3:35"])
    }

    @Test(
        arguments: [
            ("with a as (select * from b) select * from a, c", ["b", "c"]),
            ("with a as (select * from b) select * from s.a", ["b", "s.a"]),
            ("with a as (select * from a) select * from a", ["a"]),
            ("with recursive a as (select * from a) select * from a", []),
            ("with a as (select 1), b as (select * from a, c), c as (select 1) table c", ["c"]),
            ("with recursive b as (table c), c as (table b) table c", []),
            ("select (with a as (select 1) select x from a) from a", ["a"]),
            ("with a as (select 1) select (select 1 from a, (table a) b) from c", ["c"]),
            ("with t as (select 1) insert into t select * from t", ["t"]),
            ("with t as (select 1) update t set a = 1 from t u", ["t"]),
            ("with a as (delete from b returning *) table a", ["b"]),
            ("with s as (select 1) merge into t using s on true when matched then delete", ["t"]),
            ("with a as (select 1) select 1 from a union select 1 from a, b", ["b"]),
            ("select 1 from core.a x for update of x", ["core.a"]),
            ("create view v as with a as (table b) table a", ["v", "b"]),
            ("alter table a add foreign key (b) references c.d", ["a", "c.d"]),
            ("drop table a.b, c", ["a.b", "c"]), ("drop function f(int)", []),
            ("explain analyze delete from a using b", ["a", "b"]), ("select f(1)", []),
        ])
    func `the names of CTEs in scope are no relations`(sql: String, names: [String]) throws {
        #expect(try self.names(sql) == names)
    }

    @Test(
        arguments: [
            ("insert into core.a select * from b", "core.a"), ("update only a set x = 1", "a"),
            ("delete from a.b using c", "a.b"), ("truncate a, b", "a"), ("drop table a.b", "a.b"),
            ("merge into a using b on true when matched then delete", "a"), ("select 1", nil),
            ("alter table if exists a.b add c int", "a.b"), ("create index on a.b (c)", "a.b"),
        ] as [(String, String?)])
    func `a target is the relation that changes`(sql: String, target: String?) throws {
        #expect(try statement(sql).target?.description == target)
    }

    @Test func `a truncate has several targets`() throws {
        #expect(try statement("truncate a, b.c").targets.map(\.description) == ["a", "b.c"])
    }

    @Test(
        arguments: [
            ("delete from a", false), ("delete from a where b", true),
            ("update a set b = 1", false),
            ("update a set b = 1 where current of c", true), ("insert into a values (1)", true),
            ("with d as (delete from a returning *) select * from d where x", false),
            ("explain update a set b = 1", false), ("select 1", true),
            ("create rule r as on insert to a do also (delete from b)", false),
            ("merge into a using b on true when matched then delete", false),
            ("merge into a using b on true when matched and true then delete", true),
            ("merge into a using b on a.c = b.c when matched then delete", true),
            ("merge into a using b on true when not matched then insert values (1)", true),
        ])
    func `a WHERE is missed wherever the change stands`(sql: String, has: Bool) throws {
        #expect(try statement(sql).hasWhere == has)
    }

    @Test func `changes are found inside other statements`() throws {
        let found = try statement("with d as (delete from a) insert into b.c select 1")
            .modifications
        #expect(found.map(\.kind).sorted { $0.rawValue < $1.rawValue } == [.delete, .insert])
        #expect(Set(found.map(\.target.description)) == ["a", "b.c"])
    }

    @Test func `functions are listed as written, each once`() throws {
        let calls = try statement(
            "select now(), core.f(lower(a), lower(b)) from generate_series(1, 2) where \"F g\"()"
        )
        .functionCalls
        #expect(Set(calls) == ["now", "core.f", "lower", "generate_series", "F g"])
        #expect(calls.count == 5)
        #expect(try statement("call core.p(now())").functionCalls == ["core.p", "now"])
        #expect(
            try statement("create trigger t after insert on a execute function f()").functionCalls
                == [])
    }

    @Test func `a tree is read by the names of its fields`() throws {
        let statement = try statement("select e'\\x07é\\n<', 5, 1.5, true, null")
        let constants = statement.tree.nodes("A_Const")
        #expect(statement.nodeType == "SelectStmt")
        #expect(constants[0]["sval"]["sval"].string == "\u{07}é\n<")
        #expect(constants[1]["ival"]["ival"].number == 5)
        #expect(constants[2]["fval"]["fval"].string == "1.5")
        #expect(constants[3]["boolval"]["boolval"].isTrue)
        #expect(constants[4]["isnull"].isTrue)
        #expect(statement.node["targetList"][9]["no"].isNull)
    }

    @Test func `libpg_query loses integers below one`() throws {
        let constants = try statement("select 0, -5").tree.nodes("A_Const")
        #expect(constants.map { $0["ival"] } == [.object([]), .object([])])
        #expect(constants.map { $0["location"].number } == [7, 10])
    }

    @Test func `a walk visits parents first and may leave out what is below`() throws {
        let tree = try statement("select a, (select b from (select c) x)").tree
        var columns: [String] = []
        tree.walk { key, value in
            if key == "ColumnRef" { columns += value["fields"].names }
            return key == "SubLink" ? .past : .into
        }
        #expect(columns == ["a"])
        #expect(tree.nodes("ColumnRef").map { $0["fields"].names } == [["a"], ["b"], ["c"]])
    }
}
