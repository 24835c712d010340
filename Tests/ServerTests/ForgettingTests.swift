import AssayTesting
import Server
import Testing

/// Answers whose time is over.
@Suite(.timeLimit(.minutes(15))) struct ForgettingTests {
    @Test func `the service removes answers when their days are over, and says how many`()
        async throws
    {
        try await RunningServer.with(
            after: """
                INSERT INTO ingest.answers (workflow, key, digest, answer, created_at)
                SELECT 'w', days::text, 'd', '{}', now() - days * interval '1 day'
                FROM unnest(ARRAY[1, 2, 4, 30]) AS days
                """
        ) {
            $0.answerDays = 3
        } _: { server in
            func isTold() -> Bool {
                server.log.all.contains {
                    $0.contains("answers were removed whose 3 days are over")
                        && $0.contains("\"answers\":\"2\"")
                }
            }
            while !isTold() { try await Task.sleep(for: .milliseconds(10)) }
            #expect(
                try await server.scalar(
                    "SELECT string_agg(key, ' ' ORDER BY key) FROM ingest.answers") == "1 2")
        }
    }
}
