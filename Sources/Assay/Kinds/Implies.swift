// The members every kind has are documented in Check.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

/// Requires that where one thing holds, another does.
public struct Implies: Check {
    public var options: CheckOptions
    private let premise: Condition
    private let conclusion: Condition

    /// Requires the conclusion of every row for which the premise holds.
    public init(
        _ premise: Condition, then conclusion: Condition, file: String = #filePath,
        line: Int = #line
    ) {
        options = CheckOptions(file: file, line: line)
        self.premise = premise
        self.conclusion = conclusion
    }

    public var columns: [String] { premise.columns + conclusion.columns }

    public var conditionStatements: [SQL] { premise.statements + conclusion.statements }

    public var subject: String {
        columns.isEmpty ? Slug.make(sentence) : columns.joined(separator: "+")
    }

    public var sentence: String { "where \(premise.sentence), \(conclusion.sentence)" }

    public func question(in context: CheckContext) -> Question {
        let scope = scope(in: context, and: [premise.sql(in: context)])
        let broken = context.isNotTrue(conclusion.sql(in: context))
        let test = RowTest.not(conclusion.test(in: context))
        let premises = [premise.test(in: context)] + [scopeTest(in: context)].compactMap(\.self)
        return .rows(
            RowQuestion(
                scope: scope, scopeTest: .all(premises),
                parts: [.init("contradicting", broken, test: test)]))
    }

    public func headline(_ measure: Measure, of table: TableName) -> String {
        "“\(sentence)” does not hold in \(measure.rows(of: table))"
    }

    public func evaluate(_ row: Row) -> Evaluation {
        evaluate(row) {
            switch premise.holds(for: row) {
            case nil: return .notEvaluable
            case false?: return .outOfScope
            case true?: break
            }
            switch conclusion.holds(for: row) {
            case nil: return .notEvaluable
            case true?: return .satisfied
            case false?: return .violated("where \(premise.sentence), \(conclusion.sentence)")
            }
        }
    }

    public func specimens(in context: CheckContext) -> Specimens {
        let premises = premise.cases(true, in: context)
        func cases(_ truth: Bool) -> [[String: Specimen.Value]] {
            conclusion.cases(truth, in: context).compactMap { end in
                premises.lazy.compactMap { $0.meeting(end) }.first
            }
        }
        let isGuess = !premise.isUnderstood || !conclusion.isUnderstood
        let broken = cases(false)
        guard let kept = cases(true).first, !broken.isEmpty else {
            let truth = broken.isEmpty ? "breaks" : "keeps"
            return .vacuous("no row \(truth) it, whatever its values")
        }
        return .made(
            broken.prefix(8).map { values in
                var specimen = Specimen("contradicting", violating: values, boundary: kept)
                specimen.isGuess = isGuess
                return specimen
            })
    }

    public static let documentation = KindDocumentation(
        kind: "implies",
        dimension: .consistency,
        summary: "Where one thing holds of a row, another holds too.",
        why: "A row that is marked sent but lacks what had to be sent has misled somebody.",
        example: #"Implies(.isTrue("sent_to_clay"), then: .present("origin_company_name"))"#,
        measures: """
            Rows for which the premise is true are looked at. A conclusion that is null does not hold.
            """,
        limits: "Conditions written as SQL text are evaluated by the database alone."
    )
}

/// Text made fit for a check's identity.
enum Slug {
    static func make(_ text: String) -> String {
        var slug = ""
        for character in text {
            switch character {
            case _ where character.isLetter || character.isNumber:
                slug += character.lowercased()
            default:
                if !slug.isEmpty, !slug.hasSuffix("-") { slug.append("-") }
            }
        }
        while slug.hasSuffix("-") { slug.removeLast() }
        return slug.isEmpty ? "untitled" : slug
    }
}
