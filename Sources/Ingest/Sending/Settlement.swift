/// What came of posting a row.
public enum WebhookReply: Sendable, Hashable {
    /// The webhook answered.
    ///
    /// - Parameters:
    ///   - status: 200 to 599.
    ///   - retryAfter: The header `Retry-After`, as it came.
    ///   - body: The beginning of the answer.
    case answered(status: Int, retryAfter: String?, body: String)
    /// There was no answer, for this reason.
    ///
    /// - Parameters:
    ///   - reason: A sentence without the webhook's address.
    ///   - mayHaveArrived: Whether the request may have reached the webhook.
    case failed(reason: String, mayHaveArrived: Bool)
    /// The webhook's name leads to an address that may not be talked to.
    case refused(reason: String)
    /// Nothing was sent: the row is no longer to leave.
    case withheld
}

/// What becomes of a row by what came of posting it.
enum Settlement: Sendable, Hashable {
    /// It was delivered.
    case sent(status: Int)
    /// It is tried again.
    ///
    /// - Parameters:
    ///   - after: Seconds until then.
    ///   - reason: Why.
    ///   - status: What was answered, if anything was.
    ///   - isInDoubt: Whether this attempt may have arrived.
    ///   - holdsJob: Whether the webhook asked to be left alone for that time.
    case again(
        after: Double, reason: String, status: Int?, isInDoubt: Bool, holdsJob: Bool)
    /// It is given up, and waits for a person.
    case dead(reason: String, status: Int?, answer: String?, isInDoubt: Bool)
    /// Nothing more is sent there.
    case stopped(reason: String, status: Int?)

    /// How often a row is tried.
    static let attempts = 10
    /// The longest time, in seconds, that a webhook may ask for.
    static let longestRetryAfter = 3_600.0

    /// Decides; nothing where nothing was sent.
    ///
    /// - Parameters:
    ///   - reply: What came.
    ///   - attempt: Which attempt it was, from 1.
    ///   - jitter: 0 to 1, by chance, so that what failed together is not tried together.
    ///   - now: Seconds since 1970, for a date in `Retry-After`.
    ///   - secrets: Texts that the answer may repeat and nobody is to see.
    init?(
        _ reply: WebhookReply, attempt: Int, jitter: Double, now: Double,
        hiding secrets: [String] = []
    ) {
        switch reply {
        case .answered(let status, let retryAfter, let body):
            self.init(
                status, retryAfter.flatMap { RetryAfter.seconds(in: $0, now: now) },
                Discretion.excerpt(of: body, hiding: secrets), attempt, jitter)
        case .failed(let reason, let mayHaveArrived):
            guard attempt < Settlement.attempts else {
                self = .dead(
                    reason: "\(Settlement.attempts) attempts failed; the last: \(reason)",
                    status: nil, answer: nil, isInDoubt: mayHaveArrived)
                return
            }
            self = .again(
                after: Settlement.pause(attempt, jitter), reason: reason, status: nil,
                isInDoubt: mayHaveArrived, holdsJob: false)
        case .refused(let reason):
            self = .stopped(reason: reason, status: nil)
        case .withheld:
            return nil
        }
    }

    private init(
        _ status: Int, _ retryAfter: Double?, _ answer: String, _ attempt: Int, _ jitter: Double
    ) {
        switch status {
        case 200..<300:
            self = .sent(status: status)
        case 410:
            self = .stopped(reason: "the webhook is gone: it answered 410", status: status)
        case 408, 425, 429, 500...:
            guard attempt < Settlement.attempts else {
                self = .dead(
                    reason: "\(Settlement.attempts) attempts failed; the last answer was \(status)",
                    status: status, answer: answer, isInDoubt: false)
                return
            }
            let pause = Settlement.pause(attempt, jitter)
            self = .again(
                after: max(pause, min(retryAfter ?? 0, Settlement.longestRetryAfter)),
                reason: "the webhook answered \(status)", status: status, isInDoubt: false,
                holdsJob: retryAfter != nil)
        case 300..<400:
            self = .dead(
                reason:
                    "the webhook answered \(status), and redirects are not followed: start a job "
                    + "with the address that it leads to",
                status: status, answer: answer, isInDoubt: false)
        default:
            self = .dead(
                reason: "the webhook refused it with \(status)", status: status, answer: answer,
                isInDoubt: false)
        }
    }

    /// Doubling from a second to five minutes, and between half and the whole of it by chance.
    static func pause(_ attempt: Int, _ jitter: Double) -> Double {
        var whole = 1.0
        for _ in 1..<max(attempt, 1) { whole = min(whole * 2, 300) }
        return whole * (0.5 + jitter / 2)
    }
}
