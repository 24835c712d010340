import Assay
import Auditor
import Postgres

/// What is read of one table.
struct ProfilePass {
    let relation: Relation
    let catalog: Catalog
    let connection: Connection
    let options: ProfileOptions
    let guesses: [ReferenceGuess]
    let facts: EngineFacts?

    /// Up to so many rows different values are counted along with the rest.
    private static let cheap = 100_000

    private var name: TableName { TableName(schema: relation.schema, name: relation.name) }

    func profile() async throws(PostgresError) -> TableProfile {
        let expected = try await expectedRows()
        let source = Source(relation, expecting: expected, atMost: options.rows)
        let context = CheckContext(name, and: [], in: catalog)
        let isCheap = min(expected, options.rows) <= Self.cheap
        let scan = ProfileScan(relation, context: context, countsDistinct: isCheap) { pass in
            guard catalog.database.encoding == "UTF8" else { return false }
            return options.readsBytes ?? facts.map { pass.isCheaper(of: name, by: $0) } ?? false
        }
        let bytes = try await scan.pass?.answer(from: source.sql, on: connection)
        var found = scan.read(
            try await answers(scan.statements(from: source.sql)), and: bytes,
            keyed: relation.keyedColumns.union(guesses.filter(\.isNamed).map(\.column.name)))
        if !isCheap { try await countDistinct(&found.columns, source, expecting: expected) }
        if options.readsVocabularies { try await readVocabularies(&found.columns, source) }
        found.measured += try await references(source)
        found.measured += try await spellings(source, context, found)
        return TableProfile(
            table: name, rows: found.rows, sampledOf: source.isPart ? expected : nil,
            guarantees: guarantees, key: key, comment: relation.comment, measured: found.measured,
            columns: found.columns)
    }

    /// About how many rows there are: the planner knows the size of the files, analysed or not.
    private func expectedRows() async throws(PostgresError) -> Int {
        let plan = try await ask("EXPLAIN SELECT FROM \(name)").scalar ?? ""
        let digits = plan.firstRange(of: "rows=").map { plan[$0.upperBound...] } ?? ""
        return Int(digits.prefix { $0.isWholeNumber }) ?? relation.estimatedRows ?? 0
    }

    /// Counts different values in a part of a large table, and where all differ there, in all of it.
    private func countDistinct(
        _ columns: inout [ColumnProfile], _ source: Source, expecting expected: Int
    ) async throws(PostgresError) {
        let part = Source(relation, expecting: expected, atMost: Self.cheap)
        func count(_ some: [Column], from source: Source) async throws(PostgresError)
            -> [String: ColumnProfile]
        {
            guard !some.isEmpty else { return [:] }
            let scan = ProfileScan(distinctOf: some)
            let found = scan.read(try await answers(scan.statements(from: source.sql)), keyed: [])
            return Dictionary(found.columns.map { ($0.column.name, $0) }) { first, _ in first }
        }
        let sampled = try await count(columns.map(\.column), from: part)
        let different = columns.filter { profile in
            guard let found = sampled[profile.column.name], let distinct = found.distinct else {
                return false
            }
            return profile.mayBeKey && Double(distinct) >= 0.995 * Double(found.present)
        }
        let exact = try await count(different.prefix(6).map(\.column), from: source)
        for index in columns.indices {
            let name = columns[index].column.name
            columns[index].distinct = exact[name]?.distinct ?? sampled[name]?.distinct
            columns[index].distinctIsExact = exact[name] != nil
        }
    }

    private func readVocabularies(
        _ columns: inout [ColumnProfile], _ source: Source
    ) async throws(PostgresError) {
        let likely = columns.indices.filter { Vocabulary.isLikely(columns[$0]) }.prefix(20)
        guard !likely.isEmpty else { return }
        let asked = likely.map { columns[$0].column }
        let rows = try await ask(Vocabulary.statement(asked, from: source.sql))
        for (index, values) in zip(likely, Vocabulary.read(rows, of: asked)) {
            columns[index].vocabulary = values.count <= Vocabulary.most ? values : []
        }
    }

