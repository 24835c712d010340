import Assay
import AssayTesting
import Auditor
import FoundationEssentials
import Glibc
import Postgres
import Testing

/// What cannot be kept is said, costs nothing else, and leaves nothing behind.
@Suite(.timeLimit(.minutes(15))) struct KeepingFailureTests {
    private static let note =
        "what was learned of public.rows could not be kept: Is a directory"

    @Test func `a state that cannot be written leaves the one before it`() async throws {
        try await IncrementalFixture.lend { fixture in
            _ = try await fixture.compare("nothing")
            let connection = try await fixture.database.connect()
            try await connection.script("UPDATE rows SET number = 1, name = NULL WHERE id < 9")
            let path = "\(fixture.folder)/incremental/tests/\(fixture.database.name)"
            let before = try Self.files(path)
            let report = try await Self.withoutState(path) { try await fixture.incremental() }
            #expect(report.engineNotes == [Self.note])
            #expect(try Self.files(path) == before)
            let whole = try await audit(fixture.database, [IncrementalFixture.table])
            #expect(report.rows == whole.rows)
            // The next run looks at what changed since the last one that could keep what it learned.
            #expect(try await fixture.compare("what nobody kept") == [])
            #expect(try Self.files(path) != before)
        }
    }

    @Test func `a table whose state cannot be written is read whole the next time`() async throws {
        try await IncrementalFixture.lend { fixture in
            let path = "\(fixture.folder)/incremental/tests/\(fixture.database.name)"
            let report = try await Self.withoutState(path) { try await fixture.incremental() }
            #expect(report.engineNotes.contains(Self.note))
            #expect(try Self.files(path) == ["key"])
            #expect(
                try await fixture.compare("nothing was kept") == [
                    "public.rows is read whole: nothing was kept of it yet"
                ])
            #expect(try await fixture.compare("nothing happened") == [])
        }
    }

    /// Does something while no state can be written.
    private static func withoutState<Value>(
        _ path: String, _ body: () async throws -> Value
    ) async throws -> Value {
        let inTheWay = "\(path)/public.rows.state.\(getpid()).part"
        try FileManager.default.createDirectory(
            atPath: inTheWay, withIntermediateDirectories: true)
        let value = try await body()
        try FileManager.default.removeItem(atPath: inTheWay)
        return value
    }

    private static func files(_ path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }
}
