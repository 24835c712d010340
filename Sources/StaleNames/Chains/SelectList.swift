/// What a `select` of PostgREST asks for: `id, name:title, authors!inner(name), data->>key`.
enum SelectItem {
    /// A column, without its alias, cast, aggregate and path.
    case column(MappedText)
    /// A related resource.
    case embed(SelectEmbed)
    /// An item that is only known at run time.
    case unknown

    /// Reads a list.
    static func list(_ text: MappedText) -> [SelectItem] {
        text.split(by: UInt8(ascii: ",")).filter { !$0.isEmpty }.compactMap(item)
    }

    private static func item(_ text: MappedText) -> SelectItem? {
        var text = text
        let isSpread = text.bytes.starts(with: "...".utf8)
        if isSpread { text = text[3..<text.count].trimmed }
        var alias: MappedText?
        if let colon = text.aliasEnd {
            alias = text[0..<colon].trimmed
            text = text[colon + 1..<text.count].trimmed
        }
        if let open = text.bytes.firstIndex(of: UInt8(ascii: "(")), !text.isAggregate(open) {
            let close = text.bytes.lastIndex(of: UInt8(ascii: ")")) ?? text.count
            let head = text[0..<open].trimmed.split(by: UInt8(ascii: "!"))
            guard let target = head.first else { return .unknown }
            return .embed(
                SelectEmbed(
                    alias: alias, target: target, hints: Array(head.dropFirst()),
                    items: list(text[open + 1..<max(open + 1, close)])))
        }
        let name = text.columnName
        if name.isEmpty || name.string == "*" { return nil }
        return name.hasHole ? .unknown : .column(name)
    }
}

/// A related resource in a `select`.
struct SelectEmbed {
    let alias: MappedText?
    let target: MappedText
    let hints: [MappedText]
    let items: [SelectItem]

    /// The hints that name a foreign key, and not how rows are joined.
    var keys: [MappedText] { hints.filter { !["inner", "left"].contains($0.string) } }

    /// The name that filters know it by.
    var name: String { (alias ?? target).string }
}

extension MappedText {
    /// Where an alias ends; a `::` begins a cast, and belongs to no alias.
    fileprivate var aliasEnd: Int? {
        let limit = bytes.firstIndex(of: UInt8(ascii: "(")) ?? count
        guard let colon = bytes[..<limit].firstIndex(of: UInt8(ascii: ":")) else { return nil }
        return colon + 1 < count && bytes[colon + 1] == UInt8(ascii: ":") ? nil : colon
    }

    /// Whether brackets are those of `amount.sum()` or `count()`.
    fileprivate func isAggregate(_ open: Int) -> Bool {
        guard open + 1 < count, bytes[open + 1] == UInt8(ascii: ")") else { return false }
        let name = self[0..<open].string
        return ["sum", "avg", "min", "max", "count"].contains {
            name == $0 || name.hasSuffix(".\($0)")
        }
    }

    /// The column's name: no path, cast, aggregate or quotes.
    var columnName: MappedText {
        var end = count
        if bytes.first == UInt8(ascii: "\"") {
            let close = bytes.dropFirst().firstIndex(of: UInt8(ascii: "\"")) ?? count
            return self[1..<max(1, close)]
        }
        for mark in ["->", "::", "."] {
            if let place = bytes.firstRange(of: Array(mark.utf8)) {
                end = min(end, place.lowerBound)
            }
        }
        let name = self[0..<end].trimmed
        // `count()` of all rows.
        return name.string.hasSuffix("()") ? MappedText() : name
    }
}
