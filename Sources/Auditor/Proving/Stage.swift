import Assay
import Postgres

/// Makes rows that a schema accepts, in the transaction that a connection is in.
actor Stage {
    /// Why a row cannot be made: the fault of nobody's data.
    struct Obstacle: Error, Hashable {
        let sentence: String
    }

    /// What became of the rows of a step.
    struct Made: Sendable, Hashable {
        /// Rows of the check's own table that are stored.
        var own = 0
        /// Columns whose value is another one than was given, which only a trigger can do.
        var changed: [String] = []
        /// Whether rows were kept out in silence, which only a trigger can do either.
        var isKeptOut = false
    }

    let connection: Connection
    let catalog: Catalog
    /// The time of the measure, in seconds since 1970.
    let now: Double
    /// Whether the tables hold the rows of others, of which one is a model for those that are made.
    let isInPlace: Bool

    private var nextNumber: Int
    let base: Int
    var checked: [TableName: [String: String]] = [:]
    var partitioned: [TableName: [String: [String]]] = [:]

    init(connection: Connection, catalog: Catalog, now: Double, isInPlace: Bool) {
        self.connection = connection
        self.catalog = catalog
        self.now = now
        self.isInPlace = isInPlace
        // Far from the numbers that rows of others have, and with one count of digits.
        base = isInPlace ? 1_900_000_000 : 1_000_000
        nextNumber = base + 10_000
    }

    /// Does steps one after the other.
    ///
    /// - Parameters:
    ///   - steps: What is done.
    ///   - own: The check's table.
    ///   - scope: Which rows of it the check looks at, where nothing else says so.
    /// - Returns: What became of it.
    /// - Throws: An `Obstacle`, and what the server says.
    func perform(
        _ steps: [Specimen.Step], on own: TableName, scope: SQL? = nil
    ) async throws -> Made {
        var made = Made()
        for step in steps {
            switch step {
            case .statement(let sql): try await run(sql)
            case .rows(let rows):
                let isOwn = rows.table == nil
                let found = try await insert(rows, own: own, scope: isOwn ? scope : nil)
                if isOwn { made.own += found.own }
                made.changed += found.changed
                made.isKeptOut = made.isKeptOut || found.isKeptOut
            }
        }
        return made
    }

    // MARK: Statements of the author's

    private func run(_ sql: SQL) async throws {
        let (text, bindings) = try sql.rendered(quoting: connection.quoted)
        guard text.firstWord.map(String.transactionWords.contains) != true else {
            throw Obstacle(sentence: "its example ends the transaction that is to be taken back")
        }
        try await connection.execute(text, bindings)
    }

    // MARK: Rows

    private func insert(
        _ rows: Specimen.Rows, own: TableName, scope: SQL?
    ) async throws -> Made {
        let table = rows.table ?? own
        guard rows.count <= Stage.mostRows else {
            throw Obstacle(sentence: "\(rows.count.grouped) rows are too many to make")
        }
        let relation = try relation(table)
        let placed = try await placed(in: relation)
        var given: [String: SQL] = [:]
        for (column, value) in rows.values {
            guard let column = relation.column(column) else {
                let hint = Nearest.suggestion(
                    for: column, among: relation.columns.map(\.name))
                throw Obstacle(sentence: "its example: \(table) has no column \(column)\(hint)")
            }
            let text = try placed[column.name].flatMap { try value.placed(among: $0) }
            given[column.name] =
                if let text { column.literal(text) } else {
                    try await expression(value, for: column)
                }
        }
        let first = nextNumber
        nextNumber += rows.count
        let plain = rows.values.filter { $0.value.isPlain(in: relation.column($0.key)) }
            .keys.sorted()
        var batch = Batch(
            relation: relation, given: given, numbers: first...(first + rows.count - 1))
        batch.orphaned = rows.hasParents ? [] : Set(given.keys)
        batch.model = try await model(for: relation, scope: scope)
        batch.prefersModel = scope != nil
        batch.comparing = rows.count == 1 ? plain : []
        batch.mayExist = rows.mayExist
        let answer = try await insert(batch)
        var made = Made(own: answer.count, isKeptOut: answer.count < rows.count)
        if answer.count == 1 {
            made.changed = batch.comparing.enumerated()
                .filter { answer[0, $0.offset] != "t" }.map(\.element)
        }
        return made
    }

    /// More rows would take longer to make than anybody waits.
    private static let mostRows = 1_000_000

    /// Inserts rows, after those that they refer to.
    ///
    /// - Returns: One row for each that is stored: the comparisons, and true.
    private func insert(_ batch: Batch) async throws -> Rows {
        let relation = batch.relation
        guard batch.depth < 12 else {
            throw Obstacle(
                sentence: "the foreign keys of \(relation.name) lead in a circle that no row ends")
        }
        let (values, copied) = try await filled(batch)
        try await insertParents(of: batch, values: values, copied: copied)
        let columns = relation.columns.filter { values[$0.name] != nil }
        let names = columns.map { SQL.identifier($0.name) }.joined(separator: ", ")
        let list = columns.compactMap { values[$0.name] }.joined(separator: ", ")
        let comparisons = batch.comparing.map { name -> SQL in
            "(\(identifier: name)::text IS NOT DISTINCT FROM (\(values[name] ?? Stage.null))::text)"
        }
        let target: SQL = columns.isEmpty ? "" : " (\(names)) OVERRIDING SYSTEM VALUE"
        let conflict: SQL = batch.mayExist ? " ON CONFLICT DO NOTHING" : ""
        let (first, last) = (batch.numbers.lowerBound, batch.numbers.upperBound)
        return try await ask(
            """
            INSERT INTO \(relation.tableName)\(target) SELECT \(list) \
            FROM generate_series(\(first)::bigint, \(last)::bigint) AS g(n)\(conflict) \
            RETURNING \((comparisons + ["true"]).joined(separator: ", "))
            """)
    }

    /// The values of all columns that get one, and those that are the model's.
    private func filled(
        _ batch: Batch
    ) async throws -> (values: [String: SQL], copied: Set<String>) {
        let unique = Set(batch.relation.uniqueIndexes.flatMap(\.columns))
        let constants = try await constants(for: batch.relation)
        let placed = try await placed(in: batch.relation)
        var values = batch.given
        var copied: Set<String> = []
        for column in batch.relation.columns
        where !column.isGenerated && values[column.name] == nil {
            let name = column.name
            if let text = batch.model[name], !unique.contains(name),
                batch.prefersModel || !column.hasDefault
            {
                values[name] = column.literal(text)
                copied.insert(name)
            } else if let text = placed[name]?.first {
                values[name] = column.literal(text)
            } else if !column.hasDefault, column.isNotNull || (batch.model[name] ?? nil) != nil {
                if let constant = constants[name], !unique.contains(name) {
                    values[name] = column.literal(constant)
                } else if let sample = column.sample("g.n") {
                    values[name] = sample
                } else {
                    throw Obstacle(
                        sentence: "no value of type \(column.typeName) can be made for "
                            + "\(batch.relation.tableName).\(name)")
                }
            }
        }
        return (values, copied)
    }

    /// Inserts what rows refer to, but for what may be missing, and what a model refers to already.
    private func insertParents(
        of batch: Batch, values: [String: SQL], copied: Set<String>
    ) async throws {
        for key in batch.relation.foreignKeys where key.isEnforced {
            let pairs = zip(key.columns, key.referencedColumns)
            let given = pairs.compactMap { own, parent in values[own].map { (parent, $0) } }
            guard given.count == key.columns.count, batch.orphaned.isDisjoint(with: key.columns),
                !copied.isSuperset(of: key.columns),
                !key.columns.contains(where: { values[$0] == Stage.null })
            else { continue }
            let name = TableName(schema: key.referencedSchema, name: key.referencedTable)
            var parents = Batch(
                relation: try relation(name), given: Dictionary(given) { first, _ in first },
                numbers: batch.numbers)
            parents.mayExist = true
            parents.depth = batch.depth + 1
            _ = try await insert(parents)
        }
    }

    /// Rows that are to be inserted by one statement.
    private struct Batch {
        let relation: Relation
        /// The values that are asked for.
        let given: [String: SQL]
        /// The rows' numbers, which nothing else has.
        let numbers: ClosedRange<Int>
        /// Columns that may refer to nothing.
        var orphaned: Set<String> = []
        /// The values of a row that is there already.
        var model: [String: String?] = [:]
        /// Whether those values go before the defaults of columns.
        var prefersModel = false
        /// Columns that are answered, by whether they hold what was given.
        var comparing: [String] = []
        /// Whether rows that are there already will do.
        var mayExist = false
        /// How many references led here.
        var depth = 0
    }

    static let null: SQL = "NULL"

    func number(_ number: Int) -> SQL { "\(unchecked: String(number))::bigint" }

    private func relation(_ name: TableName) throws(Obstacle) -> Relation {
        guard let relation = catalog.relation(name) else {
            let known = catalog.relations.map { "\($0.schema).\($0.name)" }
            let hint = Nearest.suggestion(for: name.description, among: known)
            throw Obstacle(sentence: "its example: there is no table \(name)\(hint)")
        }
        return relation
    }

    // MARK: Asking

    /// Runs a statement; one that may fail is taken back and answers with nothing.
    func ask(
        _ sql: SQL, orNothing: Bool = false
    ) async throws(PostgresError) -> Rows {
        let (text, bindings) = try sql.rendered(quoting: connection.quoted)
        guard orNothing else { return try await connection.query(text, bindings) }
        try await connection.execute("SAVEPOINT assay_attempt")
        do throws(PostgresError) {
            let rows = try await connection.query(text, bindings)
            try await connection.execute("RELEASE SAVEPOINT assay_attempt")
            return rows
        } catch {
            if error.isFatal { throw error }
            try await connection.execute("ROLLBACK TO SAVEPOINT assay_attempt")
            return try await connection.query("SELECT NULL")
        }
    }
}

extension Specimen.Value {
    /// Whether a stored column can be held against it, byte for byte.
    fileprivate func isPlain(in column: Column?) -> Bool {
        switch self {
        case .null: true
        case .text, .first: column?.category == .text
        default: false
        }
    }
}
