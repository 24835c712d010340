import Assay
import Auditor
import Postgres
import SQLSyntax

/// Migrations on one copy of a shadow: there, what that broke, and back.
struct Rehearsal: Sendable {
    /// The migrations, in order.
    let migrations: [Migration]
    /// The checks; nil for none.
    let suite: Suite?
    /// The statements of code.
    let statements: [ProgramStatement]
    /// Whether the catalog at the end is asked for.
    let needsEnd: Bool
    /// Whether the roles of the server belong to the catalog.
    let hasRoles: Bool
    /// How long one statement may take.
    let deadline: Duration

    /// What came of it.
    struct Outcome: Sendable {
        /// What each migration did; the last one may have failed.
        var traces: [MigrationTrace] = []
        /// What worked before and does not after all of them.
        var faults: [Breakage.Fault] = []
        /// How functions were read; nil where that was not asked.
        var reading: RoutineReading?
        /// Data that no way back brings again.
        var losses: [RoundTrip.Loss] = []
        /// The ways back that were gone, the last migration first.
        var wayBack: [(migration: Migration, trip: RoundTrip)] = []
        /// The catalog after all migrations; nil where one failed, or nobody asked.
        var end: CatalogFingerprint?

        /// Whether all migrations ran.
        var hasRun: Bool { traces.allSatisfy(\.hasRun) }

        /// What the rules could not read and the shadow ran, as a warning: no rule has seen it.
        func settled(_ finding: Finding) -> Finding {
            let hasRun = traces.contains {
                $0.isWhole && $0.hasRun && $0.migration.file == finding.place.file
            }
            guard finding.severity == nil, finding.rule == UnreadText.documentation.rule, hasRun
            else {
                return finding
            }
            return Finding(
                rule: finding.rule, severity: .warning, message: finding.message,
                place: finding.place, excerpt: finding.excerpt,
                notes: finding.notes + [.init("shadow", "runs it; no rule has judged it")],
                why: finding.why, help: finding.help, fingerprint: finding.fingerprint,
                standing: finding.standing)
        }

        /// How the bodies of functions were read, where that was not to the full.
        var readingNote: Finding.Note? {
            guard reading == .statements else { return nil }
            return .init(
                "functions",
                "read in part; the extension plpgsql_check on the shadow's server reads all of them"
            )
        }
    }

    nonisolated(nonsending) func run(
        on target: DatabaseTarget, sizes: RealSizes
    ) async throws -> Outcome {
        let reader = try await Connection.connect(to: target, applicationName: "assay gate")
        let outcome: Result<Outcome, any Error>
        do {
            outcome = .success(try await run(on: target, reader, sizes))
        } catch {
            outcome = .failure(error)
        }
        await reader.close()
        return try outcome.get()
    }

    private nonisolated(nonsending) func run(
        on target: DatabaseTarget, _ reader: Connection, _ sizes: RealSizes
    ) async throws -> Outcome {
        var outcome = Outcome()
        let series = MigrationSeries(migrations: migrations, deadline: deadline)
        let origins = try await TableOrigins.read(from: reader)
        let before = try await Breakage.read(on: reader, statements: statements, suite: suite)
        var starts: [CatalogFingerprint?] = []
        for migration in migrations {
            starts.append(
                migration.down == nil
                    ? nil : try await CatalogFingerprint.read(from: reader, roles: hasRoles))
            let trace = try await series.run(migration, on: target, origins: origins)
            outcome.traces.append(trace)
            guard trace.hasRun else { return outcome }
        }
        if needsEnd {
            outcome.end = try await CatalogFingerprint.read(from: reader, roles: hasRoles)
        }
        let after = try await Breakage.read(on: reader, statements: statements, suite: suite)
        outcome.faults = after.added(since: before)
        outcome.reading = after.reading
        outcome.losses = RoundTrip.losses(
            from: origins, to: try await TableOrigins.read(from: reader), sizes: sizes)
        // Back, as far as every migration on the way has a way back.
        for (migration, start) in zip(migrations, starts).reversed() {
            guard let back = migration.wayBack, let start else { break }
            let trace = try await series.run(back, on: target)
            let trip =
                try await trace.hasRun
                ? RoundTrip(
                    back, from: start,
                    to: CatalogFingerprint.read(from: reader, roles: hasRoles))
                : RoundTrip(failing: back, trace)
            outcome.wayBack.append((migration, trip))
            guard trip.isClosed else { break }
        }
        return outcome
    }
}

/// Migrations one after the other, each in a session of its own.
struct MigrationSeries: Sendable {
    /// The migrations, in order.
    let migrations: [Migration]
    /// How long one statement may take.
    let deadline: Duration

    /// Runs all of them, or up to the first that fails.
    ///
    /// - Returns: The one that failed; nil where all ran.
    nonisolated(nonsending) func run(on target: DatabaseTarget) async throws -> MigrationTrace? {
        for migration in migrations {
            let trace = try await run(migration, on: target)
            if !trace.hasRun { return trace }
        }
        return nil
    }

    /// Runs one, and looks at what it does where it is known what tables were called before.
    nonisolated(nonsending) func run(
        _ migration: Migration, statements: [MigrationStatement]? = nil, on target: DatabaseTarget,
        origins: TableOrigins? = nil
    ) async throws(PostgresError) -> MigrationTrace {
        let connection = try await Connection.connect(
            to: target, applicationName: "assay gate", statementDeadline: deadline)
        do throws(PostgresError) {
            let trace = try await MigrationRun(
                on: connection, origins: origins ?? TableOrigins(tables: [:])
            ).run(
                migration, statements: statements ?? migration.statements,
                isWatched: origins != nil)
            await connection.close()
            return trace
        } catch {
            await connection.close()
            throw error
        }
    }
}

extension RoundTrip {
    /// A way back that has run, from the catalog before the way there to the one after the way back.
    fileprivate init(_ back: Migration, from start: CatalogFingerprint, to end: CatalogFingerprint)
    {
        let (missing, added) = end.difference(from: start)
        self.init(
            migration: .init(file: back.file, text: back.up), missing: missing, added: added,
            failure: nil)
    }

    /// A way back that has not run to its end.
    fileprivate init(failing back: Migration, _ trace: MigrationTrace) {
        let step = trace.statements.last
        let place = trace.failure.flatMap { failure in
            step.map { $0.statement.place(of: failure) }
        }
        let fault = back.faults.first
        self.init(
            migration: .init(file: back.file, text: back.up), missing: [], added: [],
            failure: Failure(
                line: place?.line ?? fault?.line ?? 1,
                column: place?.column ?? fault?.column ?? 1,
                sentence: trace.failure?.message ?? trace.refusal ?? "it did not run"))
    }
}
