/// A fenced block of a Markdown page.
struct Fence: Sendable {
    /// The language after the backticks.
    let language: String
    /// The lines between them.
    let lines: [String]

    var text: String { lines.joined(separator: "\n") }

    /// All fenced blocks of a page.
    static func all(in page: String) -> [Fence] {
        var fences: [Fence] = []
        var open: (language: String, lines: [String])?
        for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.hasPrefix("```") else {
                open?.lines.append(String(line))
                continue
            }
            if let done = open {
                fences.append(Fence(language: done.language, lines: done.lines))
                open = nil
            } else {
                open = (String(line.dropFirst(3)), [])
            }
        }
        return fences
    }
}

/// A line of shell in a page, with the status that the page says it exits with.
struct DocumentedCommand: Sendable, CustomStringConvertible {
    let line: String
    let status: Int32

    var description: String { line }

    /// Reads `command   # exits 1`; nothing said is 0.
    init(_ text: String) {
        let mark = "# exits "
        guard let range = text.firstRange(of: mark) else {
            line = text
            status = 0
            return
        }
        var line = text[..<range.lowerBound]
        while line.last == " " { line.removeLast() }
        self.line = String(line)
        status = Int32(text[range.upperBound...]) ?? -1
    }

    /// All lines of a page's `sh` blocks, and those of its `crontab` blocks without their times.
    static func all(in page: String) -> [DocumentedCommand] {
        Fence.all(in: page).flatMap { fence -> [DocumentedCommand] in
            let lines = fence.lines.filter { !$0.isEmpty && !$0.hasPrefix("#") }
            switch fence.language {
            case "sh": return lines.map(DocumentedCommand.init)
            case "crontab":
                return lines.map { line in
                    let words = line.split(separator: " ").dropFirst(5)
                    return DocumentedCommand(words.joined(separator: " ") + " # exits 1")
                }
            default: return []
            }
        }
    }
}
