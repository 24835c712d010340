import Assay
import Auditor
import Postgres
import SQLSyntax

/// Words what a shadow showed of migrations as findings.
struct ShadowFindings: Sendable {
    /// The migrations, in order.
    let migrations: [Migration]
    /// The checks, for the fixes that they would plan.
    let suite: Suite?
    /// How long a statement may take on the shadow.
    let deadline: Duration

    // MARK: Running

    /// A migration that does not run.
    func failure(of trace: MigrationTrace) -> [Finding] {
        let migration = trace.migration
        if let refusal = trace.refusal {
            let fault = migration.faults.first { $0.reason != .grammar }
            return [
                finding(
                    ShadowRules.failsOnShadow, nil, "the migration cannot be run: \(refusal)",
                    in: migration, line: fault?.line ?? 1, column: fault?.column ?? 1,
                    about: refusal)
            ]
        }
        guard let failure = trace.failure else { return [] }
        let step = trace.statements.last { $0.failure != nil } ?? trace.statements.last
        let fault = migration.faults.first
        let place = step?.statement.place(of: failure)
        let isUnknown = failure.sqlState == .syntaxError || failure.sqlState == "0A000"
        let isEndless = failure.code == .deadlineExceeded
        let message =
            isEndless
            ? "the migration does not end on the shadow: one statement takes longer than "
                + "\(deadline.components.seconds) s"
            : "the migration fails on the shadow: \(failure.message)"
        return [
            finding(
                ShadowRules.failsOnShadow, nil, message,
                in: migration, line: place?.line ?? fault?.line ?? 1,
                column: place?.column ?? fault?.column ?? 1, about: failure.message,
                notes: failure.hint.map { [Finding.Note("hint", $0)] } ?? [],
                help: isEndless
                    ? "Take out what waits or loops; --deadline gives each statement longer."
                    : isUnknown
                        ? "Run the gate beside a server of the release that will run the migration "
                            + "(ASSAY_PG_BIN names its programs), or mend the text."
                        : "Mend the migration; where the shadow lacks what production has, build it "
                            + "with --from or --base.")
        ]
    }

    /// A migration that would change more than its database, on a server that is not the gate's own.
    func changingServer(_ migration: Migration) -> [Finding] {
        [migration, migration.wayBack].compactMap(\.self).compactMap { way in
            way.changingServer.map { statement in
                finding(
                    ShadowRules.failsOnShadow, nil,
                    "the migration is not run: \(statement.serverSentence)",
                    in: way, at: statement, about: statement.serverSentence,
                    why: "Others use that server, and whatever is changed there stays.",
                    help: "Take --shadow ephemeral: a server of the gate's own, gone afterwards.")
            }
        }
    }

    /// A migration that runs without rows, and not with a sample of the real ones.
    func failureOnRows(of trace: MigrationTrace?) -> [Finding] {
        guard let trace, let failure = trace.failure else { return [] }
        let step = trace.statements.last
        return [
            finding(
                ShadowRules.failsOnRows, .error,
                "with a sample of the real rows the migration fails: \(failure.messageOfNames)",
                in: trace.migration, at: step?.statement, about: failure.messageOfNames)
        ]
    }

    /// What of the real schema the shadow lacks.
    func incomplete(_ complaints: [String]) -> [Finding] {
        guard let first = complaints.first, let migration = migrations.first else { return [] }
        let words = first.split(separator: "ERROR:", maxSplits: 1).last.map {
            String($0).split(separator: " ").joined(separator: " ")
        }
        return [
            finding(
                ShadowRules.shadowIncomplete, .warning,
                "the shadow lacks \(complaints.count.counted("thing")) of the real schema: "
                    + (words ?? first),
                in: migration, line: 1, column: 1, about: words ?? first)
        ]
    }

