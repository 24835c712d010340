import AssayTesting
import Postgres
import Suggestions
import Testing

@Suite(.timeLimit(.minutes(15))) struct ProfileOnBytesTests {
    private static let hostile = #"""
        CREATE EXTENSION citext;
        CREATE DOMAIN address AS text CHECK (length(VALUE) < 100000);
        CREATE TYPE mood AS ENUM ('glad', 'sad');
        CREATE TABLE "Odd ""Things""" (
            id bigint PRIMARY KEY, email citext, website address, "Company Domain" varchar(90), domain text,
            code char(8), letter "char", title name, country_code text, currency text, slug text,
            full_name text NOT NULL, note text, long_note text, spelled text COLLATE "C", mood mood,
            tags text[], ratio double precision, amount numeric, percent real, yes boolean, given uuid,
            doc jsonb, raw bytea, host inet, span int4range, spent interval, at time, born date,
            shout text GENERATED ALWAYS AS (upper(note)) STORED, nothing text);
        ALTER TABLE "Odd ""Things""" ALTER long_note SET STORAGE EXTERNAL;
        INSERT INTO "Odd ""Things"""
        SELECT i,
            (ARRAY['a' || i || '@b.example', ' A' || i || '@B.example', NULL, '', 'not one'])[1 + i % 5],
            (ARRAY['https://www.a' || i || '.example/x', 'HTTP://A.example', 'a.example', E'\t', NULL])[1 + i % 5],
            (ARRAY['a' || i || '.example', 'www.a' || i || '.example', 'A.Example', 'bit.ly', NULL])[1 + i % 5],
            (ARRAY['bücher.example', 'xn--bcher-kva.example', 'faß.de', '٢.example', 'x', 'ｇｏ.example'])[1 + i % 6],
            (ARRAY['ab', 'abcdefgh', '', NULL])[1 + i % 4], (ARRAY['a', 'b', ''])[1 + i % 3]::"char",
            'title ' || i, (ARRAY['DE', 'de', 'Deu'])[1 + i % 3], (ARRAY['EUR', 'USD'])[1 + i % 2],
            (ARRAY['a-b-' || i, 'A_b'])[1 + i % 2],
            (ARRAY['Zoë ' || i, 'Zoe' || chr(776), '👩‍👩‍👧 ' || i, ' x ', chr(160), chr(8203), 'É'])[1 + i % 7],
            (ARRAY['one', 'two', 'Two ', NULL])[1 + i % 4],
            CASE WHEN i % 400 = 0 THEN repeat('ß' || i, 20000) WHEN i % 7 = 0 THEN repeat('x', 700) END,
            (ARRAY['ǅ', 'İ', 'ﬁ', 'a'])[1 + i % 4], (ARRAY['glad', 'sad', NULL])[1 + i % 3]::mood,
            CASE WHEN i % 3 = 0 THEN ARRAY['a', NULL, ''] END,
            (ARRAY['NaN', 'Infinity', '-Infinity', '1.5', NULL])[1 + i % 5]::float8,
            (ARRAY['NaN', '-1', '12.50', '0', NULL])[1 + i % 5]::numeric, i % 130, i % 2 = 0,
            gen_random_uuid(), '{"a": null}', '\x00ff', '10.0.0.1', '[1,5)', '1 day', '12:00',
            (ARRAY['infinity', '-infinity', '2020-02-29', NULL])[1 + i % 4]::date
        FROM generate_series(1, 3000) AS i;
        CREATE TABLE parts (id bigint, region text, website text, PRIMARY KEY (id, region)) PARTITION BY LIST (region);
        CREATE TABLE parts_eu PARTITION OF parts FOR VALUES IN ('eu');
        CREATE TABLE parts_other (region text, website text, id bigint NOT NULL, gone int);
        ALTER TABLE parts_other DROP COLUMN gone, ALTER region SET NOT NULL;
        ALTER TABLE parts ATTACH PARTITION parts_other DEFAULT;
        INSERT INTO parts SELECT i, CASE i % 3 WHEN 0 THEN 'eu' ELSE 'us' END, 'https://a.example/' || i
        FROM generate_series(1, 900) AS i;
        CREATE TABLE mothers (id int PRIMARY KEY, email text);
        CREATE TABLE daughters (extra text) INHERITS (mothers);
        INSERT INTO mothers SELECT i, i || '@a.example' FROM generate_series(1, 50) AS i;
        INSERT INTO daughters SELECT i, i || '@B.example', ' ' FROM generate_series(51, 90) AS i;
        CREATE MATERIALIZED VIEW seen AS SELECT id, email FROM mothers;
        CREATE TABLE empty (email text, domain text);
        CREATE TABLE numbers (id int PRIMARY KEY, amount int);
        INSERT INTO numbers VALUES (1, -1), (2, NULL);
        """#

    /// All that is known of each table, down to the last count.
    private func found(
        _ database: ScratchDatabase, onBytes: Bool, rows: Int = 1_000_000
    ) async throws -> [String] {
        var options = ProfileOptions(target: database.target)
        options.readsBytes = onBytes
        options.rows = rows
        options.tables = ["*", "seen"]
        return try await Profiler(options: options).profile().tables.map { table in
            var text = ""
            dump(table, to: &text)
            return text
        }
    }

    @Test func `what the bytes of rows say of hostile tables is what SQL says`() async throws {
        try await withScratchDatabase(setUp: Self.hostile) { database in
            let bySQL = try await found(database, onBytes: false)
            let onBytes = try await found(database, onBytes: true)
            #expect(bySQL.count == 7)
            for (own, other) in zip(onBytes, bySQL) { expectSameLines(own, other) }
            #expect(onBytes.count == bySQL.count)
        }
    }

    @Test func `of a sample both look at the same rows`() async throws {
        // What the server believes of how many rows there are is to stay as it is.
        try await withScratchDatabase(setUp: Self.hostile + "; ANALYZE") { database in
            let bySQL = try await found(database, onBytes: false, rows: 400)
            #expect(bySQL.contains { $0.contains("sampledOf: Optional") })
            let onBytes = try await found(database, onBytes: true, rows: 400)
            #expect(onBytes.count == bySQL.count)
            for (own, other) in zip(onBytes, bySQL) { expectSameLines(own, other) }
        }
    }

    private func expectSameLines(_ own: String, _ other: String) {
        let lines = zip(own.split(separator: "\n"), other.split(separator: "\n"))
        let different = lines.filter { $0 != $1 }.prefix(5).map { "\($0) | \($1)" }
        #expect(own == other, "\(own.prefix(300)): \(different)")
    }
}
