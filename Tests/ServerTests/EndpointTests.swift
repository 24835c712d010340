import AssayTesting
import Auditor
import FoundationEssentials
@testable import Ingest
import Loopback
import Postgres
@testable import Server
import Synchronization
import Testing
import Web

/// The service, as clients and operators see it.
@Suite(.timeLimit(.minutes(15))) struct EndpointTests {
    static let customersOf3 = "/run/companies/claygent/customers-of-3/ingest"
    static let payload = #"""
        {"origin_company_name": "Acme", "origin_company_domain": "https://www.Acme.com/about",
         "customers": [{"companyName": "Globex", "url": "https://acme.com/globex", "hasCaseStudy": true},
                       {"companyName": "Initech", "url": "", "hasCaseStudy": false},
                       {"companyName": null, "url": "https://acme.com/nobody"}],
         "confidence": "high", "batch_id": "b1"}
        """#

    @Test func `a payload is taken in and answered honestly`() async throws {
        try await RunningServer.with { server in
            let answer = try await server.post(Self.customersOf3, Self.payload)
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.headers["content-type"] == "application/json")
            #expect(answer["success"] == .bool(true))
            #expect(answer["domain"] == .string("acme.com"))
            #expect(answer["customers_to_core"] == .integer(2))
            #expect(answer["quarantined"] == .integer(1))
            #expect(try await server.scalar("SELECT count(*) FROM core.company_customers") == "2")
        }
    }

    @Test func `bad input gets a sentence with its place`() async throws {
        try await RunningServer.with {
            $0.bodyLimit = 20_000
        } _: { server in
            let wrong = try await server.post(
                Self.customersOf3,
                #"{"origin_company_domain": "acme.com", "customers": [{"companyName": "A", "url": 3}]}"#
            )
            #expect(wrong.status == 400)
            #expect(wrong.headers["content-type"] == "application/problem+json")
            guard case .array(let errors)? = wrong["errors"] else {
                Issue.record("\(wrong.text)")
                return
            }
            #expect(errors.first?["path"] == .string("customers[0].url"))
            #expect(
                errors.first?["detail"]
                    == .string("customers[0].url: must be a text, and is a number"))
            let malformed = try await server.post(Self.customersOf3, "{\"a\": ")
            #expect(malformed.status == 400 && malformed["title"] == .string("Malformed JSON"))
            let long = try await server.post(
                Self.customersOf3, "\"" + String(repeating: "a", count: 30_000) + "\"")
            #expect(long.status == 413)
            #expect(
                try await server.post(Self.customersOf3, "{}", type: "text/plain").status == 415)
            #expect(try await server.post(Self.customersOf3, "{}", type: nil).status == 415)
            #expect(
                try await server.post(
                    Self.customersOf3, "{}", headers: [("Content-Encoding", "gzip")]
                ).status == 415)
            let lost = try await server.get("/nowhere")
            #expect(lost.status == 404 && lost["title"] == .string("Not found"))
            #expect(lost.headers["content-type"] == "application/problem+json")
            #expect(try await server.scalar("SELECT count(*) FROM core.company_customers") == "0")
        }
    }

    @Test func `a payload of ten megabytes is taken in whole`() async throws {
        try await RunningServer.with { server in
            let customers = (0..<200).map { number in
                #"{"companyName": "Customer \#(number)", "url": "https://acme.com/\#(number)", "quote": ""#
                    + String(repeating: "€", count: 17_000) + #""}"#
            }
            let payload =
                #"{"origin_company_domain": "acme.com", "origin_company_name": "Acme", "customers": ["#
                + customers.joined(separator: ", ") + "]}"
            #expect((10_000_000...10_485_760).contains(payload.utf8.count))
            let answer = try await server.post(Self.customersOf3, payload)
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer["customers_to_core"] == .integer(200))
            #expect(
                try await server.scalar(
                    "SELECT octet_length(body) FROM raw.claygent_customers_structured_raw")
                    == String(payload.utf8.count))
        }
    }

    @Test(arguments: [nil, "", "wrong", "a key of the test"])
    func `who has no key is let nowhere but where anybody is`(key: String?) async throws {
        try await RunningServer.with { server in
            let answer = try await server.post(Self.customersOf3, Self.payload, key: key)
            #expect(answer.status == 401)
            #expect(answer.headers["www-authenticate"] == "Bearer")
            #expect(try await server.get("/jobs", key: key).status == 401)
            #expect(try await server.get("/metrics", key: key).status == 401)
            #expect(try await server.get("/health/live", key: key).status == 200)
            #expect(try await server.get("/openapi.json", key: key).status == 200)
            #expect(
                try await server.scalar(
                    "SELECT count(*) FROM raw.claygent_customers_structured_raw")
                    == "0")
        }
    }

    @Test(arguments: ["1", "2", "4"])
    func `what is gone names its successor`(number: String) async throws {
        try await RunningServer.with { server in
            let answer = try await server.post(
                "/run/companies/claygent/customers-of-\(number)/ingest", Self.payload)
            #expect(answer.status == 410)
            #expect(answer.headers["deprecation"]?.hasPrefix("@") == true)
            #expect(
                answer.headers["link"] == "<\(Self.customersOf3)>; rel=\"successor-version\"")
        }
    }

    @Test func `the same key gives the same answer, and no second row`() async throws {
        try await RunningServer.with { server in
            let key = [(name: "Idempotency-Key", value: "k-1")]
            let first = try await server.post(Self.customersOf3, Self.payload, headers: key)
            let second = try await server.post(Self.customersOf3, Self.payload, headers: key)
            #expect(first.status == 200 && second.status == 200 && first.json == second.json)
            #expect(
                try await server.scalar(
                    "SELECT count(*) FROM raw.claygent_customers_structured_raw")
                    == "1")
            let other = try await server.post(
                Self.customersOf3, #"{"origin_company_domain": "other.com"}"#, headers: key)
            #expect(other.status == 422 && other["title"] == .string("Idempotency key reused"))
        }
    }

    @Test func `signed payloads are taken, and others refused, where they must be signed`()
        async throws
    {
        let secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"
        try await RunningServer.with {
            $0.secret = secret
        } _: { server in
            #expect(try await server.post(Self.customersOf3, Self.payload).status == 401)
            let now = try await server.scalar("SELECT floor(extract(epoch FROM now()))::bigint")
            let raw = Array("0123456789abcdef01234567".utf8)
            func headers(_ id: String, _ time: String, _ body: String) -> [(
                name: String, value: String
            )] {
                let signed = Digest.keyed(with: raw, of: Array("\(id).\(time).\(body)".utf8))
                return [
                    ("webhook-id", id), ("webhook-timestamp", time),
                    ("webhook-signature", "v1,bm9uZQ== v1,\(Data(signed).base64EncodedString())"),
                ]
            }
            let answer = try await server.post(
                Self.customersOf3, Self.payload, headers: headers("msg_1", now, Self.payload))
            #expect(answer.status == 200, "\(answer.text)")
            // The message's id is the key, whatever else is sent with it.
            let again = try await server.post(
                Self.customersOf3, Self.payload, headers: headers("msg_1", now, Self.payload))
            #expect(again.json == answer.json)
            let forged = try await server.post(
                Self.customersOf3, Self.payload + " ", headers: headers("msg_2", now, Self.payload))
            #expect(forged.status == 401)
            let named = try await server.post(
                Self.customersOf3, Self.payload,
                headers: headers("msg_1", now, Self.payload) + [("Idempotency-Key", "k-2")])
            #expect(named.json == answer.json)
            let first = try await server.post(
                Self.customersOf3, Self.payload,
                headers: headers("msg_4", String(Int.min), Self.payload))
            #expect(first.status == 401)
            let old = try await server.post(
                Self.customersOf3, Self.payload,
                headers: headers("msg_3", "1700000000", Self.payload))
            #expect(old.status == 401)
            #expect(
                old["detail"]
                    == .string(
                        "webhook-timestamp is not within five minutes of the service's clock"))
        }
    }

    @Test func `staged rows are sent by a job that can be followed`() async throws {
        try await Receiver.with(.answering(200)) { receiver in
            try await RunningServer.with { server in
                _ = try await server.post(Self.customersOf3, Self.payload)
                let begun = try await server.post(
                    "/run/case-study-urls/to-clay",
                    #"{"webhook_url": "http://127.0.0.1:\#(receiver.port)/in/s3cret", "batch_id": "b1"}"#
                )
                #expect(begun.status == 202, "\(begun.text)")
                #expect(begun["rows"] == .integer(1))
                let place = try #require(begun.headers["location"])
                var job = try await server.get(place)
                while job["state"] == .string("running") {
                    try await Task.sleep(for: .milliseconds(20))
                    job = try await server.get(place)
                }
                #expect(job["state"] == .string("finished") && job["sent"] == .integer(1))
                #expect(job["webhook"] == .string("http://127.0.0.1:\(receiver.port)"))
                #expect(receiver.requests.count == 1)
                #expect(try await server.get("/jobs").status == 200)
                #expect(try await server.post(place + "/pause", "").status == 409)
                #expect(try await server.get("/jobs/none").status == 404)
                #expect(!job.text.contains("s3cret"))
                #expect(!server.log.all.joined().contains("s3cret"))
            }
        }
    }

    @Test func `rows are not sent to addresses that are none of the public's`() async throws {
        try await RunningServer.with {
            $0.addresses = AddressRules()
        } _: { server in
            for (webhook, sentence) in [
                (
                    "http://169.254.169.254/latest",
                    "must not lead to a private or local address, and 169.254.169.254 is one"
                ), ("ftp://example.com/", "must begin with https:// or http://, not ftp://"),
            ] {
                let answer = try await server.post(
                    "/run/case-study-urls/to-clay", #"{"webhook_url": "\#(webhook)"}"#)
                #expect(answer.status == 400)
                #expect(answer["detail"] == .string("webhook_url: \(sentence)"))
            }
        }
    }

    @Test func `what clients look up`() async throws {
        try await RunningServer.with { server in
            _ = try await server.post(Self.customersOf3, Self.payload)
            let customers = try await server.post(
                "/run/companies/db/company-customers/lookup", #"{"domain": "www.acme.com"}"#)
            #expect(
                customers.status == 200 && customers["count"] == .integer(2), "\(customers.text)")
            let known = try await server.post(
                Ingest.existencePath,
                #"{"schema": "core", "table": "company_customers", "column": "customer_name", "value": "Globex"}"#
            )
            #expect(known["exists"] == .bool(true))
            let stale = try await server.post(
                Ingest.existencePath,
                #"{"schema": "core", "table": "company_employee_ranges", "value": "x"}"#)
            #expect(stale.status == 400)
            #expect(stale.text.contains("company_employee_range?"))
            let reading = try await server.post(
                "/run/companies/gemini/case-study-buyer/extract", "{}")
            #expect(reading.status == 501)
        }
    }

    @Test func `a request has one id, in its answer and in the log, and its payload in neither`()
        async throws
    {
        try await RunningServer.with { server in
            let named = try await server.post(
                Self.customersOf3, Self.payload, headers: [("X-Request-Id", "mine-1")])
            #expect(named.headers["x-request-id"] == "mine-1")
            let forged = try await server.post(
                Self.customersOf3, Self.payload, headers: [("X-Request-Id", "a b\"{")])
            #expect(forged.headers["x-request-id"] != "a b\"{")
            let lines = server.log.all
            let own = try #require(lines.first { $0.contains("\"request\":\"mine-1\"") })
            let line = try JSONReader.value(of: Array(own.utf8))
            #expect(line["path"] == .string(Self.customersOf3) && line["status"] == .string("200"))
            #expect(!lines.joined().contains("Globex"))
            #expect(!lines.joined().contains(RunningServer.key))
            let metrics = try await server.get("/metrics")
            #expect(
                metrics.text.contains(
                    "assay_requests_total{path=\"\(Self.customersOf3)\",status=\"200\"} 2\n"))
            #expect(metrics.text.contains("assay_connections_in_use 0\n"))
        }
    }

    @Test func `the description says what is served, and nothing else`() async throws {
        try await RunningServer.with { server in
            let document = try await server.get("/openapi.json", key: nil)
            #expect(document["openapi"] == .string("3.1.0"))
            let paths = try #require(document["paths"])
            #expect(Set(paths.keys) == Set(Service.endpoints.map(\.path)))
            for path in paths.keys {
                let methods = try #require(paths[path]).keys
                let place = path.split(separator: "/").map {
                    $0.hasPrefix("{") ? "none" : String($0)
                }
                for method in methods {
                    let answer =
                        method == "get"
                        ? try await server.get("/" + place.joined(separator: "/"))
                        : try await server.post("/" + place.joined(separator: "/"), "{}")
                    #expect(answer["title"] != .string("Not found"), "\(method) \(path)")
                    let described = try #require(paths[path]?[method]?["responses"])
                    #expect(
                        described.keys.contains(String(answer.status)),
                        "\(method) \(path) answered \(answer.status)")
                }
            }
            let fields = try #require(
                paths[Self.customersOf3]?["post"]?["requestBody"]?["content"]?["application/json"]?[
                    "schema"])
            #expect(fields["required"] == .array([.string("origin_company_domain")]))
        }
    }

    @Test func `a database that goes away is told, and found again`() async throws {
        try await RunningServer.with { server in
            #expect(try await server.post(Self.customersOf3, Self.payload).status == 200)
            let administrator = try await Connection.connect(
                to: server.database.target.with("dbname", "postgres"),
                applicationName: "assay tests")
            let name = server.database.name
            try await administrator.script(
                """
                ALTER DATABASE \(name) ALLOW_CONNECTIONS false;
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(name)'
                """)
            var answer = try await server.post(Self.customersOf3, Self.payload)
            while answer.status == 200 {
                answer = try await server.post(Self.customersOf3, Self.payload)
            }
            #expect(answer.status == 503)
            #expect(answer.headers["retry-after"] == "5")
            let away = try await server.post(Self.customersOf3, Self.payload)
            #expect(away.status == 503 && away["title"] == .string("Database away"))
            #expect(try await server.get("/health/ready").status == 503)
            #expect(try await server.get("/health/live").status == 200)
            try await administrator.script("ALTER DATABASE \(name) ALLOW_CONNECTIONS true")
            #expect(try await server.post(Self.customersOf3, Self.payload).status == 200)
            #expect(try await server.get("/health/ready").status == 200)
        }
    }

    @Test func `more requests than can wait are told to come again`() async throws {
        try await RunningServer.with {
            $0.connections = 1
            $0.queue = 1
            $0.sends = false
        } _: { server in
            let holder = try await server.database.connect()
            try await holder.script("BEGIN; LOCK TABLE raw.claygent_customers_structured_raw")
            let statuses = Statuses()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        let answer = try await server.post(Self.customersOf3, Self.payload)
                        statuses.add(answer.status)
                        if answer.status == 503 {
                            #expect(answer.headers["retry-after"] == "1")
                        }
                    }
                }
                while statuses.all.count < 2 {
                    try await Task.sleep(for: .milliseconds(5))
                }
                #expect(statuses.all.allSatisfy { $0 == 503 })
                try await holder.script("ROLLBACK")
                try await group.waitForAll()
            }
            #expect(statuses.all.filter { $0 == 503 }.count >= 2)
            #expect(statuses.all.contains(200))
        }
    }

    @Test func `another database than the expected one is refused`() async throws {
        let refusal = await #expect(throws: Refusal.self) {
            try await RunningServer.with {
                $0.expected.name = "production"
            } _: { _ in
            }
        }
        #expect(refusal?.description.contains("production") == true)
    }

    @Test func `a column that was renamed is a refusal to start, which names it`() async throws {
        let refusal = await #expect(throws: Refusal.self) {
            try await RunningServer.with(
                after: "ALTER TABLE core.company_industries RENAME matched_industry TO industry"
            ) { _ in }
        }
        #expect(refusal?.description.contains("matched_industry") == true)
    }
}

/// What requests were answered with, in the order of the answers.
private final class Statuses: Sendable {
    private let statuses = Mutex<[Int]>([])
    func add(_ status: Int) { statuses.withLock { $0.append(status) } }
    var all: [Int] { statuses.withLock { $0 } }
}
