import Assay

/// Holds rows against what is promised of their tables, before they are stored.
///
/// Enforced is every promise about a single row whose breach is an error. A value that breaks one is left out,
/// and the row is stored without it; where the row cannot be without it, because it is required or stands in
/// the key, the row is refused. Whatever is left out or refused waits in the quarantine.
struct Door: Sendable {
    private let promises: [TableName: [any Check]]
    /// What is known of the destinations of all workflows and backfills, worked out once.
    private var known: [Destination: Entrance] = [:]

    /// What rows on their way to a table are held against.
    struct Entrance: Sendable {
        fileprivate let destination: Destination
        /// The promises about the columns that are written.
        fileprivate let checks: [any Check]
        /// Those of them that Swift cannot judge.
        let questions: [Question]
        /// The statement that asks them.
        let judging: Statement?
    }

    /// A key takes at most a third of a page of the server's, and so must its values.
    static let keyLimit = 2_000

    init(tables: [Table]) {
        promises = Dictionary(
            tables.map { table in
                (table.name, table.checks.flatMap(\.parts).filter(\.isEnforced))
            }, uniquingKeysWith: +)
        let destinations =
            Workflow.all.flatMap { $0.destinations + [$0.kept] } + Backfill.all.map(\.destination)
        for destination in destinations where known[destination] == nil {
            known[destination] = entrance(to: destination)
        }
    }

    /// What rows on their way to a table are held against.
    func entrance(to destination: Destination) -> Entrance {
        if let known = known[destination] { return known }
        let checks = (promises[destination.table] ?? []).filter { check in
            check.columns.allSatisfy { destination.column($0) != nil }
        }
        let questions = asked(checks, of: destination)
        return Entrance(
            destination: destination, checks: checks, questions: questions,
            judging: judging(destination, questions))
    }

    /// The row without what it may not hold, or nothing where it cannot be without that.
    ///
    /// - Parameters:
    ///   - draft: The row.
    ///   - entrance: What it is held against.
    ///   - broken: Columns whose values break a promise that only the database can judge, with the reason.
    ///   - remarks: What was left out or refused, added to.
    /// - Returns: The row as it may be stored; `nil` where it is refused.
    func admit(
        _ draft: Draft, through entrance: Entrance, broken: [String: String] = [:],
        _ remarks: inout [Remark]
    ) -> Draft? {
        let (destination, checks) = (entrance.destination, entrance.checks)
        var draft = draft
        var struck = draft.faults
        for (column, reason) in broken where struck[column] == nil { struck[column] = reason }
        let original = draft
        func whole() -> JSONValue { original.whole(destination.columnNames) }
        func refuse(_ column: String?, _ reason: String) {
            let place = column.map(draft.ownPlace) ?? draft.path
            remarks.append(
                Remark(
                    path: place, table: destination.table, column: nil, reason: reason,
                    row: whole()))
        }
        for column in struck.keys {
            draft.fields[column] = nil
        }
        while let breach = breach(of: draft.fields, checks) {
            let lost = breach.columns.first { struck[$0] != nil }
            let droppable = breach.columns.filter {
                draft.fields[$0] != nil && !destination.policy.key.contains($0)
            }
            guard !breach.isAboutAbsence, !droppable.isEmpty else {
                let column = lost ?? breach.columns.first
                refuse(column, lost.flatMap { struck[$0] } ?? breach.reason)
                return nil
            }
            for column in droppable {
                struck[column] = breach.reason
                draft.fields[column] = nil
            }
        }
        for column in destination.policy.key where draft.fields[column] == nil {
            refuse(column, struck[column] ?? "\(column) is missing")
            return nil
        }
        let size = destination.policy.key.reduce(0) {
            $0 + (draft.fields[$1]?.length ?? 0)
        }
        if size > Self.keyLimit {
            refuse(
                destination.policy.key.last,
                "is longer than \(Self.keyLimit) bytes, which no key takes")
            return nil
        }
        remarks += struck.sorted { $0.key < $1.key }.map { column, reason in
            Remark(
                path: draft.place(of: column), table: destination.table, column: column,
                reason: reason, row: whole())
        }
        return draft
    }

    /// What is wrong with the subject of a payload, by the promises of the raw table.
    func problems(of subject: String, _ workflow: Workflow) -> [Problem] {
        let column = workflow.subject.column
        let draft = Draft("", [column: Reading(.string(subject), at: workflow.subject.field)])
        var remarks: [Remark] = []
        _ = admit(draft, through: entrance(to: workflow.kept), &remarks)
        return remarks.map { Problem(path: $0.path, sentence: $0.reason) }
    }

