import AssayTesting
import Postgres
import Synchronization
import Testing

@testable import Ingest

/// What happens to a job at the same moment as something else.
@Suite(.timeLimit(.minutes(15))) struct SendingOrderTests {
    private static let ok = WebhookReply.answered(status: 200, retryAfter: nil, body: "")

    @Test func `a job that is begun again while it would end does not end`() async throws {
        try await withWarehouse(rows: 3) { warehouse in
            let webhook = "http://127.0.0.1:9/in"
            let starter = try await warehouse.database.connect()
            let ender = try await warehouse.database.connect()
            let watcher = try await warehouse.database.connect()
            // It is open, and has no rows.
            _ = try await starter.query(.startSending, [webhook, webhook, nil])
            try await starter.execute("DELETE FROM ingest.send_items")
            try await starter.begin(.readWrite)
            _ = try await starter.query(.startSending, [webhook, webhook, nil])
            async let ended = ender.query(.finishSending, [])
            while try await watcher.query(
                """
                SELECT FROM pg_stat_activity
                WHERE pid = \(ender.backendPID) AND wait_event_type = 'Lock'
                """
            ).isEmpty {
                try await Task.sleep(for: .milliseconds(5))
            }
            try await starter.commit()
            _ = try await ended
            #expect(
                try await warehouse.scalar("SELECT state FROM ingest.send_jobs") == "running")
            // Without rows it ends.
            try await starter.execute("UPDATE ingest.send_items SET state = 'skipped'")
            _ = try await ender.query(.finishSending, [])
            #expect(
                try await warehouse.scalar("SELECT state FROM ingest.send_jobs") == "finished")
            for connection in [starter, ender, watcher] { await connection.close() }
        }
    }

    @Test func `a finished job that has rows to send goes on`() async throws {
        try await withWarehouse(rows: 2) { warehouse in
            let job = try await warehouse.start("http://127.0.0.1:9/in", batch: nil)
            try await warehouse.script(
                "UPDATE ingest.send_jobs SET state = 'finished', settled_at = now()")
            try await warehouse.sending(posting: { _, _ in Self.ok }) { warehouse in
                while try await warehouse.job(job).sent < 2 {
                    try await Task.sleep(for: .milliseconds(20))
                }
                let ended = try await warehouse.settled(warehouse.job(job))
                #expect(ended.state == .finished && ended.sent == 2)
            }
        }
    }

    @Test func `a row that was answered after its job had left it is sent`() async throws {
        try await withWarehouse(rows: 1) { warehouse in
            let job = try await warehouse.start("http://127.0.0.1:9/in", batch: nil)
            try await warehouse.sending(posting: { _, _ in
                try? await warehouse.script(
                    """
                    UPDATE ingest.send_jobs SET state = 'stopped', settled_at = now();
                    UPDATE ingest.send_items SET state = 'stopped', in_doubt = true;
                    """)
                return Self.ok
            }) { warehouse in
                while try await warehouse.job(job).sent == 0 {
                    try await Task.sleep(for: .milliseconds(20))
                }
            }
            #expect(
                try await warehouse.scalar("SELECT sent_to_clay FROM raw.staging_case_study_urls")
                    == "t")
        }
    }

    @Test func `a row on the wire is kept while its job is paused`() async throws {
        try await withWarehouse(rows: 1) { warehouse in
            let job = try await warehouse.start("http://127.0.0.1:9/in", batch: nil)
            let connection = try await warehouse.database.connect()
            let row = try #require(try await connection.query(.claimSending, ["0 seconds"]).first)
            #expect(try await warehouse.jobs { try await $0.pause(job) })
            let identity = [row["job_id"], row["staging_id"], row["fence"]]
            _ = try await connection.query(.keepSending, identity + ["1 hour"])
            #expect(try await warehouse.jobs { try await $0.resume(job) })
            #expect(try await connection.query(.claimSending, ["1 hour"]).isEmpty)
            await connection.close()
        }
    }

    @Test func `an answer outlasts a database that is away for longer than a hold`() async throws {
        try await withWarehouse(rows: 1) { warehouse in
            let job = try await warehouse.start("http://127.0.0.1:9/in", batch: nil)
            let owner = try await warehouse.database.connect()
            // How many connections are refused yet.
            let refusals = Counter()
            let posts = Counter()
            var options = Sender.Options()
            options.interval = .milliseconds(2)
            options.lateness = .seconds(60)
            options.hold = .milliseconds(300)
            options.idle = .milliseconds(20)
            let target = warehouse.target
            let sender = Sender(options: options) { () async throws(PostgresError) in
                if refusals.takeOne() {
                    throw PostgresError(.unexpected, "the database is away")
                }
                return try await Connection.connect(to: target, applicationName: "assay sender")
            } post: { _, departure in
                guard await departure() else { return .withheld }
                posts.add(1)
                refusals.add(8)
                _ = try? await owner.query(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND application_name = 'assay sender'
                    """)
                return Self.ok
            }
            let running = Task { await sender.run() }
            #expect(try await warehouse.settled(job).sent == 1)
            running.cancel()
            await running.value
            #expect(posts.count == 1)
            await owner.close()
        }
    }

    private final class Counter: Sendable {
        private let number = Mutex(0)

        var count: Int { number.withLock(\.self) }

        func add(_ more: Int) { number.withLock { $0 += more } }

        /// Whether there was one.
        func takeOne() -> Bool {
            number.withLock { number in
                defer { number = max(number - 1, 0) }
                return number > 0
            }
        }
    }
}
