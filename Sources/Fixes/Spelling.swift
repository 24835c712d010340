import Assay
import Postgres

/// How SQL is written into a file that people read: names without quotes where SQL takes them so.
struct Spelling: Sendable {
    private let connection: Connection
    private let keywords: Set<String>

    /// Asks the server which words it keeps for itself.
    static func read(from connection: Connection) async throws(PostgresError) -> Spelling {
        let words = try await connection.query(
            "SELECT word FROM pg_catalog.pg_get_keywords() WHERE catcode <> 'U' ORDER BY 1")
        return Spelling(connection: connection, keywords: Set(words.compactMap { $0[0] }))
    }

    /// A name.
    func identifier(_ name: String) throws(PostgresError) -> String {
        name.isPlainName && !keywords.contains(name) ? name : try connection.quoted(name)
    }

    /// A statement, its bound values written out.
    func text(of sql: SQL) throws(PostgresError) -> String {
        var text = ""
        for part in sql.parts {
            switch part {
            case .text(let run): text += run
            case .identifier(let name): text += try identifier(name)
            case .binding(let value?): text += try connection.quotedLiteral(value)
            case .binding(nil): text += "NULL"
            }
        }
        return text
    }

    /// Paragraphs as a comment, in lines that a terminal shows whole.
    static func comment(_ paragraphs: [String]) -> String {
        paragraphs.flatMap(wrap).map { $0.isEmpty ? "--\n" : "-- \($0)\n" }.joined()
    }

    private static func wrap(_ text: String) -> [String] {
        var lines: [String] = [""]
        for word in text.split(whereSeparator: \.isWhitespace) {
            let last = lines[lines.count - 1]
            if last.isEmpty {
                lines[lines.count - 1] = String(word)
            } else if last.count + word.count < 96 {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}

extension String {
    /// Whether SQL reads it as this very name without quotes, unless it is a keyword.
    fileprivate var isPlainName: Bool {
        guard let first = utf8.first else { return false }
        let isLetter = { (byte: UInt8) in
            byte == UInt8(ascii: "_") || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
        }
        return isLetter(first) && utf8.count <= 63
            && utf8.allSatisfy { isLetter($0) || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    }
}