    private struct Breach {
        let columns: [String]
        let reason: String
        let isAboutAbsence: Bool
    }

    /// The first promise that a row breaks.
    private func breach(of fields: Fields, _ checks: [any Check]) -> Breach? {
        let row = Assay.Row(
            Dictionary(
                fields.values.map { ($0.column, $0.value.assayValue) }, uniquingKeysWith: { $1 }))
        for check in checks {
            guard case .violated(let reason) = check.evaluate(row) else { continue }
            return Breach(
                columns: check.columns, reason: reason, isAboutAbsence: check is Required)
        }
        return nil
    }
}

// MARK: What only the database can judge

extension Door {
    /// A promise that is judged in SQL, row by row.
    struct Question: Sendable {
        let columns: [String]
        let reason: String
        let violated: SQL
    }

    /// The promises of a table that Swift cannot judge: regular expressions, days, vocabularies.
    private func asked(_ checks: [any Check], of destination: Destination) -> [Question] {
        let shape = TableShape(
            columns: destination.columns.map { column in
                TableShape.Column(
                    name: column.name, type: column.type,
                    category: column.type == "text" ? .text : .other, isNotNull: false)
            })
        let context = CheckContext(table: destination.table, shapes: [destination.table: shape])
        return checks.compactMap { check in
            guard !check.columns.isEmpty, check.statements.isEmpty,
                check.conditionStatements.isEmpty
            else { return nil }
            switch check.question(in: context) {
            case .rows(let rows) where !check.isJudgedInSwift(destination):
                return Question(
                    columns: check.columns, reason: "breaks a promise: \(check.sentence)",
                    violated: rows.violated)
            case .orphans(let orphans) where check is OneOf:
                guard let column = orphans.columns.first, let known = orphans.parentColumns.first
                else { return nil }
                let name: SQL = "incoming.\(identifier: column)"
                return Question(
                    columns: [column],
                    reason: "is a value that \(orphans.parent).\(known) does not know",
                    violated: """
                        \(name) IS NOT NULL AND NOT EXISTS (SELECT FROM \(orphans.parent) AS known \
                        WHERE known.\(identifier: known) = \(name))
                        """)
            default:
                return nil
            }
        }
    }

    /// Asks of rows which promises they break: a digit for each, `1` where it is broken, by the row's place.
    private func judging(
        _ destination: Destination, _ questions: [Question]
    ) -> Statement? {
        guard !questions.isEmpty else { return nil }
        let names = destination.columns.map { SQL.identifier($0.name) }.joined(separator: ", ")
        let digits = questions.map {
            "CASE WHEN \($0.violated) THEN '1' ELSE '0' END" as SQL
        }
        return Statement(
            "judge \(destination.table)", parameters: 1,
            """
            SELECT n, answer FROM (SELECT n, \(digits.joined(separator: " || ")) AS answer
            FROM (SELECT \(names), n FROM \(destination.incoming) OFFSET 0) AS incoming) AS judged
            WHERE answer LIKE '%1%' ORDER BY n
            """)
    }
}

extension Check {
    /// Whether the door holds rows against it: a breach is an error, and none is allowed.
    fileprivate var isEnforced: Bool {
        options.severity == .error && options.allowed == nil && options.knownIssue == nil
    }

    /// Whether a row of a table can be judged without the database.
    fileprivate func isJudgedInSwift(_ destination: Destination) -> Bool {
        let sample = Dictionary(
            uniqueKeysWithValues: destination.columns.map { ($0.name, $0.sample) })
        let isJudged = evaluate(Assay.Row(sample)) != .notEvaluable
        return isJudged && options.scope?.statements.isEmpty != false
    }
}

extension Destination.Column {
    /// A value of the column's type, by which a check is asked whether it can judge at all.
    fileprivate var sample: Assay.Value {
        switch type {
        case "boolean": .boolean(true)
        case "bigint": .integer(1)
        case "numeric": .number(1)
        case "text[]": .null
        default: .text("1")
        }
    }
}

extension JSONValue {
    /// The value as checks see it.
    var assayValue: Assay.Value {
        switch self {
        case .null, .array, .object: .null
        case .bool(let truth): .boolean(truth)
        case .string(let text): .text(text)
        case .number(let digits):
            Int64(digits).map { .integer($0) } ?? Double(digits).map { .number($0) } ?? .null
        }
    }
}
