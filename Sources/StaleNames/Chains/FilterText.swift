/// What a filter of PostgREST compares, written as text: `a.eq.1,and(b.is.null,c.gt.2)`.
enum FilterText {
    /// The columns, each with the path of related resources before it.
    static func columns(in text: MappedText) -> [MappedText] {
        text.split(by: UInt8(ascii: ",")).flatMap { part -> [MappedText] in
            let word = part.string
            for opening in ["and(", "or(", "not.and(", "not.or("] where word.hasPrefix(opening) {
                let close = part.bytes.lastIndex(of: UInt8(ascii: ")")) ?? part.count
                let start = opening.utf8.count
                return columns(in: part[start..<max(start, close)])
            }
            return column(before: part).map { [$0] } ?? []
        }
    }

    private static let operators: Set<String> = [
        "eq", "gt", "gte", "lt", "lte", "neq", "like", "ilike", "match", "imatch", "in", "is",
        "isdistinct", "fts", "plfts", "phfts", "wfts", "cs", "cd", "ov", "sl", "sr", "nxr", "nxl",
        "adj", "not",
    ]

    /// What stands before the operator.
    private static func column(before part: MappedText) -> MappedText? {
        var start = 0
        let bytes = part.bytes
        while let dot = bytes[start...].firstIndex(of: UInt8(ascii: ".")) {
            let end = bytes[(dot + 1)...].firstIndex {
                $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "(")
            }
            let word = part[dot + 1..<(end ?? bytes.count)].string
            if operators.contains(word) { return part[0..<dot].trimmed }
            start = dot + 1
        }
        return nil
    }
}
