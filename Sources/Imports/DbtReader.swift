import Assay
import Suggestions
import Yams

/// Reads the tests of dbt's property files.
struct DbtReader {
    let schema: String
    let macros: DbtMacros
    /// The tables of sources, by `source.table`.
    private var sources: [String: TableName] = [:]
    /// The tables of models, seeds and snapshots.
    private var models: [String: TableName] = [:]

    init(schema: String, macros: DbtMacros) {
        self.schema = schema
        self.macros = macros
    }

    /// Reads documents.
    ///
    /// - Returns: Whether one of them holds properties.
    mutating func read(_ documents: [Document], into draft: inout Draft) -> Bool {
        var tables: [(node: Node, name: TableName, document: Document)] = []
        for document in documents {
            for key in ["models", "seeds", "snapshots"] {
                for node in document.root[key]?.items ?? [] {
                    guard let name = node["name"]?.text else { continue }
                    let own = (node["config"] ?? node)["schema"]?.text
                    let alias = (node["config"] ?? node)["alias"]?.text ?? name
                    let table = TableName(schema: own ?? schema, name: alias)
                    models[name] = table
                    tables.append((node, table, document))
                }
            }
            for source in document.root["sources"]?.items ?? [] {
                guard let name = source["name"]?.text else { continue }
                let own = source["schema"]?.text ?? name
                for node in source["tables"]?.items ?? [] {
                    guard let tableName = node["name"]?.text else { continue }
                    let table = TableName(
                        schema: own, name: node["identifier"]?.text ?? tableName)
                    sources["\(name).\(tableName)"] = table
                    tables.append((node, table, document))
                    freshness(node, source, table, document, into: &draft)
                }
            }
        }
        for (node, table, document) in tables {
            read(node, of: table, in: document, into: &draft)
        }
        return !tables.isEmpty
    }

    private func read(
        _ node: Node, of table: TableName, in document: Document, into draft: inout Draft
    ) {
        for test in node.tests { read(test, on: nil, of: table, in: document, into: &draft) }
        for column in node["columns"]?.items ?? [] {
            guard let name = column["name"]?.text else { continue }
            for test in column.tests {
                read(test, on: name, of: table, in: document, into: &draft)
            }
        }
    }

    private func read(
        _ node: Node, on column: String?, of table: TableName, in document: Document,
        into draft: inout Draft
    ) {
        let place = document.place(node)
        guard let test = DbtTest(node) else {
            draft.leave("a test", at: place, because: "it has no name")
            return
        }
        let about = "\(test.name) on \(table)\(column.map { ".\($0)" } ?? "")"
        guard test.isEnabled else {
            draft.leave(about, at: place, because: "it is switched off (enabled: false)")
            return
        }
        guard let modifiers = test.modifiers else {
            draft.leave(
                about, at: place,
                because:
                    "its warn_if, error_if or where is a template or not a comparison with a number"
            )
            return
        }
        switch outcome(of: test, on: column, of: table) {
        case .checks(let checks):
            draft.add(checks.map(modifiers.applied(to:)), to: table, from: place)
        case .none(let reason):
            draft.leave(about, at: place, because: reason)
        }
    }

    private func outcome(
        of test: DbtTest, on column: String?, of table: TableName
    ) -> Expectation.Outcome {
        let subject = column ?? test["column_name"]?.text
        if let subject, !subject.isName {
            return .none("`\(subject)` is an expression; `NoRows` takes SQL that groups by it")
        }
        if test.holdsTemplate {
            return .none("it holds a template, which only dbt can fill in")
        }
        switch (test.plainName, subject) {
        case ("not_null", let column?): return .checks([Writing.required(column)])
        case ("unique", let column?): return .checks([Writing.unique([column])])
        case ("accepted_values", let column?):
            let values = test["values"]?.texts ?? []
            return values.isEmpty
                ? .none("it names no values") : .checks([Writing.oneOf(column, values)])
        case ("relationships", let column?), ("relationships_where", let column?):
            return reference(test, column)
        default:
            return macros.check(test, on: subject, of: table)
                ?? DbtPackageTests(test: test, column: subject, table: table).outcome
        }
    }

    /// `to: ref('companies')`, `to: source('core', 'companies')`.
    private func reference(_ test: DbtTest, _ column: String) -> Expectation.Outcome {
        guard let to = test["to"]?.text, let field = test["field"]?.text, field.isName else {
            return .none("it does not say to which column it refers")
        }
        guard test["to_condition"] == nil else {
            return .none("no kind limits the rows referred to; `NoRows` takes SQL that does")
        }
        let inside = to.dropFirst(to.prefix { $0 != "(" }.count).dropFirst().prefix { $0 != ")" }
        let names = inside.split(separator: ",").map(\.unquoted)
        let table: TableName
        if to.trimmed.hasPrefix("source"), names.count == 2 {
            table =
                sources["\(names[0]).\(names[1])"] ?? TableName(schema: names[0], name: names[1])
        } else if to.trimmed.hasPrefix("ref"), let name = names.last {
            table = models[name] ?? TableName(schema: schema, name: name)
        } else {
            return .none("`to` is neither ref(…) nor source(…)")
        }
        var check = Writing.references([column], table, [field])
        if let condition = test["from_condition"]?.text {
            check.modifiers.append(".where(\(condition.oneLine.quoted))")
        }
        return .checks([check])
    }

    /// `freshness:` of a source, with `loaded_at_field:`.
    private func freshness(
        _ node: Node, _ source: Node, _ table: TableName, _ document: Document,
        into draft: inout Draft
    ) {
        func own(_ key: String) -> Node? {
            node[key] ?? node["config"]?[key] ?? source[key] ?? source["config"]?[key]
        }
        guard let freshness = own("freshness"), !freshness.entries.isEmpty else { return }
        let place = document.place(freshness)
        guard let column = own("loaded_at_field")?.text, column.isName else {
            draft.leave(
                "freshness on \(table)", at: place,
                because: "it names no column by which it is told; say `Fresh(\"…\", within:)`")
            return
        }
        for (word, isWarning) in [("error_after", false), ("warn_after", true)] {
            guard let limit = freshness[word], let unit = limit["period"]?.text,
                let count = limit["count"]?.text.flatMap({ Double($0) }),
                let check = Writing.fresh(column, count, unit)
            else { continue }
            var modifiers = Modifiers()
            modifiers.isWarning = isWarning
            modifiers.scope = freshness["filter"]?.text
            draft.add([modifiers.applied(to: check)], to: table, from: place)
        }
    }
}

extension Node {
    /// The tests, under the word of before dbt 1.8 or that of since.
    fileprivate var tests: [Node] {
        [self["tests"], self["data_tests"]].compactMap(\.self).flatMap(\.items)
    }
}

extension String {
    /// Whether it is a name, not an expression.
    var isName: Bool {
        !isEmpty && allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "$" }
    }
}
