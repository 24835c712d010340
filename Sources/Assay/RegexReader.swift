/// A regular expression of PostgreSQL's, taken apart.
indirect enum RegexNode: Sendable {
    /// One character of a class.
    case characters(RegexCharacters)
    /// Where the text begins.
    case start
    /// Where the text ends.
    case end
    /// One after the other.
    case sequence([RegexNode])
    /// Any one of these.
    case either([RegexNode])
    /// So many times at the least, and at the most; without end where there is no most.
    case repeated(RegexNode, least: Int, most: Int?)
}

/// A class of characters.
struct RegexCharacters: Sendable {
    /// The characters, or those that are not in the class.
    var ranges: [ClosedRange<Unicode.Scalar>]
    var isNegated = false
    /// Whether it holds the same characters under every collation.
    var isCertain = true

    static let any = RegexCharacters(ranges: [], isNegated: true)
}

/// Reads regular expressions as PostgreSQL does, as far as people mostly write them.
///
/// Literals, `.`, brackets, `\d \w \s`, groups, alternatives, `* + ? {m,n}` and the anchors; any other
/// construct, such as a look-ahead, an option or a back-reference, is not understood, nor is what PostgreSQL
/// refuses.
struct RegexReader {
    private var rest: ArraySlice<Unicode.Scalar>
    private var depth = 0

    /// Takes an expression apart; `nil` where it is not understood.
    static func node(of regex: String) -> RegexNode? {
        var reader = RegexReader(rest: Array(regex.unicodeScalars)[...])
        guard let node = reader.alternatives(), reader.rest.isEmpty else { return nil }
        return node
    }

    private mutating func alternatives() -> RegexNode? {
        var branches: [RegexNode] = []
        repeat {
            guard let branch = branch() else { return nil }
            branches.append(branch)
        } while take("|")
        return branches.count == 1 ? branches[0] : .either(branches)
    }

    private mutating func branch() -> RegexNode? {
        var nodes: [RegexNode] = []
        while let next = rest.first, next != "|", next != ")" {
            rest.removeFirst()
            guard let atom = atom(next), let node = quantified(atom) else { return nil }
            nodes.append(node)
        }
        return .sequence(nodes)
    }

    private mutating func atom(_ first: Unicode.Scalar) -> RegexNode? {
        switch first {
        case "^": return .start
        case "$": return .end
        case ".": return .characters(.any)
        case "[": return bracket().map { .characters($0) }
        case "\\": return escape().map { .characters($0) }
        case "(":
            if rest.starts(with: "?:".unicodeScalars) {
                rest = rest.dropFirst(2)
            } else if rest.first == "?" {
                return nil
            }
            depth += 1
            guard depth < 50, let inner = alternatives(), take(")") else { return nil }
            depth -= 1
            return inner
        case "*", "+", "?", "{": return nil
        default: return .characters(RegexCharacters(ranges: [first...first]))
        }
    }

    private mutating func escape() -> RegexCharacters? {
        guard let letter = rest.popFirst() else { return nil }
        let ranges: [ClosedRange<Unicode.Scalar>]
        switch letter {
        case "d": ranges = ["0"..."9"]
        case "w": ranges = ["a"..."z", "A"..."Z", "0"..."9", "_"..."_"]
        case "s": ranges = ["\t"..."\r", " "..." "]
        default:
            let plain: Unicode.Scalar
            switch letter {
            case "t": plain = "\t"
            case "n": plain = "\n"
            case "r": plain = "\r"
            default:
                let isWord = letter.properties.isAlphabetic || ("0"..."9").contains(letter)
                guard letter.isASCII, !isWord else { return nil }
                plain = letter
            }
            return RegexCharacters(ranges: [plain...plain])
        }
        return RegexCharacters(ranges: ranges, isCertain: false)
    }

    /// What follows an atom may say how often it stands.
    private mutating func quantified(_ atom: RegexNode) -> RegexNode? {
        guard let next = rest.first, "*+?{".unicodeScalars.contains(next) else { return atom }
        rest.removeFirst()
        // What an anchor means that stands several times is not relied on.
        guard !atom.hasAnchor else { return nil }
        let bounds: (least: Int, most: Int?)
        switch next {
        case "*": bounds = (0, nil)
        case "+": bounds = (1, nil)
        case "?": bounds = (0, 1)
        default:
            guard let read = braces() else { return nil }
            bounds = read
        }
        // Whether it takes as many as it can or as few has no say in whether there is a match.
        _ = take("?")
        if let next = rest.first, "*+?{".unicodeScalars.contains(next) { return nil }
        return .repeated(atom, least: bounds.least, most: bounds.most)
    }

    /// `m}`, `m,}` or `m,n}`.
    private mutating func braces() -> (least: Int, most: Int?)? {
        guard let least = number() else { return nil }
        if take("}") { return (least, least) }
        guard take(",") else { return nil }
        if take("}") { return (least, nil) }
        guard let most = number(), take("}"), least <= most else { return nil }
        return (least, most)
    }

    private mutating func number() -> Int? {
        let digits = rest.prefix { ("0"..."9").contains($0) }
        rest = rest.dropFirst(digits.count)
        guard let number = Int(String(String.UnicodeScalarView(digits))), number <= 255 else {
            return nil
        }
        return number
    }

    private mutating func bracket() -> RegexCharacters? {
        var characters = RegexCharacters(ranges: [], isNegated: take("^"))
        var isFirst = true
        while let next = rest.popFirst() {
            if next == "]", !isFirst { return characters }
            // A hyphen is itself at the beginning and at the end.
            if next == "-", !isFirst, rest.first != "]" { return nil }
            isFirst = false
            guard let lower = element(next) else { return nil }
            guard rest.first == "-", let after = rest.dropFirst().first, after != "]" else {
                characters.ranges += lower.ranges
                characters.isCertain = characters.isCertain && lower.isCertain
                continue
            }
            rest = rest.dropFirst(2)
            guard let upper = element(after), lower.isCertain, upper.isCertain,
                let first = lower.ranges.first?.lowerBound,
                let last = upper.ranges.first?.upperBound,
                first <= last
            else { return nil }
            characters.ranges.append(first...last)
        }
        return nil
    }

    /// A character of a bracket, or a class.
    private mutating func element(_ first: Unicode.Scalar) -> RegexCharacters? {
        switch first {
        case "\\": return escape()
        case "[":
            if let next = rest.first, ":.=".unicodeScalars.contains(next) { return nil }
            return RegexCharacters(ranges: ["["..."["])
        default: return RegexCharacters(ranges: [first...first])
        }
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard rest.first == scalar else { return false }
        rest.removeFirst()
        return true
    }
}

extension RegexNode {
    /// Whether it says where the text begins or ends.
    var hasAnchor: Bool {
        switch self {
        case .characters: false
        case .start, .end: true
        case .sequence(let nodes), .either(let nodes): nodes.contains(where: \.hasAnchor)
        case .repeated(let node, _, _): node.hasAnchor
        }
    }

    /// Whether it means the same under every collation.
    var isCertain: Bool {
        switch self {
        case .characters(let characters): characters.isCertain
        case .start, .end: true
        case .sequence(let nodes), .either(let nodes): nodes.allSatisfy(\.isCertain)
        case .repeated(let node, _, _): node.isCertain
        }
    }
}
