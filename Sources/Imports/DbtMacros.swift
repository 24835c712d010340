import Assay
import FoundationEssentials
import Suggestions

/// The generic tests that a dbt project wrote itself, as far as they only fill in names.
struct DbtMacros {
    private struct Macro {
        let parameters: [(name: String, fallback: String?)]
        let body: String
    }

    private var macros: [String: Macro] = [:]

    /// Reads the `.sql` files of a folder.
    init(in paths: [String]) {
        for path in paths {
            guard let data = FileManager.default.contents(atPath: path) else { continue }
            read(String(decoding: data, as: UTF8.self))
        }
    }

    /// A check that finds what the test's SQL finds; nil where the project has no such test.
    func check(
        _ test: DbtTest, on column: String?, of table: TableName
    ) -> Expectation.Outcome? {
        guard let macro = macros[test.plainName] else { return nil }
        var values = ["model": "\(table.schema.inSQL).\(table.name.inSQL)"]
        values["column_name"] = column?.inSQL
        for (name, fallback) in macro.parameters where values[name] == nil {
            values[name] = test[name]?.text ?? fallback
        }
        guard let sql = Self.filled(macro.body, values) else {
            return .none("its macro does more than fill in names; `NoRows` takes the SQL it makes")
        }
        let title =
            test["name"]?.text
            ?? "rows that \(test.plainName) finds\(column.map { " by \($0)" } ?? "")"
        return .checks([Writing.noRows(title, sql)])
    }

    private mutating func read(_ text: String) {
        var rest = text[...]
        while let start = rest.firstRange(of: "{%") {
            rest = rest[start.upperBound...]
            guard let end = rest.firstRange(of: "%}") else { return }
            let words = rest[..<end.lowerBound].trimmingMarks
            rest = rest[end.upperBound...]
            guard words.hasPrefix("test "), let close = rest.firstRange(of: "endtest"),
                let mark = rest[..<close.lowerBound].ranges(of: "{%").last
            else { continue }
            let head = words.dropFirst("test ".count)
            let name = head.prefix { $0 != "(" }.trimmed
            let inside = head.drop { $0 != "(" }.dropFirst().prefix { $0 != ")" }
            let parameters = inside.split(separator: ",").map { part in
                let halves = part.split(separator: "=", maxSplits: 1)
                return (
                    name: halves[0].trimmed, fallback: halves.count > 1 ? halves[1].unquoted : nil
                )
            }
            macros[name] = Macro(
                parameters: parameters, body: String(rest[..<mark.lowerBound]))
            rest = rest[close.upperBound...]
        }
    }

    /// The text with the names filled in; nil where it holds more than names.
    private static func filled(_ text: String, _ values: [String: String]) -> String? {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "{") {
            result += rest[..<start.lowerBound]
            rest = rest[start.lowerBound...]
            guard rest.hasPrefix("{{"), let end = rest.firstRange(of: "}}") else {
                guard !rest.hasPrefix("{%"), !rest.hasPrefix("{#") else { return nil }
                result += "{"
                rest = rest.dropFirst()
                continue
            }
            let name = rest[..<end.lowerBound].dropFirst(2).trimmingMarks
            guard let value = values[name] else { return nil }
            result += value
            rest = rest[end.upperBound...]
        }
        return result + rest
    }
}

extension Substring {
    /// The text without the marks by which Jinja takes white space away.
    fileprivate var trimmingMarks: String {
        let text = trimmed
        let front = text.hasPrefix("-") ? text.dropFirst() : text[...]
        return (front.hasSuffix("-") ? front.dropLast() : front).trimmed
    }
}
