public import Assay

extension CauseReport {
    /// The causes for a person at a terminal.
    public func terminal(options: RenderOptions) -> String {
        CauseTerminal(report: self, options: options).render()
    }

    /// The causes for a program: one JSON object on a line.
    public var json: String { object.text + "\n" }
}

/// The causes of a check's violations for a person at a terminal.
private struct CauseTerminal {
    let report: CauseReport
    let options: RenderOptions

    func render() -> String {
        guard report.violations > 0 else {
            return "\(paint("ok", "1;32")): no row breaks \(report.check.visible), so there is no "
                + "cause to find\n"
        }
        var blocks = [head, table]
        blocks += report.causes.map(block)
        if let repair = report.repair {
            blocks.append(note("fix", repair.visible))
        }
        return blocks.joined(separator: "\n\n") + "\n"
    }

    private var head: String {
        let place = "\(report.source.file.visible):\(report.source.line)"
        let lines = [
            paint("cause", "1;36") + ": " + paint(report.headline.visible, "1"),
            "  \(paint("-->", "34")) \(place)",
            note("traced", report.places.map(\.visible).joined(separator: " · ")),
        ]
        return lines.joined(separator: "\n")
    }

    // MARK: One line a class

    private var table: String {
        let isSent = report.causes.contains { $0.sent != nil }
        var rows = [["rows", "share", "cause", "since", "until", "sent on"]]
        rows += report.causes.map { cause in
            [
                cause.count.grouped,
                Measure(violations: cause.count, scope: report.violations).share, cause.name.words,
                time(cause.since),
                time(cause.until), cause.sent?.grouped ?? "",
            ]
        }
        let sent = report.causes.compactMap(\.sent).reduce(0, +)
        rows.append(
            [report.violations.grouped, "", "in all", "", "", isSent ? sent.grouped : ""])
        let columns = isSent ? 6 : 5
        let widths = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
        let lines = rows.map { row in
            let cells = (0..<columns).map { column -> String in
                let isNumber = column == 0 || column == 1 || column == 5
                let space = String(repeating: " ", count: widths[column] - row[column].count)
                return isNumber ? space + row[column] : row[column] + space
            }
            return trimmed("  " + cells.joined(separator: "  "))
        }
        return lines.joined(separator: "\n")
    }

    /// A time to the minute.
    private func time(_ text: String?) -> String {
        guard let text, text.count > 16 else { return "unknown" }
        return String(text.prefix(16)).replacing("T", with: " ")
    }

    private func trimmed(_ line: String) -> String {
        String(line.reversed().drop { $0 == " " }.reversed())
    }

    // MARK: One class

    private func block(_ cause: Cause) -> String {
        let lines = [
            note("found", list(cause.details)),
            note("workflow", list(cause.workflows)),
            note("batch", list(cause.batches)),
            note("rows", rows(cause)),
            note("values", values(cause)),
            note("next", report.advice(on: cause).visible),
        ]
        return ([paint(cause.name.words, "1")] + lines.filter { !$0.isEmpty })
            .joined(separator: "\n")
    }

    private func list(_ breakdown: Breakdown) -> String {
        let parts = breakdown.parts.map { "\($0.label.visible) (\($0.count.grouped))" }
        let more = breakdown.more > 0 ? ["\(breakdown.more.grouped) more"] : []
        return (parts + more).joined(separator: " · ")
    }

    private func rows(_ cause: Cause) -> String {
        let keys = cause.samples.flatMap(\.keys)
        return Sample(keys: keys, more: cause.count - keys.count).sentence.visible
    }

    private func values(_ cause: Cause) -> String {
        let values = cause.samples.compactMap { sample -> String? in
            guard sample.values.count == 2 else { return nil }
            let words = sample.values.map { $0.value.map { "\"\($0.visible)\"" } ?? "null" }
            return cause.name == .noPayload ? words[0] : "\(words[0]), in the payload \(words[1])"
        }
        return values.joined(separator: " · ")
    }

    private func note(_ label: String, _ text: String) -> String {
        guard !text.isEmpty else { return "" }
        let head = "   \(paint("=", "34")) \(label.padded(to: 8)) "
        let margin = String(repeating: " ", count: 14)
        let lines = text.wrapped(at: max(20, options.width - margin.count))
        return lines.enumerated().map { ($0 == 0 ? head : margin) + $1 }.joined(separator: "\n")
    }

    private func paint(_ text: String, _ ink: String) -> String {
        options.color ? "\u{1B}[\(ink)m\(text)\u{1B}[0m" : text
    }
}

extension CauseReport {
    fileprivate var object: JSON {
        [
            "version": .integer(1),
            "kind": .string("cause"),
            "check": .string(check),
            "table": .string(table.description),
            "column": .string(column),
            "headline": .string(headline),
            "file": .string(source.file),
            "line": .integer(source.line),
            "places": .array(places.map(JSON.string)),
            "violations": .integer(violations),
            "fix": JSON(repair),
            "causes": .array(causes.map(cause)),
        ]
    }

    private func cause(_ cause: Cause) -> JSON {
        [
            "cause": .string(cause.name.rawValue),
            "count": .integer(cause.count),
            "since": JSON(cause.since),
            "until": JSON(cause.until),
            "sent": JSON(cause.sent),
            "found": breakdown(cause.details),
            "workflows": breakdown(cause.workflows),
            "batches": breakdown(cause.batches),
            "samples": .array(
                cause.samples.map { sample in
                    let keys = JSON.array(sample.keys.map(fields))
                    return sample.values.isEmpty
                        ? ["keys": keys] : ["keys": keys, "values": fields(sample.values)]
                }),
            "next": .string(advice(on: cause)),
        ]
    }

    private func breakdown(_ breakdown: Breakdown) -> JSON {
        [
            "parts": .array(
                breakdown.parts.map {
                    ["label": .string($0.label), "count": .integer($0.count)]
                }),
            "more": .integer(breakdown.more),
        ]
    }

    private func fields(_ fields: [Field]) -> JSON {
        .array(fields.map { ["name": .string($0.name), "value": JSON($0.value)] })
    }
}
