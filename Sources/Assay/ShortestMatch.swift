/// The shortest text that a regular expression of PostgreSQL's matches, for what people mostly write.
///
/// Literals, `.`, brackets, `\d \w \s`, groups, alternatives, `* + ? {m,n}` and the anchors; any other
/// construct, such as a look-ahead or a back-reference, is not understood.
struct ShortestMatch {
    let text: String

    /// Makes the text; `nil` where the expression is not understood.
    init?(of regex: String) {
        var reader = Reader(rest: Array(regex.unicodeScalars)[...])
        guard let scalars = reader.alternatives(), reader.rest.isEmpty else { return nil }
        text = String(String.UnicodeScalarView(scalars))
    }

    private struct Reader {
        var rest: ArraySlice<Unicode.Scalar>

        /// The shortest of the branches between `|`.
        mutating func alternatives() -> [Unicode.Scalar]? {
            guard var shortest = branch() else { return nil }
            while rest.first == "|" {
                rest.removeFirst()
                guard let next = branch() else { return nil }
                if next.count < shortest.count { shortest = next }
            }
            return shortest
        }

        private mutating func branch() -> [Unicode.Scalar]? {
            var text: [Unicode.Scalar] = []
            while let next = rest.first, next != "|", next != ")" {
                rest.removeFirst()
                if next == "^" || next == "$" { continue }
                guard let atom = atom(next), let least = least() else { return nil }
                for _ in 0..<least { text += atom }
            }
            return text
        }

        private mutating func atom(_ first: Unicode.Scalar) -> [Unicode.Scalar]? {
            switch first {
            case ".": return ["a"]
            case "[": return bracket().map { [$0] }
            case "\\": return escape().map { [$0] }
            case "(":
                if rest.starts(with: "?:".unicodeScalars) {
                    rest = rest.dropFirst(2)
                } else if rest.first == "?" {
                    return nil
                }
                guard let inner = alternatives(), rest.first == ")" else { return nil }
                rest.removeFirst()
                return inner
            case "*", "+", "?", "{": return nil
            default: return [first]
            }
        }

        private mutating func escape() -> Unicode.Scalar? {
            guard let letter = rest.popFirst() else { return nil }
            switch letter {
            case "d": return "0"
            case "w": return "a"
            case "s": return " "
            default:
                let isLiteral = letter.isASCII && !letter.properties.isAlphabetic
                return isLiteral && !("0"..."9").contains(letter) ? letter : nil
            }
        }

        /// How often an atom must stand at the least, by what follows it.
        private mutating func least() -> Int? {
            guard let next = rest.first else { return 1 }
            let least: Int
            switch next {
            case "*", "?": least = 0
            case "+": least = 1
            case "{":
                let digits = rest.dropFirst().prefix { ("0"..."9").contains($0) }
                guard let end = rest.firstIndex(of: "}"),
                    let count = Int(String(String.UnicodeScalarView(digits))), count <= 1_000
                else { return nil }
                rest = rest[end...]
                least = count
            default: return 1
            }
            rest.removeFirst()
            // A question mark makes a quantifier modest, which changes no shortest match.
            if rest.first == "?" { rest.removeFirst() }
            return least
        }

        /// A character that a bracket expression accepts.
        private mutating func bracket() -> Unicode.Scalar? {
            var isNegated = false
            if rest.first == "^" {
                isNegated = true
                rest.removeFirst()
            }
            var ranges: [ClosedRange<Unicode.Scalar>] = []
            var isFirst = true
            while let next = rest.popFirst(), next != "]" || isFirst {
                isFirst = false
                if next == "[" { return nil }
                let lower = next
                if next == "\\" {
                    guard let shorthand = rest.popFirst() else { return nil }
                    switch shorthand {
                    case "d": ranges.append("0"..."9")
                    case "w": ranges += ["a"..."z", "A"..."Z", "0"..."9", "_"..."_"]
                    case "s": ranges += ["\t"..."\r", " "..." "]
                    default:
                        if shorthand.properties.isAlphabetic { return nil }
                        ranges.append(shorthand...shorthand)
                    }
                    continue
                }
                if rest.first == "-", let upper = rest.dropFirst().first, upper != "]" {
                    rest = rest.dropFirst(2)
                    guard lower <= upper, upper != "\\", upper != "[" else { return nil }
                    ranges.append(lower...upper)
                } else {
                    ranges.append(lower...lower)
                }
            }
            let accepts = { (scalar: Unicode.Scalar) in
                ranges.contains { $0.contains(scalar) } != isNegated
            }
            let likely = "a0A- .".unicodeScalars.first(where: accepts)
            return likely ?? (isNegated ? nil : ranges.first?.lowerBound)
        }
    }
}
