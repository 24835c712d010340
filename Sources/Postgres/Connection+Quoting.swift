/// An identifier as SQL text: in double quotes, with those inside it doubled.
///
/// Connections speak UTF-8 only, in which no byte of a longer character looks like a quote; so this is
/// what libpq's PQescapeIdentifier does, without a connection.
///
/// - Throws: `misuse` for a name the server cannot have: empty, with a NUL, or longer than 63 bytes,
///   which the server would cut in silence.
public func quoted(identifier: String) throws(PostgresError) -> String {
    try refuseNUL(in: [identifier])
    guard (1...63).contains(identifier.utf8.count) else {
        throw PostgresError(
            .misuse, "a name has 1 to 63 bytes; this has \(identifier.utf8.count)")
    }
    return enclose(identifier, in: UInt8(ascii: "\""))
}

extension Connection {
    /// An identifier as SQL text; see ``quoted(identifier:)``.
    public nonisolated func quoted(_ identifier: String) throws(PostgresError) -> String {
        try Postgres.quoted(identifier: identifier)
    }

    /// A text as an SQL literal, whatever `standard_conforming_strings` says.
    ///
    /// Prefer a binding.
    ///
    /// - Throws: `misuse` when the text holds a NUL.
    public nonisolated func quotedLiteral(_ text: String) throws(PostgresError) -> String {
        try refuseNUL(in: [text])
        let (quote, escape) = (UInt8(ascii: "'"), UInt8(ascii: "\\"))
        guard text.utf8.contains(escape) else { return enclose(text, in: quote) }
        return " E" + enclose(text, in: quote, doubling: escape)
    }
}

/// Works on bytes: a combining mark after a quote makes another `Character` of it.
private func enclose(
    _ text: String, in quote: UInt8, doubling escape: UInt8? = nil
) -> String {
    var result = [quote]
    result.reserveCapacity(text.utf8.count + 2)
    for byte in text.utf8 {
        if byte == quote || byte == escape { result.append(byte) }
        result.append(byte)
    }
    result.append(quote)
    return String(decoding: result, as: UTF8.self)
}
