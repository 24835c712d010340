import Assay
import AssayTesting
@testable import Auditor
import FoundationEssentials
import Postgres
import Testing

/// What is kept in a folder that others may write to.
@Suite(.timeLimit(.minutes(15))) struct StateFolderTests {
    @Test func `what another run has kept meanwhile stays`() async throws {
        try await IncrementalFixture.lend { fixture in
            _ = try await fixture.incremental()
            let file = try #require(try fixture.files(".state").first)
            let name = try await fixture.database.connect().query("SELECT current_database()")
            let folder = StateFolder(
                fixture.folder, suite: "tests", database: try #require(name.scalar))
            let table = TableName("rows")
            let mark = try #require(try folder.state(of: table)).mark
            _ = try await fixture.incremental()
            folder.remove(table, onlyIf: mark)
            #expect(FileManager.default.fileExists(atPath: file))
            folder.remove(table, onlyIf: try #require(try folder.state(of: table)).mark)
            #expect(!FileManager.default.fileExists(atPath: file))
        }
    }

    @Test func `a state that is there and cannot be read is said to be so`() async throws {
        try await IncrementalFixture.lend { fixture in
            _ = try await fixture.incremental()
            let file = try #require(try fixture.files(".state").first)
            try FileManager.default.removeItem(atPath: file)
            try FileManager.default.createDirectory(
                atPath: file, withIntermediateDirectories: false)
            let reason = try await fixture.plan().reason
            #expect(reason.hasPrefix("read whole: what was kept of it cannot be read: "))
            let notes = try await fixture.incremental().engineNotes
            #expect(
                notes.contains(
                    "what was learned of public.rows could not be kept: Is a directory"), "\(notes)"
            )
        }
    }
}
