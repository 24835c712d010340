/// A check as it stands in a Swift file, laid out as swift-format lays it out.
public struct CheckText: Sendable, Hashable {
    /// The kind: `Required`.
    public var kind: String
    /// The arguments as Swift: `"name"`, `as: .domain`.
    public var arguments: [String]
    /// The lines of the query in braces behind it.
    public var query: [String]?
    /// The modifiers as Swift: `.severity(.warning)`.
    public var modifiers: [String]
    /// What speaks for it, as a comment.
    public var evidence: String?

    /// Creates a check's text.
    public init(
        _ kind: String, _ arguments: [String], query: [String]? = nil, modifiers: [String] = [],
        evidence: String? = nil
    ) {
        self.kind = kind
        self.arguments = arguments
        self.query = query
        self.modifiers = modifiers
        self.evidence = evidence
    }

    /// The lines of the check within a table's braces.
    public func lines(indent: Int = 4) -> [String] {
        let margin = String(repeating: " ", count: indent)
        let code = code(margin)
        guard let evidence else { return code.all }
        if let only = code.only, only.count + evidence.count + 5 <= SwiftText.width {
            return [only + "  // " + evidence]
        }
        return Comment.lines(evidence, margin: margin) + code.all
    }

    private struct Code {
        var all: [String]
        var only: String? { all.count == 1 ? all.first : nil }
    }

    private func code(_ margin: String) -> Code {
        var lines: [String]
        let call = margin + kind + "(" + arguments.joined(separator: ", ") + ")"
        if let query {
            let inner = margin + "    "
            lines =
                call.count + 2 <= SwiftText.width
                ? [call + " {"] : wrapped(margin, end: nil) + [margin + ") {"]
            let only = query.count == 1 ? query.first.map(SwiftText.literal) : nil
            if let only, inner.count + only.count <= SwiftText.width {
                lines.append(inner + only)
            } else {
                let text = query.map { $0.isEmpty ? "" : inner + SwiftText.multiline($0) }
                lines += [inner + "\"\"\""] + text + [inner + "\"\"\""]
            }
            lines.append(margin + "}")
            lines += modifiers.map { margin + $0 }
        } else if call.count + modifiers.joined().count <= SwiftText.width {
            lines = [call + modifiers.joined()]
        } else if call.count <= SwiftText.width {
            lines = [call] + modifiers.map { margin + "    " + $0 }
        } else if modifiers.isEmpty {
            lines = wrapped(margin, end: ")")
        } else {
            lines = wrapped(margin, end: nil) + [margin + ")"] + modifiers.map { margin + $0 }
        }
        if lines.contains(where: { $0.count > SwiftText.width }) {
            lines.insert(margin + "// swift-format-ignore", at: 0)
        }
        return Code(all: lines)
    }

    /// The arguments below the kind, as many on a line as fit.
    private func wrapped(_ margin: String, end: String?) -> [String] {
        var lines = [margin + kind + "("]
        var line = margin + "   "
        for (index, argument) in arguments.enumerated() {
            let isLast = index == arguments.count - 1
            let piece = " " + argument + (isLast ? end ?? "" : ",")
            if line.count + piece.count > SwiftText.width, line.count > margin.count + 3 {
                lines.append(line)
                line = margin + "   "
            }
            line += piece
        }
        return lines + [line]
    }
}

/// Comments broken into lines.
enum Comment {
    static func lines(_ text: String, margin: String, mark: String = "// ") -> [String] {
        var lines: [String] = []
        var line = margin + mark
        var isEmpty = true
        for word in text.split(separator: " ") {
            if !isEmpty, line.count + word.count + 1 > SwiftText.width {
                lines.append(line)
                line = margin + mark
                isEmpty = true
            }
            line += (isEmpty ? "" : " ") + word
            isEmpty = false
        }
        return lines + [line]
    }
}
