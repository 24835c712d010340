/// One message of PostgreSQL's protocol, whichever way it goes.
struct WireMessage: Sendable {
    /// All of its bytes.
    let bytes: [UInt8]
    /// Its letter; nil for the first one of a client, which has none.
    let type: Character?

    /// The statement that a Parse or a Query carries.
    var statement: String? {
        switch type {
        case "P": text(after: bytes.dropFirst(5).firstIndex(of: 0).map { $0 + 1 } ?? bytes.count)
        case "Q": text(after: 5)
        default: nil
        }
    }

    /// Whether it is the server's word that a transaction is committed.
    var isCommitAcknowledgement: Bool { type == "C" && text(after: 5) == "COMMIT" }

    /// The number of the server's process, where it introduces itself.
    var process: Int32? {
        guard type == "K", bytes.count >= 9 else { return nil }
        return bytes[5..<9].reduce(0) { $0 << 8 | Int32($1) }
    }

    private func text(after start: Int) -> String {
        String(decoding: bytes.dropFirst(start).prefix { $0 != 0 }, as: UTF8.self)
    }
}

/// Cuts a stream of bytes into messages.
struct WireMessages {
    private var buffer: [UInt8] = []
    private var expectsLetter: Bool

    /// A client's first message has no letter; a server's has.
    init(ofClient: Bool) { expectsLetter = !ofClient }

    mutating func append(_ bytes: some Sequence<UInt8>) { buffer += bytes }

    /// The next message, once all of it has come.
    mutating func next() -> WireMessage? {
        let start = expectsLetter ? 1 : 0
        guard buffer.count >= start + 4 else { return nil }
        let length = buffer[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
        guard buffer.count >= start + length else { return nil }
        let bytes = Array(buffer.prefix(start + length))
        buffer.removeFirst(bytes.count)
        let type = expectsLetter ? Character(Unicode.Scalar(bytes[0])) : nil
        expectsLetter = true
        return WireMessage(bytes: bytes, type: type)
    }
}
