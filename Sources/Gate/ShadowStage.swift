public import Assay
public import Auditor
import Postgres
import SQLSyntax
import Synchronization

/// The look at migrations that runs them: on a shadow, and against the real rows where they are at hand.
public struct ShadowStage: GateStage {
    /// What the shadow is built of, and where.
    public var shadow: ShadowOptions
    /// Whether the schema is made by the migrations that have run before.
    public var replaysEarlier: Bool
    /// The checks that are held against the migration; nil for none.
    public var suite: Suite?
    /// The statements of code that must go on working.
    public var statements: [ProgramStatement]
    /// The version of Assay.
    public let version: String

    private let told = Told()

    /// Creates the look.
    public init(
        shadow: ShadowOptions, replaysEarlier: Bool = true, suite: Suite? = nil,
        statements: [ProgramStatement] = [],
        version: String
    ) {
        self.shadow = shadow
        self.replaysEarlier = replaysEarlier
        self.suite = suite
        self.statements = statements
        self.version = version
    }

    /// What the last run says of itself, such as `shadow`: `PostgreSQL 15.18`.
    public var facts: [Finding.Note] { told.notes.withLock { $0 } }

    /// The rules that it judges by.
    public var rules: [RuleDocumentation] { ShadowRules.all }

    /// What running some migrations shows.
    public func findings(
        in migrations: [Migration], after earlier: [Migration]
    ) async throws -> [Finding] {
        try await findings(in: migrations, after: earlier, adding: [])
    }

    /// What running some migrations shows, and of earlier findings whether their rewrites lead to the same
    /// catalog.
    ///
    /// - Parameters:
    ///   - migrations: The migrations to judge, in the order in which they run.
    ///   - earlier: Those that make the schema, where there is no other.
    ///   - found: What earlier stages found.
    /// - Returns: What earlier stages found, as it stands now, and what this one finds.
    /// - Throws: A `Refusal` where there can be no such shadow, and `PostgresError`.
    public func findings(
        in migrations: [Migration], after earlier: [Migration], adding found: [Finding]
    ) async throws -> [Finding] {
        guard !migrations.isEmpty else { return found }
        if case .server = shadow.place {
            let words = words(for: migrations)
            let refused = migrations.flatMap { words.changingServer($0) }
            // Nothing is run then: what would run before it counts on it.
            if !refused.isEmpty { return found + refused }
        }
        var options = shadow
        if replaysEarlier { options.base += earlier }
        return try await withShadow(options, for: migrations) { shadow in
            try await judge(migrations, on: shadow, found)
        }
    }

    private func words(for migrations: [Migration]) -> ShadowFindings {
        ShadowFindings(
            migrations: migrations, suite: suite, deadline: shadow.statementDeadline)
    }

    private func judge(
        _ migrations: [Migration], on shadow: Shadow, _ found: [Finding]
    ) async throws -> [Finding] {
        let words = words(for: migrations)
        let another = shadow.realVersion.flatMap { real in
            shadow.serverVersion.hasPrefix("\(real).") ? nil : ", and the real server is \(real)"
        }
        var notes = [
            Finding.Note("shadow", "PostgreSQL \(shadow.serverVersion)\(another ?? "")")
        ]
        var findings: [Finding] = []
        findings += words.incomplete(shadow.complaints)
        let offersRewrites = found.contains { $0.rewrite != nil && $0.counts }
        let isLast = !offersRewrites && self.shadow.sample == nil
        let rehearsal = try await shadow.withCopy(isLast: isLast) { target in
            try await Rehearsal(
                migrations: migrations, suite: suite, statements: statements,
                needsEnd: offersRewrites, hasRoles: shadow.ownsServer,
                deadline: self.shadow.statementDeadline
            ).run(on: target, sizes: shadow.sizes)
        }
        for trace in rehearsal.traces {
            findings += words.failure(of: trace)
            findings += words.impact(of: trace, sizes: shadow.sizes)
        }
        findings += words.breakage(rehearsal.faults)
        findings += rehearsal.losses.map { words.loss($0) }
        findings += rehearsal.wayBack.flatMap { words.wayBack($0.trip, of: $0.migration) }
        if let note = rehearsal.readingNote { notes.append(note) }
        findings += try await preconditions(of: rehearsal, words, shadow.sizes)

        var told = found.map { rehearsal.settled($0) }
        if rehearsal.hasRun {
            if let end = rehearsal.end,
                let note = try await verify(&told, migrations, on: shadow, end: end)
            {
                notes.append(note)
            }
            let (more, note) = try await quality(migrations, rehearsal, words, on: shadow)
            // What was counted on all rows needs no sample to prove it.
            let counted = findings.filter { $0.rule == ShadowRules.rowsInTheWay.rule }.map(\.place)
            findings += more.filter { finding in
                finding.rule != ShadowRules.failsOnRows.rule || !counted.contains(finding.place)
            }
            if let note { notes.append(note) }
        }
        self.told.notes.withLock { [notes] in $0 = notes }
        return told + findings
    }

    // MARK: Real rows

