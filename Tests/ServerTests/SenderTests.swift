import AssayTesting
import Loopback
import Postgres
import Server
import Synchronization
import Testing
import Web

@testable import Ingest

/// Rows that are sent to a real receiver on this machine.
@Suite(.timeLimit(.minutes(15))) struct SenderTests {
    @Test func `each row is delivered once and marked, whoever sends`() async throws {
        try await withWarehouse(rows: 40) { warehouse in
            try await Receiver.with(.answering(200)) { receiver in
                let job = try await warehouse.start(receiver, batch: "b1")
                #expect(job.rows == 40 && job.waiting == 40)
                // Begun again, it is the same job with the same rows.
                #expect(try await warehouse.start(receiver, batch: "b1") == job)
                let ended = try await warehouse.sending(by: 3) { try await $0.settled(job) }
                #expect(ended.state == .finished && ended.sent == 40 && ended.inDoubt == 0)
                #expect(receiver.requests.count == 40)
                #expect(Set(receiver.requests.map { $0.header("webhook-id") }).count == 40)
                let first = try #require(
                    receiver.requests.first { $0.body.contains("Customer 7\"") })
                #expect(first.head.hasPrefix("POST /in/s3cret HTTP/1.1\r\n"))
                #expect(first.header("Content-Type") == "application/json")
                #expect(
                    first.body.filter { $0 != " " } == """
                        {"origin_company_name":"Acme","origin_company_domain":"acme.com",\
                        "customer_company_name":"Customer7","case_study_url":"https://acme.com/7"}
                        """)
                #expect(
                    try await warehouse.scalar(
                        "SELECT count(*) FROM raw.staging_case_study_urls WHERE sent_to_clay")
                        == "40")
            }
        }
    }

    @Test func `only the batch is sent, or all that was not`() async throws {
        try await withWarehouse(rows: 3) { warehouse in
            try await warehouse.script(
                """
                INSERT INTO raw.staging_case_study_urls (origin_company_name, origin_company_domain,
                    customer_company_name, case_study_url, batch_id, sent_to_clay)
                VALUES ('Acme', 'acme.com', 'Other', 'https://acme.com/other', 'b2', false),
                    ('Acme', 'acme.com', 'Done', 'https://acme.com/done', 'b2', true)
                """)
            try await Receiver.with(.answering(200)) { receiver in
                let batch = try await warehouse.start(receiver, batch: "b2")
                #expect(batch.rows == 1)
                // What is on its way in one job is not sent by another.
                let all = try await warehouse.start(receiver, batch: nil)
                #expect(all.rows == 3)
                try await warehouse.sending { _ = try await $0.settled(batch, all) }
                #expect(receiver.requests.count == 4)
            }
        }
    }

    @Test func `what each answer means`() async throws {
        try await withWarehouse(rows: 6) { warehouse in
            let seen = Mutex<[String: Int]>([:])
            try await Receiver.with { request in
                let attempt = seen.withLock { seen in
                    seen[request.body, default: 0] += 1
                    return seen[request.body, default: 0]
                }
                if request.body.contains("Customer 1") { return .answering(202) }
                if request.body.contains("Customer 2") {
                    return .answering(301, headers: ["Location: /s3cret"])
                }
                if request.body.contains("Customer 3") {
                    return .answering(
                        400, body: "no table at /in/s3cret for sk_live_4eC39HqLyjWDarjtT1zdp7dc")
                }
                if attempt > 1 { return .answering(200) }
                if request.body.contains("Customer 4") {
                    return .answering(429, headers: ["Retry-After: 1"])
                }
                return request.body.contains("Customer 5") ? .answering(500) : .resetting
            } _: { receiver in
                let job = try await warehouse.start(receiver, batch: nil)
                let ended = try await warehouse.sending { try await $0.settled(job) }
                #expect(ended.state == .finished)
                #expect(ended.sent == 4 && ended.dead == 2 && ended.inDoubt == 0)
                let unsent = try await warehouse.unsent(of: ended)
                #expect(
                    unsent.map(\.reason).sorted() == [
                        "the webhook answered 301, and redirects are not followed: start a job with the "
                            + "address that it leads to", "the webhook refused it with 400",
                    ])
                #expect(
                    unsent.compactMap(\.answer).filter { !$0.isEmpty } == [
                        "no table at /[…] for […]"
                    ])
                // Each attempt carries the row's own id.
                for (_, group) in Dictionary(grouping: receiver.requests, by: \.body) {
                    #expect(Set(group.map { $0.header("webhook-id") }).count == 1)
                }
                #expect(receiver.requests.count == 9)
                #expect(
                    try await warehouse.scalar(
                        "SELECT count(*) FROM raw.staging_case_study_urls WHERE sent_to_clay")
                        == "4")
                // What was given up is tried again when somebody says so.
                #expect(try await warehouse.jobs { try await $0.retry(ended) } == 2)
                let again = try await warehouse.sending { try await $0.settled(job) }
                #expect(again.dead == 2 && again.sent == 4)
            }
        }
    }

    @Test func `a webhook that is gone stops the job, and nothing more is sent`() async throws {
        try await withWarehouse(rows: 5) { warehouse in
            try await Receiver.with {
                .answering($0.number == 1 ? 410 : 200)
            } _: { receiver in
                let job = try await warehouse.start(receiver, batch: nil)
                let ended = try await warehouse.sending(lanes: 1) { try await $0.settled(job) }
                #expect(ended.state == .stopped)
                #expect(ended.reason == "the webhook is gone: it answered 410")
                #expect(ended.sent == 1 && ended.stopped == 4 && receiver.requests.count == 2)
                #expect(try await warehouse.jobs { try await $0.retry(ended) } == 4)
                let again = try await warehouse.sending { try await $0.settled(job) }
                #expect(again.state == .finished && again.sent == 5)
            }
        }
    }

    @Test func `rows without required fields are skipped, named, and never posted`() async throws {
        try await withWarehouse(rows: 2) { warehouse in
            try await warehouse.script(
                """
                ALTER TABLE raw.staging_case_study_urls ALTER origin_company_name DROP NOT NULL;
                DO $$ DECLARE name text; BEGIN
                    FOR name IN SELECT conname FROM pg_constraint
                        WHERE conrelid = 'raw.staging_case_study_urls'::regclass AND contype = 'c'
                    LOOP EXECUTE format('ALTER TABLE raw.staging_case_study_urls DROP CONSTRAINT %I', name);
                    END LOOP;
                END $$;
                INSERT INTO raw.staging_case_study_urls (origin_company_name, origin_company_domain,
                    customer_company_name, case_study_url)
                VALUES (NULL, 'acme.com', ' ', 'https://acme.com/nameless');
                """)
            try await Receiver.with(.answering(200)) { receiver in
                let job = try await warehouse.start(receiver, batch: nil)
                #expect(job.skipped == 1)
                // One loses its name after it was taken up.
                try await warehouse.script(
                    """
                    UPDATE raw.staging_case_study_urls SET origin_company_name = NULL
                    WHERE case_study_url = 'https://acme.com/1'
                    """)
                let ended = try await warehouse.sending { try await $0.settled(job) }
                #expect(ended.sent == 1 && ended.skipped == 2)
                #expect(receiver.requests.count == 1)
                #expect(
                    try await warehouse.unsent(of: ended).map(\.reason) == [
                        "origin_company_name is missing",
                        "origin_company_name, customer_company_name is missing",
                    ])
                // Named, they are sent when the job is begun again.
                try await warehouse.script(
                    "UPDATE raw.staging_case_study_urls SET origin_company_name = 'Acme'")
                let again = try await warehouse.start(receiver, batch: nil)
                #expect(again.rows == 2 && again.waiting == 1 && again.skipped == 1)
            }
        }
    }

    @Test func `what a sender that died had taken on is in doubt, and sent with the same id`()
        async throws
    {
        try await withWarehouse(rows: 1) { warehouse in
            try await Receiver.with(.answering(200)) { receiver in
                let job = try await warehouse.start(receiver, batch: nil)
                let message = try await warehouse.scalar("SELECT message_id FROM ingest.send_items")
                // The way it looks when the process was killed after it had claimed the row.
                try await warehouse.script(
                    """
                    UPDATE ingest.send_items SET state = 'sending', fence = 1, attempts = 1,
                        due_at = clock_timestamp() - interval '1 second'
                    """)
                #expect(try await warehouse.job(job).inDoubt == 1)
                let ended = try await warehouse.sending { try await $0.settled(job) }
                #expect(ended.sent == 1 && ended.inDoubt == 0)
                #expect(receiver.requests.map { $0.header("webhook-id") } == [message])
                #expect(
                    try await warehouse.scalar("SELECT in_doubt FROM ingest.send_items") == "t")
            }
        }
    }

    @Test func `a webhook knows a row that it did not take by its id, whichever job sends it`()
        async throws
    {
        try await withWarehouse(rows: 1) { warehouse in
            let answers = Mutex([410, 200, 200, 200])
            try await Receiver.with { _ in
                .answering(answers.withLock { $0.removeFirst() })
            } _: { receiver in
                func send(to webhook: String = "in/s3cret") async throws -> SendJob {
                    let url = "http://127.0.0.1:\(receiver.port)/\(webhook)"
                    let job = try await warehouse.start(url, batch: nil)
                    return try await warehouse.sending { try await $0.settled(job) }
                }
                #expect(try await send().state == .stopped)
                #expect(try await send().sent == 1)
                let unmark = "UPDATE raw.staging_case_study_urls SET sent_to_clay = false"
                try await warehouse.script(unmark)
                #expect(try await send().sent == 1)
                try await warehouse.script(unmark)
                #expect(try await send(to: "other").sent == 1)
                let ids = receiver.requests.map { $0.header("webhook-id") }
                #expect(ids.count == 4 && ids[0] == ids[1] && Set(ids).count == 3)
            }
        }
    }

    @Test func `who lost its hold does not say what became of the row`() async throws {
        try await withWarehouse(rows: 1) { warehouse in
            let connection = try await warehouse.database.connect()
            try await Receiver.with { _ in
                .answering(400)
            } _: { receiver in
                let job = try await warehouse.start(receiver, batch: nil)
                let events = try await warehouse.sending(posting: { _, _ in
                    // While the answer is waited for, another takes the row over and delivers it.
                    _ = try? await connection.execute(
                        """
                        UPDATE ingest.send_items SET state = 'sent', fence = fence + 1,
                            sent_at = clock_timestamp()
                        """)
                    return .answered(status: 200, retryAfter: nil, body: "")
                }) { try await $0.settled(job) }
                #expect(events.state == .finished && events.sent == 1)
                #expect(
                    try await warehouse.scalar("SELECT status FROM ingest.send_items") == "null")
            }
        }
    }

    @Test func `a paused job waits, and goes on when it is told to`() async throws {
        try await withWarehouse(rows: 3) { warehouse in
            try await Receiver.with(.answering(200)) { receiver in
                let job = try await warehouse.start(receiver, batch: nil)
                #expect(try await warehouse.jobs { try await $0.pause(job) })
                #expect(try await warehouse.jobs { try await !$0.pause(job) })
                let other = try await warehouse.start(
                    "http://127.0.0.1:\(receiver.port)/other", batch: "none")
                // The other one, which has no rows, ends; the paused one stands still.
                try await warehouse.sending { _ = try await $0.settled(other) }
                #expect(receiver.requests.isEmpty)
                #expect(try await warehouse.job(job).state == .paused)
                #expect(try await warehouse.jobs { try await $0.resume(job) })
                let ended = try await warehouse.sending { try await $0.settled(job) }
                #expect(ended.sent == 3)
            }
        }
    }

    @Test func `private addresses stop the job before anything is sent`() async throws {
        try await withWarehouse(rows: 2) { warehouse in
            try await Receiver.with(.answering(200)) { receiver in
                let job = try await warehouse.start(receiver, batch: nil)
                let posting = Posting(by: WebClient())
                let ended = try await warehouse.sending(posting: { message, departure in
                    await posting.reply(to: message, at: 0, departure: departure)
                }) { try await $0.settled(job) }
                #expect(ended.state == .stopped)
                #expect(
                    ended.reason
                        == "the host is at a private or local address, which is not allowed")
                #expect(receiver.requests.isEmpty)
            }
        }
    }

    @Test func `a connection that is lost is made anew, and nothing is sent twice unknowingly`()
        async throws
    {
        try await withWarehouse(rows: 12) { warehouse in
            let connection = try await warehouse.database.connect()
            try await Receiver.with { _ in
                .answering(200)
            } _: { receiver in
                let job = try await warehouse.start(receiver, batch: nil)
                let posts = Mutex(0)
                let ended = try await warehouse.sending(posting: { message, departure in
                    let number = posts.withLock { posts in
                        posts += 1
                        return posts
                    }
                    if number % 4 == 2 {
                        _ = try? await connection.query(
                            """
                            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                            WHERE datname = current_database() AND application_name = 'assay sender'
                            """)
                    }
                    return await warehouse.posting.reply(
                        to: message, at: 0, departure: departure)
                }) { try await $0.settled(job) }
                #expect(ended.state == .finished && ended.sent == 12)
                #expect(Set(receiver.requests.map { $0.header("webhook-id") }).count == 12)
            }
        }
    }

    @Test func `a row whose connection took too long takes another moment`() async throws {
        try await withWarehouse(rows: 1) { warehouse in
            try await warehouse.noteMoments()
            let count = "SELECT count(*) FROM public.moments"
            try await Receiver.with(.answering(200)) { receiver in
                let job = try await warehouse.start(receiver, batch: nil)
                let moments = Mutex<[String?]>([])
                let ended = try await warehouse.sending(
                    lanes: 1, lateness: .milliseconds(50),
                    posting: { message, departure in
                        try? await Task.sleep(for: .milliseconds(200))
                        let before = try? await warehouse.scalar(count)
                        return await warehouse.posting.reply(to: message, at: 0) {
                            let mayLeave = await departure()
                            let after = try? await warehouse.scalar(count)
                            moments.withLock { $0 = [before, after] }
                            return mayLeave
                        }
                    }
                ) { try await $0.settled(job) }
                #expect(ended.sent == 1 && receiver.requests.count == 1)
                let (before, after) = moments.withLock { ($0.first, $0.last) }
                // While it is under way nobody else asks for one.
                #expect(try #require(before) != nil && before != after)
            }
        }
    }

    @Test func `a job that is paused while a row is connecting sends nothing`() async throws {
        try await withWarehouse(rows: 1) { warehouse in
            try await Receiver.with(.answering(200)) { receiver in
                let job = try await warehouse.start(receiver, batch: nil)
                let (asked, wasAsked) = AsyncStream.makeStream(of: WebhookReply.self)
                try await warehouse.sending(
                    lateness: .milliseconds(50),
                    posting: { message, departure in
                        _ = try? await warehouse.jobs { try await $0.pause(job) }
                        try? await Task.sleep(for: .milliseconds(200))
                        let reply = await warehouse.posting.reply(
                            to: message, at: 0, departure: departure)
                        wasAsked.yield(reply)
                        return reply
                    }
                ) { _ in
                    var replies = asked.makeAsyncIterator()
                    #expect(await replies.next() == .withheld)
                }
                // The sender has ended: it has given the row back, and the attempt was none.
                #expect(receiver.requests.isEmpty)
                #expect(
                    try await warehouse.scalar(
                        "SELECT state || ' ' || attempts FROM ingest.send_items") == "waiting 0")
            }
        }
    }

    @Test func `no two moments are closer than the interval, however many ask`() async throws {
        try await withWarehouse(rows: 0) { warehouse in
            try await warehouse.noteMoments()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        let connection = try await warehouse.database.connect()
                        for _ in 0..<25 {
                            _ = try await connection.query(
                                .reservePace, ["send", "0.12 seconds", "0 seconds"])
                        }
                    }
                }
                try await group.waitForAll()
            }
            let gaps = try await warehouse.scalar(
                """
                SELECT count(*) || ' ' || min(moment - before) || ' ' || min(moment - tenth) FROM (
                    SELECT moment, lag(moment) OVER (ORDER BY moment) AS before,
                        lag(moment, 10) OVER (ORDER BY moment) AS tenth FROM moments) AS gaps
                """)
            // Eleven lie further apart than a second.
            #expect(gaps == "100 00:00:00.12 00:00:01.2")
        }
    }
}
