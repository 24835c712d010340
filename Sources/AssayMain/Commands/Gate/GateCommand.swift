import ArgumentParser
import Assay
import Auditor
import Gate
import Ingest

/// `assay gate`: judges migrations before they run.
struct GateCommand<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "gate",
            abstract: "Judge migrations before they run.",
            discussion: """
                Every statement is parsed by PostgreSQL's own grammar and held against rules about locks, \
                rewrites, breakage and loss; bodies of functions and DO blocks too. It needs no database.

                With --from or --base each migration is run, too, on a shadow of the schema: a PostgreSQL of \
                its own without rows. That tells whom it keeps waiting and about how long, which real \
                rows stand in its way, which functions, statements and checks it breaks, and whether its \
                way back leads back.

                MIGRATION is a file or a folder: 0001_name.sql, .up.sql beside .down.sql, Diesel's and \
                Prisma's folders, Supabase's, Flyway's names, a sqitch.plan, marks of dbmate and goose.

                EXAMPLES
                  assay gate migrations/
                  assay gate migrations/0042_add_country.sql --server-version 12
                  assay gate migrations/ --changed-since origin/main --format github
                  assay gate migrations/0042_add_country.sql --from service=prod --sample 1000
                  assay gate migrations/0042_add_country.sql --base migrations/
                  assay gate migrations/ --write-baseline gate-baseline.txt
                  assay gate --list-rules
                  assay explain setting-not-null

                A finding is accepted by a comment on the line above: -- assay:ignore RULE reason

                EXIT STATUS
                  0  nothing at or above --fail-on
                  1  findings
                  2  the command is wrong, or text could not be judged
                """)
    }

    @Argument(help: ArgumentHelp("Files and folders of migrations.", valueName: "migration"))
    var migrations: [String] = []

    @OptionGroup(title: "Judging the text") var text: TextOptions
    @OptionGroup(title: "Running it on a shadow") var shadow: GateShadowOptions
    @OptionGroup(title: "What counts") var counting: GateCountingOptions
    @OptionGroup(title: "What counts") var changes: ChangedMigrations

    @OptionGroup var telling: FindingOutput

    @Flag(help: "List the rules with their severities, and judge nothing.")
    var listRules = false

    func validate() throws {
        guard listRules || !migrations.isEmpty else {
            throw ValidationError("name a migration: a file or a folder")
        }
    }

    /// What the ingest core asks of the database.
    private static var core: [ProgramStatement] {
        get throws {
            try Ingest(tables: S.tables).statements.map { statement in
                ProgramStatement(
                    sql: try statement.text, file: "assay serve (\(statement.name))", line: 1,
                    column: 1)
            }
        }
    }

    func run() async throws {
        try await speakingPlainly {
            if listRules {
                Screen.write(RuleList.text)
                return
            }
            let chosen = try await changes.choose(from: migrations)
            guard !chosen.judged.isEmpty || changes.changedSince == nil else {
                try telling.write(
                    FindingReport(
                        title: "gate", version: assayVersion, subjects: [], findings: [],
                        failOn: counting.failOn.severity, isIdle: true))
                return
            }
            let isRun = shadow.isAsked
            let stage = try await shadow.stage(
                suite: isRun ? try S.suite() : nil, statements: isRun ? try Self.core : [],
                expected: S.expected)
            let earlier = try await shadow.earlier(than: chosen.judged)
            let run = GateRun(
                stages: [text.stage as any GateStage] + (stage.map { [$0] } ?? []),
                failOn: counting.failOn.severity,
                baseline: try counting.known(), version: assayVersion)
            let report = try await Interruption.cancelling {
                try await run.report(
                    on: chosen.judged, after: earlier.isEmpty ? chosen.earlier : earlier)
            }
            let status = try counting.finish(chosen.limited(report), telling)
            if status != 0 { throw ExitCode(status) }
        }
    }
}

/// The rules as a person reads them.
private enum RuleList {
    static var text: String {
        let rules = MigrationRules.documentation
        let width = rules.map(\.rule.count).max() ?? 0
        return rules.map { rule in
            let pad = String(repeating: " ", count: width - rule.rule.count)
            let severity = rule.severity.rawValue
            let gap = String(repeating: " ", count: 7 - severity.count)
            return "\(rule.rule)\(pad)  \(severity)\(gap)  \(rule.summary)\n"
        }
        .joined()
    }
}
