import Assay
import Postgres

/// Proves the checks of a suite, one after the other, in a transaction that is open already.
struct Prover {
    /// What was seen when steps were done and taken back.
    private enum Seen {
        /// The check counted so much.
        case measured(Measure, Stage.Made)
        /// A constraint, a type or a trigger refused it.
        case refused(String)
        /// It could not be done.
        case failed(String)
    }

    /// An outcome and why.
    private typealias Finding = (outcome: Proof.Outcome, reason: String?)

    let suite: Suite
    let stage: Stage
    let connection: Connection
    let catalog: Catalog
    let options: AuditOptions

    /// Proves one check.
    ///
    /// - Throws: What ends the connection.
    func prove(_ check: SuiteCheck, in context: CheckContext) async throws -> Proof {
        let question = check.check.question(in: context)
        var isDeclared = false
        if case .proven = question { isDeclared = true }
        if case .distant(let distant) = question {
            return Proof(
                id: check.id, promise: check.check.sentence, source: check.source,
                outcome: .notProven,
                reason: "the database \(distant.database) would have to be changed for it",
                isDeclared: false)
        }
        let finding: Finding =
            switch check.check.proof(in: context) {
            case .vacuous(let reason): (.vacuous, reason)
            case .blind(let reason): (.blind, reason)
            case .missing(let reason):
                (.notProven, "\(reason); say what breaks it: .violated(by: …)")
            case .made(let specimens):
                try await find(check, specimens, question, in: context)
            }
        return Proof(
            id: check.id, promise: check.check.sentence, source: check.source,
            outcome: finding.outcome, reason: finding.reason, isDeclared: isDeclared)
    }

    /// What all of a check's specimens amount to: the most urgent outcome, and what constraints hold.
    private func find(
        _ check: SuiteCheck, _ specimens: [Specimen], _ question: Question,
        in context: CheckContext
    ) async throws -> Finding {
        let scope = check.check.options.scope?.sql(in: context)
        if let scope, stage.isInPlace, try await isBlind(check.table.name, scope) {
            return (.blind, "its where holds of no row that is there")
        }
        let isCopy =
            !stage.isInPlace && catalog.relation(check.table.name)?.kind == .materializedView
        if isCopy, question.readsRows {
            return (
                .notProven,
                "a copy of the schema has no rows of a materialized view, and none can be made; prove "
                    + "what it reads"
            )
        }
        guard let only = suite.keeping({ $0.id == check.id }) else {
            return (.notProven, "it is not in the suite")
        }
        let subject = Subject(
            check: check, suite: only, scope: scope, question: question,
            past: specimens.first?.past ?? Past())
        let before: Measure
        switch try await see([], subject) {
        case .measured(let measure, _): before = measure
        case .refused(let reason), .failed(let reason): return (.notProven, reason)
        }
        var findings: [(label: String, finding: Finding)] = []
        for specimen in specimens {
            findings.append(
                (specimen.label, try await judge(specimen, of: subject, before: before)))
        }
        let worst = Proof.Outcome.allCases.compactMap { outcome in
            findings.first { $0.finding.outcome == outcome }
        }.first
        guard let worst else { return (.vacuous, "nothing is said to break it") }
        // Each part that a constraint holds is told, beside those that were seen to turn red.
        let isProven = worst.finding.outcome == .proven || worst.finding.outcome == .held
        let told = isProven ? findings.filter { $0.finding.outcome == .held } : [worst]
        let reasons = told.compactMap { entry in
            entry.finding.reason.map { reason in
                specimens.count > 1 && told.count < specimens.count
                    ? "\(entry.label): \(reason)" : reason
            }
        }.unique
        return (worst.finding.outcome, reasons.isEmpty ? nil : reasons.joined(separator: "; "))
    }

    /// A check and how it is measured alone.
    private struct Subject {
        let check: SuiteCheck
        let suite: Suite
        let scope: SQL?
        let question: Question
        /// What recorded runs are taken to have measured.
        let past: Past

        var table: TableName { check.table.name }

        var isProvenByConstraint: Bool {
            if case .proven = question { return true }
            return false
        }
    }

    // MARK: Judging

