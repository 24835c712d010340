import AssayTesting
import Faults
import Glibc
import Ingest
import Loopback
import Postgres
import Synchronization
import Testing

/// What a webhook does with rows: to some of them, at first, all that can go wrong.
final class WebhookScript: Sendable {
    private let isPatient: Bool
    private let goneAfter: Int?
    private let state = Mutex<(attempts: [String: Int], answers: [Int: Int])>(([:], [:]))

    /// - Parameters:
    ///   - isPatient: Whether there is time for requests that are never answered.
    ///   - goneAfter: After how many requests it says that it is gone.
    init(isPatient: Bool, goneAfter: Int? = nil) {
        self.isPatient = isPatient
        self.goneAfter = goneAfter
    }

    /// How a request is treated.
    func manner(of request: Receiver.Request) -> Receiver.Manner {
        let attempt = state.withLock { state in
            state.attempts[request.body, default: 0] += 1
            return state.attempts[request.body, default: 0]
        }
        let manner = manner(of: row(of: request), attempt, request.number)
        if case .answering(let status, _, _) = manner {
            state.withLock { $0.answers[request.number] = status }
        }
        return manner
    }

    private func manner(of row: Int, _ attempt: Int, _ number: Int) -> Receiver.Manner {
        if let goneAfter { return .answering(number < goneAfter ? 200 : 410) }
        switch (row % 12, attempt) {
        case (1, _): return .answering(202)
        case (2, _): return .answering(301, headers: ["Location: /elsewhere"])
        case (3, _): return .answering(400, body: "no")
        case (4, 1): return .answering(429, headers: ["Retry-After: 1"])
        case (5, 1): return .answering(500)
        case (6, 1): return .resetting
        case (7, 1): return isPatient ? .hanging : .answering(503)
        default: return .answering(200)
        }
    }

    private func row(of request: Receiver.Request) -> Int {
        request.body.split(separator: "Customer ").last
            .flatMap { Int($0.prefix(while: \.isNumber)) } ?? 0
    }

    /// What a request was answered with; nothing where it was not.
    func answer(to request: Receiver.Request) -> Int? {
        state.withLock { $0.answers[request.number] }
    }

    /// The ids of what was answered with a 2xx.
    func delivered(_ requests: [Receiver.Request]) -> [String] {
        requests.filter { (200..<300).contains(answer(to: $0) ?? 0) }
            .compactMap { $0.header("webhook-id") }
    }
}

/// What became of staged rows, as the receiver and the database have it.
final class SendingAccount: Sendable {
    private struct Counts {
        var runs = 0
        var staged = 0
        var once = 0
        var again = 0
        var doubt = 0
        var dead = 0
        var lost = 0
        var doubled = 0
        var unheard = 0
    }

    private let name: String
    private let counts = Mutex(Counts())

    init(of name: String) { self.name = name }

    /// Holds what the database says of a job that has ended against what the receiver has.
    func add(
        _ job: SendJob, of rows: Int, _ batch: String, _ requests: [Receiver.Request],
        _ script: WebhookScript, _ warehouse: SendingWarehouse
    ) async throws {
        let delivered = Dictionary(grouping: script.delivered(requests), by: \.self)
        var counts = Counts()
        counts.runs = 1
        counts.staged = rows
        counts.once = delivered.values.count { $0.count == 1 }
        counts.again = delivered.values.count { $0.count > 1 }
        counts.doubt =
            Int(
                try await warehouse.scalar(
                    "SELECT count(*) FROM ingest.send_items WHERE job_id = '\(job.id)' AND in_doubt"
                )) ?? -1
        counts.dead = job.dead
        // Each row was delivered and is marked, or is given up with its reason, or was left when the job stopped.
        counts.lost = rows - job.sent - job.dead - job.stopped
        counts.doubled = Dictionary(grouping: requests, by: \.body).values
            .count { Set($0.map { $0.header("webhook-id") }).count > 1 }
        counts.unheard = try await warehouse.markedWithout(script.delivered(requests), batch)
        #expect(counts.lost == 0, "\(name): \(job)")
        #expect(counts.doubled == 0, "\(name)")
        #expect(counts.unheard == 0, "\(name)")
        // What was delivered is marked, but for what was under way when a job stopped.
        let isMarked =
            job.state == .finished
            ? job.sent == delivered.count : job.sent + job.inDoubt >= delivered.count
        #expect(isMarked, "\(name): \(job)")
        self.counts.withLock { sum in
            sum.runs += counts.runs
            sum.staged += counts.staged
            sum.once += counts.once
            sum.again += counts.again
            sum.doubt += counts.doubt
            sum.dead += counts.dead
            sum.lost += counts.lost
            sum.doubled += counts.doubled
            sum.unheard += counts.unheard
        }
    }

    /// Adds a line to the figures.
    func report() {
        let counts = counts.withLock { $0 }
        let numbers = [
            counts.runs, counts.staged, counts.once, counts.again, counts.doubt, counts.dead,
            counts.lost, counts.doubled, counts.unheard,
        ]
        Figures.add("\(name)\t" + numbers.map { "\($0)" }.joined(separator: "\t"))
    }

    /// How many requests came within the second in which most did.
    static func mostInASecond(_ requests: [Receiver.Request]) -> Int {
        let times = requests.map(\.arrived).sorted()
        var first = 0
        var most = 0
        for (last, time) in times.enumerated() {
            while time - times[first] >= .seconds(1) { first += 1 }
            most = max(most, last - first + 1)
        }
        return most
    }
}

extension SendingWarehouse {
    /// Stages rows of a batch.
    func stage(_ rows: Int, _ batch: String) async throws {
        try await script(
            """
            INSERT INTO raw.staging_case_study_urls (origin_company_name, origin_company_domain,
                customer_company_name, case_study_url, batch_id)
            SELECT 'Acme', 'acme.com', 'Customer ' || n, 'https://acme.com/\(batch)/' || n, '\(batch)'
            FROM generate_series(1, \(rows)) AS n
            """)
    }

    /// How many rows of a batch are marked sent, here or there, that none of these ids is of.
    func markedWithout(_ delivered: [String], _ batch: String) async throws -> Int {
        let list = delivered.map { "'\($0)'" }.joined(separator: ", ")
        let known = list.isEmpty ? "" : "AND item.message_id NOT IN (\(list))"
        return Int(
            try await scalar(
                """
                SELECT count(*) FROM ingest.send_items AS item
                JOIN raw.staging_case_study_urls AS staged ON staged.id = item.staging_id
                WHERE staged.batch_id = '\(batch)' AND (staged.sent_to_clay OR item.state = 'sent')
                    \(known)
                """)) ?? -1
    }

    /// Runs a service over the warehouse.
    func serving(_ body: (ServingProcess) async throws -> Void) async throws {
        try await ServingProcess.with(over: database.target.conninfo, database.name, [], body)
    }
}
