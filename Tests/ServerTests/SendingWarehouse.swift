import AssayTesting
import Ingest
import Loopback
import MigratedWarehouse
import Postgres
import Server
import Web

/// A migrated database with staged rows of one batch.
struct SendingWarehouse: Sendable {
    let database: ScratchDatabase

    /// As the service logs in.
    var target: DatabaseTarget { database.target.with("options", "-c role=warehouse_ingest") }

    func script(_ sql: String) async throws { try await database.script(sql) }

    /// Has every moment that is reserved written into `moments`.
    func noteMoments() async throws {
        try await script(
            """
            CREATE TABLE moments (moment timestamptz);
            GRANT INSERT ON moments TO PUBLIC;
            CREATE FUNCTION note_moment() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN INSERT INTO public.moments VALUES (NEW.next_at); RETURN NULL; END';
            CREATE TRIGGER note_moment AFTER INSERT OR UPDATE ON ingest.pace
                FOR EACH ROW EXECUTE FUNCTION note_moment();
            """)
    }

    func scalar(_ sql: String) async throws -> String {
        let connection = try await database.connect()
        return try await connection.query(sql).scalar ?? "null"
    }

    func jobs<Value: Sendable>(_ body: (SendJobs) async throws -> Value) async throws -> Value {
        let connection = try await Connection.connect(to: target, applicationName: "assay tests")
        let value = try await body(SendJobs(over: connection))
        await connection.close()
        return value
    }

    func start(_ receiver: Receiver, batch: String?) async throws -> SendJob {
        try await start("http://127.0.0.1:\(receiver.port)/in/s3cret", batch: batch)
    }

    func start(_ webhook: String, batch: String?) async throws -> SendJob {
        let address = try WebAddress(webhook)
        return try await jobs {
            try await $0.start(webhook, origin: address.origin, batch: batch)
        }
    }

    func job(_ job: SendJob) async throws -> SendJob {
        try await jobs { try await $0.job(job.id) ?? job }
    }

    func unsent(of job: SendJob) async throws -> [SendJob.Unsent] {
        try await jobs { try await $0.unsent(of: job) }
    }

    /// Waits until jobs go no further, and returns the first.
    func settled(_ jobs: SendJob...) async throws -> SendJob {
        var current = jobs
        while current.contains(where: { $0.state == .running }) {
            try await Task.sleep(for: .milliseconds(20))
            for (place, job) in jobs.enumerated() { current[place] = try await self.job(job) }
        }
        return current[0]
    }

    /// Posts to addresses of this machine.
    var posting: Posting {
        Posting(
            by: WebClient(
                rules: AddressRules(allowed: [AddressRange("127.0.0.0/8")].compactMap(\.self))),
            timeout: .seconds(5))
    }

    /// Runs senders while `body` does, and ends them.
    func sending<Value: Sendable>(
        by senders: Int = 1, lanes: Int = 4, lateness: Duration = .seconds(60),
        posting post: (
            @Sendable (Sender.Message, @escaping Sender.Departure) async -> WebhookReply
        )? = nil,
        _ body: (SendingWarehouse) async throws -> Value
    ) async throws -> Value {
        var options = Sender.Options()
        options.lanes = lanes
        options.interval = .milliseconds(2)
        options.lateness = lateness
        options.idle = .milliseconds(20)
        let posting = posting
        let target = target
        let running = (0..<senders).map { _ in
            let sender = Sender(options: options) { () async throws(PostgresError) in
                try await Connection.connect(to: target, applicationName: "assay sender")
            } post: { message, departure in
                if let post { return await post(message, departure) }
                return await posting.reply(to: message, at: 1_700_000_000, departure: departure)
            }
            return Task { await sender.run() }
        }
        let outcome: Result<Value, any Error>
        do { outcome = .success(try await body(self)) } catch { outcome = .failure(error) }
        for task in running { task.cancel() }
        for task in running { await task.value }
        return try outcome.get()
    }
}

func withWarehouse(rows: Int, _ body: (SendingWarehouse) async throws -> Void) async throws {
    try await withMigratedWarehouse { database in
        try await database.script(
            """
            INSERT INTO raw.staging_case_study_urls (origin_company_name, origin_company_domain,
                customer_company_name, case_study_url, batch_id)
            SELECT 'Acme', 'acme.com', 'Customer ' || n, 'https://acme.com/' || n, 'b1'
            FROM generate_series(1, \(rows)) AS n
            """)
        try await body(SendingWarehouse(database: database))
    }
}
