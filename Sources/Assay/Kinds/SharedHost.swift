// The members every kind has are documented in Check.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

/// Requires that a domain belongs to one company, not to a host that many share.
public struct SharedHost: Check {
    public var options: CheckOptions
    public let columns: [String]

    /// Requires that a column's domains are not shared hosts; null is accepted.
    public init(_ column: String, file: String = #filePath, line: Int = #line) {
        options = CheckOptions(file: file, line: line)
        columns = [column]
    }

    public var sentence: String { "\(subject) is not a host that many companies share" }

    public func question(in context: CheckContext) -> Question {
        let column: SQL = .identifier(subject)
        let scope = scope(in: context, and: ["\(column) IS NOT NULL"])
        let host = Normalizer.domain.normalized(column, encoding: context.encoding)
        let shared = SharedHosts.predicate(host)
        let form = ColumnForm(subject, as: .domain, encoding: context.encoding)
        return .rows(
            RowQuestion(
                scope: scope, scopeTest: scopeTest(in: context, notNull: [subject]),
                parts: [.init("shared", shared, test: .isSharedHost(form))]))
    }

    public func headline(_ measure: Measure, of table: TableName) -> String {
        "\(subject) is a host that many companies share in \(measure.rows(of: table))"
    }

    public func evaluate(_ row: Row) -> Evaluation {
        evaluate(row) {
            guard let text = row[subject].text else { return .outOfScope }
            let host = Normalizer.domain.key(text)
            return host.map(SharedHosts.contains) ?? false
                ? .violated("\(subject) is a host that many companies share") : .satisfied
        }
    }

    public func repair(in context: CheckContext) -> Repair {
        .listOnly("which company was meant stands nowhere")
    }

    public func specimens(in context: CheckContext) -> Specimens {
        // A site of one company stands under a host that many share.
        .made([
            .init(
                "shared", violating: [subject: .text("bit.ly")],
                boundary: [subject: .text("acme.tumblr.com")])
        ])
    }

    public static let documentation = KindDocumentation(
        kind: "shared-host",
        dimension: .validity,
        summary: "A domain belongs to one company, not to a host that many share.",
        why: """
            `bit.ly` is the domain of no company, yet once it stands in the column every row that \
            refers to it refers to all of them. Such a domain is never a key for duplicates and is \
            never overwritten by a fix.
            """,
        example: #"SharedHost("domain").severity(.warning)"#,
        measures: """
            Rows whose value is not null are looked at, in the normal form of a domain: social \
            networks, link shorteners, app stores, site builders, code hosts and free mail.
            """,
        limits: "The list is Assay's own and finite; `PoisonedDomain` finds hosts it lacks."
    )
}
