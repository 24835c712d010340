public import Assay
import Postgres

/// What a migration's way back leaves otherwise than it was.
public struct RoundTrip: Sendable, Hashable {
    /// Data that no way back brings again.
    public struct Loss: Sendable, Hashable {
        /// The table.
        public let table: TableName
        /// The column; nil for all of the table.
        public let column: String?
        /// About how many values or rows go; nil where nobody counted them.
        public let values: Int?
    }

    /// The migration.
    public let migration: Migration.Script
    /// What was there before and is not after the way back.
    public let missing: [String]
    /// What is there after the way back and was not before.
    public let added: [String]
    /// Why the way back did not run to its end; its place is in the file of the way back.
    public let failure: Failure?

    /// A statement of the way back that fails.
    public struct Failure: Sendable, Hashable {
        /// The line, from 1.
        public let line: Int
        /// The column, from 1.
        public let column: Int
        /// What the server says.
        public let sentence: String
    }

    /// Whether the way back leaves the same catalog.
    public var isClosed: Bool { missing.isEmpty && added.isEmpty && failure == nil }
}

extension RoundTrip {
    /// What a migration drops that held rows.
    ///
    /// - Parameters:
    ///   - before: The tables and columns before it.
    ///   - after: Those after it.
    ///   - sizes: How large the real tables are.
    /// - Returns: The losses, by table and column; none of tables that are known to be empty.
    static func losses(
        from before: TableOrigins, to after: TableOrigins, sizes: RealSizes
    ) -> [Loss] {
        var losses: [Loss] = []
        for (oid, origin) in before.tables {
            let rows = sizes.tables[origin.name]?.rows
            guard rows != 0 else { continue }
            guard let now = after.tables[oid] else {
                losses.append(Loss(table: origin.name, column: nil, values: rows))
                continue
            }
            for (number, column) in origin.columns where now.columns[number] == nil {
                let nulls = sizes.columns[origin.name]?[column]?.nullFraction ?? 0
                let values = rows.map { Int((Double($0) * (1 - nulls)).rounded()) }
                guard values != 0 else { continue }
                losses.append(Loss(table: origin.name, column: column, values: values))
            }
        }
        return losses.sorted { ($0.table, $0.column ?? "") < ($1.table, $1.column ?? "") }
    }
}
