import Assay

/// How findings of all sorts look at a terminal: headings, lines of source, notes and facts.
struct TerminalStyle {
    /// What a text is, by its colour; colour is never the only carrier.
    enum Ink: String {
        case error = "1;31"
        case warning = "1;33"
        case info = "1;36"
        case errored = "1;35"
        case passed = "1;32"
        case frame = "34"
        case strong = "1"

        /// The ink of a severity; `nil` is what could not be judged.
        init(_ severity: Severity?) {
            switch severity {
            case .error?: self = .error
            case .warning?: self = .warning
            case .info?: self = .info
            case nil: self = .errored
            }
        }
    }

    let options: RenderOptions

    /// The first lines of a finding: what it is, and where.
    func heading(_ name: String, _ ink: Ink, _ message: String, at place: String, line: Int)
        -> [String]
    {
        let gutter = gutter(line)
        return [
            paint(name, ink) + ": " + paint(message, .strong),
            "\(gutter)\(paint("-->", .frame)) \(place)",
            "\(gutter) \(paint("|", .frame))",
        ]
    }

    /// A line of source in its frame, with what is marked in it underlined.
    func excerpt(_ text: String, line: Int, marked: (start: Int, length: Int)? = nil) -> [String] {
        let bar = paint("|", .frame)
        let gutter = gutter(line)
        let room = max(20, options.width - gutter.count - 7)
        var text = text
        var mark = marked
        if let start = marked?.start, start > 20, text.count > room {
            // What is marked must be seen.
            let cut = min(start - 12, text.count - room + 2)
            text = "… " + text.dropFirst(cut)
            mark?.start = start - cut + 2
        }
        var lines = ["\(paint("\(line)", .frame)) \(bar)     \(text.cut(to: room))"]
        if let mark {
            let length = max(1, min(mark.length, min(room, text.count) - mark.start))
            let caret = String(repeating: "^", count: length)
            lines.append(
                "\(gutter) \(bar)     \(String(repeating: " ", count: mark.start))"
                    + paint(caret, .strong))
        }
        return lines + ["\(gutter) \(bar)"]
    }

    /// A note below a finding; SQL keeps its lines.
    func note(_ label: String, _ text: String, line: Int, isSQL: Bool = false) -> [String] {
        let indent = gutter(line) + " "
        let head = "\(indent)\(paint("=", .frame)) \(label.padded(to: 8)) "
        let margin = indent + String(repeating: " ", count: 11)
        let lines =
            isSQL
            ? text.split(separator: "\n", omittingEmptySubsequences: false).map {
                String($0).visible
            }
            : text.wrapped(at: max(20, options.width - margin.count))
        return lines.enumerated().map { $1.isEmpty ? "" : ($0 == 0 ? head : margin) + $1 }
    }

    /// A fact of the run as a whole.
    func fact(_ label: String, _ text: String) -> [String] {
        let margin = String(repeating: " ", count: 20)
        let parts = text.wrapped(at: max(20, options.width - margin.count))
        return parts.enumerated().map { ($0 == 0 ? "  \(label.padded(to: 18))" : margin) + $1 }
    }

    func paint(_ text: String, _ ink: Ink) -> String {
        options.color ? "\u{1B}[\(ink.rawValue)m\(text)\u{1B}[0m" : text
    }

    private func gutter(_ line: Int) -> String {
        String(repeating: " ", count: String(line).count)
    }
}
