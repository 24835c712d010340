import Assay

/// Text in Markdown as GitHub shows it.
enum MarkdownText {
    /// GitHub takes 65,536 characters; bytes are counted, which can only be more.
    static let limit = 60_000

    /// A head and as many findings as fit behind it; how many are left out, and where they are, is said.
    static func fitting(
        _ head: String, _ findings: [String], whole: String = "the HTML and JSON reports hold"
    ) -> String {
        // What is left out must be said, too; 200 bytes are kept for it.
        var room = limit - head.utf8.count - 200
        var blocks: [String] = []
        for block in findings {
            room -= block.utf8.count
            if room < 0 { break }
            blocks.append(block)
        }
        let missing = findings.count - blocks.count
        if missing > 0 {
            blocks.append(
                """

                \(missing.counted("more finding")) did not fit into \(limit.grouped) \
                characters; \(whole) all of them.

                """)
        }
        return head + blocks.joined()
    }

    /// Data stands in `code`, where GitHub reads neither mentions nor references.
    static func code(_ text: String) -> String { "<code>\(escaped(text))</code>" }

    /// Text in which every character that Markdown or HTML could read is a character reference,
    /// which neither of them takes for structure.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.visible.unicodeScalars {
            switch scalar {
            case "&", "<", ">", "\"", "'", "|", "`", "*", "_", "~", "[", "]", "\\", "#", "@", "!",
                "$":
                result += "&#\(scalar.value);"
            default:
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
