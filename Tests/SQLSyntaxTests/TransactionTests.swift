import SQLSyntax
import Testing

@Suite struct TransactionTests {
    private func statement(_ sql: String) throws -> Statement {
        try #require(try statements(in: sql).first)
    }

    @Test(arguments: [
        "commit", "end", "rollback", "abort", "commit and chain", "prepare transaction 'x'",
        "commit prepared 'x'", "rollback prepared 'x'", "do $$ begin commit; end $$",
        "do language plpgsql 'begin if a then rollback; end if; end'",
    ])
    func `what ends a transaction is known`(sql: String) throws {
        #expect(try statement(sql).endsTransaction)
    }

    @Test(arguments: [
        "begin", "savepoint a", "rollback to a", "release a", "select 1", "call p()",
        "do $$ begin perform 'commit'; end $$", "do language plpython3u 'commit;'",
    ])
    func `what does not end a transaction is let through`(sql: String) throws {
        #expect(try !statement(sql).endsTransaction)
    }

    @Test(arguments: [
        "vacuum", "vacuum full a", "create index concurrently on a (b)",
        "drop index concurrently a", "reindex table concurrently a",
        "reindex (concurrently) index a",
        "reindex database d", "reindex schema s", "create database d", "drop database d",
        "create tablespace t location '/x'", "drop tablespace t", "alter system set a = 1",
        "alter database d set tablespace t", "cluster", "discard all", "commit prepared 'x'",
        "alter table a detach partition b concurrently", "drop subscription s",
        "create subscription s connection 'c' publication p",
        "alter subscription s refresh publication", "alter subscription s set publication p",
    ])
    func `what cannot run in a transaction is known`(sql: String) throws {
        #expect(try statement(sql).cannotRunInTransaction)
    }

    @Test(arguments: [
        "analyze", "create index on a (b)", "drop index a", "reindex table a", "cluster a",
        "reindex (concurrently false) table a", "refresh materialized view concurrently m",
        "alter type t add value 'x'", "alter table a detach partition b", "discard temp", "commit",
        "alter database d set work_mem = 1", "alter subscription s disable", "drop table a",
        "create subscription s connection 'c' publication p with (create_slot = false)",
        "create subscription s connection 'c' publication p with (connect = off)",
        "alter subscription s set publication p with (refresh = false)",
    ])
    func `what can run in a transaction is let through`(sql: String) throws {
        #expect(try !statement(sql).cannotRunInTransaction)
    }

    @Test(arguments: [
        ("copy a from program 'ls'", true), ("copy (select 1) to program 'x'", true),
        ("copy a from '/x'", false), ("copy a from stdin", false),
        ("do $$ begin copy a /* x */ from\nprogram 'ls'; end $$", true),
        ("do $$ begin copy a from '/program'; end $$", false), ("select 1", false),
    ])
    func `a program that is run is known`(sql: String, uses: Bool) throws {
        #expect(try statement(sql).usesProgram == uses)
    }

    @Test(arguments: [
        ("begin commit; end", true), ("begin\n  -- x\n  COMMIT ;\nend", true),
        ("begin loop commit and chain; end loop; end", true),
        ("begin if a then x := 1; else rollback and no chain; end if; end", true),
        ("<<a>> begin <<b>> loop end loop; exception when others then rollback; end", true),
        ("begin perform 'commit;'; -- commit;\n /* ; commit; */ end", false),
        ("begin commit := 1; select commit, rollback from t; end", false),
        ("begin execute 'commit'; end", false), ("begin raise notice $$;commit;$$; end", false),
        ("begin x := case when a then commit else rollback end; end", false), ("", false),
    ])
    func `a COMMIT in a PL/pgSQL body is a statement, not a word`(body: String, ends: Bool) throws {
        #expect(try plpgsqlEndsTransaction(body) == ends)
    }

    @Test func `a body that has no tokens is a fault`() {
        #expect(throws: SyntaxError.self) { try plpgsqlEndsTransaction("begin 'x") }
    }

    @Test func `a body has its language, its source and its place`() throws {
        let statement = try statements(in: "select 'é';\n  do language sql $é$ select ';' $é$")[1]
        let body = try #require(statement.doBody)
        #expect(body.language == "sql")
        #expect(body.source == " select ';' ")
        #expect(body.location.description == "2:22")
        #expect(try self.statement("do 'begin end'").doBody?.language == "plpgsql")
        #expect(statement.routineBody == nil)
    }

    @Test func `a routine's body is read as a DO block's is`() throws {
        let statement = try statement(
            "create function f() returns text language plpgsql as\n$$begin return 'it''s'; end$$")
        let body = try #require(statement.routineBody)
        #expect(body.isPLpgSQL)
        #expect(body.source == "begin return 'it''s'; end")
        #expect(body.location == Location(line: 2, column: 3, offset: 55))
        #expect(try self.statement("create function f() returns int return 1").routineBody == nil)
    }

    @Test func `tokens have their class, text and place`() throws {
        let tokens = try tokens(in: "SELECT é, 'ß'::\"T\" -- x\n+ $1 * 1.5")
        #expect(
            tokens.map(\.text) == [
                "SELECT", "é", ",", "'ß'", "::", "\"T\"", "-- x", "+", "$1", "*", "1.5",
            ])
        #expect(
            tokens.map(\.kind) == [
                .keyword, .identifier, .symbol, .string, .symbol, .identifier, .comment, .symbol,
                .parameter, .symbol, .number,
            ])
        #expect(tokens[3].location == Location(line: 1, column: 11, offset: 11))
        #expect(tokens[8].location.description == "2:3")
    }
}
