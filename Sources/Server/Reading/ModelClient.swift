import Ingest
import Web

/// Asks a language model over HTTP (`models.generateContent`).
struct ModelClient: Sendable {
    private let client: WebClient
    private let address: WebAddress
    private let key: String

    /// How long an answer may be, in bytes.
    private static let limit = 1_048_576

    /// Asks the server of some options.
    ///
    /// Its address is the operator's word, not a client's: it may be in a private network.
    init(_ options: ReadingOptions) throws(WebAddress.Fault) {
        client = WebClient(
            rules: AddressRules(
                allowed: [AddressRange("0.0.0.0/0"), AddressRange("::/0")].compactMap(\.self)))
        address = try WebAddress(
            "\(options.server.text)/v1beta/models/\(options.reader.model):generateContent")
        key = options.key
    }

    /// Asks, and says what came of it.
    func reply(to request: ModelRequest) async -> ModelReply {
        let request = WebRequest(
            .post(request.body), address,
            headers: [("Content-Type", "application/json"), ("x-goog-api-key", key)],
            timeout: request.timeout, limit: Self.limit, beyond: .refuse)
        do throws(WebFailure) {
            let answer = try await client.send(request)
            return .answered(
                status: answer.status, retryAfter: answer.headers["retry-after"],
                body: answer.body)
        } catch {
            return .failed(reason: error.description, mayHaveArrived: error.mayHaveArrived)
        }
    }
}