    /// Whom it keeps waiting, and what goes by CASCADE.
    func impact(of trace: MigrationTrace, sizes: RealSizes) -> [Finding] {
        let estimates = ImpactEstimate.all(of: trace, sizes: sizes).map { estimate in
            let step = trace.statements[estimate.statement]
            var notes = [Finding.Note("locks", "\(estimate.mode.name) on \(estimate.table)")]
            if let rows = estimate.rows {
                notes.append(.init("size", "about \(rows.counted("row"))"))
            }
            if !estimate.work.isEmpty {
                notes.append(.init("work", estimate.work.joined(separator: "; ")))
            }
            if step.isDocumented { notes.append(.init("known", "from PostgreSQL's documentation")) }
            return finding(
                ShadowRules.blocksTable, severity(of: estimate),
                "\(estimate.waiting ?? "nobody") of \(estimate.table) wait \(estimate.duration)",
                in: trace.migration, at: step.statement, about: "\(estimate.table)", notes: notes)
        }
        let cascades = trace.statements.filter { !$0.cascaded.isEmpty }.map { step in
            finding(
                ShadowRules.droppedByCascade, .error,
                "CASCADE takes \(step.cascaded.count.counted("other object")) along: "
                    + Self.list(step.cascaded, of: step.cascaded.count),
                in: trace.migration, at: step.statement, about: step.cascaded.joined(separator: ",")
            )
        }
        return estimates + cascades
    }

    private func severity(of estimate: ImpactEstimate) -> Severity {
        guard let seconds = estimate.seconds else {
            return estimate.work.isEmpty ? .info : .warning
        }
        if seconds < 1 { return .info }
        return seconds < (estimate.mode.blocksReaders ? 10 : 30) ? .warning : .error
    }

    // MARK: Rows

    /// Real rows that stand in the way of a statement.
    ///
    /// - Parameters:
    ///   - count: What was counted.
    ///   - step: The statement that demands it.
    ///   - migration: The migration that has the statement.
    ///   - sizes: How large the real tables are.
    ///   - changers: Earlier statements of the migrations that change rows of the same table.
    /// - Returns: What to tell; nil where all rows meet the demand.
    func rows(
        _ count: Preconditions.Count, of step: StatementTrace, in migration: Migration,
        sizes: RealSizes, changers: [String]
    ) -> Finding? {
        let demand = count.demand
        let words = DemandWords(demand)
        var notes: [Finding.Note] = []
        if let rows = sizes.tables[demand.table]?.rows, words.concernsSome {
            notes.append(.init("rows", "about \(rows.counted("row")) in \(demand.table)"))
        }
        let hint = FixHint(for: demand, in: suite).text
        switch count.answer {
        case .counted(let rows, let groups):
            guard rows > 0 else { return nil }
            let message = words.sentence(rows: rows, groups: groups, isLoss: count.isLoss)
            if case .newColumn = demand.sort {} else { notes.append(.init("fix", hint)) }
            return finding(
                ShadowRules.rowsInTheWay, changers.isEmpty ? .error : .warning, message,
                in: migration, at: step.statement, about: words.subject,
                notes: notes + changers.map { .init("but", $0) },
                why: count.isLoss
                    ? "The values are changed in silence, and no way back brings them again."
                    : "The statement fails on the real rows.",
                help: words.help)
        case .some(let sentence):
            return finding(
                ShadowRules.rowsInTheWay, changers.isEmpty ? .error : .warning,
                "at least one value of \(demand.table) does not go through: \(sentence)",
                in: migration, at: step.statement, about: words.subject,
                notes: notes + [.init("fix", hint)] + changers.map { .init("but", $0) },
                help: words.help)
        case .notCounted(let reason):
            return finding(
                ShadowRules.rowsNotCounted, .warning,
                "\(words.demanded) was not held against the real rows: \(reason)",
                in: migration, at: step.statement, about: words.subject)
        }
    }

    // MARK: Breakage

    /// What worked before and does not after; checks that lose the same name are one finding.
    func breakage(_ faults: [Breakage.Fault]) -> [Finding] {
        var told: Set<String> = []
        return faults.compactMap { fault in
            switch fault.subject {
            case .routine(let name, let table): return routine(name, table, fault)
            case .statement(let statement): return self.statement(statement, fault)
            case .check(_, let source):
                guard told.insert(fault.reason).inserted else { return nil }
                let names = faults.filter { $0.reason == fault.reason }.compactMap { fault in
                    if case .check(let name, _) = fault.subject { name } else { nil }
                }
                return checks(names, at: source, fault)
            }
        }
    }

