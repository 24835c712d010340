import Assay
import Postgres

extension Stage {
    /// Values of a table's partition keys for which there is a partition, by column.
    ///
    /// Nothing stands for a key whose every value has one, and for a key of several columns.
    func placed(in relation: Relation) async throws(PostgresError) -> [String: [String]] {
        guard relation.kind == .partitionedTable else { return [:] }
        if let known = partitioned[relation.tableName] { return known }
        let rows = try await ask(
            """
            SELECT t.parentrelid, t.relid, t.isleaf, p.partstrat, a.attname, \
            pg_catalog.pg_get_expr(c.relpartbound, c.oid), t.level = 1 \
            FROM pg_catalog.pg_class AS root \
            JOIN pg_catalog.pg_namespace AS n ON n.oid = root.relnamespace \
            CROSS JOIN pg_catalog.pg_partition_tree(root.oid) AS t \
            JOIN pg_catalog.pg_partitioned_table AS p ON p.partrelid = t.parentrelid \
            JOIN pg_catalog.pg_attribute AS a \
            ON a.attrelid = p.partrelid AND a.attnum = p.partattrs[0] AND p.partnatts = 1 \
            JOIN pg_catalog.pg_class AS c ON c.oid = t.relid \
            WHERE n.nspname = \(relation.schema) AND root.relname = \(relation.name) \
            ORDER BY c.relname COLLATE "C"
            """)
        let parts = rows.map { row in
            Part(
                parent: row[0], own: row[1], isLeaf: row[2] == "t", isList: row[3] == "l",
                column: row[4] ?? "", bound: row[5] ?? "")
        }
        let root = rows.first { $0[6] == "t" }?[0]
        let placed = root.map { Part.values(below: $0, among: parts) } ?? [:]
        partitioned[relation.tableName] = placed
        return placed
    }

    /// A partition, and the column that its parent looks at.
    private struct Part {
        let parent: String?
        let own: String?
        let isLeaf: Bool
        let isList: Bool
        let column: String
        /// `FOR VALUES IN ('a', 'b')`.
        let bound: String

        /// Values that it takes.
        var values: [String] {
            if isList { return bound.literals }
            // The lower bound belongs to it, the upper one does not.
            let lower = bound.firstRange(of: " TO ").map { bound[..<$0.lowerBound] } ?? ""
            return String(lower).literals
        }

        static func values(below parent: String, among parts: [Part]) -> [String: [String]] {
            let own = parts.filter { $0.parent == parent }
            guard let first = own.first(where: { !$0.values.isEmpty }),
                !own.contains(where: { $0.bound == "DEFAULT" })
            else { return [:] }
            guard !first.isLeaf, let number = first.own else {
                return [first.column: own.filter(\.isLeaf).flatMap(\.values)]
            }
            return [first.column: first.values].merging(values(below: number, among: parts)) {
                own, _ in own
            }
        }
    }
}

extension Specimen.Value {
    /// The value among those that partitions take; `nil` where it is none of those that may be any.
    ///
    /// - Parameter texts: The values that partitions take.
    /// - Returns: The text.
    /// - Throws: An obstacle where there are too few.
    func placed(among texts: [String]) throws(Stage.Obstacle) -> String? {
        let wanted: Int
        switch self {
        case .sample(let number), .short(let number): wanted = number
        case .unlike(let others): return texts.first { !others.contains($0) }
        default: return nil
        }
        // Numbers from one on differ from each other.
        guard !texts.isEmpty, wanted <= texts.count else {
            throw Stage.Obstacle(
                sentence: "its partitions take too few values that are known: \(texts.inWords)")
        }
        return texts[wanted % texts.count]
    }
}