    private func preconditions(
        of rehearsal: Rehearsal.Outcome, _ words: ShadowFindings, _ sizes: RealSizes
    ) async throws -> [Finding] {
        let steps = rehearsal.traces.flatMap { trace in
            trace.statements.map { (migration: trace.migration, step: $0) }
        }
        let demands = steps.flatMap(\.step.demands)
        guard let target = shadow.realDatabase, !demands.isEmpty else { return [] }
        let connection = try await Connection.connect(
            to: target, applicationName: "assay gate", timeout: shadow.connectTimeout)
        let counts: [Preconditions.Count]
        do {
            try await connection.refuseUnexpected(shadow.expected)
            counts = try await Preconditions(on: connection, deadline: shadow.deadline)
                .count(demands)
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
        var findings: [Finding] = []
        for (index, entry) in steps.enumerated() {
            let own = counts.filter { entry.step.demands.contains($0.demand) }
            for count in own {
                let changers = steps[..<index].filter {
                    $0.step.changesRows(of: count.demand.table)
                }.map {
                    "the \($0.step.statement.syntax.kind) at \($0.migration.file):"
                        + "\($0.step.statement.line) may change them first"
                }
                let finding = words.rows(
                    count, of: entry.step, in: entry.migration, sizes: sizes, changers: changers)
                if let finding, !findings.contains(finding) { findings.append(finding) }
            }
        }
        return findings
    }

    // MARK: Copies of the shadow

    /// Runs the rewrites that findings offer, and notes in each finding what came of it.
    private func verify(
        _ findings: inout [Finding], _ migrations: [Migration], on shadow: Shadow,
        end: CatalogFingerprint
    ) async throws -> Finding.Note? {
        let rewrites = VerifiedRewrites(
            shadow: shadow, migrations: migrations, end: end,
            deadline: self.shadow.statementDeadline)
        let offering = findings.indices.filter {
            findings[$0].counts && findings[$0].rewrite != nil
        }
        let outcomes = try await rewrites.verify(
            offering.map { (findings[$0].place, findings[$0].rewrite ?? "") })
        var (same, tried) = (0, 0)
        for (index, outcome) in zip(offering, outcomes) {
            guard let outcome else { continue }
            tried += 1
            switch outcome {
            case .same:
                same += 1
                findings[index].notes.append(
                    .init("verified", "the rewrite ends in the same catalog"))
            case .different(let missing, let added):
                let facts = (missing + added).map(ShadowFindings.shortened)
                findings[index].notes.append(
                    .init(
                        "differs",
                        "the rewrite ends in another catalog: "
                            + ShadowFindings.list(facts, of: facts.count)))
            case .fails(let sentence):
                findings[index].notes.append(.init("differs", "the rewrite fails: \(sentence)"))
            }
        }
        guard tried > 0 else { return nil }
        return .init("rewrites", "\(same) of \(tried) end in the same catalog")
    }

    /// Holds the suite against a sample of rows before and after.
    private func quality(
        _ migrations: [Migration], _ rehearsal: Rehearsal.Outcome, _ words: ShadowFindings,
        on shadow: Shadow
    ) async throws -> ([Finding], Finding.Note?) {
        guard let rows = self.shadow.sample, let source = self.shadow.realDatabase else {
            return ([], nil)
        }
        let demands = rehearsal.traces.flatMap(\.statements).flatMap(\.demands)
        let migrate = MigrationSeries(
            migrations: migrations, deadline: self.shadow.statementDeadline)
        return try await shadow.withCopy { target in
            let real = try await Connection.connect(
                to: source, applicationName: "assay gate", timeout: self.shadow.connectTimeout)
            let sampled = try await Connection.connect(to: target, applicationName: "assay gate")
            let outcome: Result<Int, any Error>
            do {
                try await real.refuseUnexpected(self.shadow.expected)
                outcome = .success(
                    try await Sampling(
                        real: real, shadow: sampled, rows: rows, sizes: shadow.sizes
                    ).fill(for: demands))
            } catch {
                outcome = .failure(error)
            }
            await real.close()
            await sampled.close()
            let total = try outcome.get()
            guard let suite else {
                let trace = try await migrate.run(on: target)
                return (words.failureOnRows(of: trace), .init("sample", total.counted("row")))
            }
            let failed = Told()
            let delta = try await QualityDelta.read(on: target, suite: suite, version: version) {
                let findings = words.failureOnRows(of: try await migrate.run(on: target))
                failed.findings.withLock { $0 = findings }
                return findings.isEmpty
            }
            let failures = failed.findings.withLock { $0 }
            let what =
                failures.isEmpty
                ? "\((delta?.checks ?? 0).counted("check")) before and after"
                : "with which a migration fails"
            let note = Finding.Note("sample", "\(total.counted("row")), \(what)")
            return (failures + (delta?.changes.map { words.quality($0) } ?? []), note)
        }
    }
}

/// What a run leaves to be told.
private final class Told: Sendable {
    let notes = Mutex<[Finding.Note]>([])
    let findings = Mutex<[Finding]>([])
}

extension StatementTrace {
    /// Whether it inserts, updates or deletes rows of a table.
    fileprivate func changesRows(of table: TableName) -> Bool {
        statement.syntax.modifications.contains {
            $0.target.name == table.name && ($0.target.schema ?? table.schema) == table.schema
        }
    }
}
