import Glibc
public import Ingest
public import Web

/// Posts rows to webhooks (Standard Webhooks: `webhook-id` is the same at each attempt).
public struct Posting: Sendable {
    private let client: WebClient
    private let timeout: Duration

    /// Posts by a client.
    ///
    /// - Parameters:
    ///   - client: Which addresses may be talked to is its rule.
    ///   - timeout: How long an answer is waited for.
    public init(by client: WebClient, timeout: Duration = .seconds(20)) {
        self.client = client
        self.timeout = timeout
    }

    /// Posts a row, and says what came of it.
    ///
    /// - Parameters:
    ///   - message: The row.
    ///   - time: Seconds since 1970.
    ///   - departure: Asked right before the row leaves; false keeps it here.
    /// - Returns: What came of it.
    public func reply(
        to message: Sender.Message, at time: Int,
        departure: @escaping Sender.Departure
    ) async -> WebhookReply {
        do throws(WebAddress.Fault) {
            return await reply(to: message, at: try WebAddress(message.webhook), time, departure)
        } catch {
            return .refused(reason: "the webhook's address \(error)")
        }
    }

    /// Seconds since 1970.
    static var now: Int { time(nil) }

    private func reply(
        to message: Sender.Message, at address: WebAddress, _ time: Int,
        _ departure: @escaping Sender.Departure
    ) async -> WebhookReply {
        let request = WebRequest(
            .post(Array(message.body.utf8)), address,
            headers: [
                ("Content-Type", "application/json"), ("webhook-id", message.id),
                ("webhook-timestamp", String(time)),
            ],
            timeout: timeout, departure: departure)
        do throws(WebFailure) {
            let answer = try await client.send(request)
            return .answered(
                status: answer.status, retryAfter: answer.headers["retry-after"],
                body: String(decoding: answer.body, as: UTF8.self))
        } catch {
            if error.kind == .addressRefused { return .refused(reason: error.description) }
            if error.kind == .withheld, !error.mayHaveArrived { return .withheld }
            return .failed(reason: error.description, mayHaveArrived: error.mayHaveArrived)
        }
    }
}
