import Ingest
import Web

extension Endpoint {
    /// What may be answered where a page is read.
    private static let readingAnswers = [
        422: "The page cannot be read, or the model would not read it.",
        429: "What reading may cost a day is spent; Retry-After says when the next begins.",
        501: "The payload brings no results, and no language model is configured.",
        502: "The page does not answer, or the model's answer cannot be used.",
        503:
            "The database or the model is away, or as many pages are read as may be; Retry-After says when "
            + "to come again.",
    ]

    /// Pipeline 1: results are taken in; without them the page is read first.
    static func extraction(of workflow: Workflow) -> Endpoint {
        Endpoint(
            method: .post, path: workflow.path,
            summary: workflow.summary
                + " Without results, reads the page by a language model first.",
            fields: workflow.fields,
            answers: readingAnswers.merging([
                200: "All of it is stored, but for what waits in the quarantine.",
                422:
                    "The page cannot be read, the Idempotency-Key was used for another payload, or the "
                    + "database refused it.",
            ]) { $1 }, takesKey: true
        ) { call in
            guard let asked = call.service.ingest.caseStudyToRead(in: call.body) else {
                return try await call.store(call.body, by: workflow)
            }
            if let key = call.key {
                let earlier = try await call.service.pool.lend { connection in
                    try await call.service.ingest.earlierAnswer(
                        to: key, of: call.body, by: workflow, over: connection)
                }
                if let earlier { return Reply(earlier) }
            }
            return try await call.read(asked, for: .extraction, otherwise: "send the results along")
            { payload in
                try await call.store(Array(payload.text.utf8), by: workflow)
            }
        }
    }

    /// Pipeline 2, its first half.
    static let reading: [Endpoint] = [
        Endpoint(
            method: .post, path: "/run/companies/gemini/case-study-buyer/extract",
            summary:
                "Reads a case study by a language model and returns its buyers, in the form that "
                + "\(Workflow.caseStudyBuyers.path) takes.",
            fields: CaseStudyRequest.fields,
            answers: readingAnswers.merging([
                200: "The buyers; nothing is stored but that the page was read.",
                501: "No language model is configured.",
            ]) { $1 }
        ) { call in
            try await call.read(
                call.service.ingest.caseStudyRequest(in: call.body), for: .buyers,
                otherwise: "send what another has read to \(Workflow.caseStudyBuyers.path)"
            ) { payload in
                guard case .object(let members) = payload else { return Reply(200, payload) }
                return Reply(
                    200,
                    .object(
                        [.init("success", .bool(true))] + members.filter { $0.key != "success" }))
            }
        }
    ]
}

extension Call {
    /// Stores a payload; one that was made of the request is known again by the request.
    func store(_ payload: [UInt8], by workflow: Workflow) async throws -> Reply {
        let answer = try await service.pool.lend { connection in
            try await service.ingest.accept(
                payload, by: workflow, key: key, madeOf: body, over: connection)
        }
        return Reply(answer)
    }

    /// Reads the case study of a request, and goes on with what was found.
    fileprivate func read(
        _ asked: Result<CaseStudyRequest, Ingest.Refused>, for question: CaseStudyQuestion,
        otherwise: String, _ body: (JSONValue) async throws -> Reply
    ) async throws -> Reply {
        guard let reader = service.reader else {
            return .problem(
                501, "No language model",
                "this service has no language model to read case studies by: set ASSAY_MODEL_KEY and "
                    + "ASSAY_MODEL where it is started, or \(otherwise)")
        }
        let request: CaseStudyRequest
        switch asked {
        case .success(let found): request = found
        case .failure(let refused): return Reply(refused.answer)
        }
        if let refusal = refusal(of: request.address, at: "case_study_url") { return refusal }
        switch try await reader.read(request, for: question) {
        case .success(let reading): return try await body(reading.payload(for: request))
        case .failure(let fault): return Reply(fault)
        }
    }

    /// Why the service does not talk to an address that a client gives, as far as its text tells.
    func refusal(of text: String, at path: String) -> Reply? {
        let address: WebAddress
        do throws(WebAddress.Fault) {
            address = try WebAddress(text)
        } catch {
            return .invalid(path, error.description)
        }
        guard let literal = address.literal, !service.addresses.allow(literal) else { return nil }
        return .invalid(
            path, "must not lead to a private or local address, and \(address.host) is one")
    }
}
