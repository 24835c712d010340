import Assay
import Suggestions

/// Checks as imports write them.
enum Writing {
    static func required(_ column: String, blankIsNull: Bool = false) -> CheckText {
        CheckText("Required", [column.quoted] + (blankIsNull ? [] : ["blank: .accepted"]))
    }

    static func unique(_ columns: [String]) -> CheckText {
        CheckText(
            "Unique", ["by: " + (columns.first ?? "").quoted] + columns.dropFirst().map(\.quoted))
    }

    static func oneOf(_ column: String, _ values: [String]) -> CheckText {
        CheckText("OneOf", [column.quoted] + values.map(\.quoted))
    }

    static func noneOf(_ column: String, _ values: [String]) -> CheckText {
        let list = "[" + values.map(\.quoted).joined(separator: ", ") + "]"
        return CheckText(
            "Implies",
            [".not(.isNull(\(column.quoted)))", "then: .not(.isOneOf(\(column.quoted), \(list)))"])
    }

    static func references(_ columns: [String], _ table: TableName, _ parents: [String])
        -> CheckText
    {
        if columns.count == 1, let column = columns.first, let parent = parents.first {
            return CheckText(
                "References",
                [column.quoted, "in: " + "\(table.spelled).\(parent.spelled)".quoted])
        }
        func list(_ names: [String]) -> String {
            "[" + names.map(\.quoted).joined(separator: ", ") + "]"
        }
        return CheckText(
            "References",
            [list(columns), "in: " + table.spelled.quoted, "columns: " + list(parents)])
    }

    static func matches(_ column: String, regex: String) -> CheckText {
        CheckText("Matches", [column.quoted, regex.quoted])
    }

    static func matches(_ column: String, like patterns: [String]) -> CheckText {
        CheckText(
            "Matches",
            [column.quoted, "like: " + (patterns.first ?? "").quoted]
                + patterns.dropFirst().map(\.quoted))
    }

    /// A range as `InRange` takes it; strict bounds and expressions become a condition.
    static func range(
        _ column: String, _ lower: String?, _ upper: String?,
        strictly: (Bool, Bool) = (false, false)
    ) -> CheckText? {
        guard lower != nil || upper != nil else { return nil }
        let isPlain = [lower, upper].allSatisfy { $0.map(\.isLiteral) ?? true }
        if !isPlain || strictly.0 && lower != nil || strictly.1 && upper != nil {
            let name = column.inSQL
            func bound(_ text: String) -> String {
                text.isLiteral && Double(text) == nil ? "'\(text)'" : text
            }
            let conditions = [
                lower.map { "\(name) \(strictly.0 ? ">" : ">=") \(bound($0))" },
                upper.map { "\(name) \(strictly.1 ? "<" : "<=") \(bound($0))" },
            ].compactMap(\.self)
            return condition(
                "\(name) IS NOT NULL", then: conditions.joined(separator: " AND "),
                named: "range-of-\(column)")
        }
        switch (lower.flatMap { Int($0) }, upper.flatMap { Int($0) }) {
        case (let low?, let high?) where low <= high:
            return CheckText(
                "InRange", [column.quoted, "\(SwiftText.number(low))...\(SwiftText.number(high))"])
        case (let low?, nil) where upper == nil:
            return CheckText("InRange", [column.quoted, SwiftText.number(low) + "..."])
        case (nil, let high?) where lower == nil:
            return CheckText("InRange", [column.quoted, "..." + SwiftText.number(high)])
        default:
            let bounds = [
                lower.map { "from: " + $0.quoted }, upper.map { "through: " + $0.quoted },
            ]
            return CheckText("InRange", [column.quoted] + bounds.compactMap(\.self))
        }
    }

    static func length(_ column: String, _ lower: Int?, _ upper: Int?) -> CheckText? {
        switch (lower, upper) {
        case (let low?, let high?) where low <= high && low >= 0:
            CheckText(
                "Length", [column.quoted, "\(SwiftText.number(low))...\(SwiftText.number(high))"])
        case (nil, let high?) where high >= 0:
            CheckText("Length", [column.quoted, "..." + SwiftText.number(high)])
        case (let low?, nil):
            condition(
                "\(column.inSQL) IS NOT NULL", then: "length(\(column.inSQL)) >= \(low)",
                named: "length-of-\(column)")
        default: nil
        }
    }

    static func rowCount(_ lower: Int?, _ upper: Int?) -> CheckText? {
        let low = max(0, lower ?? 0)
        if let upper {
            guard upper >= low else { return nil }
            return CheckText("RowCount", ["\(SwiftText.number(low))...\(SwiftText.number(upper))"])
        }
        return lower == nil ? nil : CheckText("RowCount", [SwiftText.number(low) + "..."])
    }

