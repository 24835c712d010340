import Assay
import Postgres

/// The rows of one side in the order of their digests, fetched as they are needed.
struct DistantRows {
    /// One row.
    struct Row {
        /// The digest of its key.
        let key: UInt64
        /// The digest of its key and of what is compared.
        let digest: UInt64
        /// Its key as it is shown.
        let fields: [Field]
    }

    /// So many rows are in memory at a time.
    private static let batch = 2_000

    private let connection: Connection
    private let keys: [String]
    private let deadline: Duration
    private var rows = [Row]()[...]
    private var isAtEnd = false

    /// Begins to read; the transaction must be open.
    init(
        _ side: DistantSide, _ text: String, _ bindings: [String?], deadline: Duration
    ) async throws(PostgresError) {
        connection = side.connection
        keys = side.question.keys
        self.deadline = deadline
        // All rows are read, so that the first ones are in no hurry.
        try await connection.execute("SET LOCAL cursor_tuple_fraction = 1", deadline: deadline)
        try await connection.execute(
            "DECLARE assay_rows NO SCROLL CURSOR FOR \(text)", bindings, deadline: deadline)
    }

    /// The next row, or `nil` at the end.
    mutating func next() async throws(PostgresError) -> Row? {
        if rows.isEmpty, !isAtEnd {
            let fetched = try await connection.query(
                "FETCH FORWARD \(DistantRows.batch) FROM assay_rows", deadline: deadline)
            isAtEnd = fetched.count < DistantRows.batch
            rows =
                fetched.compactMap { row in
                    guard let key = row[0].flatMap({ UInt64($0, radix: 16) }),
                        let digest = row[1].flatMap({ UInt64($0, radix: 16) })
                    else { return nil }
                    let fields = keys.enumerated().map { Field($1, row[$0 + 2]) }
                    return Row(key: key, digest: digest, fields: fields)
                }[...]
        }
        return rows.popFirst()
    }
}

/// What two tables differ in, found by going through both once.
struct DistantDifference {
    /// Rows that have no like in the other database.
    private(set) var missingThere = 0
    /// Rows of the other database that have no like here.
    private(set) var missingHere = 0
    /// Pairs of one key with other values.
    private(set) var different = 0
    /// The keys of the first of them.
    private(set) var samples: [Sample] = []
    private let limit: Int

    init(samples limit: Int) { self.limit = limit }

    /// Takes all rows of one key, from both sides; equal rows are a pair.
    mutating func take(_ own: [DistantRows.Row], _ other: [DistantRows.Row]) {
        if own.count == 1, other.count == 1, own[0].digest == other[0].digest { return }
        var surplus: [UInt64: Int] = [:]
        for row in own { surplus[row.digest, default: 0] += 1 }
        for row in other { surplus[row.digest, default: 0] -= 1 }
        let here = surplus.values.reduce(0) { $0 + max(0, $1) }
        let there = surplus.values.reduce(0) { $0 + max(0, -$1) }
        guard here + there > 0 else { return }
        different += min(here, there)
        missingThere += max(0, here - there)
        missingHere += max(0, there - here)
        if samples.count < limit, let fields = (own.first ?? other.first)?.fields {
            samples.append(Sample(keys: [fields]))
        }
    }

    /// What it amounts to.
    func measure(scope: Int) -> Measure {
        let violations = missingThere + missingHere + different
        return Measure(
            violations: violations, scope: max(scope, violations),
            parts: [
                .init("missing there", missingThere), .init("missing here", missingHere),
                .init("with other values", different),
            ])
    }
}
