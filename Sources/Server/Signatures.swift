import Auditor
import FoundationEssentials
import Glibc

/// Proof that a payload comes from who shares a secret with the service (Standard Webhooks).
///
/// The signature is an HMAC with SHA-256 of the message's id, its time and its body. One whose time is more
/// than five minutes away is refused, so that a message that was overheard is soon of no use.
struct Signatures: Sendable {
    private let secret: [UInt8]
    private let now: @Sendable () -> Int

    private static let tolerance = 300

    /// Why a message is refused.
    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    /// Takes a secret, as `whsec_` and base64.
    ///
    /// - Returns: Nothing where it is none, or shorter than 24 bytes.
    init?(_ text: String, now: @escaping @Sendable () -> Int = { time(nil) }) {
        let encoded = text.hasPrefix("whsec_") ? String(text.dropFirst(6)) : text
        guard let secret = Data(base64Encoded: encoded), secret.count >= 24 else { return nil }
        self.secret = Array(secret)
        self.now = now
    }

    /// The id of a message that is what it says.
    func message(
        of body: [UInt8], _ header: (String) -> String?
    ) -> Result<String, Fault> {
        guard let id = header("webhook-id"), let time = header("webhook-timestamp"),
            let signatures = header("webhook-signature")
        else {
            return .failure(
                Fault(
                    description:
                        "send webhook-id, webhook-timestamp and webhook-signature with the payload")
            )
        }
        let now = now()
        guard let seconds = Int(time),
            (now - Self.tolerance...now + Self.tolerance).contains(seconds)
        else {
            return .failure(
                Fault(
                    description:
                        "webhook-timestamp is not within five minutes of the service's clock"))
        }
        let signed = Digest.keyed(
            with: secret, of: Array("\(id).\(time).".utf8) + body)
        let isSigned = signatures.split(separator: " ").contains { signature in
            signature.hasPrefix("v1,")
                && Data(base64Encoded: String(signature.dropFirst(3)))
                    .map { Digest.areEqual(Array($0), signed) } == true
        }
        return isSigned
            ? .success(id)
            : .failure(Fault(description: "webhook-signature is not that of this payload"))
    }
}
