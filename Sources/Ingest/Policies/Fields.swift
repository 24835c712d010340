/// A row on its way into a table: what a payload says of some of its columns.
///
/// A column that is absent is not spoken of. Values are JSON: they keep every digit, and go to the server as
/// they are.
public struct Fields: Sendable, Hashable {
    /// The values by column; none is null.
    private(set) var values: Columns<JSONValue>

    /// Creates a row; null and absent say the same of a column.
    public init(_ values: [String: JSONValue?]) {
        self.values = Columns(
            values.compactMap { column, value in
                value.flatMap { $0.isNull ? nil : (column, $0) }
            })
    }

    /// Creates a row of what was read.
    init(_ readings: Columns<Reading>) {
        values = Columns(
            readings.compactMap { column, reading in
                reading.value.flatMap { $0.isNull ? nil : (column, $0) }
            })
    }

    /// The value of a column; `nil` where nothing is said of it.
    public subscript(column: String) -> JSONValue? {
        get { values[column] }
        set { values[column] = newValue.flatMap { $0.isNull ? nil : $0 } }
    }
}

/// What tells a row from others of its table, byte by byte.
struct RowIdentity: Sendable, Hashable {
    let bytes: [UInt8]

    /// Feeds the bytes as a whole: an array feeds them one by one.
    func hash(into hasher: inout Hasher) {
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }
}

extension Policy {
    /// What tells the row from others; `nil` where a part of it is missing.
    func identity(of row: Fields) -> RowIdentity? {
        var identity: [UInt8] = []
        for column in key {
            guard let value = row[column] else { return nil }
            // No text holds a bare newline once it is JSON, so that no two keys run into one.
            value.write(to: &identity)
            identity.append(UInt8(ascii: "\n"))
        }
        return RowIdentity(bytes: identity)
    }

    /// What a stored row becomes when another arrives.
    ///
    /// - Parameters:
    ///   - stored: The row that is stored.
    ///   - incoming: The row that arrives, of the same key.
    ///   - isNewer: Whether it is from a newer payload than the stored one.
    /// - Returns: The row that is stored afterwards.
    public func merged(_ stored: Fields, _ incoming: Fields, isNewer: Bool = true) -> Fields {
        switch rule {
        case .insertIfAbsent:
            return stored
        case .ifMoreComplete(let columns):
            guard isNewer, columns.allSatisfy({ stored[$0] == nil || incoming[$0] != nil }) else {
                return stored
            }
        case .upsert:
            break
        }
        var merged = stored
        let takesJoint =
            joint.allSatisfy { incoming[$0] != nil }
            && (joint.allSatisfy { stored[$0] == nil }
                || isNewer && !joint.contains { kept.contains($0) })
        for (column, source) in computed where incoming[source] != nil {
            if stored[source] == nil || isNewer && !kept.contains(source) {
                merged[column] = incoming[column]
            }
        }
        for (column, value) in incoming.values
        where !key.contains(column) && computed[column] == nil {
            if joint.contains(column) {
                if takesJoint { merged[column] = value }
            } else if stored[column] == nil {
                merged[column] = value
            } else if lasting.contains(column) {
                if value == .bool(true) { merged[column] = value }
            } else if isNewer, !kept.contains(column) {
                merged[column] = value
            }
        }
        return merged
    }

    /// The rows of one payload, each key once, as if they had come one after the other.
    func folded(_ rows: [Fields]) -> [Fields] {
        var places: [RowIdentity: Int] = [:]
        var folded: [Fields] = []
        for row in rows {
            guard let identity = identity(of: row) else {
                folded.append(row)
                continue
            }
            if let place = places[identity] {
                folded[place] = merged(folded[place], row)
            } else {
                places[identity] = folded.count
                folded.append(row)
            }
        }
        return folded
    }
}