    private func judge(
        _ specimen: Specimen, of subject: Subject, before: Measure
    ) async throws -> Finding {
        if stage.isInPlace, let reason = specimen.groundOnly {
            return (.notProven, "\(reason): prove it in a scratch copy, without --in-place")
        }
        if specimen.ground == .ownSchema, specimen.boundary.isEmpty, before.violations > 0 {
            return (.notProven, "it is red already, before anything is done to break it")
        }
        let violating = try await see(specimen.violating, subject)
        switch violating {
        case .failed(let reason): return (.notProven, reason)
        case .refused(let constraint):
            return try await held(by: constraint, specimen, subject)
        case .measured(let measure, let made):
            if subject.isProvenByConstraint {
                let reason = "what breaks it was stored, though a constraint is said to hold it"
                return (.vacuous, reason)
            }
            if let finding = try await amiss(specimen, subject, made, before, measure) {
                return finding
            }
            let count = measure.violations - specimen.standing(before)
            if count == 0 {
                let what =
                    specimen.violations == nil ? "what is said to break it" : "what breaks it"
                return guess(specimen, (.vacuous, "\(what) does not turn it red"))
            }
            if let expected = specimen.violations, count < expected {
                return (.vacuous, "it counts \(count) of \(expected.counted("row")) that break it")
            }
            if let expected = specimen.violations, count > expected {
                let rows = expected.counted("row")
                return (.tooStrict, "it counts \(count) where \(rows) should be counted")
            }
        }
        guard specimen.violations != nil || !specimen.boundary.isEmpty else {
            let reason = "it is red without its example too; say what keeps it: .kept(by: …)"
            return before.violations == 0 ? (.proven, nil) : (.notProven, reason)
        }
        switch try await see(specimen.boundary, subject) {
        case .failed(let reason): return (.notProven, reason)
        case .refused(let constraint):
            let reason = "\(constraint) refuses what only just keeps it"
            return guess(specimen, (.contradicted, reason))
        case .measured(let measure, let made):
            if let finding = try await amiss(specimen, subject, made, before, measure) {
                return finding
            }
            guard measure.violations > specimen.standing(before) else { return (.proven, nil) }
            let what =
                specimen.violations == nil ? "what is said to keep it" : "what only just keeps it"
            return guess(specimen, (.tooStrict, "\(what) turns it red"))
        }
    }

    /// What is amiss with rows that were stored: a trigger was at work, or the check does not see them.
    private func amiss(
        _ specimen: Specimen, _ subject: Subject, _ made: Stage.Made, _ before: Measure,
        _ measure: Measure
    ) async throws -> Finding? {
        guard specimen.violations != nil, measure.violations <= specimen.standing(before) else {
            return nil
        }
        if made.isKeptOut || !made.changed.isEmpty {
            let columns = made.changed.unique.inWords
            if let rewriters = try await rewriters(of: subject.table) {
                let what = made.isKeptOut ? "keeps the row out" : "rewrites \(columns)"
                return (.held, "\(rewriters) \(what)")
            }
            let what =
                made.isKeptOut ? "the row is not stored" : "\(columns) is stored as another value"
            let reason = "\(what), and no trigger or rule does that; say what breaks it"
            return (.notProven, "\(reason): .violated(by: …)")
        }
        let isSeen =
            specimen.ground == .anyRows
            ? measure.scope >= before.scope + made.own : measure.scope > 0
        if isSeen || made.own == 0 { return nil }
        return guess(specimen, (.blind, "no row can be in its scope and be looked at"))
    }

    /// A finding, but for a check whose own SQL is met by guessing: there it says nothing.
    private func guess(_ specimen: Specimen, _ finding: Finding) -> Finding {
        guard specimen.isGuess else { return finding }
        return (
            .notProven,
            "no row was found that its own SQL speaks of; say what breaks it: .violated(by: …)"
        )
    }

    /// What it means that the violating rows are refused: the promise is held, unless any row would be.
    private func held(
        by constraint: String, _ specimen: Specimen, _ subject: Subject
    ) async throws -> Finding {
        if specimen.violations == nil {
            return (.notProven, "its example cannot be made: \(constraint) refuses it")
        }
        if case .measured = try await see(specimen.boundary, subject) {
            return (.held, "\(constraint) refuses what would break it")
        }
        switch try await see([.rows(.init([:]))], subject) {
        case .measured:
            return (.held, "\(constraint) refuses what would break it, and what only just keeps it")
        case .refused(let reason):
            let advice = "say what breaks it: .violated(by: .row(\"\(subject.table)\", […]))"
            return (
                .notProven,
                "no row of \(subject.table) can be made: \(reason) refuses it; \(advice)"
            )
        case .failed(let reason): return (.notProven, reason)
        }
    }

    // MARK: Seeing

    /// Does steps, measures the check by the very statements of an audit, and takes the steps back.
    private func see(_ steps: [Specimen.Step], _ subject: Subject) async throws -> Seen {
        try await connection.execute("SAVEPOINT assay_specimen")
        let seen: Seen
        do {
            let made = try await stage.perform(steps, on: subject.table, scope: subject.scope)
            seen = try await measure(subject, made)
        } catch let obstacle as Stage.Obstacle {
            seen = .failed(obstacle.sentence)
        } catch let error as PostgresError {
            if error.isFatal { throw error }
            seen = Prover.seen(error, on: subject.table)
        }
        try await connection.execute("ROLLBACK TO SAVEPOINT assay_specimen")
        try await connection.execute("RELEASE SAVEPOINT assay_specimen")
        return seen
    }