    private func references(
        _ source: Source
    ) async throws(PostgresError) -> [(candidate: Candidate, measure: Measure)] {
        guard !guesses.isEmpty else { return [] }
        let rows = try await ask(ReferenceGuesses.statement(guesses, from: source.sql))
        return guesses.enumerated().map { number, guess in
            func count(_ place: Int) -> Int { rows[0, place].flatMap { Int($0) } ?? 0 }
            let measure = Measure(violations: count(number * 2 + 1), scope: count(number * 2))
            return (guess.candidate, measure)
        }
    }

    /// Measures unique keys in the normal form of their columns, where some values are in another.
    private func spellings(
        _ source: Source, _ context: CheckContext, _ found: ProfileScan.Findings
    ) async throws(PostgresError) -> [(candidate: Candidate, measure: Measure)] {
        var measured: [(candidate: Candidate, measure: Measure)] = []
        for candidate in relation.spelledKeys(dirty: found.dirty) {
            guard case .groups(let question) = candidate.check.question(in: context) else {
                continue
            }
            let keys = question.keys.enumerated().map {
                "\($1.value) AS \(unchecked: "k\($0)")" as SQL
            }
            let present = keys.indices.map { "\(unchecked: "k\($0)") IS NOT NULL" as SQL }
            let numbers = keys.indices.map { SQL(unchecked: String($0 + 1)) }
            let rows = try await ask(
                """
                SELECT coalesce(sum(n), 0), coalesce(sum(n) FILTER (WHERE n > 1), 0) \
                FROM (SELECT \(keys.joined(separator: ", ")), count(*) AS n FROM \(source.sql) \
                WHERE \(question.scope) GROUP BY \(numbers.joined(separator: ", "))) AS groups \
                WHERE \(present.joined(separator: " AND "))
                """)
            let counts = [0, 1].map { rows[0, $0].flatMap { Int($0) } ?? 0 }
            measured.append((candidate, Measure(violations: counts[1], scope: counts[0])))
        }
        return measured
    }

    // MARK: The catalog

    /// The primary key, or else a unique key that is never null.
    private var key: [String] {
        let proven = relation.uniqueIndexes.filter { index in
            index.isUsable && !index.columns.isEmpty
                && index.columns.allSatisfy { relation.column($0)?.notNullProven == true }
        }
        return (proven.first(where: \.isPrimary) ?? proven.first)?.columns ?? []
    }

    private var guarantees: [String] {
        let notNull = relation.columns.count(where: \.notNullProven)
        let unique = relation.uniqueIndexes.count(where: \.isUsable)
        let foreign = relation.foreignKeys.count { $0.isValidated && $0.isEnforced }
        let checks = relation.checkConstraints.count(where: \.isValidated)
        return [
            notNull > 0 ? "\(notNull) NOT NULL" : nil,
            unique > 0 ? unique.counted("unique key") : nil,
            foreign > 0 ? foreign.counted("foreign key") : nil,
            checks > 0 ? checks.counted("CHECK constraint") : nil,
        ].compactMap(\.self)
    }

    // MARK: Asking

    private func answers(_ statements: [SQL]) async throws(PostgresError) -> [String?] {
        var answers: [String?] = []
        for statement in statements {
            let rows = try await ask(statement)
            answers += rows.columns.indices.map { rows[0, $0] }
        }
        return answers
    }

    private func ask(_ sql: SQL) async throws(PostgresError) -> Rows {
        let (text, bindings) = try sql.rendered(quoting: connection.quoted)
        return try await connection.query(text, bindings)
    }
}

extension ColumnProfile {
    /// Whether its values may be what tells rows apart.
    var mayBeKey: Bool {
        guard !isKeyed else { return false }
        let last = column.name.words.last ?? ""
        let isCalledKey = [
            "id", "uuid", "guid", "code", "key", "slug", "number", "no", "isin", "symbol", "sku",
            "ref", "reference", "token", "hash", "username", "login", "figi",
        ].contains(last)
        switch Meaning(of: column) {
        case .email, .url, .domain, .slug: return true
        // The name of a thing may be its own; a person's is not.
        case .name: return column.name.words == ["name"]
        default: return isCalledKey || column.category == .uuid
        }
    }
}
