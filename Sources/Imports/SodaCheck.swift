import Assay
import Suggestions
import Yams

/// One check of SodaCL: `missing_count(name) < 5`.
struct SodaCheck {
    let line: String
    let options: Node?
    let table: TableName
    let schema: String

    private var place: String { "\(table.schema.inSQL).\(table.name.inSQL)" }

    /// What it becomes, and what stands behind it.
    func outcome(_ modifiers: inout Modifiers) -> Expectation.Outcome {
        if options?.holdsTemplate == true || line.isTemplate
            || options?.entries.contains(where: { $0.value.holdsTemplate }) == true
        {
            return .none("it holds a variable, which only Soda can fill in")
        }
        if let filter = options?["filter"]?.text {
            modifiers.scope = modifiers.scope.map { "(\($0)) AND (\(filter))" } ?? filter
        }
        if line == "schema" || line.hasPrefix("schema ") {
            return .none("a column that a check names and that is missing is a refusal already")
        }
        if line == "failed rows" { return failedRows(modifiers.scope) }
        if line.hasPrefix("values in ") { return reference }
        for word in ["anomaly", "distribution", "change ", "reconciliation", "group by"]
        where line.hasPrefix(word) {
            return .none("no kind compares with earlier runs or other distributions")
        }
        if line.contains(" same as ") {
            return .none("it compares two tables; `NoRows` takes SQL that does")
        }
        guard let metric = Metric(line) else {
            return .none("no kind promises this; `NoRows` takes SQL that finds the violators")
        }
        return measured(metric, &modifiers)
    }

    /// `values in (a, b) must exist in t (c, d)`.
    private var reference: Expectation.Outcome {
        let pieces = line.split(separator: "(").map(String.init)
        guard pieces.count == 3, pieces[1].contains(" must exist in ") else {
            return .none("it promises that values do not exist; `NoRows` takes SQL that finds them")
        }
        func names(_ text: String) -> [String] {
            text.prefix { $0 != ")" }.split(separator: ",").map(\.unquoted)
        }
        let (columns, parents) = (names(pieces[1]), names(pieces[2]))
        let words = pieces[1].split(separator: " ").map(String.init)
        guard let parent = words.last, columns.count == parents.count, !columns.isEmpty else {
            return .none("it names different numbers of columns")
        }
        let known =
            parent.contains(".")
            ? TableName(parent) : TableName(schema: schema, name: parent.unquoted)
        return .checks([Writing.references(columns, known, parents)])
    }

    private func failedRows(_ scope: String?) -> Expectation.Outcome {
        let title = options?["name"]?.text?.oneLine
        if let query = options?["fail query"]?.text {
            return .checks([Writing.noRows(title ?? "rows that the query finds", query)])
        }
        guard let condition = options?["fail condition"]?.text?.oneLine else {
            return .none("it has neither a fail condition nor a fail query")
        }
        return .checks([
            Writing.noRows(
                title ?? "rows with \(condition)", "SELECT * FROM \(place)\nWHERE \(condition)")
        ])
    }

    // MARK: Metrics

    private func measured(_ metric: Metric, _ modifiers: inout Modifiers) -> Expectation.Outcome {
        guard let column = metric.arguments.first else {
            guard metric.name == "row_count" else {
                return userDefined(metric)
            }
            guard let threshold = threshold(metric, &modifiers) else { return noThreshold }
            return one(Writing.rowCount(threshold.least ?? 0, threshold.most))
        }
        switch metric.name {
        case "freshness":
            guard let (count, unit) = metric.age ?? alertAge(&modifiers) else { return noThreshold }
            return one(Writing.fresh(column, count, unit))
        case "missing_count", "missing_percent", "duplicate_count", "duplicate_percent",
            "invalid_count", "invalid_percent":
            guard tolerates(metric, &modifiers) else {
                return .none("it demands violations, or its bound is not understood")
            }
            return rows(metric, column)
        case "avg", "min", "max", "sum", "stddev", "variance":
            guard let threshold = threshold(metric, &modifiers) else { return noThreshold }
            let scope = modifiers.scope
            modifiers.scope = nil
            return one(
                Writing.aggregate(
                    "\(metric.name)(\(column.inSQL))", of: table, threshold.lower?.plain,
                    threshold.upper?.plain, strictly: threshold.isStrict, scope: scope))
        case "avg_length", "min_length", "max_length":
            guard let threshold = threshold(metric, &modifiers) else { return noThreshold }
            if metric.name == "max_length", let most = threshold.most, threshold.lower == nil {
                return one(Writing.length(column, nil, most))
            }
            if metric.name == "min_length", let least = threshold.least, threshold.upper == nil {
                return one(Writing.length(column, least, nil))
            }
            let function = metric.name.prefix { $0 != "_" }
            let scope = modifiers.scope
            modifiers.scope = nil
            return one(
                Writing.aggregate(
                    "\(function)(length(\(column.inSQL)))", of: table, threshold.lower?.plain,
                    threshold.upper?.plain, strictly: threshold.isStrict, scope: scope))
        default: return userDefined(metric)
        }
    }

