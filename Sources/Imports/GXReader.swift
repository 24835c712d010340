import Assay
import Suggestions
import Yams

/// Reads expectation suites of Great Expectations.
struct GXReader {
    let schema: String
    let table: TableName?

    /// Reads documents.
    ///
    /// - Returns: Whether one of them is a suite.
    func read(_ documents: [Document], into draft: inout Draft) -> Bool {
        var isOurs = false
        for document in documents {
            guard case .sequence(let expectations)? = document.root["expectations"] else {
                continue
            }
            isOurs = true
            let name = document.root["name"]?.text ?? document.root["expectation_suite_name"]?.text
            let table = table ?? guessed(from: name ?? "")
            for expectation in expectations {
                read(expectation, of: table, in: document, into: &draft)
            }
        }
        return isOurs
    }

    /// A suite's name often begins with its table's: `core.companies.warning`.
    private func guessed(from name: String) -> TableName {
        let parts = name.split(separator: ".").map(String.init)
        return parts.count > 1
            ? TableName(schema: parts[0], name: parts[1])
            : TableName(schema: schema, name: parts.first ?? "suite")
    }

    private func read(
        _ node: Node, of table: TableName, in document: Document, into draft: inout Draft
    ) {
        let place = document.place(node)
        guard let type = (node["expectation_type"] ?? node["type"])?.text else {
            draft.leave("an expectation", at: place, because: "it says no type")
            return
        }
        let arguments = node["kwargs"]
        let expectation = Expectation(
            name: type.snakeCase, column: nil, arguments: arguments, table: table)
        let about = arguments?["column"]?.text ?? "the table"
        var modifiers = Modifiers()
        modifiers.isWarning =
            ["warning", "info"].contains(node["severity"]?.text ?? node["meta"]?["severity"]?.text)
        if let mostly = arguments?["mostly"]?.text {
            guard let share = Double(mostly), (0...1).contains(share) else {
                draft.leave(
                    "\(type) on \(about)", at: place, because: "its mostly is no share from 0 to 1")
                return
            }
            if share < 1 { modifiers.allowed = .percent(((1 - share) * 1e8).rounded() / 1e6) }
        }
        if let condition = arguments?["row_condition"]?.text {
            let parser = arguments?["condition_parser"]?.text ?? ""
            guard !parser.hasPrefix("great_expectations"), parser != "pandas" else {
                draft.leave(
                    "\(type) on \(about)", at: place,
                    because: "its row_condition is no SQL; write it as `.where(\"…\")`")
                return
            }
            modifiers.scope = condition
        }
        switch expectation.outcome {
        case .checks(let checks):
            draft.add(checks.map(modifiers.applied(to:)), to: table, from: place)
        case .none(let reason):
            draft.leave("\(type) on \(about)", at: place, because: reason)
        }
    }
}

extension String {
    /// `ExpectColumnValuesToBeUnique` as `expect_column_values_to_be_unique`.
    fileprivate var snakeCase: String {
        guard first?.isUppercase == true else { return lowercased() }
        var text = ""
        for character in self {
            if character.isUppercase, !text.isEmpty { text += "_" }
            text += character.lowercased()
        }
        return text
    }
}
