/// Talks HTTP to hosts that somebody else names, and trusts none of them.
///
/// Each address is looked at when the connection is made, so that a name cannot lead to one address when it
/// is looked up and to another when it is talked to. Redirects are not followed; proxies of the environment
/// are not used, for they would be the ones to look at addresses.
public final class WebClient: Sendable {
    private let transfers: TransferLoop
    private let rules: AddressRules

    /// Creates a client, with one thread of its own.
    ///
    /// - Parameter rules: Which addresses may be talked to.
    public init(rules: AddressRules = AddressRules()) {
        self.rules = rules
        transfers = TransferLoop()
    }

    deinit { transfers.stop() }

    /// Sends a request and waits for the answer, whatever its status.
    ///
    /// - Throws: Why there is none.
    public func send(_ request: WebRequest) async throws(WebFailure) -> WebAnswer {
        if let literal = request.address.literal, !rules.allow(literal) {
            throw .addressRefused(mayHaveArrived: false)
        }
        let transfer = Transfer(request, rules)
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                transfers.start(transfer, continuation)
            }
        } onCancel: {
            transfers.cancel(transfer)
        }
        return try outcome.get()
    }
}
