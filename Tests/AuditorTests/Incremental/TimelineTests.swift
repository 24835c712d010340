import Assay
import AssayTesting
@testable import Auditor
import Glibc
import Postgres
import Testing

/// A server that lost what it had committed is not the one of which something was kept.
@Suite(.timeLimit(.minutes(15))) struct TimelineTests {
    @Test func `a server that crashed has another past`() async throws {
        try await withThrowawayCluster { cluster in
            func timeline() async throws -> String {
                let connection = try await Connection.connect(
                    to: cluster.target, applicationName: "assay tests")
                let (query, bindings) = try TrackingServer.query(isInRecovery: false)
                    .rendered(quoting: connection.quoted)
                let timeline = try await connection.query(query, bindings)[0, 2]
                await connection.close()
                return try #require(timeline)
            }
            let before = try await timeline()
            #expect(before.hasPrefix("00000001 "))
            #expect(try await timeline() == before)
            let victim = try await Connection.connect(
                to: cluster.target, applicationName: "assay tests")
            let number = try await victim.query("SELECT pg_backend_pid()").scalar
            kill(try #require(number.flatMap { pid_t($0) }), SIGKILL)
            await #expect(throws: PostgresError.self) { try await victim.query("SELECT 1") }
            var after: String?
            while after == nil {
                do {
                    after = try await timeline()
                } catch let error as PostgresError where error.isFatal {
                    try await Task.sleep(for: .milliseconds(20))
                }
            }
            #expect(after != before)
        }
    }
}
