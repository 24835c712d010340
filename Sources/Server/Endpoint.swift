import Ingest

/// One thing that clients may ask of the service.
///
/// The routes and the OpenAPI document are both made from these, so that neither can say what the other does
/// not.
struct Endpoint: Sendable {
    /// How it is asked.
    enum Method: String, Sendable {
        case get
        case post
    }

    /// Who may ask.
    enum Access: Sendable {
        /// Everybody who reaches the service.
        case anybody
        /// Who has a key.
        case key
    }

    let method: Method
    /// Where, with parameters in braces: `/jobs/{id}`.
    let path: String
    /// What it is for, in a sentence.
    let summary: String
    var access = Access.key
    /// What the body of a request may hold.
    var fields: [Field] = []
    /// What may be answered, with what it means, beside what any endpoint may answer.
    var answers: [Int: String]
    /// Whether the same request may be sent twice, named by its key.
    var takesKey = false
    /// Whether it is there only to say that it is gone.
    var isRetired = false
    /// Answers.
    let handle: @Sendable (Call) async throws -> Reply
}

/// A request that has been let in and read.
struct Call: Sendable {
    let service: Service
    let body: [UInt8]
    /// The values of the path's parameters.
    let parameters: [String: String]
    /// What the client names the request by.
    let key: String?
}

/// What is answered.
struct Reply: Sendable {
    let status: Int
    var headers: [(name: String, value: String)] = []
    let type: String
    let body: String

    init(_ status: Int, _ body: JSONValue, type: String = "application/json") {
        self.status = status
        self.type = type
        self.body = body.text
    }

    init(_ status: Int, text: String, type: String) {
        self.status = status
        self.type = type
        body = text
    }

    /// What is wrong, in the one form that all of the service's errors have (RFC 9457).
    ///
    /// - Parameters:
    ///   - status: What kind of error it is.
    ///   - title: The kind, in words that do not change.
    ///   - detail: What happened, and what to do.
    ///   - problems: What is wrong with the request.
    ///   - headers: What stands beside it, such as `Retry-After`.
    /// - Returns: The answer.
    static func problem(
        _ status: Int, _ title: String, _ detail: String, problems: [Problem] = [],
        headers: [(name: String, value: String)] = []
    ) -> Reply {
        var members: [JSONValue.Member] = [
            .init("type", .string("about:blank")), .init("title", .string(title)),
            .init("status", .integer(status)), .init("detail", .string(detail)),
            // Clients of the system that this one replaces look here.
            .init("success", .bool(false)),
        ]
        if !problems.isEmpty {
            members.append(
                .init(
                    "errors",
                    .array(
                        problems.map { problem in
                            .object([
                                .init("path", .string(problem.path)),
                                .init("detail", .string(problem.description)),
                            ])
                        })))
        }
        var reply = Reply(status, .object(members), type: "application/problem+json")
        reply.headers = headers
        return reply
    }

    /// That one member of a request is not what it must be.
    static func invalid(_ path: String, _ sentence: String) -> Reply {
        .problem(
            400, "Invalid request", "\(path): \(sentence)",
            problems: [Problem(path: path, sentence: sentence)])
    }

    /// The answer of the ingest core.
    init(_ answer: Answer) {
        let detail = answer.detail
        switch answer.status {
        case .accepted: self.init(200, answer.body)
        case .malformed:
            self = .problem(400, "Malformed JSON", detail, problems: answer.problems)
        case .invalid:
            self = .problem(400, "Invalid request", detail, problems: answer.problems)
        case .conflict: self = .problem(422, "Idempotency key reused", detail)
        case .refused: self = .problem(422, "Refused by the database", detail)
        }
    }
}

extension Answer {
    /// What happened, in a sentence.
    fileprivate var detail: String {
        guard case .string(let sentence) = body["error"] else { return "" }
        return problems.first.map { "\(sentence): \($0.description)" } ?? sentence
    }
}
