import Glibc

/// What is sent to a language model.
public struct ModelRequest: Sendable, Hashable {
    /// The body, as JSON.
    public let body: [UInt8]
    /// How long its answer is waited for.
    public let timeout: Duration
}

/// What came of sending it.
public enum ModelReply: Sendable, Hashable {
    /// The model's server answered.
    ///
    /// - Parameters:
    ///   - status: 200 to 599.
    ///   - retryAfter: The header `Retry-After`, as it came.
    ///   - body: The answer.
    case answered(status: Int, retryAfter: String?, body: [UInt8])
    /// There was no answer, for this reason.
    ///
    /// - Parameters:
    ///   - reason: The end of a sentence that begins with the server.
    ///   - mayHaveArrived: Whether the request may have reached it.
    case failed(reason: String, mayHaveArrived: Bool)
}

/// What is to be done about a reply.
enum ModelVerdict: Sendable, Hashable {
    /// The answer is there.
    case answered([UInt8])
    /// It is asked again, after so many seconds if its server said so.
    case again(reason: String, after: Double?)
    /// It is given up; where it may have arrived, it may have been paid for.
    ///
    /// - Parameters:
    ///   - reason: A sentence for clients.
    ///   - details: What its server said, for the log.
    ///   - mayHaveArrived: Whether the request may have reached it.
    case givenUp(reason: String, details: String, mayHaveArrived: Bool)

    /// The longest pause, in seconds, that a server may ask for.
    static let longestPause = 3_600.0

    init(_ reply: ModelReply, now: Double, hiding secrets: [String]) {
        switch reply {
        case .answered(200, _, let body):
            self = .answered(body)
        case .answered(let status, let retryAfter, let body):
            let error = (try? JSONReader.value(of: body))?["error"]
            let words = "the model's server answered \(status)" + ModelVerdict.code(in: error)
            if [408, 429, 500, 502, 503, 504].contains(status) {
                let pause =
                    retryAfter.flatMap { RetryAfter.seconds(in: $0, now: now) }
                    ?? ModelVerdict.pause(in: error)
                self = .again(
                    reason: words, after: pause.map { min($0, ModelVerdict.longestPause) })
            } else {
                self = .givenUp(
                    reason: words,
                    details: Discretion.excerpt(
                        of: String(decoding: body, as: UTF8.self), hiding: secrets),
                    mayHaveArrived: false)
            }
        case .failed(let reason, false):
            self = .again(reason: "the model's server was not reached: \(reason)", after: nil)
        case .failed(let reason, true):
            self = .givenUp(
                reason: "the model did not answer: \(reason)", details: "", mayHaveArrived: true)
        }
    }

    /// The error's own name, such as `RESOURCE_EXHAUSTED`.
    private static func code(in error: JSONValue?) -> String {
        guard case .string(let text)? = error?["status"], (1...40).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x41...0x5A).contains($0) || $0 == UInt8(ascii: "_") })
        else { return "" }
        return " (\(text))"
    }

    /// The seconds of a `google.rpc.RetryInfo`: `"retryDelay": "23.5s"`.
    private static func pause(in error: JSONValue?) -> Double? {
        guard case .array(let details)? = error?["details"] else { return nil }
        for detail in details {
            guard case .string(let type)? = detail["@type"],
                type.hasSuffix("google.rpc.RetryInfo"),
                case .string(let delay)? = detail["retryDelay"], delay.hasSuffix("s"),
                let seconds = Double(delay.dropLast()), seconds >= 0, seconds.isFinite
            else { continue }
            return seconds
        }
        return nil
    }
}
