import Assay
import Auditor
import Postgres

/// One pass over a table: every candidate's measure and every column's facts.
struct ProfileScan {
    private struct Measured {
        let candidate: Candidate
        /// Where SQL answers.
        var places: (scope: Int, violated: Int)?
    }

    private struct Facts {
        let column: Column
        /// Where SQL answers; nothing where the bytes of rows do.
        var present: Int?
        var distinct: Int?
        var lengths: (Int, Int)?
        var ages: (Int, Int)?
    }

    private var list = AggregateList()
    private var measured: [Measured] = []
    private var facts: [Facts] = []
    /// What is counted on the bytes of rows instead; the numbers are those of what is measured.
    let pass: BytePass?

    /// Puts together what is asked of a table.
    ///
    /// - Parameters:
    ///   - relation: The table.
    ///   - context: What the catalog says of it.
    ///   - countsDistinct: Whether different values are counted in the same pass.
    ///   - readsBytes: Whether what a look at the bytes of rows can answer is asked so.
    init(
        _ relation: Relation, context: CheckContext, countsDistinct: Bool,
        readsBytes: (BytePass) -> Bool
    ) {
        _ = list.place(ofCount: nil)
        var questions: [RowQuestion] = []
        for candidate in relation.candidates(shape: context.shape) {
            guard case .rows(let question) = candidate.check.question(in: context) else { continue }
            questions.append(question)
            measured.append(Measured(candidate: candidate))
        }
        let possible = BytePass(questions, of: relation)
        pass = readsBytes(possible) ? possible : nil
        let answered = Set(pass?.questions ?? [])
        for (number, question) in questions.enumerated() where !answered.contains(number) {
            measured[number].places = (
                list.place(ofCount: question.scope), list.place(ofCount: question.violated)
            )
        }
        for column in relation.columns where column.hasSelect {
            let name: SQL = .identifier(column.name)
            var fact = Facts(column: column)
            let isRead = pass != nil && column.category == .text
            if !isRead { fact.present = list.place(of: "count(\(name))") }
            if countsDistinct { fact.distinct = column.distinct.map { list.place(of: $0) } }
            if column.category == .text, !isRead {
                fact.lengths = (
                    list.place(of: "min(length(\(name)::text))"),
                    list.place(of: "max(length(\(name)::text))")
                )
            }
            if Meaning(of: column) == .arrival {
                let newest: SQL = "max(\(name)) FILTER (WHERE isfinite(\(name)))"
                fact.ages = (
                    list.place(of: "extract(epoch FROM now() - (\(newest))::timestamptz)"),
                    list.place(
                        of: """
                            count(DISTINCT \(name)::date) FILTER (WHERE \(name) > now() - \
                            interval '30 days' AND \(name) <= now())
                            """)
                )
            }
            facts.append(fact)
        }
    }

    /// Counts the different values of some columns.
    init(distinctOf columns: [Column]) {
        pass = nil
        _ = list.place(ofCount: nil)
        for column in columns {
            guard let distinct = column.distinct else { continue }
            var fact = Facts(
                column: column, present: list.place(of: "count(\(identifier: column.name))"))
            fact.distinct = list.place(of: distinct)
            facts.append(fact)
        }
    }

    /// The statements: one, but for tables of hundreds of columns.
    ///
    /// A row of PostgreSQL's has 1,664 columns at the most, a parallel worker's answer too.
    func statements(from source: SQL) -> [SQL] {
        stride(from: 0, to: list.expressions.count, by: 1_500).map { start in
            let part = list.expressions[start..<min(start + 1_500, list.expressions.count)]
            return "SELECT \(part.joined(separator: ", ")) FROM \(source)"
        }
    }

    /// What the answers of all statements say, one after the other, and the bytes of rows.
    func read(
        _ answers: [String?], and bytes: BytePass.Answer? = nil, keyed: Set<String>
    ) -> Findings {
        func number(_ place: Int) -> Int? { answers[place].flatMap { Int($0) } }
        func count(_ place: Int) -> Int { number(place) ?? 0 }
        let columns = facts.map { fact -> ColumnProfile in
            let read = bytes?.texts[fact.column.name]
            let lengths =
                read?.lengths
                ?? fact.lengths.flatMap { shortest, longest in
                    number(shortest).flatMap { low in number(longest).map { low...max(low, $0) } }
                }
            let ages = fact.ages.flatMap { newest, days in
                answers[newest].flatMap { Double($0) }.map {
                    ColumnProfile.Ages(newest: $0, days: count(days))
                }
            }
            return ColumnProfile(
                column: fact.column, present: fact.present.map(count) ?? read?.present ?? 0,
                distinct: fact.distinct.map(count), distinctIsExact: fact.distinct != nil,
                lengths: lengths, ages: ages, isKeyed: keyed.contains(fact.column.name))
        }
        return Findings(
            rows: count(0),
            measured: measured.enumerated().compactMap { number, entry in
                let asked = entry.places.map {
                    Measure(violations: count($0.violated), scope: count($0.scope))
                }
                return (asked ?? bytes?.measures[number]).map { (entry.candidate, $0) }
            }, columns: columns)
    }

    /// What a pass found.
    struct Findings {
        var rows: Int
        var measured: [(candidate: Candidate, measure: Measure)]
        var columns: [ColumnProfile]

        /// The columns of which some values are domains or addresses in another spelling.
        var dirty: [String: Normalizer] {
            var dirty: [String: Normalizer] = [:]
            for (candidate, measure) in measured {
                guard measure.violations > 0, candidate.isFit(measure),
                    candidate.check is Normalized, let column = candidate.check.columns.first
                else { continue }
                let form = [Normalizer.domain, .email].first {
                    candidate.text.arguments.contains("as: .\($0.name)")
                }
                if let form, dirty[column] == nil { dirty[column] = form }
            }
            return dirty
        }
    }
}

extension Column {
    /// A SQL expression that counts the column's different values; nil where that says nothing.
    fileprivate var distinct: SQL? {
        switch category {
        case .text: "count(DISTINCT hashtextextended(\(identifier: name)::text COLLATE \"C\", 0))"
        case .numeric where baseTypeName != "money", .uuid:
            "count(DISTINCT \(identifier: name))"
        default: nil
        }
    }
}