    private func rows(_ metric: Metric, _ column: String) -> Expectation.Outcome {
        if metric.name.hasPrefix("duplicate") { return .checks([Writing.unique(metric.arguments)]) }
        let missing = options?["missing values"]?.texts ?? []
        if metric.name.hasPrefix("missing") {
            if options?["missing regex"] != nil {
                return .none(
                    "`missing regex` takes texts for null; `Required` and `Matches` say both")
            }
            let words = missing.isEmpty ? [] : [Writing.noneOf(column, missing)]
            return .checks([Writing.required(column)] + words)
        }
        var checks: [CheckText?] = []
        if let values = options?["valid values"]?.texts {
            checks.append(Writing.oneOf(column, values))
        }
        if let values = options?["invalid values"]?.texts {
            checks.append(Writing.noneOf(column, values))
        }
        if let regex = options?["valid regex"]?.text {
            checks.append(Writing.matches(column, regex: regex))
        }
        if let format = options?["valid format"]?.text {
            guard let regex = Self.formats[format] else {
                return .none(
                    "the format \(format) has no regular expression here; `Matches` takes one")
            }
            checks.append(Writing.matches(column, regex: regex))
        }
        let (low, high) = (options?["valid min"]?.text, options?["valid max"]?.text)
        if low != nil || high != nil { checks.append(Writing.range(column, low, high)) }
        func lengths(_ least: String, _ most: String) {
            let texts = [options?[least]?.text, options?[most]?.text]
            guard texts.contains(where: { $0 != nil }) else { return }
            let bounds = texts.map { $0?.whole() }
            let areWhole = zip(texts, bounds).allSatisfy { ($0 == nil) == ($1 == nil) }
            checks.append(areWhole ? Writing.length(column, bounds[0], bounds[1]) : nil)
        }
        lengths("valid length", "valid length")
        lengths("valid min length", "valid max length")
        guard !checks.isEmpty, !checks.contains(nil) else {
            return .none("it does not say here what is valid")
        }
        return .checks(checks.compactMap(\.self))
    }

    /// A metric of the author's own, with its SQL.
    private func userDefined(_ metric: Metric) -> Expectation.Outcome {
        guard let threshold = metric.threshold else { return noThreshold }
        let name = metric.name
        if let query = options?["\(name) query"]?.text {
            let bounds = [
                threshold.lower.map {
                    "answer \(threshold.isStrict.lower ? ">" : ">=") \($0.plain)"
                },
                threshold.upper.map {
                    "answer \(threshold.isStrict.upper ? "<" : "<=") \($0.plain)"
                },
            ].compactMap(\.self)
            let whole = query.trimmed
            let lines = (whole.hasSuffix(";") ? whole.dropLast() : whole[...])
                .split(separator: "\n").map { "    \($0)" }
            let outside = Writing.outside(
                threshold.lower?.plain, threshold.upper?.plain, threshold.isStrict)
            return .checks([
                Writing.noRows(
                    "values of \(name) \(outside)",
                    """
                    SELECT answer FROM (
                    \(lines.joined(separator: "\n"))
                    ) AS asked (answer)
                    WHERE NOT (\(bounds.joined(separator: " AND ")))
                    """)
            ])
        }
        if let expression = options?["\(name) expression"]?.text {
            return one(
                Writing.aggregate(
                    expression.oneLine, of: table, threshold.lower?.plain, threshold.upper?.plain,
                    strictly: threshold.isStrict))
        }
        return .none("no kind promises this; `NoRows` takes SQL that finds the violators")
    }

    // MARK: Thresholds

    private var noThreshold: Expectation.Outcome { .none("its bound is not understood") }

    private func one(_ check: CheckText?) -> Expectation.Outcome {
        check.map { .checks([$0]) } ?? noThreshold
    }

    /// `warn: when > 5`, by its word.
    private func alert(_ word: String) -> Threshold? {
        guard let text = options?[word]?.text, text.hasPrefix("when ") else { return nil }
        return Threshold(String(text.dropFirst("when ".count)))
    }

