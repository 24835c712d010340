/// What a client says to have rows sent.
public struct SendRequest: Sendable, Hashable {
    /// What a request may hold.
    public static let fields: [Field] = [.text("webhook_url").required, .text("batch_id")]

    /// The whole address of the webhook, as it was given.
    public let webhook: String
    /// The batch whose rows are sent; every unsent row where it is nothing.
    public let batch: String?

    /// Why a request is none.
    public struct Fault: Error, Sendable {
        /// What its sender is told.
        public let answer: Answer
    }

    /// Reads a request.
    public static func read(_ bytes: [UInt8]) -> Result<SendRequest, Fault> {
        switch Request.read(bytes, fields) {
        case .failure(let refused):
            .failure(Fault(answer: refused.answer))
        case .success(let item):
            .success(
                SendRequest(
                    webhook: item.text("webhook_url").text ?? "", batch: item.text("batch_id").text)
            )
        }
    }
}

extension SendJob {
    /// What clients are told of it.
    public var members: [JSONValue.Member] {
        func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
        return [
            .init("id", .string(id)), .init("url", .string("/jobs/\(id)")),
            .init("state", .string(state.rawValue)), .init("reason", text(reason)),
            .init("webhook", .string(origin)), .init("batch_id", text(batch)),
            .init("rows", .integer(rows)), .init("waiting", .integer(waiting)),
            .init("sending", .integer(sending)), .init("sent", .integer(sent)),
            .init("skipped", .integer(skipped)), .init("dead", .integer(dead)),
            .init("stopped", .integer(stopped)), .init("in_doubt", .integer(inDoubt)),
            .init("created_at", .string(created)), .init("settled_at", text(settled)),
        ]
    }
}

extension SendJob.Unsent {
    /// What clients are told of it.
    public var json: JSONValue {
        .object([
            .init("state", .string(state)), .init("reason", .string(reason)),
            .init("rows", .integer(rows)), .init("example", .string(example)),
            .init("answer", answer.map { .string($0) } ?? .null),
        ])
    }
}
