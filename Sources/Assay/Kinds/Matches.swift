// The members every kind has are documented in Check.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

/// Requires that a column's text has a shape.
public struct Matches: Check {
    private enum Shape: Sendable {
        case regex(String)
        case like([String])
    }

    public var options: CheckOptions
    public let columns: [String]
    private let shape: Shape
    /// The patterns, read once: a row that is taken in is held against them.
    private let patterns: [LikePattern]
    private var examples: (good: String, bad: String)?

    /// Requires a column's text to match a PostgreSQL regular expression; null is accepted.
    public init(
        _ column: String, _ regex: String, file: String = #filePath, line: Int = #line
    ) {
        options = CheckOptions(file: file, line: line)
        columns = [column]
        shape = .regex(regex)
        patterns = []
    }

    /// Requires a column's text to match at least one LIKE pattern; null is accepted.
    ///
    /// LIKE is an order of magnitude cheaper than a regular expression: `%` stands for any text, `_`
    /// for one character, and a backslash takes the meaning of the character after it away.
    public init(
        _ column: String, like patterns: String..., file: String = #filePath, line: Int = #line
    ) {
        options = CheckOptions(file: file, line: line)
        columns = [column]
        shape = .like(patterns)
        self.patterns = patterns.map { LikePattern($0) }
    }

    /// Gives a text that only just has the shape and one that only just lacks it, for `assay prove`.
    public func examples(good: String, bad: String) -> Matches {
        var copy = self
        copy.examples = (good, bad)
        return copy
    }

    public var sentence: String {
        switch shape {
        case .regex(let regex): "\(subject) matches /\(regex)/"
        case .like(let patterns): "\(subject) is like \(patterns.inWords)"
        }
    }

    public var fault: String? {
        if case .like([]) = shape { return "names no pattern" }
        return nil
    }

    public func question(in context: CheckContext) -> Question {
        let column: SQL = .identifier(subject)
        let part: RowQuestion.Part
        switch shape {
        case .regex(let regex):
            let text =
                Matches.meansTheSameUnderAllCollations(regex)
                ? context.text(subject) : "\(column)::text COLLATE \"C\""
            part = .init(
                "misshapen", "\(text) !~ \(regex)",
                test: RegexPattern(regex).map { .not(.isMatch(subject, $0)) })
        case .like(let patterns):
            let text = context.text(subject)
            let mismatch = patterns.map { "\(text) NOT LIKE \($0)" as SQL }
            part = .init(
                "misshapen", mismatch.joined(separator: " AND "),
                test: .not(.isLike(subject, patterns)))
        }
        let scope = scope(in: context, and: ["\(column) IS NOT NULL"])
        return .rows(
            RowQuestion(
                scope: scope, scopeTest: scopeTest(in: context, notNull: [subject]), parts: [part]))
    }

    /// Whether no class of characters and no disregard of case stands in it, which a collation has a say in.
    private static func meansTheSameUnderAllCollations(_ regex: String) -> Bool {
        if regex.hasPrefix("***") { return false }
        let characters = Array(regex.unicodeScalars)
        return !zip(characters, characters.dropFirst()).enumerated().contains { index, pair in
            switch pair {
            case ("\\", let next): "dswDSWmMyY".unicodeScalars.contains(next)
            case ("[", let next): next == ":" || next == "=" || next == "."
            case ("(", "?"):
                characters.indices.contains(index + 2)
                    && characters[index + 2].properties.isAlphabetic
            default: false
            }
        }
    }

    public func headline(_ measure: Measure, of table: TableName) -> String {
        switch shape {
        case .regex(let regex):
            "\(subject) does not match /\(regex)/ in \(measure.rows(of: table))"
        case .like(let patterns):
            "\(subject) is not like \(patterns.inWords) in \(measure.rows(of: table))"
        }
    }

    public func evaluate(_ row: Row) -> Evaluation {
        evaluate(row) {
            guard case .like(let patterns) = shape else { return .notEvaluable }
            guard let text = row[subject].text else { return .outOfScope }
            return self.patterns.contains { $0.matches(text.utf8.span) }
                ? .satisfied : .violated("\(subject) is not like \(patterns.inWords)")
        }
    }

    public func specimens(in context: CheckContext) -> Specimens {
        if let examples {
            return .made([
                .init(
                    "misshapen", violating: [subject: .text(examples.bad)],
                    boundary: [subject: .text(examples.good)])
            ])
        }
        switch shape {
        case .like(let patterns):
            let all = patterns.map { LikePattern($0) }
            guard let last = all.last else { return .missing("it names no pattern") }
            let near = last.shortest
            let bad = [String(near.dropLast()), "?" + near, near + "?", ""].first { text in
                !all.contains { $0.matches(text.utf8.span) }
            }
            guard let bad else { return .vacuous("is like any text whatever") }
            return .made([
                .init(
                    "misshapen", violating: [subject: .text(bad)], boundary: [subject: .text(near)])
            ])
        case .regex(let regex):
            guard let near = ShortestMatch(of: regex)?.text else {
                return .missing("no text could be made of /\(regex)/; write .examples(good:bad:)")
            }
            let texts = [String(near.dropLast()), near + "?", "?" + near, "?", ""]
            return .made([
                .init(
                    "misshapen",
                    violating: [
                        subject: .first(of: texts, where: "candidate COLLATE \"C\" !~ \(regex)")
                    ], boundary: [subject: .text(near)])
            ])
        }
    }

    public static let documentation = KindDocumentation(
        kind: "matches",
        dimension: .validity,
        summary: "A text has a shape, given as a regular expression or as LIKE patterns.",
        why: "A value of the wrong shape was put into the wrong column, or was never checked.",
        example: #"""
            Matches("case_study_url", like: "https://_%/%", "http://_%/%")
            Matches("naics_code", "^[0-9]{2,6}$")
            """#,
        measures: """
            Rows whose value is not null are looked at. The regular expression is PostgreSQL's, and it \
            is not anchored unless you anchor it.
            """,
        limits: """
            Where rows are taken in, LIKE patterns are evaluated at once and regular expressions by the \
            database. Classes hold letters from A to Z only. In SQL a regular expression over a long text \
            costs about as much as twenty LIKE patterns.
            """
    )
}
