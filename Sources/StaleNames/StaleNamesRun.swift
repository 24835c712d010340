public import Assay
import Auditor
public import Postgres

/// How names in code are held against a database.
public struct StaleNamesOptions: Sendable {
    /// The schemas in which names without one are looked up; the role's own path where empty.
    public var searchPath: [String] = []
    /// The schemas that PostgREST serves; what `pgrst.db_schemas` says where nil.
    public var exposed: [String]?
    /// The role that PostgREST connects as.
    public var server = "authenticator"
    /// The role that clients act as; rights are not looked at where nil.
    public var role: String?
    /// The schema of clients that name none; the first that is served, or `public`, where nil.
    public var schema: String?
    /// Whether what could not be evaluated is a finding of its own.
    public var isStrict = false
    /// From which severity on a finding fails; `nil` is never.
    public var failOn: Severity? = .error

    /// Creates options that ask the database for all of it.
    public init() {}
}

/// Holds the names in code against a database's catalog.
public struct StaleNamesRun: Sendable {
    private let scan: CodeScan
    private let options: StaleNamesOptions
    private let version: String

    /// Creates a run over code that was read.
    public init(_ scan: CodeScan, options: StaleNamesOptions, version: String) {
        self.scan = scan
        self.options = options
        self.version = version
    }

    /// Reads the catalog and judges every name, in one transaction that reads only and is rolled back.
    ///
    /// - Parameters:
    ///   - connection: A connection with no transaction open.
    ///   - progress: Told how many of how many statements were prepared, from any thread.
    /// - Returns: What is stale, by file and place.
    /// - Throws: `PostgresError` where the database does not answer, and a `Refusal`.
    public func report(
        on connection: Connection,
        progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) async throws -> FindingReport {
        guard scan.files > 0 else { throw Refusal.noFiles }
        let prepared = distinctStatements()
        try await connection.begin(.repeatableReadReadOnly)
        let outcome: Result<(NameCatalog, [String: StatementCheck.ServerAnswer]), any Error>
        do {
            outcome = .success(
                try await connection.run { connection in
                    try await connection.script(
                        "SET LOCAL statement_timeout = 60000; SET LOCAL lock_timeout = 5000")
                    let names = try await NameCatalog.read(question, from: connection)
                    let answers = try await QueryContract.answers(to: prepared, on: connection) {
                        progress($0, prepared.count)
                    }
                    return (names, answers)
                })
        } catch {
            outcome = .failure(error)
        }
        if case .failure(let error as PostgresError) = outcome, error.isConnectionLoss {
            throw error
        }
        try await connection.rollback()
        let (names, answers) = try outcome.get()
        return report(names, answers)
    }

    private var question: NameCatalogQuestion {
        NameCatalogQuestion(
            searchPath: options.searchPath, exposed: options.exposed, server: options.server,
            role: options.role)
    }

    /// The statements that the server is asked about, each once.
    private func distinctStatements() -> [String] {
        var seen: Set<String> = []
        return scan.statements.filter(StatementCheck.isPreparable).map(\.sql)
            .filter { seen.insert($0).inserted }
    }

    // MARK: Judgement

    private func report(
        _ names: NameCatalog, _ answers: [String: StatementCheck.ServerAnswer]
    ) -> FindingReport {
        var verdicts = Verdicts()
        let statements = StatementCheck(names: names, answers: answers)
        for statement in scan.statements {
            statements.judge(statement, own: scan.own(of: statement.file), into: &verdicts)
        }
        let schema = options.schema ?? names.exposed?.first ?? "public"
        let chains = ChainCheck(names: names, defaultSchema: schema)
        for chain in scan.chains {
            chains.judge(chain, own: scan.own(of: chain.source.path), into: &verdicts)
        }
        for text in scan.unread {
            verdicts.skip("SQL", text.reason, in: text.source, at: text.offset)
        }
        var findings = verdicts.findings
        if options.isStrict { findings += verdicts.unevaluated.map(\.finding) }
        return FindingReport(
            title: "names", version: version, subjects: subjects(), findings: findings.sorted(),
            rules: rules(of: findings), facts: facts(names, verdicts, schema),
            failOn: options.failOn)
    }

    private func rules(of findings: [Finding]) -> [FindingReport.Rule] {
        let found = Set(findings.map(\.rule))
        return NameRule.allCases.filter { found.contains($0.rawValue) }.map {
            FindingReport.Rule(name: $0.rawValue, summary: $0.summary, page: $0.page)
        }
        .sorted { $0.name < $1.name }
    }

    /// The files that ask something of the database.
    private func subjects() -> [FindingReport.Subject] {
        var counts: [String: Int] = [:]
        for statement in scan.statements where !StatementCheck.isDefinition(statement) {
            counts[statement.file, default: 0] += 1
        }
        for chain in scan.chains { counts[chain.source.path, default: 0] += 1 }
        return counts.sorted { $0.key < $1.key }.map {
            FindingReport.Subject(file: $0.key, statements: $0.value)
        }
    }

    private func facts(
        _ names: NameCatalog, _ verdicts: Verdicts, _ schema: String
    ) -> [Finding.Note] {
        let database = names.catalog.database
        let queries = scan.statements.filter { !StatementCheck.isDefinition($0) }.count
        var facts = [
            Finding.Note("database", "\(database.name) as \(database.currentUser)"),
            Finding.Note(
                "read",
                "\(scan.files.counted("file")), \(queries.counted("statement")), "
                    + scan.chains.count.counted("request")),
        ]
        if !scan.chains.isEmpty {
            let exposed = names.exposed.map { $0.joined(separator: ", ") }
            facts.append(
                Finding.Note(
                    "served",
                    exposed ?? "not known: no pgrst.db_schemas is set; --exposed names the schemas")
            )
            if scan.chains.contains(where: { $0.schema == nil }) {
                facts.append(Finding.Note("schema", "\(schema), where a client names none"))
            }
            if names.rights == nil {
                facts.append(
                    Finding.Note("rights", "not looked at; --role names the clients' role"))
            }
        }
        let reasons = Dictionary(grouping: verdicts.unevaluated, by: \.reason).mapValues(\.count)
        for (reason, count) in reasons.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            facts.append(Finding.Note("skipped", "\(count.grouped) not evaluated: \(reason)"))
        }
        return facts
    }
}

extension Unevaluated {
    /// The finding that it is where nothing may be left out.
    fileprivate var finding: Finding {
        let rule = NameRule.notEvaluated
        return Finding(
            rule: rule.rawValue, severity: rule.severity,
            message: "\(what) was not evaluated: \(reason)", place: place, excerpt: excerpt,
            why: rule.why, help: rule.instead, fingerprint: fingerprint)
    }
}

extension [Finding] {
    /// In order of files and places.
    fileprivate func sorted() -> [Finding] {
        sorted { left, right in
            let keys = [left, right].map {
                ($0.place.file, $0.place.line, $0.place.column, $0.rule, $0.message)
            }
            return keys[0] < keys[1]
        }
    }
}
