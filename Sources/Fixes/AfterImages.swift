import Assay
import Auditor
import Postgres

/// What is known beforehand of the rows that a script leaves.
enum AfterImages: Sendable {
    /// A digest of each column, by table.
    typealias Columns = [String: [String: String]]

    /// Nothing: the first run of a plan.
    case unknown
    /// What the first run of a plan left; columns that differ in the second cannot be foreseen.
    case seen(Columns)
    /// The columns of each table that cannot be foreseen: an apply, by its plan.
    case varying([String: [String]])
}

extension JournalReader {
    /// Digests what the rows became: column by column where it is not known yet which can be foreseen, and
    /// all of those together.
    ///
    /// - Parameters:
    ///   - tables: What became of the tables; completed.
    ///   - catalog: The catalog.
    ///   - known: What is known beforehand.
    /// - Returns: The digests of the columns.
    /// - Throws: `PostgresError`.
    func digestImages(
        of tables: inout [FixPlan.TableEffect], _ catalog: Catalog, known: AfterImages
    ) async throws(PostgresError) -> AfterImages.Columns {
        var seen: AfterImages.Columns = [:]
        for index in tables.indices {
            guard let (name, relation) = catalog.table(writtenAs: tables[index].table) else {
                continue
            }
            let columns = relation.columns.map(\.name)
            let varying: [String]
            switch known {
            case .unknown:
                seen[tables[index].table] = try await digests(of: columns, of: name)
                continue
            case .seen(let first):
                let second = try await digests(of: columns, of: name)
                let former = first[tables[index].table] ?? [:]
                varying = columns.filter { former[$0] != second[$0] }
            case .varying(let planned):
                varying = planned[tables[index].table] ?? []
            }
            tables[index].varying = varying
            tables[index].after = try await digest(
                of: columns.filter { !varying.contains($0) }, isAll: varying.isEmpty, of: name)
        }
        return seen
    }

    /// A digest of the values of each column, whichever row they are in: keys may be new each time.
    private func digests(
        of columns: [String], of table: TableName
    ) async throws(PostgresError) -> [String: String] {
        var sums: [String] = []
        for column in columns {
            let value = "quote_nullable((a).\(try connection.quoted(column))::text)"
            sums.append("sum(hashtextextended(\(value), 0)::numeric)")
        }
        let row = try await connection.query(
            "SELECT \(sums.joined(separator: ", ")) FROM (\(try images(of: table))) AS images",
            [table.schema, table.name, "\(fix)"])
        return Dictionary(uniqueKeysWithValues: columns.enumerated().map { ($1, row[0, $0] ?? "") })
    }

    /// A digest of the rows as they became, by some of their columns; of a row that was there before also by
    /// its key.
    private func digest(
        of columns: [String], isAll: Bool, of table: TableName
    ) async throws(PostgresError) -> String {
        // Of whole rows there are digests already.
        if isAll {
            return try await connection.query(
                "SELECT coalesce(sum(after::numeric), 0) FROM assay_net WHERE \(Self.isLeft)",
                [table.schema, table.name]
            ).scalar ?? ""
        }
        var values = ["CASE WHEN is_old THEN key END"]
        for column in columns { values.append("(a).\(try connection.quoted(column))") }
        let digest = "hashtextextended(ROW(\(values.joined(separator: ", ")))::text, 0)"
        return try await connection.query(
            "SELECT coalesce(sum(\(digest)::numeric), 0) FROM (\(try images(of: table))) AS images",
            [table.schema, table.name, "\(fix)"]
        ).scalar ?? ""
    }

    /// The rows of a table that came or changed, as they became; taken apart once each (OFFSET 0).
    private func images(of table: TableName) throws(PostgresError) -> String {
        """
        SELECT n.key, n.before IS NOT NULL AS is_old, j.after::\(try connection.quoted(table)) AS a
        FROM (SELECT * FROM assay_net WHERE \(Self.isLeft)) AS n
        JOIN assay.fix_journal AS j ON j.fix = $3 AND j.seq = n.last
        OFFSET 0
        """
    }

    /// Whether a row of `assay_net` is one that came or changed in a table.
    private static let isLeft =
        "schema_name = $1 AND table_name = $2 AND after IS NOT NULL AND before IS DISTINCT FROM after"
}
