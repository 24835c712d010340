// The members every kind has are documented in Check.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

/// Requires that nobody has altered a table since its definition was last looked at.
public struct Unchanged: Check {
    public var options: CheckOptions
    private let declared: String

    /// Requires that the table's definition has a fingerprint, or one that begins so.
    public init(since fingerprint: String, file: String = #filePath, line: Int = #line) {
        options = CheckOptions(file: file, line: line)
        declared = fingerprint
    }

    public var columns: [String] { [] }

    public var sentence: String { "the table is defined as it was when it was \(declared)" }

    public var fault: String? {
        let isFingerprint =
            declared.count >= 8 && declared.count <= 64
            && declared.allSatisfy { $0.isHexDigit && !$0.isUppercase }
        return isFingerprint
            ? nil : "needs 8 to 64 hex digits; write 00000000, and an audit says the right ones"
    }

    public var subject: String { "" }

    public func question(in context: CheckContext) -> Question {
        .facts(
            """
            SELECT 1, CASE WHEN NOT starts_with(f.now, \(declared)::text) THEN \
            format('it is %s now, and %s is declared', left(f.now, 16), \(declared)::text) END \
            FROM (\(Unchanged.fingerprint(of: context.table))) AS f (now)
            """)
    }

    /// A digest of a table's columns, constraints, indexes and triggers, whatever their order.
    private static func fingerprint(of table: TableName) -> SQL {
        """
        WITH chosen AS (SELECT c.oid, s.nspname || '.' || c.relname AS name FROM \(table.inCatalog)), \
        facts AS (\(SQL.definitionFacts(referenced: true))) \
        SELECT encode(sha256(convert_to(string_agg(fact, chr(10) ORDER BY fact COLLATE "C"), \
        'UTF8')), 'hex') FROM facts
        """
    }

    public func headline(_ measure: Measure, of table: TableName) -> String {
        "\(table) is not defined as it was"
    }

    public func specimens(in context: CheckContext) -> Specimens {
        .made([
            Specimen(
                "altered",
                violating: ["ALTER TABLE \(context.table) ADD COLUMN assay_specimen integer"],
                boundary: [], violations: 1, ground: .ownSchema)
        ])
    }

    public static let documentation = KindDocumentation(
        kind: "unchanged",
        dimension: .consistency,
        summary: "Nobody has altered a table outside its migrations.",
        why: """
            A column added by hand in production is in no migration, so that the next \
            environment lacks it, and nobody knows which of the two is right.
            """,
        example: #"Unchanged(since: "3f9a1c62b07de845")"#,
        measures: """
            One fact: the fingerprint of the table's columns, constraints, indexes and triggers, \
            in no order, begins with the declared one. The finding says what it is now. The \
            migration that alters the table changes the line in `checks/` too. Only the catalog \
            is read.
            """,
        limits: """
            The bodies of trigger functions, grants and comments are not in it. The facts are \
            text as the server writes it: after an upgrade to another major version it may have \
            to be declared anew.
            """
    )
}
