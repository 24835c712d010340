/// Reads what can be read of a script, and tells what cannot.
///
/// - Parameter script: SQL, with or without a byte order mark.
/// - Returns: The statements that PostgreSQL's grammar knows, and a fault for each text that it does
///   not; neither if there are only spaces and comments.
public func readableStatements(
    in script: String
) -> (statements: [Statement], faults: [SyntaxError]) {
    do throws(SyntaxError) {
        let source = try Source(script)
        do throws(SyntaxError) {
            return (try source.statements(), [])
        } catch {
            let reading = source.readablePieces()
            return (reading.statements, reading.faults.isEmpty ? [error] : reading.faults)
        }
    } catch {
        return ([], [error])
    }
}

extension Source {
    /// Reads piece by piece what as a whole cannot be read.
    func readablePieces() -> (statements: [Statement], faults: [SyntaxError]) {
        guard let tokens = try? scan() else { return ([], []) }
        var statements: [Statement] = []
        var faults: [SyntaxError] = []
        var cursor = cursor
        for range in pieces(tokens) {
            do throws(SyntaxError) {
                statements += try Source(
                    self[range], from: cursor.location(at: range.lowerBound)
                ).statements()
            } catch {
                faults.append(error)
            }
        }
        return (statements, faults)
    }

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
