import CLibCurl

/// The address of a page or a webhook, read by the library that will talk to it.
///
/// Two readers of one address may see two hosts; there is one here.
public struct WebAddress: Sendable, Hashable {
    /// As it was given, with the secrets that it may hold; ``origin`` may be shown.
    public let text: String
    /// Scheme, host and port, which may be shown: `https://hooks.example.com`.
    public let origin: String
    /// The host alone, in lower case, without brackets.
    public let host: String

    /// Why a text is no address that may be talked to.
    public struct Fault: Error, Hashable, CustomStringConvertible {
        /// The text for people and logs: what follows the name of what was given.
        public let description: String
    }

    /// Reads an address.
    ///
    /// - Throws: What is wrong with it, without showing it.
    public init(_ text: String) throws(Fault) {
        let isClean = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        guard isClean, text.utf8.count <= 4_096 else {
            throw Fault(
                description: "must be an address of printable ASCII, of at most 4,096 bytes")
        }
        guard let url = unsafe curl_url() else {
            throw Fault(description: "cannot be read: there is no memory left")
        }
        defer { unsafe curl_url_cleanup(url) }
        guard unsafe curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK,
            let scheme = unsafe WebAddress.part(CURLUPART_SCHEME, of: url),
            let host = unsafe WebAddress.part(CURLUPART_HOST, of: url)
        else { throw Fault(description: "must be an address that begins with https:// or http://") }
        guard scheme == "https" || scheme == "http" else {
            throw Fault(description: "must begin with https:// or http://, not \(scheme)://")
        }
        guard unsafe WebAddress.part(CURLUPART_USER, of: url) == nil,
            unsafe WebAddress.part(CURLUPART_PASSWORD, of: url) == nil
        else { throw Fault(description: "must not hold a user name or a password") }
        self.text = text
        let port = unsafe WebAddress.part(CURLUPART_PORT, of: url)
        origin = "\(scheme)://\(host.lowercased())" + (port.map { ":\($0)" } ?? "")
        self.host = String(host.lowercased().drop { $0 == "[" }.prefix { $0 != "]" })
    }

    /// Where a link or a redirect of what is found there leads.
    ///
    /// - Throws: What is wrong with it, without showing it.
    public func following(_ place: String) throws(Fault) -> WebAddress {
        guard let url = unsafe curl_url() else {
            throw Fault(description: "cannot be read: there is no memory left")
        }
        defer { unsafe curl_url_cleanup(url) }
        // Servers and pages write what should be escaped; browsers take it so.
        guard unsafe curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK,
            unsafe curl_url_set(url, CURLUPART_URL, place, UInt32(CURLU_URLENCODE)) == CURLUE_OK,
            let whole = unsafe WebAddress.part(CURLUPART_URL, of: url)
        else { throw Fault(description: "must be an address that begins with https:// or http://") }
        return try WebAddress(whole)
    }

    /// The address that it names without a look-up, where it names one.
    public var literal: Address? { Address(host) }

    private static func part(_ part: CURLUPart, of url: OpaquePointer) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard unsafe curl_url_get(url, part, &text, 0) == CURLUE_OK, let found = unsafe text
        else { return nil }
        defer { unsafe curl_free(found) }
        return unsafe String(cString: found)
    }
}
