import Assay
import AssayTesting
import Auditor
import Postgres
import Testing

/// Of a tracked table without a key that tells rows apart, all is known for as long as nothing changes in it.
@Suite(.timeLimit(.minutes(15))) struct KeylessTests {
    private static let keys = [
        ("", "something in it has changed, and it has no primary key to tell what"),
        (
            "PRIMARY KEY",
            "something in it has changed, and equal values of its primary key may differ in their bytes"
        ),
    ]

    @Test(arguments: keys) func `a table is read whole where anything in it has changed`(
        key: String, reason: String
    ) async throws {
        let setUp = """
            CREATE TABLE keyless (number numeric \(key), name text, parent text);
            INSERT INTO keyless SELECT i, nullif('n' || i % 70, 'n7'), 'p' || i % 11
            FROM generate_series(1, 3000) i;
            """
        let table = Table("keyless", key: "number") {
            Required("name")
            Unique(by: "name")
            References("parent", in: "parents.name")
            RowCount(1...)
        }
        try await IncrementalFixture.lend(setUp: setUp) { fixture in
            try await fixture.track(TableName("keyless"))
            let connection = try await fixture.database.connect()
            func notes(after sql: String) async throws -> [String] {
                try await connection.script(sql)
                return try await fixture.compare(sql, [table])
            }
            #expect(try await notes(after: "ANALYZE").count == 1)
            #expect(try await fixture.plan([table]).changed.count == 4)
            #expect(try await notes(after: "SELECT").isEmpty)
            #expect(try await notes(after: "UPDATE keyless SET name = '' WHERE false").isEmpty)
            // What refers to a parent that went is found although no row of its own changed.
            #expect(try await notes(after: "DELETE FROM parents WHERE name = 'p3'").isEmpty)
            let whole = ["public.keyless is read whole: \(reason)"]
            let changes = [
                "UPDATE keyless SET name = NULL WHERE number = 9",
                "DELETE FROM parents WHERE name = 'p5'",
                "DELETE FROM keyless WHERE number < 90",
                "INSERT INTO keyless SELECT 4000 + i, 'n', 'p1' FROM generate_series(1, 2000) i",
            ]
            for change in changes {
                let isOwn = change.contains("keyless")
                #expect(try await notes(after: change) == (isOwn ? whole : []), "\(change)")
                #expect(try await notes(after: "SELECT").isEmpty, "after \(change)")
            }
        }
    }
}
