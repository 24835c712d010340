import Assay
import AssayTesting
@testable import Auditor
import Postgres
import Testing

/// In which pieces a change log is read, and what it is held against.
@Suite struct ChangeLogTests {
    @Test func `pieces of a log are of about one size, and hold each key once`() async throws {
        try await IncrementalFixture.lend { fixture in
            let connection = try await fixture.database.connect()
            let before = try #require(
                try await connection.query("SELECT pg_current_snapshot()").scalar)
            let pages = try await connection.query(
                "SELECT pg_relation_size('rows') / current_setting('block_size')::int")
            let end = try #require(pages.scalar.flatMap { Int($0) })
            try await connection.script(
                """
                SELECT add(6000, 1);
                DELETE FROM rows WHERE id % 30 = 1;
                UPDATE rows SET name = 'n1' WHERE id < 40;
                """)
            let name = try #require(
                try await connection.query("SELECT log FROM assay.tracked").scalar)
            let log = ChangeLog(
                name: name, key: [("id", "int4"), ("tenant", "text")], prefix: "p_",
                snapshot: before)
            func ask(_ sql: SQL) async throws -> Rows {
                try await connection.query(try sql.literalText(on: connection))
            }
            let size = try await ask(log.size(most: 100_000, parts: 3))
            let bounds = [try #require(size[0, 1]), try #require(size[0, 2])]
            let newPage: Int? = connection.serverVersion >= 140_000 ? end + 1 : nil
            let newPages = newPage.map { $0..<$0 + 40 }
            let pieces = Increment.Piece.all(bounds: bounds, newPages: newPages)
            #expect(pieces.count == 3)

            var keys: [String] = []
            var rows = 0
            for piece in pieces {
                let part = try await ask(
                    log.rows(["name"], of: TableName("rows"), piece, newPage: newPage))
                // ctid, the name, two columns of the key, and what happened.
                let found = (0..<part.count).map { "\(part[$0, 2] ?? "") \(part[$0, 3] ?? "")" }
                #expect(found.count > 1_000 && found.count < 3_500)
                keys += found
                rows += (0..<part.count).filter { part[$0, 0] != nil }.count
                guard let pages = piece.pages else { continue }
                let new = try await ask(log.newRows(["name"], of: TableName("rows"), in: pages))
                #expect(new.count > 500)
                rows += new.count
            }
            let expected = try await connection.query(
                "SELECT count(*), count(*) FILTER (WHERE id < 40 OR id > 60) FROM rows")
            #expect(Set(keys).count == keys.count)
            #expect(rows == expected[0, 1].flatMap { Int($0) })
            // Of 6,060 rows every thirtieth is gone.
            #expect(keys.count == rows + 202)
        }
    }

    @Test func `a row in a new page that no log names has the table read whole`() async throws {
        try await IncrementalFixture.lend { fixture in
            guard try await addUnnamedRow(to: fixture) else { return }
            let notes = try await fixture.compare("an entry that is gone")
            #expect(
                notes == [
                    "public.rows was evaluated whole, in the database: "
                        + "a row has changed that its change log does not name"
                ])
        }
    }

    @Test func `that such a row was missed is told when the table is read whole for its age`()
        async throws
    {
        try await IncrementalFixture.lend { fixture in
            guard try await addUnnamedRow(to: fixture) else { return }
            let later = try await fixture.incremental { $0.now = 1_800_000_000 + 7 * 86_400 }
            #expect(
                later.engineNotes.contains(
                    "what was kept of public.rows could not be held against the whole table: "
                        + "a row has changed that its change log does not name"))
            let whole = try await audit(fixture.database, [IncrementalFixture.table])
            #expect(later.rows == whole.rows)
        }
    }

    /// Has a table audited and then grow by rows of which the log does not name one; false where the server
    /// reads no rows by their pages.
    private func addUnnamedRow(to fixture: IncrementalFixture) async throws -> Bool {
        _ = try await fixture.compare("nothing")
        let connection = try await fixture.database.connect()
        guard connection.serverVersion >= 140_000 else { return false }
        // Somebody who owns the log takes an entry out of it.
        try await connection.script(
            """
            SELECT add(190, 1);
            DO $$BEGIN EXECUTE format('DELETE FROM assay.%I WHERE key[1]::int = (SELECT max(id) FROM rows)',
                (SELECT log FROM assay.tracked)); END$$;
            """)
        return true
    }
}
