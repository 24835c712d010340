import Assay
import AssayTesting
import Auditor
import Checks
import Fixes
import FoundationEssentials
import Ingest
import Postgres
import Testing

/// The migration that holds what `checks/` promises of single rows.
@Suite(.timeLimit(.minutes(15))) struct PromisesTests {
    @Test func `the schema holds what checks promise of a row, and nothing else`() async throws {
        let written = try await withScratchDatabase { database in
            try await database.script(Migration.all[0].sql)
            try await database.script(Migration.all[1].sql)
            return try await promises(in: database)
        }
        let path = "\(folderOfTests())/Sources/Ingest/Schema/003_promises.sql"
        let there = try String(contentsOfFile: path, encoding: .utf8)
        guard there != written else { return }
        if ProcessInfo.processInfo.environment["ASSAY_RECORD"] == "1" {
            try Data(written.utf8).write(to: URL(filePath: path))
        } else {
            Issue.record(
                """
                003_promises.sql is not what checks/ promises; ASSAY_RECORD=1 writes it anew. Where \
                it was applied somewhere already, write a migration for the difference instead.
                """)
        }
    }

    /// Locks in all that can be, and writes down what that made.
    private func promises(in database: ScratchDatabase) async throws -> String {
        let suite = try Suite(name: "warehouse", tables: warehouse, root: "")
        let connection = try await database.connect()
        let catalog = try await Catalog.read(from: connection)
        let checks = suite.checks.filter { item in
            guard item.check.options.severity == .error, item.check.options.allowed == nil else {
                return false
            }
            let context = CheckContext(item.table.name, and: item.check.foreignNames, in: catalog)
            switch item.check.lock(in: context) {
            case .rows: return true
            case .unique(let key):
                // A key over a form needs the promise that values stand in it.
                let promised = item.table.checks.flatMap(\.parts).map { $0.question(in: context) }
                return key.parts.contains { $0.expression != nil }
                    && key.given.allSatisfy { promised.contains($0.question) }
            case .reference, .proven, .impossible: return false
            }
        }
        let session = FixSession(
            suite: suite,
            options: FixOptions(target: database.target, now: 1_800_000_000, user: "tests"))
        try await session.run(try await session.lock(checks.map(\.id), file: "promises.sql"))
        let made = try await connection.query(
            """
            SELECT o.conrelid::regclass::text AS place, 1 AS sort, o.conname::text AS name,
                pg_get_constraintdef(o.oid) AS definition, obj_description(o.oid) AS comment
            FROM pg_constraint AS o
            WHERE o.contype = 'c' AND obj_description(o.oid) LIKE 'assay proves %'
            UNION ALL
            SELECT i.indrelid::regclass::text, 2, i.indexrelid::regclass::text,
                pg_get_indexdef(i.indexrelid), obj_description(i.indexrelid)
            FROM pg_index AS i WHERE obj_description(i.indexrelid) LIKE 'assay proves %'
            ORDER BY place, sort, name
            """)
        var text = """
            -- What checks/ promises of single rows, as constraints; the comment of each says which promise it
            -- proves, so that the nightly audit need not measure it.
            --
            -- Generated from checks/ by Tests/IngestTests/PromisesTests.swift; ASSAY_RECORD=1 writes it anew.

            """
        for row in made {
            let (place, name) = (row["place"] ?? "", row["name"] ?? "")
            let definition = visible(row["definition"] ?? "")
            let comment = (row["comment"] ?? "").replacing("'", with: "''")
            let check = comment.split(separator: " for ").last ?? ""
            text += "\n-- \(check)\n"
            if row.int("sort") == 1 {
                text += "ALTER TABLE \(place) ADD CONSTRAINT \(name)\n    \(definition);\n"
                text += "COMMENT ON CONSTRAINT \(name) ON \(place) IS\n    '\(comment)';\n"
            } else {
                text += "\(definition);\nCOMMENT ON INDEX \(name) IS\n    '\(comment)';\n"
            }
        }
        await connection.close()
        return text
    }

    /// SQL in which no character is invisible: literals that hold one are written with escapes.
    private func visible(_ sql: String) -> String {
        let pieces = sql.split(separator: "'", omittingEmptySubsequences: false)
        return pieces.enumerated().map { index, piece in
            // Every other piece stands within quotes; a doubled quote only begins another.
            guard index % 2 == 1 else { return String(piece) }
            let isVisible = piece.unicodeScalars.allSatisfy { (" "..."~").contains($0) }
            if isVisible { return "'\(piece)'" }
            let escaped = piece.unicodeScalars.map { scalar -> String in
                if scalar == "\\" { return "\\\\" }
                if (" "..."~").contains(scalar) { return String(scalar) }
                let digits = String(scalar.value, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
            return "E'\(escaped.joined())'"
        }
        .joined()
    }
}

/// The package's folder, as the compiler saw it.
func folderOfTests(file: String = #filePath) -> String {
    String(file[..<(file.firstRange(of: "/Tests/")?.lowerBound ?? file.startIndex)])
}
