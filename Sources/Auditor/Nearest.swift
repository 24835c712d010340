/// Names that were probably meant.
public enum Nearest {
    /// `; did you mean domain?`, or nothing where no name is near.
    public static func suggestion(for name: String, among candidates: some Sequence<String>)
        -> String
    {
        guard let nearest = nearest(to: name, among: candidates) else { return "" }
        return "; did you mean \(nearest)?"
    }

    /// The nearest name: few letters changed, or one name or its words contained in the other.
    package static func nearest(to name: String, among candidates: some Sequence<String>) -> String?
    {
        let wanted = Array(name.lowercased().utf8)
        var best: (name: String, distance: Int)?
        for candidate in candidates where candidate != name {
            let letters = Array(candidate.lowercased().utf8)
            guard let distance = rank(wanted, letters) else { continue }
            if let current = best, (current.distance, current.name) <= (distance, candidate) {
                continue
            }
            best = (candidate, distance)
        }
        return best?.name
    }

    /// How far apart two names are, or `nil` where they are not alike.
    private static func rank(_ wanted: [UInt8], _ letters: [UInt8]) -> Int? {
        let distance = editDistance(wanted, letters)
        if distance <= max(2, wanted.count / 4) { return distance }
        let isContained =
            letters.count >= 4 && wanted.count >= 4
            && (letters.contains(wanted) || wanted.contains(letters))
        if isContained { return distance + 100 }
        return sharesWords(wanted, letters) ? distance + 200 : nil
    }

    /// Whether the words of one name, two at the least, all stand in the other.
    private static func sharesWords(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        let words = [left, right].map { Set($0.split(separator: UInt8(ascii: "_"))) }
        let (fewer, more) =
            words[0].count < words[1].count ? (words[0], words[1]) : (words[1], words[0])
        return fewer.count >= 2 && fewer.isSubset(of: more)
    }

    /// Damerau's distance: letters inserted, deleted, changed, or swapped with their neighbour.
    package static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for (row, letter) in left.enumerated() {
            var current = [row + 1]
            current.reserveCapacity(right.count + 1)
            for (column, other) in right.enumerated() {
                var cost = min(
                    last[column] + (letter == other ? 0 : 1), last[column + 1] + 1,
                    current[column] + 1)
                if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