    /// The bound of a number that is no count of violations.
    private func threshold(_ metric: Metric, _ modifiers: inout Modifiers) -> Threshold? {
        if let threshold = metric.threshold { return threshold }
        // What warns and what fails are said as the contrary of what is promised.
        guard let alert = alert("fail") ?? alert("warn") else { return nil }
        modifiers.isWarning = options?["fail"] == nil
        guard (alert.lower == nil) != (alert.upper == nil) else { return nil }
        var promise = alert
        (promise.lower, promise.upper) = (alert.upper, alert.lower)
        promise.isStrict = (!alert.isStrict.upper, !alert.isStrict.lower)
        return promise
    }

    private func alertAge(_ modifiers: inout Modifiers) -> (Double, String)? {
        for word in ["fail", "warn"] {
            guard let text = options?[word]?.text, text.hasPrefix("when >") else { continue }
            modifiers.isWarning = word == "warn"
            return Metric.age(text.dropFirst("when >".count).trimmed)
        }
        return nil
    }

    /// Reads how many violations are accepted.
    private func tolerates(_ metric: Metric, _ modifiers: inout Modifiers) -> Bool {
        if let threshold = metric.threshold {
            guard let tolerance = threshold.tolerance else { return false }
            if !tolerance.isNone { modifiers.allowed = tolerance }
            return true
        }
        let (warn, fail) = (alert("warn"), alert("fail"))
        guard warn != nil || fail != nil,
            (options?["warn"] == nil) == (warn == nil), (options?["fail"] == nil) == (fail == nil)
        else { return false }
        if let fail {
            guard let tolerance = fail.toleranceUntil else { return false }
            if !tolerance.isNone { modifiers.allowed = tolerance }
        } else {
            modifiers.isWarning = true
        }
        if let warn {
            guard let tolerance = warn.toleranceUntil else { return false }
            if fail != nil {
                modifiers.warnAbove = tolerance
            } else if !tolerance.isNone {
                modifiers.allowed = tolerance
            }
        }
        return true
    }

    /// The formats of Soda that a regular expression of PostgreSQL's says shortly.
    private static let formats = [
        "email": #"^[^@\s]+@[^@\s]+\.[^@\s]+$"#,
        "uuid": "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
        "integer": #"^[-+]?\d+$"#, "positive integer": #"^\+?\d+$"#,
        "decimal": #"^[-+]?\d*[.,]?\d+$"#, "percentage": #"^[-+]?\d+([.,]\d+)? *%$"#,
        "date iso 8601": #"^\d{4}-\d{2}-\d{2}"#, "ip address": #"^\d{1,3}(\.\d{1,3}){3}$"#,
        "phone number": #"^\+?[-0-9 ().]{5,}$"#,
    ]
}

/// The left side of a check and its bound: `missing_percent(name) < 5 %`.
struct Metric {
    let name: String
    let arguments: [String]
    let threshold: Threshold?
    /// What stands behind the sign of a freshness: `1d`.
    let age: (Double, String)?

    init?(_ line: String) {
        let signs: Set<Character> = ["<", ">", "=", "!"]
        var head = line[...]
        var bound = ""
        if let sign = line.firstIndex(where: signs.contains) {
            head = line[..<sign]
            bound = line[sign...].trimmed
        } else if let between = line.firstRange(of: " between ") {
            head = line[..<between.lowerBound]
            bound = line[between.lowerBound...].trimmed
        }
        let text = head.trimmed
        let word = text.prefix { $0 != "(" }.trimmed
        guard !word.isEmpty, word.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }) else {
            return nil
        }
        name = word
        let inside = text.dropFirst(text.prefix { $0 != "(" }.count).dropFirst().prefix {
            $0 != ")"
        }
        arguments = inside.split(separator: ",").map(\.unquoted)
        threshold = bound.isEmpty ? nil : Threshold(bound)
        age = bound.hasPrefix("<") ? Metric.age(bound.drop { "<= ".contains($0) }.trimmed) : nil
    }

    /// An age: `1d`, `36h`, `1d6h`.
    static func age(_ text: String) -> (Double, String)? {
        let scales: [Character: Double] = ["d": 1_440, "h": 60, "m": 1]
        var minutes = 0.0
        var digits = ""
        var units: [Character] = []
        for character in text {
            if character.isNumber || character == "." {
                digits.append(character)
            } else if let scale = scales[character], let count = Double(digits) {
                minutes += count * scale
                digits = ""
                units.append(character)
            } else if !character.isWhitespace {
                return nil
            }
        }
        guard digits.isEmpty, minutes > 0 else { return nil }
        guard units.count == 1, let unit = units.first, let scale = scales[unit] else {
            return minutes.truncatingRemainder(dividingBy: 60) == 0
                ? (minutes / 60, "h") : (minutes, "m")
        }
        return (minutes / scale, String(unit))
    }
}
