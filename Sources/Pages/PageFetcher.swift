import Dispatch
public import Web

/// Fetches pages of hosts that somebody else names, and makes text of them.
///
/// Each step of a redirect is a request of its own, whose address is looked at like the first one's.
public struct PageFetcher: Sendable {
    /// What a page may cost.
    public struct Limits: Sendable {
        /// How long all of it may take, redirects included.
        public var time = Duration.seconds(15)
        /// How many bytes it may have.
        public var bytes = 5 * 1024 * 1024
        /// How many redirects are followed.
        public var redirects = 5
        /// How many bytes of its text are kept.
        public var text = 60_000
        /// How many hosts that it links to are kept.
        public var links = 100

        /// The usual ones.
        public init() {}
    }

    private let client: WebClient
    private let limits: Limits

    /// Fetches by a client.
    ///
    /// - Parameters:
    ///   - client: Which addresses may be talked to is its rule.
    ///   - limits: What a page may cost.
    public init(by client: WebClient, limits: Limits = Limits()) {
        self.client = client
        self.limits = limits
    }

    /// Fetches a page.
    ///
    /// - Throws: Why there is none.
    public func page(at address: WebAddress) async throws(PageFailure) -> Page {
        let end = ContinuousClock.now + limits.time
        var address = address
        for _ in 0...limits.redirects {
            let answer = try await answer(at: address, until: end)
            guard Self.redirects.contains(answer.status), let place = answer.headers["location"]
            else { return try await page(of: answer, at: address) }
            do throws(WebAddress.Fault) {
                address = try address.following(place)
            } catch {
                throw PageFailure("redirects to what is no address: it \(error)")
            }
        }
        throw PageFailure("redirects more than \(limits.redirects) times")
    }

    private static let redirects: Set<Int> = [301, 302, 303, 307, 308]

    private func answer(
        at address: WebAddress, until end: ContinuousClock.Instant
    ) async throws(PageFailure) -> WebAnswer {
        let late = PageFailure(
            "did not come within \(limits.time.components.seconds) s", isPassing: true)
        let left = end - .now
        guard left > .milliseconds(1) else { throw late }
        let request = WebRequest(
            .get, address,
            headers: [("Accept", "text/html, application/xhtml+xml, text/plain;q=0.9")],
            timeout: left, limit: limits.bytes, beyond: .refuse)
        do throws(WebFailure) {
            return try await client.send(request)
        } catch {
            switch error.kind {
            case .timedOut: throw late
            case .tooLarge:
                throw PageFailure("is longer than \(limits.bytes / 1_048_576) MB")
            case .addressRefused, .insecure:
                throw PageFailure("was not fetched: \(error)")
            case .unresolved, .unreachable, .broken, .cancelled, .withheld:
                throw PageFailure("was not fetched: \(error)", isPassing: true)
            }
        }
    }

    private func page(
        of answer: WebAnswer, at address: WebAddress
    ) async throws(PageFailure) -> Page {
        guard (200..<300).contains(answer.status) else {
            let isPassing = [408, 425, 429].contains(answer.status) || answer.status >= 500
            throw PageFailure("answered \(answer.status)", isPassing: isPassing)
        }
        if let coding = answer.headers["content-encoding"], coding.lowercased() != "identity" {
            throw PageFailure("came compressed, which it was not asked to be")
        }
        let type = ContentType(answer.headers["content-type"] ?? "")
        guard type.isHTML || type.media == "text/plain" else {
            throw PageFailure("is neither HTML nor plain text, as its Content-Type says")
        }
        let reading = await text(of: answer.body, type)
        return Page(
            address: address, text: reading.text,
            links: reading.links(seenFrom: address), isCut: reading.isCut)
    }

    /// Reads a page on a thread of its own: a long one would hold up whoever shares it.
    private func text(of body: [UInt8], _ type: ContentType) async -> PageText {
        let empty = PageText(limit: limits.text, links: limits.links)
        return await withCheckedContinuation { continuation in
            Self.readers.async {
                let text = Charset.text(of: body, declared: type.charset, isHTML: type.isHTML)
                var reading = empty
                if type.isHTML {
                    reading = HTMLReader.read(text, into: reading)
                } else {
                    reading.add(plain: text)
                }
                continuation.resume(returning: reading)
            }
        }
    }

    private static let readers = DispatchQueue(label: "assay pages", attributes: .concurrent)
}

/// What the header `Content-Type` says.
struct ContentType: Hashable {
    /// The type, in lower case, without parameters.
    let media: String
    /// The parameter `charset`.
    let charset: String?

    init(_ text: String) {
        let parts = text.split(separator: ";").map { part in
            String(part.filter { !$0.isWhitespace && $0 != "\"" && $0 != "'" }).lowercased()
        }
        media = parts.first ?? ""
        charset = parts.dropFirst().first { $0.hasPrefix("charset=") }
            .map { String($0.dropFirst("charset=".count)) }
    }

    var isHTML: Bool { media == "text/html" || media == "application/xhtml+xml" }
}
