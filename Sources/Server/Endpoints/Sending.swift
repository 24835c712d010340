import Ingest
import Postgres
import Web

extension Endpoint {
    /// Sending staged rows out, and following it.
    static let sending: [Endpoint] = [
        Endpoint(
            method: .post, path: "/run/case-study-urls/to-clay",
            summary: "Begins to send staged case-study URLs to a webhook, or goes on with it.",
            fields: SendRequest.fields,
            answers: [202: "The job, which goes on by itself; its URL tells how far it is."],
            handle: start),
        Endpoint(
            method: .get, path: "/jobs", summary: "Lists the newest send jobs, 100 at the most.",
            answers: [200: "The jobs."]
        ) { call in
            let jobs = try await call.service.pool.lend { connection in
                try await SendJobs(over: connection).all()
            }
            return Reply(200, .object([.init("jobs", .array(jobs.map { .object($0.members) }))]))
        },
        Endpoint(
            method: .get, path: "/jobs/{id}", summary: "Says how far a send job is.",
            answers: [200: "The job.", 404: "There is no such job."]
        ) { call in
            try await call.withJob { job, jobs in
                let unsent = try await jobs.unsent(of: job)
                return Reply(
                    200, .object(job.members + [.init("unsent", .array(unsent.map(\.json)))]))
            }
        },
        change("pause", "Has a running job wait.", 409) { (job, jobs) throws(PostgresError) in
            try await jobs.pause(job)
                ? nil : "the job is \(job.state.rawValue), and only a running one can be paused"
        },
        change("resume", "Lets a paused job go on.", 409) { (job, jobs) throws(PostgresError) in
            try await jobs.resume(job)
                ? nil : "the job is \(job.state.rawValue), and only a paused one can be resumed"
        },
        change("retry", "Takes up again what a job gave up, skipped, or left.", 409) {
            (job, jobs) throws(PostgresError) in
            try await jobs.retry(job) != nil
                ? nil : "another job is under way for this webhook and batch; let it end first"
        },
    ]

    private static func start(_ call: Call) async throws -> Reply {
        let request: SendRequest
        switch SendRequest.read(call.body) {
        case .success(let read): request = read
        case .failure(let fault): return Reply(fault.answer)
        }
        if let refusal = call.refusal(of: request.webhook, at: "webhook_url") { return refusal }
        let address = try WebAddress(request.webhook)
        let job = try await call.service.pool.lend { connection in
            try await SendJobs(over: connection).start(
                address.text, origin: address.origin, batch: request.batch)
        }
        var reply = Reply(
            202,
            .object(
                [.init("success", .bool(true)), .init("job_id", .string(job.id))] + job.members))
        reply.headers = [("Location", "/jobs/\(job.id)")]
        return reply
    }

    private static func change(
        _ word: String, _ summary: String, _ status: Int,
        _ body: @escaping @Sendable (SendJob, SendJobs) async throws(PostgresError) -> String?
    ) -> Endpoint {
        Endpoint(
            method: .post, path: "/jobs/{id}/\(word)", summary: summary,
            answers: [
                200: "The job, as it is now.", 404: "There is no such job.",
                status: "The job is not in a state for it.",
            ]
        ) { call in
            try await call.withJob { job, jobs in
                if let sentence = try await body(job, jobs) {
                    return .problem(status, "Not now", sentence)
                }
                return Reply(200, .object((try await jobs.job(job.id) ?? job).members))
            }
        }
    }
}

extension Call {
    /// Finds the job that the path names.
    fileprivate func withJob(
        _ body: @escaping @Sendable (SendJob, SendJobs) async throws -> Reply
    ) async throws -> Reply {
        let id = parameters["id"] ?? ""
        return try await service.pool.lend { connection in
            let jobs = SendJobs(over: connection)
            guard let job = try await jobs.job(id) else {
                return .problem(
                    404, "No such job", "there is no job of this id; GET /jobs lists them")
            }
            return try await body(job, jobs)
        }
    }
}
