// The members every kind has are documented in Check.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

/// Requires that one domain does not stand on many differently named things.
public struct PoisonedDomain: Check {
    public var options: CheckOptions
    private let domain: String
    private let name: String
    private let limit: Int

    /// Requires that a domain stands on at most so many distinct names.
    ///
    /// - Parameters:
    ///   - domain: The column of the domain.
    ///   - name: The column of the name.
    ///   - limit: How many distinct names are plausible.
    ///   - file: Where it stands; filled in by the compiler.
    ///   - line: Where it stands; filled in by the compiler.
    public init(
        _ domain: String, names name: String, upTo limit: Int = 8, file: String = #filePath,
        line: Int = #line
    ) {
        options = CheckOptions(file: file, line: line)
        self.domain = domain
        self.name = name
        self.limit = limit
    }

    public var columns: [String] { [domain, name] }

    public var sentence: String {
        "one \(domain) stands on at most \(limit) different values of \(name)"
    }

    public func question(in context: CheckContext) -> Question {
        .groups(
            GroupQuestion(
                keys: [.init(ColumnForm(domain, as: .domain, encoding: context.encoding))],
                columns: columns, condition: scope(in: context),
                distinct: .init(ColumnForm(name, as: .name, encoding: context.encoding)),
                limit: limit))
    }

    public func headline(_ measure: Measure, of table: TableName) -> String {
        let groups = (measure.groups ?? 0).counted("domain")
        return "\(groups) of \(table) \(measure.groups == 1 ? "stands" : "stand") on more than "
            + "\(limit) different values of \(name)"
    }

    public func repair(in context: CheckContext) -> Repair {
        .listOnly("which of the names the domain belongs to stands nowhere")
    }

    public func specimens(in context: CheckContext) -> Specimens {
        func rows(_ names: [String]) -> [Specimen.Step] {
            let domain = Normalizer.domain.spelling(1, isNormal: true)
            return names.map {
                .rows(.init([self.domain: .text(domain), name: .text($0)]))
            }
        }
        let names = (0...max(limit, 0)).map { Normalizer.name.spelling($0, isNormal: true) }
        // Another spelling of a name is no other name.
        let respelled = Normalizer.name.spelling(0, isNormal: false)
        return .made([
            Specimen(
                "poisoned", violating: rows(names),
                boundary: rows(names.dropLast() + (limit > 0 ? [respelled] : [])),
                violations: names.count)
        ])
    }

    public static let documentation = KindDocumentation(
        kind: "poisoned-domain",
        dimension: .consistency,
        summary: "One domain does not stand on many differently named things.",
        why: """
            A lookup that answers with its own domain when it finds nothing puts that domain on \
            hundreds of companies, and every merge by domain then melts them into one.
            """,
        example: #"PoisonedDomain("domain", names: "name")"#,
        measures: """
            Rows with a domain and a name are grouped by the domain's normal form; all rows of a \
            domain with more than 8 (or `upTo:`) distinct names are counted. Names are compared \
            without regard to case and white space.
            """,
        limits: "A group of companies that truly shares one site is found too; allow it by `where`."
    )
}