    /// An age: `1d`, `36 hours`.
    static func fresh(_ column: String, _ count: Double, _ unit: String) -> CheckText? {
        let scales: [(names: [String], age: String, times: Double)] = [
            (["m", "minute", "minutes", "min"], "minutes", 1),
            (["h", "hour", "hours"], "hours", 1), (["d", "day", "days"], "days", 1),
            (["w", "week", "weeks"], "days", 7), (["month", "months"], "days", 31),
            (["year", "years"], "days", 366), (["s", "second", "seconds"], "minutes", 1.0 / 60),
        ]
        guard count > 0, let scale = scales.first(where: { $0.names.contains(unit.lowercased()) })
        else { return nil }
        return CheckText(
            "Fresh", [column.quoted, "within: .\(scale.age)(\((count * scale.times).plain))"])
    }

    static func condition(_ premise: String, then conclusion: String, named name: String)
        -> CheckText
    {
        CheckText(
            "Implies", [premise.quoted, "then: " + conclusion.quoted],
            modifiers: [".named(\(name.slug.quoted))"])
    }

    /// Rows for which SQL text gives false; null is accepted, as the other tools do.
    static func holds(_ expression: String, named name: String?) -> CheckText {
        let text = expression.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return condition("(\(text)) IS NOT NULL", then: text, named: name ?? text)
    }

    static func noRows(_ title: String, _ query: String) -> CheckText {
        var lines = query.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            String(line.reversed().drop { $0.isWhitespace }.reversed())
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        while lines.first?.isEmpty == true { lines.removeFirst() }
        let margin = lines.filter { !$0.isEmpty }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
        lines = lines.map { String($0.dropFirst(margin)) }
        if let last = lines.last, last.hasSuffix(";") { lines[lines.count - 1].removeLast() }
        return CheckText("NoRows", [title.quoted], query: lines)
    }

    /// What is wrong with a number that does not lie within bounds.
    static func outside(_ lower: String?, _ upper: String?, _ strictly: (Bool, Bool)) -> String {
        switch (lower, upper) {
        case (let low?, let high?): low == high ? "other than \(low)" : "outside \(low) to \(high)"
        case (let low?, nil): strictly.0 ? "not above \(low)" : "below \(low)"
        case (nil, let high?): strictly.1 ? "not below \(high)" : "above \(high)"
        case (nil, nil): "at all"
        }
    }

    /// An aggregate of a table that must lie within bounds.
    static func aggregate(
        _ expression: String, of table: TableName, _ lower: String?, _ upper: String?,
        strictly: (Bool, Bool) = (false, false), scope: String? = nil
    ) -> CheckText? {
        let bounds = [
            lower.map { "\(expression) \(strictly.0 ? ">" : ">=") \($0)" },
            upper.map { "\(expression) \(strictly.1 ? "<" : "<=") \($0)" },
        ].compactMap(\.self)
        guard !bounds.isEmpty, [lower, upper].allSatisfy({ $0.map { Double($0) != nil } ?? true })
        else {
            return nil
        }
        let place = "\(table.schema.inSQL).\(table.name.inSQL)"
        let filter = scope.map { " WHERE \($0)" } ?? ""
        return noRows(
            "values of \(expression) \(outside(lower, upper, strictly))",
            """
            SELECT \(expression) AS answer FROM \(place)\(filter)
            HAVING NOT (\(bounds.joined(separator: " AND ")))
            """)
    }
}

extension String {
    /// The text as a literal of Swift.
    var quoted: String { SwiftText.literal(self) }

    /// Whether it is a number or a date, not an expression.
    var isLiteral: Bool {
        if Double(self) != nil { return true }
        let digits = prefix { $0.isWholeNumber || "-:T .Z+".contains($0) }
        return digits.count == count && first?.isWholeNumber == true && contains("-")
    }

    /// The text as the last part of a check's identity.
    var slug: String {
        var slug = ""
        for character in self {
            if character.isLetter || character.isNumber {
                slug += character.lowercased()
            } else if !slug.isEmpty, !slug.hasSuffix("-") {
                slug.append("-")
            }
        }
        while slug.hasSuffix("-") { slug.removeLast() }
        return slug.isEmpty ? "untitled" : String(slug.prefix(60))
    }

    /// Whether only its own tool can say what it means.
    var isTemplate: Bool { contains("{{") || contains("{%") || contains("${") }
}