    private static func seen(_ error: PostgresError, on own: TableName) -> Seen {
        guard let refuser = error.refuser else {
            let advice =
                switch error.sqlState {
                case .insufficientPrivilege?: "; prove it on a copy, or as a role that may insert"
                case .lockNotAvailable?: "; prove it on a copy, or raise --lock-timeout"
                default: ""
                }
            return .failed(error.messageWithoutValues + advice)
        }
        guard error.isAbroad(from: own) else { return .refused(refuser) }
        let table = TableName(schema: error.schema ?? "", name: error.table ?? "")
        return .failed("no row of \(table) can be made: \(refuser) refuses it")
    }

    private func measure(_ subject: Subject, _ made: Stage.Made) async throws -> Seen {
        if subject.isProvenByConstraint {
            return .measured(Measure(violations: 0, scope: 0), made)
        }
        var options = options
        options.past = [subject.check.id: subject.past]
        let verdicts = try await subject.suite.verdicts(
            on: connection, catalog: catalog, options: options)
        switch verdicts[subject.check.id] {
        case .measured(let measure, _): return .measured(measure, made)
        case .errored(let reason): return .failed(reason)
        case .proven, nil: return .failed("it was not measured")
        }
    }

    /// Whether a table has rows and none of them is in a scope.
    private func isBlind(_ table: TableName, _ scope: SQL) async throws(PostgresError) -> Bool {
        let sql: SQL = """
            SELECT EXISTS (SELECT FROM \(table)) AND NOT EXISTS (SELECT FROM \(table) WHERE \(scope))
            """
        let (text, bindings) = try sql.rendered(quoting: connection.quoted)
        return try await connection.query(text, bindings).scalar == "t"
    }

    /// The triggers and rules that may change a row before it is stored, in words; `nil` without any.
    private func rewriters(of table: TableName) async throws(PostgresError) -> String? {
        let rows = try await connection.query(
            """
            WITH named AS (
                SELECT c.oid FROM pg_catalog.pg_class AS c
                JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
                WHERE n.nspname = $1 AND c.relname = $2),
            tables AS (
                SELECT oid FROM named
                UNION SELECT p.relid FROM named, pg_catalog.pg_partition_tree(named.oid) AS p)
            SELECT 'trigger', t.tgname FROM pg_catalog.pg_trigger AS t
            WHERE t.tgrelid IN (SELECT oid FROM tables) AND NOT t.tgisinternal
                AND t.tgenabled <> 'D' AND t.tgtype & 2 = 2 AND t.tgtype & 4 = 4
            UNION
            SELECT 'rule', r.rulename FROM pg_catalog.pg_rewrite AS r
            WHERE r.ev_class IN (SELECT oid FROM tables) AND r.ev_type = '3'
                AND r.ev_enabled <> 'D'
            """, [table.schema, table.name])
        let words = ["trigger", "rule"].compactMap { sort -> String? in
            let names = rows.filter { $0[0] == sort }.compactMap { $0[1] }.sorted()
            return names.isEmpty ? nil : "the \(sort) \(names.inWords)"
        }
        return words.isEmpty ? nil : words.joined(separator: " or ")
    }
}

extension Question {
    /// Whether it looks at rows, and not at the catalog alone.
    fileprivate var readsRows: Bool {
        switch self {
        case .facts, .proven, .statement: false
        case .rows, .aggregates, .orphans, .groups, .distant, .violators: true
        }
    }
}

extension Specimen {
    /// How many violations count as there before: none where the table is taken as a whole.
    fileprivate func standing(_ before: Measure) -> Int {
        switch ground {
        case .emptyTable, .ownTable: 0
        case .anyRows, .ownSchema: before.violations
        }
    }

    /// Why it is not for a database in which others work, if it is not.
    fileprivate var groundOnly: String? {
        switch ground {
        case .emptyTable: return "it speaks of the table as a whole"
        case .ownSchema, .ownTable: return "the schema must change for it"
        case .anyRows:
            let changesSchema = (violating + boundary).contains { step in
                guard case .statement(let sql) = step else { return false }
                guard case .text(let text)? = sql.parts.first else { return true }
                let word = text.firstWord ?? ""
                return !String.rowWords.union(String.transactionWords).contains(word)
            }
            return changesSchema ? "its example changes more than rows" : nil
        }
    }
}
