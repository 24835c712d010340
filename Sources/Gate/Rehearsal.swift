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
        let origins = try await TableOrigins.read(from: reader)
        let before = try await Breakage.read(on: reader, statements: statements, suite: suite)
        var starts: [CatalogFingerprint?] = []
        for migration in migrations {
            starts.append(
                migration.down == nil ? nil : try await CatalogFingerprint.read(from: reader))
            let trace = try await MigrationSeries.run(migration, on: target, origins: origins)
            outcome.traces.append(trace)
            guard trace.hasRun else { return outcome }
        }
        if needsEnd { outcome.end = try await CatalogFingerprint.read(from: reader) }
        let after = try await Breakage.read(on: reader, statements: statements, suite: suite)
        outcome.faults = after.added(since: before)
        outcome.reading = after.reading
        outcome.losses = RoundTrip.losses(
            from: origins, to: try await TableOrigins.read(from: reader), sizes: sizes)
        // Back, as far as every migration on the way has a way back.
        for (migration, start) in zip(migrations, starts).reversed() {
            guard let down = migration.down, let start else { break }
            let trip = try await RoundTrip.back(down, of: migration, to: start, on: target, reader)
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

    /// Runs all of them, or up to the first that fails.
    ///
    /// - Returns: The one that failed; nil where all ran.
    nonisolated(nonsending) func run(on target: DatabaseTarget) async throws -> MigrationTrace? {
        for migration in migrations {
            let trace = try await Self.run(
                migration, on: target)
            if !trace.hasRun { return trace }
        }
        return nil
    }

    /// Runs one, and looks at what it does where it is known what tables were called before.
    nonisolated(nonsending) static func run(
        _ migration: Migration, statements: [MigrationStatement]? = nil, on target: DatabaseTarget,
        origins: TableOrigins? = nil
    ) async throws(PostgresError) -> MigrationTrace {
        let connection = try await Connection.connect(
            to: target, applicationName: "assay gate", statementDeadline: .seconds(600))
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
    /// Goes the way back of a migration, and holds the catalog against the one before it.
    fileprivate nonisolated(nonsending) static func back(
        _ down: Migration.Script, of migration: Migration, to start: CatalogFingerprint,
        on target: DatabaseTarget, _ reader: Connection
    ) async throws -> RoundTrip {
        let back = Migration(
            name: migration.name, up: down, runsInTransaction: migration.runsInTransaction)
        let trace = try await MigrationSeries.run(back, on: target)
        if !trace.hasRun {
            let step = trace.statements.last
            let place = trace.failure.flatMap { failure in
                step.map { $0.statement.place(of: failure) }
            }
            let fault = back.faults.first
            return RoundTrip(
                migration: down, missing: [], added: [],
                failure: Failure(
                    line: place?.line ?? fault?.line ?? 1,
                    column: place?.column ?? fault?.column ?? 1,
                    sentence: trace.failure?.message ?? trace.refusal ?? "it did not run"))
        }
        let end = try await CatalogFingerprint.read(from: reader)
        let (missing, added) = end.difference(from: start)
        return RoundTrip(migration: down, missing: missing, added: added, failure: nil)
    }
}
