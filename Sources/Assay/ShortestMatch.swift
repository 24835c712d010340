/// The shortest text that a regular expression of PostgreSQL's matches, for what people mostly write.
struct ShortestMatch {
    let text: String

    /// Makes the text; `nil` where the expression is not understood.
    init?(of regex: String) {
        guard let scalars = RegexReader.node(of: regex)?.shortest else { return nil }
        text = String(String.UnicodeScalarView(scalars))
    }
}

extension RegexNode {
    fileprivate var shortest: [Unicode.Scalar]? {
        switch self {
        case .characters(let characters): return characters.likely.map { [$0] }
        case .start, .end: return []
        case .sequence(let nodes):
            let parts = nodes.map(\.shortest)
            return parts.contains { $0 == nil } ? nil : parts.flatMap { $0 ?? [] }
        case .either(let nodes):
            let branches = nodes.map(\.shortest)
            guard !branches.contains(where: { $0 == nil }) else { return nil }
            return branches.compactMap(\.self).min { $0.count < $1.count }
        case .repeated(let node, let least, _):
            guard let once = node.shortest else { return nil }
            return (0..<least).flatMap { _ in once }
        }
    }
}

extension RegexCharacters {
    /// A character of the class, one that people write where there is one.
    fileprivate var likely: Unicode.Scalar? {
        let accepts = { (scalar: Unicode.Scalar) in
            ranges.contains { $0.contains(scalar) } != isNegated
        }
        return "a0A- .".unicodeScalars.first(where: accepts)
            ?? (isNegated ? nil : ranges.first?.lowerBound)
    }
}
