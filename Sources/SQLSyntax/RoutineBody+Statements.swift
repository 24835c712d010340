extension RoutineBody {
    /// The statements that the body runs, and the places of what its text does not tell.
    ///
    /// Of a PL/pgSQL body these are the commands that change something, also those that EXECUTE is
    /// given as a constant or as a constant `format`; what is put in their place there is named
    /// `_i` or `_s`. Queries, conditions and loops are left out.
    public var statements: (known: [Statement], unknown: [Location]) {
        switch language {
        case "sql":
            guard let source = try? Source(self.source, from: location),
                let statements = try? source.statements()
            else { return ([], [location]) }
            return (statements, [])
        case "plpgsql":
            guard let source = try? Source(self.source, from: location),
                let tokens = try? source.scan()
            else { return ([], [location]) }
            return BodyReader(source, tokens).statements()
        default:
            return ([], [location])
        }
    }
}

/// Takes the SQL commands out of a PL/pgSQL body, token by token.
private struct BodyReader {
    private let source: Source
    private let tokens: [ScannedToken]
    private let words: [String]
    private var known: [Statement] = []
    private var unknown: [Location] = []

    init(_ source: Source, _ tokens: [ScannedToken]) {
        self.source = source
        self.tokens = tokens.filter { !$0.isComment }
        words = self.tokens.map { source[$0.start..<$0.end].lowercased() }
    }

    consuming func statements() -> (known: [Statement], unknown: [Location]) {
        var index = 0
        var begins = true
        while index < words.count {
            if begins, Self.commands.contains(words[index]) {
                let end = endOfCommand(from: index)
                take(index..<end)
                index = end
                begins = false
            } else {
                begins = Self.boundaries.contains(words[index])
                index += 1
            }
        }
        return (known, unknown)
    }

    /// What begins a command that changes something.
    private static let commands: Set = [
        "alter", "analyze", "call", "cluster", "comment", "copy", "create", "delete", "drop",
        "execute", "grant", "insert", "lock", "merge", "perform", "refresh", "reindex", "revoke",
        "set", "truncate", "update", "with",
    ]

    /// What a command may stand behind.
    private static let boundaries: Set = [";", "begin", "then", "else", "loop", ">>"]

    private func endOfCommand(from start: Int) -> Int {
        words[start...].firstIndex(of: ";") ?? words.count
    }

    private mutating func take(_ range: Range<Int>) {
        let start = tokens[range.lowerBound].start
        let end = tokens[range.upperBound - 1].end
        switch words[range.lowerBound] {
        case "execute":
            execute(range)
        case "perform":
            // As long as the word it stands for, so that all places stay what they are.
            read(" SELECT" + source[start + 7..<end], at: start)
        default:
            let returned = words[range].firstIndex(of: "returning") ?? range.upperBound
            let into = words[returned..<range.upperBound].firstIndex(of: "into")
            read(source[start..<(into.map { tokens[$0 - 1].end } ?? end)], at: start)
        }
    }

    /// EXECUTE of a constant, or of a `format` whose pattern is one.
    private mutating func execute(_ range: Range<Int>) {
        let first = range.lowerBound
        let rest = words[(first + 1)..<range.upperBound]
        let isFormat = rest.starts(with: ["format", "("])
        let index = first + (isFormat ? 3 : 1)
        let behind = index + 1 < range.upperBound ? words[index + 1] : ""
        guard index < range.upperBound, tokens[index].kind == .string,
            behind != "||",
            let text = constant(source[tokens[index].start..<tokens[index].end])
        else {
            unknown.append(source.location(at: tokens[first].start))
            return
        }
        read(isFormat ? Self.filled(text.text) : text.text, at: tokens[index].start + text.offset)
    }

    private mutating func read(_ text: String, at offset: Int) {
        do throws(SyntaxError) {
            known += try Source(text, from: source.location(at: offset)).statements()
        } catch {
            unknown.append(source.location(at: offset))
        }
    }

    /// The text between a constant's quotes and how far in it begins; E'' and U&'' are not read.
    private func constant(_ quoted: String) -> (text: String, offset: Int)? {
        let bytes = Array(quoted.utf8)
        if bytes.first == UInt8(ascii: "'") {
            let inner = String(decoding: bytes.dropFirst().dropLast(), as: UTF8.self)
            return (inner.replacing("''", with: "'"), 1)
        }
        guard bytes.first == UInt8(ascii: "$"),
            let end = bytes.dropFirst().firstIndex(of: UInt8(ascii: "$"))
        else { return nil }
        let length = end + 1
        return (String(decoding: bytes.dropFirst(length).dropLast(length), as: UTF8.self), length)
    }

    /// A pattern of `format` with something of the same length in the place of each value.
    private static func filled(_ pattern: String) -> String {
        var bytes = Array(pattern.utf8)
        var index = 0
        while index + 1 < bytes.count {
            guard bytes[index] == UInt8(ascii: "%") else { index += 1; continue }
            var end = index + 1
            while end < bytes.count - 1, bytes[end] < UInt8(ascii: "A") { end += 1 }
            let letter = bytes[end]
            let filling =
                letter == UInt8(ascii: "L")
                ? Array("''".utf8) : [UInt8(ascii: "_"), letter | 0x20]
            if letter != UInt8(ascii: "%") {
                let padding = Array(
                    repeating: letter == UInt8(ascii: "L") ? UInt8(ascii: " ") : UInt8(ascii: "_"),
                    count: end + 1 - index - 2)
                bytes.replaceSubrange(index...end, with: filling + padding)
            }
            index = end + 1
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
