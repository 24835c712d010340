// The members every kind has are documented in Check.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

/// Requires that no two rows share a key.
public struct Unique: Check {
    /// One part of a key.
    public struct Key: Sendable, Hashable, ExpressibleByStringLiteral {
        /// The column.
        public let column: String
        /// The form in which values are compared; `nil` compares them as they are.
        public let normalizer: Normalizer?

        /// A column compared as it is.
        public init(stringLiteral column: String) {
            self.column = column
            normalizer = nil
        }

        private init(column: String, normalizer: Normalizer) {
            self.column = column
            self.normalizer = normalizer
        }

        /// A column compared in a normal form.
        public static func normalized(_ column: String, as normalizer: Normalizer) -> Key {
            Key(column: column, normalizer: normalizer)
        }
    }

    public var options: CheckOptions
    let key: [Key]
    private var kept: [Keep] = [.cleanest, .mostComplete]

    /// Requires that no two rows agree in all of these.
    public init(by key: Key..., file: String = #filePath, line: Int = #line) {
        self.init(by: key, file: file, line: line)
    }

    /// Requires that no two rows agree in all of these.
    public init(by key: [Key], file: String = #filePath, line: Int = #line) {
        options = CheckOptions(file: file, line: line)
        self.key = key
    }

    /// Says which row of several a fix keeps; of equals, the first by the table's key.
    public func keep(_ first: Keep, then others: Keep...) -> Unique {
        var copy = self
        copy.kept = [first] + others
        return copy
    }

    public var columns: [String] { key.map(\.column) }

    public var fault: String? { key.isEmpty ? "names no column" : nil }

    public var sentence: String {
        let parts = key.map { part in
            part.normalizer.map { "\(part.column) as a normalised \($0.name)" } ?? part.column
        }
        return "no two rows share \(parts.joined(separator: " and "))"
    }

    public var subject: String {
        key.map { part in
            part.normalizer.map { "\(part.column).\($0.name)" } ?? part.column
        }
        .joined(separator: "+")
    }

    public func question(in context: CheckContext) -> Question {
        let plain = key.filter { $0.normalizer == nil }.map(\.column)
        if let proof = context.shape.proof(thatUnique: plain) {
            return .proven(by: "unique index \(proof.name)")
        }
        let keys = key.map { part -> GroupQuestion.Key in
            let column: SQL = .identifier(part.column)
            guard let normalizer = part.normalizer else {
                let isText = context.isText(part.column)
                return .init(isText ? "\(column)::text COLLATE \"C\"" : column, of: part.column)
            }
            return .init(ColumnForm(part.column, as: normalizer, encoding: context.encoding))
        }
        return .groups(
            GroupQuestion(
                keys: keys, columns: columns, condition: scope(in: context),
                conditionTest: scopeTest(in: context)))
    }

    public func headline(_ measure: Measure, of table: TableName) -> String {
        let surplus = measure.surplus.map { "; \($0.grouped) would go if each kept one" } ?? ""
        return "\(measure.rows(of: table)) share \(columns.joined(separator: " and ")) "
            + "with another row\(surplus)"
    }

    public func repair(in context: CheckContext) -> Repair { .merge(key: key, keep: kept) }

    public func specimens(in context: CheckContext) -> Specimens {
        /// One row of a pair: the same key as the other's, in another spelling, but for a last part.
        func row(isFirst: Bool, differs: Bool) -> Specimen.Step {
            var values: [String: Specimen.Value] = [:]
            for (index, part) in key.enumerated() {
                let isLast = index == key.count - 1
                let number = isLast && differs && !isFirst ? 2 : 1
                values[part.column] =
                    part.normalizer.map { .text($0.spelling(number, isNormal: isFirst)) }
                    ?? .sample(number)
            }
            return .rows(.init(values))
        }
        return .made([
            Specimen(
                "shared",
                violating: [
                    row(isFirst: true, differs: false), row(isFirst: false, differs: false),
                ],
                boundary: [row(isFirst: true, differs: true), row(isFirst: false, differs: true)],
                violations: 2)
        ])
    }

    public static let documentation = KindDocumentation(
        kind: "unique",
        dimension: .uniqueness,
        summary: "No two rows share a key.",
        why: """
            A duplicate splits one customer's history in two, and every count above it is wrong.
            """,
        example: """
            Unique(by: .normalized("origin_company_domain", as: .domain), "customer_name")
                .because("Two spellings of one customer split its history in two.")
            """,
        measures: """
            Rows in which every part of the key is not null are grouped by the key; all rows of a \
            group with more than one are counted. Parts that are compared as `.normalized(…)` are \
            compared in that form, and rows whose value has no such form are not looked at. A valid \
            unique index on the columns proves the promise at no cost.
            """,
        limits: """
            Texts are compared byte by byte, also where the column's own collation finds more of them \
            equal (citext, non-deterministic collations).
            """
    )
}