    private func routine(_ name: String, _ table: String?, _ fault: Breakage.Fault) -> Finding {
        let whose = table.map { ", as trigger of \($0)" } ?? ""
        let place = cause(of: fault.reason)
        return finding(
            ShadowRules.breaksFunction, .error,
            "\(name)\(whose) no longer works: \(fault.reason)",
            in: place.migration, at: place.statement, about: "\(name) \(table ?? "")",
            notes: fault.line.map { [.init("line", "\($0) of its body")] } ?? [])
    }

    private func statement(_ statement: ProgramStatement, _ fault: Breakage.Fault) -> Finding {
        let rule = ShadowRules.breaksStatement
        return Finding(
            rule: rule.rule, severity: .error,
            message: "this statement no longer works: \(fault.reason)",
            place: Finding.Place(
                file: statement.file, line: statement.line, column: statement.column),
            notes: [cause(of: fault.reason).note], why: rule.why, help: rule.instead,
            fingerprint: Self.fingerprint(rule, statement.file, statement.sql))
    }

    private func checks(
        _ names: [String], at source: SourceLocation, _ fault: Breakage.Fault
    ) -> Finding {
        let rule = ShadowRules.breaksCheck
        let subject = names.count == 1 ? names[0] : names.count.counted("check")
        let list =
            names.count == 1 ? [] : [Finding.Note("checks", Self.list(names, of: names.count))]
        return Finding(
            rule: rule.rule, severity: .error,
            message: "\(subject) can no longer be evaluated: \(fault.reason)",
            place: Finding.Place(file: source.file, line: source.line, column: 1),
            notes: list + [cause(of: fault.reason).note], why: rule.why, help: rule.instead,
            fingerprint: Self.fingerprint(rule, source.file, "\(names[0]) \(fault.reason)"))
    }

    /// New violations of the suite on the sample.
    func quality(_ change: QualityDelta.Change) -> Finding {
        let result = change.result
        let message =
            result.outcome == .errored
            ? "\(result.id) can no longer be evaluated: \(result.trouble ?? "it says nothing")"
            : "the migration makes \(change.new.counted("new violation")) of \(result.id) in the sample"
        let samples = result.comparison?.samples ?? []
        return Finding(
            rule: ShadowRules.newViolations.rule, severity: result.severity, message: message,
            place: Finding.Place(file: result.source.file, line: result.source.line, column: 1),
            excerpt: result.excerpt,
            notes: samples.prefix(3).map { .init("rows", $0.sentence) },
            why: result.reason ?? ShadowRules.newViolations.why,
            help: ShadowRules.newViolations.instead,
            fingerprint: Self.fingerprint(ShadowRules.newViolations, result.source.file, result.id))
    }

    // MARK: The way back

    /// What the way back leaves otherwise.
    func wayBack(_ trip: RoundTrip, of migration: Migration) -> [Finding] {
        guard let down = migration.down, !trip.isClosed else { return [] }
        let back = Migration(name: migration.name, up: down)
        if let failure = trip.failure {
            return [
                finding(
                    ShadowRules.wayBackFails, .error,
                    "the way back fails on the shadow: \(failure.sentence)",
                    in: back, line: failure.line, column: failure.column, about: failure.sentence)
            ]
        }
        let parts = [
            ("lacks", trip.missing), ("leaves", trip.added),
        ].filter { !$0.1.isEmpty }
        return [
            finding(
                ShadowRules.wayBackDiffers, .error,
                "the way back does not lead to the catalog that was there before",
                in: back, at: back.statements.first, about: down.file,
                notes: parts.map {
                    .init($0.0, Self.list($0.1.map(Self.shortened), of: $0.1.count))
                })
        ]
    }

    /// Data that no way back brings again.
    func loss(_ loss: RoundTrip.Loss) -> Finding {
        let name = loss.column.map { "\(loss.table).\($0)" } ?? "\(loss.table)"
        let what =
            loss.column == nil
            ? loss.values.map { "about \($0.counted("row"))" } ?? "all its rows"
            : loss.values.map { "about \($0.counted("value"))" } ?? "all its values"
        let place = cause(of: "\(loss.table.name) \(loss.column ?? "")")
        return finding(
            ShadowRules.dataDestroyed, .warning,
            "\(name) goes with \(what), and no way back brings them again",
            in: place.migration, at: place.statement, about: name)
    }
}
