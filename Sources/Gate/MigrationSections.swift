/// The way there and the way back in one file, as dbmate and goose mark them, and what else a
/// comment tells a runner.
struct MigrationSections {
    let up: String
    let down: String?
    /// Whether the file says that it runs in a transaction; `nil` where it leaves that open.
    let runsInTransaction: Bool?

    init(_ text: String) {
        var line = text.startIndex
        var backwards: String.Index?
        var runs: Bool?
        var isMarked = false
        while line < text.endIndex, backwards == nil {
            let end = text.utf8[line...].firstIndex(of: UInt8(ascii: "\n")) ?? text.endIndex
            if text.utf8[line...].starts(with: "--".utf8) {
                let words = text[line..<end].lowercased().split(whereSeparator: \.isWhitespace)
                switch words.dropFirst(words.first == "--" ? 1 : 0).map(String.init) {
                case let words where words.first == "migrate:up":
                    isMarked = true
                    runs = !words.contains("transaction:false")
                case ["+goose", "up"]:
                    isMarked = true
                    runs = runs ?? true
                case ["+goose", "no", "transaction"], ["no-transaction"], ["atlas:txmode", "none"]:
                    runs = false
                case let words where words.first == "migrate:down" && isMarked:
                    backwards = line
                case ["+goose", "down"] where isMarked:
                    backwards = line
                default:
                    break
                }
            }
            line = end < text.endIndex ? text.utf8.index(after: end) : end
        }
        runsInTransaction = runs
        up = backwards.map { String(text[..<$0]) } ?? text
        down = backwards.map { start in
            // Empty lines in the place of the way there keep the lines what they are.
            String(repeating: "\n", count: text[..<start].utf8.count { $0 == UInt8(ascii: "\n") })
                + text[start...]
        }
    }
}
