import Auditor
import Subprocess

/// A place that takes messages by HTTP, whose address is a secret.
///
/// The message is sent by the system's curl: it knows proxies and certificates, and neither
/// Foundation's networking nor a TLS library of our own has to be linked and started for one request. The
/// address and the message go to its standard input, so that no list of processes shows them.
struct Webhook: Sendable {
    private let address: String

    /// Takes an address.
    ///
    /// - Throws: A refusal, which does not show it, where it is none.
    init(_ address: String) throws(Refusal) {
        let isAddress = address.hasPrefix("https://") || address.hasPrefix("http://")
        let isClean = address.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        guard isAddress, isClean, address.utf8.count < 4_096 else {
            throw Refusal(
                "the address of --notify is none of a webhook: it begins with https:// and has no "
                    + "spaces")
        }
        self.address = address
    }

    /// Sends a message: three tries of ten seconds at the most.
    ///
    /// - Returns: Why it was not delivered, or `nil` where it was.
    func send(_ message: String) async -> String? {
        let lines = [
            "url = \(Webhook.quoted(address))",
            "header = \"Content-Type: application/json\"",
            "data-binary = \(Webhook.quoted(message))",
        ]
        do {
            let result = try await run(
                .name("curl"),
                // --disable comes first, or curl reads its user's own settings.
                arguments: [
                    "--disable", "--config", "-", "--silent", "--fail", "--proto", "=https,http",
                    "--connect-timeout", "5", "--max-time", "10", "--retry", "2",
                    "--retry-all-errors", "--retry-delay", "1", "--output", "/dev/null",
                    "--write-out", "%{http_code}",
                ],
                input: .string(lines.joined(separator: "\n") + "\n"),
                output: .string(limit: 4_096), error: .discarded)
            guard case .exited(let code) = result.terminationStatus else {
                return "curl was ended by a signal"
            }
            return code == 0
                ? nil : Webhook.reason(code, status: result.standardOutput) + ", in three tries"
        } catch {
            return "curl could not be started; install it, or leave --notify out"
        }
    }

    /// What curl's exit status says, without the address that its own words may hold.
    private static func reason(_ code: Int32, status: String) -> String {
        switch code {
        case 5, 6: "its host was not found"
        case 7: "its host takes no connection"
        case 22: "it answered with HTTP status \(String(status.suffix(3)))"
        case 28: "it did not answer within 10 seconds"
        case 35, 51, 58, 59, 60, 77, 83: "no trusted TLS connection came about"
        case 52, 56: "it closed the connection without an answer"
        default: "curl ended with status \(code)"
        }
    }

    /// A value as curl's configuration files quote it.
    private static func quoted(_ value: String) -> String {
        var text = "\""
        for character in value.unicodeScalars {
            switch character {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            default: text.unicodeScalars.append(character)
            }
        }
        return text + "\""
    }
}
