import Testing

@testable import Ingest

/// What becomes of a row by what came of posting it.
struct SettlementTests {
    private func settlement(
        _ status: Int, retryAfter: String? = nil, body: String = "", attempt: Int = 1
    ) -> Settlement? {
        Settlement(
            .answered(status: status, retryAfter: retryAfter, body: body), attempt: attempt,
            jitter: 1, now: 784_111_777)
    }

    @Test(arguments: [200, 201, 202, 204, 299])
    func `what was taken is sent`(status: Int) {
        #expect(settlement(status) == .sent(status: status))
    }

    @Test(arguments: [408, 425, 429, 500, 502, 503, 504, 599])
    func `what may go better is tried again, and given up in the end`(status: Int) {
        guard
            case .again(let after, let reason, status, isInDoubt: false, holdsJob: false) =
                settlement(status, attempt: 3)
        else {
            Issue.record("\(settlement(status, attempt: 3))")
            return
        }
        #expect(after == 4)
        #expect(reason == "the webhook answered \(status)")
        #expect(
            settlement(status, body: "busy", attempt: 10)
                == .dead(
                    reason: "10 attempts failed; the last answer was \(status)", status: status,
                    answer: "busy", isInDoubt: false))
    }

    @Test(arguments: [
        ("120", 120), ("1", 2), ("Sun, 06 Nov 1994 08:51:37 GMT", 120),
        ("Sun, 06 Nov 1994 08:40:00 GMT", 2), ("99999", 3_600),
        ("120 \t", 120), ("99999999999", 3_600), (String(repeating: "9", count: 400), 3_600),
    ])
    func `a webhook may say when it wants to be asked again`(text: String, seconds: Double) {
        #expect(
            settlement(429, retryAfter: text, attempt: 2)
                == .again(
                    after: seconds, reason: "the webhook answered 429", status: 429,
                    isInDoubt: false, holdsJob: true))
    }

    @Test(arguments: ["", "soon", "-5", "1.5", "Sun, 06 Nov 1994", "1994-11-06T08:49:37Z"])
    func `what says no time is not heeded`(text: String) {
        #expect(RetryAfter.seconds(in: text, now: 0) == nil)
    }

    @Test func `a webhook that is gone stops the job`() {
        #expect(
            settlement(410)
                == .stopped(reason: "the webhook is gone: it answered 410", status: 410))
        #expect(
            Settlement(.refused(reason: "private"), attempt: 1, jitter: 0, now: 0)
                == .stopped(reason: "private", status: nil))
    }

    @Test(arguments: [301, 302, 307, 308])
    func `a redirect is not followed`(status: Int) {
        guard case .dead(let reason, status, _, isInDoubt: false) = settlement(status) else {
            Issue.record("\(settlement(status))")
            return
        }
        #expect(reason.contains("redirects are not followed"))
    }

    @Test(arguments: [400, 401, 403, 404, 422])
    func `a refusal waits for a person, with the answer`(status: Int) {
        #expect(
            settlement(status, body: "no\n such\t table")
                == .dead(
                    reason: "the webhook refused it with \(status)", status: status,
                    answer: "no such table", isInDoubt: false))
    }

    @Test func `what may have arrived is in doubt`() {
        let lost = WebhookReply.failed(reason: "the connection broke", mayHaveArrived: true)
        #expect(
            Settlement(lost, attempt: 1, jitter: 0, now: 0)
                == .again(
                    after: 0.5, reason: "the connection broke", status: nil, isInDoubt: true,
                    holdsJob: false))
        #expect(
            Settlement(lost, attempt: 10, jitter: 0, now: 0)
                == .dead(
                    reason: "10 attempts failed; the last: the connection broke", status: nil,
                    answer: nil, isInDoubt: true))
    }

    @Test func `pauses double to five minutes, and differ by chance`() {
        #expect(
            (1...10).map { Settlement.pause($0, 1) } == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300])
        #expect(Settlement.pause(5, 0) == 8)
    }

    @Test func `an answer is kept short, in one line and without secrets`() {
        #expect(
            Discretion.excerpt(
                of: "POST /v1/s3cret?t=1 is \u{1B}[31mgone\r\n", hiding: ["v1/s3cret?t=1", "v1"])
                == "POST /[…] is [31mgone")
        #expect(
            Discretion.excerpt(
                of: "key sk_live_4eC39HqLyjWDarjtT1zdp7dc refused", hiding: [])
                == "key […] refused")
        #expect(
            Discretion.excerpt(of: #"{"token":"0123456789abcdef01234567"}"#, hiding: [])
                == #"{"token":"[…]"}"#)
        let long = Discretion.excerpt(
            of: String(repeating: "word ", count: 1_000), hiding: [])
        #expect(long.count == 302 && long.hasSuffix(" …"))
    }
}
