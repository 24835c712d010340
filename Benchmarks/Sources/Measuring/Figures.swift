/// The middle of some values.
public func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return 0 }
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}

/// A table of Markdown: a head, and rows whose columns but for the first stand to the right.
public func table(_ head: [String], _ rows: [[String]]) -> String {
    ([head, head.indices.map { $0 == 0 ? "---" : "---:" }] + rows)
        .map { "| \($0.joined(separator: " | ")) |\n" }.joined()
}

extension Double {
    /// Three decimals below one, two up to a hundred, none above.
    public var text: String { text(self < 1 ? 3 : self < 100 ? 2 : 0) }

    /// The number with so many decimals.
    public func text(_ places: Int) -> String {
        var scale = 1
        for _ in 0..<places { scale *= 10 }
        let scaled = Int((self * Double(scale)).rounded())
        guard places > 0 else { return String(scaled) }
        let decimals = String(scaled % scale)
        return "\(scaled / scale)." + String(repeating: "0", count: places - decimals.count)
            + decimals
    }
}
