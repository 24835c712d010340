/// Reads what can be read of a script, and tells what cannot.
///
/// - Parameter script: SQL, with or without a byte order mark.
/// - Returns: The statements that PostgreSQL's grammar knows, and a fault for each text that it does
///   not; neither if there are only spaces and comments.
public func readableStatements(
    in script: String
) -> (statements: [Statement], faults: [SyntaxError]) {
    do throws(SyntaxError) {
        return (try statements(in: script), [])
    } catch {
        return pieces(of: script, fault: error)
    }
}

/// Reads piece by piece what as a whole cannot be read.
private func pieces(
    of script: String, fault: SyntaxError
) -> (statements: [Statement], faults: [SyntaxError]) {
    guard let source = try? Source(script), let tokens = try? source.scan() else {
        return ([], [fault])
    }
    var statements: [Statement] = []
    var faults: [SyntaxError] = []
    var cursor = source.cursor
    for range in source.pieces(tokens) {
        do throws(SyntaxError) {
            statements += try Source(
                source[range], from: cursor.location(at: range.lowerBound)
            ).statements()
        } catch {
            faults.append(error)
        }
    }
    return (statements, faults.isEmpty ? [fault] : faults)
}

extension Source {
    /// The byte ranges between semicolons; a line for psql is one of its own.
    fileprivate func pieces(_ tokens: [ScannedToken]) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var start: Int?
        var depth = 0
        var atomic = 0
        var before: ScannedToken?
        var behindLine = 0
        for token in tokens where !token.isComment && token.start >= behindLine {
            if start == nil, bytes[token.start] == UInt8(ascii: "\\") {
                let rest = bytes[token.start...]
                behindLine = rest.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
                ranges.append(token.start..<behindLine)
                continue
            }
            start = start ?? token.start
            switch token.code {
            case ScannedToken.Code.openParenthesis: depth += 1
            case ScannedToken.Code.closeParenthesis: depth = max(0, depth - 1)
            case ScannedToken.Code.case where atomic > 0: atomic += 1
            case ScannedToken.Code.end where atomic > 0: atomic -= 1
            case ScannedToken.Code.semicolon where depth == 0 && atomic == 0:
                if let first = start { ranges.append(first..<token.end) }
                start = nil
            default:
                let isAtomic =
                    before.map { self[$0.start..<$0.end].lowercased() == "begin" } ?? false
                    && self[token.start..<token.end].lowercased() == "atomic"
                if isAtomic { atomic += 1 }
            }
            before = token
        }
        if let start { ranges.append(start..<bytes.count) }
        return ranges
    }
}
