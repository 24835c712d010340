package import Assay
package import Postgres
import Streams

/// Row checks and texts of one table, counted on the bytes of its rows in one pass.
///
/// It needs no more memory than a batch of rows takes, however many there are.
package struct BytePass: Sendable {
    /// What was counted.
    package struct Answer: Sendable {
        /// How many rows there were.
        package let rows: Int
        /// By the number of the question; nothing for those that only the database can answer.
        package let measures: [Int: Measure]
        /// How many rows hold a text, and how many characters the shortest and the longest have, by column.
        package let texts: [String: (present: Int, lengths: ClosedRange<Int>?)]
    }

    /// The questions that it answers, by their numbers.
    package let questions: [Int]
    private let leaves: [Leaf]
    private let columns: [SQL]
    private let names: [String]
    private let texts: [Int]
    private let program: StreamProgram

    /// Makes a pass that answers those of some questions that can be answered on bytes.
    ///
    /// - Parameters:
    ///   - questions: What is asked of each row.
    ///   - relation: The table.
    package init(_ questions: [RowQuestion], of relation: Relation) {
        leaves = relation.leaves
        var slots = StreamSlots(relation)
        let readable = relation.columns.filter { $0.category == .text && $0.hasSelect }
        // Values first: whether one is null is then known for nothing.
        names = readable.map(\.name)
        texts = names.map { slots.text($0) }
        var answered: [Int] = []
        var checks: [StreamProgram.RowCheck] = []
        for (number, question) in questions.enumerated() {
            var tried = slots
            let scope = tried.scope(question.scopeTest)
            let parts = question.parts.map { tried.test($0.test) }
            // What the server would have to evaluate on the way is asked of it together with the rest.
            guard tried.evaluated.isEmpty, tried.columns.count == slots.columns.count else {
                continue
            }
            slots = tried
            answered.append(number)
            checks.append(.init(scope: scope, parts: parts))
        }
        self.questions = answered
        columns = slots.columns
        program = StreamProgram(
            slots: slots.columns.count + 1, forms: slots.forms, rowChecks: checks)
    }

    /// Whether it takes less than SQL, with the way that the bytes have to come.
    ///
    /// Not where nobody knows how long its texts are: where some lie apart (TOAST), in views, and on other
    /// servers. In nanoseconds a row, rounded, from a profile of generated tables: only their ratio matters.
    package func isCheaper(of table: TableName, by facts: EngineFacts) -> Bool {
        guard !questions.isEmpty, !leaves.isEmpty,
            leaves.allSatisfy({ $0.server == nil && facts.untoasted.contains($0.tableName) })
        else { return false }
        let widths = facts.widths[table] ?? [:]
        let width = names.reduce(16.0) { $0 + 4 + Double(widths[$1] ?? 32) }
        let work = 200 + 50 * Double(columns.count) + 0.4 * width + 60 * Double(questions.count)
        let wire = facts.throughput.map { width / $0 * 1e9 } ?? 0
        return max(work, wire) < 400 * Double(questions.count)
    }

    /// Reads rows and counts.
    ///
    /// - Parameters:
    ///   - source: What stands behind `FROM`.
    ///   - connection: Where they are.
    /// - Returns: What was counted.
    /// - Throws: What the server says, and `misuse` where what it sends cannot be read.
    package func answer(
        from source: SQL, on connection: Connection
    ) async throws(PostgresError) -> Answer {
        // Nobody asks where a row lies, which rows of a subquery do not say.
        let list = (["'(0,0)'::tid" as SQL] + columns).joined(separator: ", ")
        let query: SQL = "SELECT \(list) FROM \(source)"
        let text = try query.literalText(on: connection)
        let tally = ColumnTally(program, texts: texts)
        do {
            _ = try await connection.copyOut(
                "COPY (\(text)) TO STDOUT (FORMAT binary)", into: true
            ) { isFirst, chunk in
                let begins = isFirst
                try chunk.withUnsafeBytes { try tally.add($0, isFirst: begins) }
                isFirst = false
            }
        } catch {
            throw error as? PostgresError ?? PostgresError(.misuse, "\(error)")
        }
        let measures = zip(questions, tally.rowChecks).map { number, count in
            (number, Measure(violations: count.parts.reduce(0, +), scope: count.scope))
        }
        let found = zip(names, tally.texts).map { ($0, (present: $1.present, lengths: $1.lengths)) }
        return Answer(
            rows: tally.rows, measures: Dictionary(uniqueKeysWithValues: measures),
            texts: Dictionary(uniqueKeysWithValues: found))
    }
}

extension Leaf {
    /// Its name as a table's.
    package var tableName: TableName { TableName(schema: schema, name: name) }
}
