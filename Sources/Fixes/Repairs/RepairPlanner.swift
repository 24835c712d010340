import Assay
public import Auditor
public import Postgres

/// A script that Assay wrote, and what it leaves to a person.
public struct GeneratedFix: Sendable, Hashable {
    /// The text of `fix.sql`.
    public let sql: String
    /// Findings that it does not mend, a sentence each.
    public let leftOver: [String]
}

/// Writes the SQL that mends checks, from what they declare and what the catalog says.
///
/// The database is read to tell which steps have anything to do; nothing is written to it, and no
/// row's key or count stands in the script.
public struct RepairPlanner: Sendable {
    private let suite: Suite
    private let catalog: Catalog
    private let connection: Connection

    /// Creates a planner.
    ///
    /// - Parameters:
    ///   - suite: All that is promised: a step also asks what other checks say of its table.
    ///   - catalog: The catalog; it must know every name of the suite.
    ///   - connection: A connection in a transaction, which may be read only.
    public init(suite: Suite, catalog: Catalog, connection: Connection) {
        self.suite = suite
        self.catalog = catalog
        self.connection = connection
    }

    /// Writes one script for some checks.
    ///
    /// - Parameter checks: The checks to mend.
    /// - Returns: The script, and what is left to a person.
    /// - Throws: A refusal where a check cannot be evaluated, where none is broken, and where no SQL
    ///   can be generated for any; and `PostgresError`.
    public func generate(for checks: [SuiteCheck]) async throws -> GeneratedFix {
        let broken = try await broken(checks)
        var draft = Draft()
        let names = Set(broken.map(\.check.table.name))
        for table in catalog.parentsFirst(suite.tables.filter { names.contains($0.name) }) {
            let own = broken.filter { $0.check.table.name == table.name }
            let repairs = try TableRepairs(
                table: table, broken: own, suite: suite, catalog: catalog, connection: connection)
            try await repairs.write(to: &draft)
        }
        guard !draft.statements.isEmpty else {
            throw Refusal(draft.leftOver.map { .init("no SQL can be generated: \($0)") })
        }
        return GeneratedFix(
            sql: try draft.text(in: try await Spelling.read(from: connection)),
            leftOver: draft.leftOver)
    }

    /// The checks that do not hold at present, with their measures.
    private func broken(_ checks: [SuiteCheck]) async throws -> [BrokenCheck] {
        let ids = Set(checks.map(\.id))
        var options = AuditOptions(target: try DatabaseTarget(""))
        options.samples = 0
        let verdicts =
            try await suite.keeping { ids.contains($0.id) }?
            .verdicts(on: connection, catalog: catalog, options: options) ?? [:]
        var problems: [Refusal.Item] = []
        var broken: [BrokenCheck] = []
        for check in checks {
            switch verdicts[check.id] {
            case .measured(let measure, _)? where measure.violations > 0:
                broken.append(BrokenCheck(check: check, measure: measure))
            case .errored(let reason)?:
                problems.append(
                    .init("\(check.id) cannot be evaluated: \(reason)", at: check.source))
            case .measured?, .proven?, nil: break
            }
        }
        guard problems.isEmpty else { throw Refusal(problems) }
        guard !broken.isEmpty else {
            throw Refusal("\(checks.map(\.id).inWords): nothing breaks it, so nothing is to mend")
        }
        return broken
    }
}

/// A check that does not hold at present.
struct BrokenCheck: Sendable {
    let check: SuiteCheck
    let measure: Measure
}
