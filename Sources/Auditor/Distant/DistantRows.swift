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
    /// What was fetched last, and how much of it was read.
    private var fetched: Rows?
    private var index = 0
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
    ///
    /// - Parameter isShown: Whether its key may have to be shown, which is read only then.
    /// - Returns: The row.
    /// - Throws: What the server says.
    mutating func next(isShown: Bool) async throws(PostgresError) -> Row? {
        while true {
            if let fetched, index < fetched.count {
                defer { index += 1 }
                guard let key = DistantRows.number(fetched, index, 0),
                    let digest = DistantRows.number(fetched, index, 1)
                else { continue }
                let fields =
                    isShown ? keys.enumerated().map { Field($1, fetched[index, $0 + 2]) } : []
                return Row(key: key, digest: digest, fields: fields)
            }
            if isAtEnd { return nil }
            let rows = try await connection.query(
                "FETCH FORWARD \(DistantRows.batch) FROM assay_rows", deadline: deadline)
            isAtEnd = rows.count < DistantRows.batch
            fetched = rows
            index = 0
        }
    }

    /// A digest of 16 hexadecimal digits; no text is made of it.
    private static func number(_ rows: Rows, _ row: Int, _ column: Int) -> UInt64? {
        rows.withBytes(row: row, column: column) { bytes in
            var number: UInt64 = 0
            for place in bytes.indices {
                let byte = bytes[place]
                number = number << 4 | UInt64(byte > 57 ? byte - 87 : byte - 48)
            }
            return number
        }
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
        if own.count == 1, other.count == 1 {
            guard own[0].digest != other[0].digest else { return }
            different += 1
            show(own[0])
            return
        }
        var surplus: [UInt64: Int] = [:]
        for row in own { surplus[row.digest, default: 0] += 1 }
        for row in other { surplus[row.digest, default: 0] -= 1 }
        let here = surplus.values.reduce(0) { $0 + max(0, $1) }
        let there = surplus.values.reduce(0) { $0 + max(0, -$1) }
        guard here + there > 0 else { return }
        different += min(here, there)
        missingThere += max(0, here - there)
        missingHere += max(0, there - here)
        if let row = own.first ?? other.first { show(row) }
    }

    /// Whether another key may be shown.
    var hasRoom: Bool { samples.count < limit }

    private mutating func show(_ row: DistantRows.Row) {
        if hasRoom { samples.append(Sample(keys: [row.fields])) }
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
