/// Where the data of a `COPY … FROM STDIN` goes.
///
/// It cannot outlive the call that lends it.
public struct CopyWriter: ~Copyable {
    private let session: Session

    init(session: Session) { self.session = session }

    /// Sends bytes, which may begin and end anywhere in a row.
    ///
    /// Waits until they are on their way.
    public func write(_ bytes: Span<UInt8>) throws(PostgresError) {
        var start = 0
        while start < bytes.count {
            let end = min(start + Self.limit, bytes.count)
            let part = bytes.extracting(start..<end)
            try unsafe withRawBytes(of: part) { buffer throws(PostgresError) in
                try unsafe session.putCopyData(buffer)
            }
            start = end
        }
    }

    /// Sends bytes, which may begin and end anywhere in a row.
    ///
    /// Waits until they are on their way.
    public func write(_ bytes: [UInt8]) throws(PostgresError) { try write(bytes.span) }

    /// Sends text, which may begin and end anywhere in a row.
    ///
    /// Waits until it is on its way.
    public func write(_ text: String) throws(PostgresError) { try write(text.utf8.span) }

    /// How much goes into libpq's buffer at once.
    private static let limit = 1 << 20
}

@unsafe private func withRawBytes(
    of span: Span<UInt8>, _ body: (UnsafeRawBufferPointer) throws(PostgresError) -> Void
) throws(PostgresError) {
    let outcome = unsafe span.withUnsafeBytes { buffer in
        Result { () throws(PostgresError) in try unsafe body(buffer) }
    }
    try outcome.get()
}
