/// What is said to whoever sent a payload.
///
/// It is given once all is committed, or nothing is.
public struct Answer: Sendable, Hashable {
    /// How it went.
    public enum Status: String, Sendable, Hashable, CaseIterable {
        /// All of it is stored, but for what waits in the quarantine: HTTP 200.
        case accepted
        /// It is no JSON: HTTP 400.
        case malformed
        /// It is not what the workflow takes, and nothing is stored: HTTP 400.
        case invalid
        /// The key was used for another payload, and nothing is stored: HTTP 422.
        case conflict
        /// The database refused it, and nothing is stored: HTTP 422.
        case refused
    }

    /// How it went.
    public let status: Status
    /// The answer's members, `success` first.
    public let body: JSONValue
    /// What is wrong with the payload.
    public let problems: [Problem]

    init(accepted members: [JSONValue.Member]) {
        status = .accepted
        body = .object([.init("success", .bool(true))] + members)
        problems = []
    }

    init(_ status: Status, _ sentence: String, problems: [Problem] = []) {
        self.status = status
        self.problems = problems
        var members: [JSONValue.Member] = [
            .init("success", .bool(false)), .init("error", .string(sentence)),
        ]
        if !problems.isEmpty {
            members.append(.init("problems", .array(problems.map { .string($0.description) })))
        }
        body = .object(members)
    }

    /// An answer that was given before.
    init(repeating body: JSONValue) {
        status = .accepted
        self.body = body
        problems = []
    }

    static func invalid(_ problems: [Problem]) -> Answer {
        Answer(
            .invalid, "the payload is not what this workflow takes; nothing was stored",
            problems: problems)
    }
}
