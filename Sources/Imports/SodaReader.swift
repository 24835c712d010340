import Assay
import Suggestions
import Yams

/// Reads SodaCL.
struct SodaReader {
    let schema: String
    /// Named filters of data sets: `filter orders [daily]`.
    private var filters: [String: String] = [:]

    init(schema: String) {
        self.schema = schema
    }

    /// Reads documents.
    ///
    /// - Returns: Whether one of them holds checks.
    mutating func read(_ documents: [Document], into draft: inout Draft) -> Bool {
        for document in documents {
            for (key, value) in document.root.entries {
                guard let name = key.text, name.hasPrefix("filter "),
                    let condition = value["where"]?.text
                else { continue }
                filters[name.dropFirst("filter ".count).trimmed] = condition
            }
        }
        var isOurs = false
        for document in documents {
            for (key, value) in document.root.entries {
                guard let name = key.text else { continue }
                if name.hasPrefix("checks for ") {
                    isOurs = true
                    var dataset = name.dropFirst("checks for ".count).trimmed
                    if dataset.hasPrefix("dataset ") { dataset = dataset.dropFirst(8).trimmed }
                    read(value, of: dataset, in: document, into: &draft)
                } else if name.hasPrefix("for each ") {
                    isOurs = true
                    forEach(name, value, at: document.place(key), in: document, into: &draft)
                } else if !name.hasPrefix("filter "), !name.hasPrefix("variables"), isOurs {
                    draft.leave(
                        name, at: document.place(key),
                        because: "it is a setting of Soda's, not a promise about data")
                }
            }
        }
        return isOurs
    }

    private func forEach(
        _ name: String, _ value: Node, at place: SourceLocation, in document: Document,
        into draft: inout Draft
    ) {
        let datasets = (value["datasets"] ?? value["tables"])?.texts ?? []
        let isNamed = datasets.allSatisfy { !$0.contains("%") && !$0.hasPrefix("exclude ") }
        guard isNamed, !datasets.isEmpty, let checks = value["checks"] else {
            draft.leave(
                name, at: place, because: "it names tables by a pattern; name each, or write a loop"
            )
            return
        }
        for dataset in datasets {
            let plain = dataset.hasPrefix("include ") ? dataset.dropFirst(8).trimmed : dataset
            read(checks, of: plain, in: document, into: &draft)
        }
    }

    private func read(
        _ checks: Node, of dataset: String, in document: Document, into draft: inout Draft
    ) {
        var name = dataset
        var scope: String?
        if let bracket = dataset.firstIndex(of: "["), dataset.hasSuffix("]") {
            name = dataset[..<bracket].trimmed
            scope = filters["\(name) \(dataset[bracket...])"]
            if scope == nil {
                draft.leave(
                    "checks for \(dataset)", at: document.place(checks),
                    because: "its filter is declared nowhere")
                return
            }
        }
        let table =
            name.contains(".") ? TableName(name) : TableName(schema: schema, name: name.unquoted)
        for item in checks.items {
            let place = document.place(item)
            let line = item.text ?? item.entries.first?.key.text ?? ""
            let options = item.entries.first?.value
            let check = SodaCheck(line: line, options: options, table: table, schema: schema)
            var modifiers = Modifiers()
            modifiers.scope = scope
            switch check.outcome(&modifiers) {
            case .checks(let checks):
                let written = [modifiers.scope].compactMap(\.self)
                guard !written.contains(where: \.isTemplate) else {
                    draft.leave(
                        "\(line) on \(table)", at: place,
                        because: "its filter holds a variable, which only Soda can fill in")
                    continue
                }
                draft.add(checks.map(modifiers.applied(to:)), to: table, from: place)
            case .none(let reason):
                draft.leave("\(line) on \(table)", at: place, because: reason)
            }
        }
    }
}

extension StringProtocol {
    var trimmed: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }

    /// The text without quotes around it.
    var unquoted: String {
        let text = trimmed
        let isQuoted =
            text.count > 1 && text.first == text.last && (text.first == "\"" || text.first == "'")
        return isQuoted ? String(text.dropFirst().dropLast()) : text
    }
}
