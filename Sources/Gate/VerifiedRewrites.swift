import Assay
import Postgres

/// Runs the safe forms that rules offer, and holds where they end against where the original ends.
struct VerifiedRewrites: Sendable {
    /// What came of one offered rewrite.
    enum Outcome: Sendable, Hashable {
        /// It ends in the same catalog.
        case same
        /// It ends in another: what lacks, and what is there beyond.
        case different(missing: [String], added: [String])
        /// A statement of it fails.
        case fails(String)
    }

    /// The shadow that every run begins from.
    let shadow: Shadow
    /// All migrations, in order.
    let migrations: [Migration]
    /// Where the originals end.
    let end: CatalogFingerprint
    /// How long one statement may take.
    let deadline: Duration

    /// Runs rewrites in place of the statements that findings are about.
    ///
    /// All of them run together first, one a statement: where that ends in the same catalog, each does. Only
    /// where it does not, each runs alone.
    ///
    /// - Parameter offers: The rewrites, each with the place of its finding.
    /// - Returns: What came of each, in order; nil where a place is in no statement of the migrations.
    /// - Throws: What ends the connection.
    nonisolated(nonsending) func verify(
        _ offers: [(place: Finding.Place, sql: String)]
    ) async throws -> [Outcome?] {
        let replacements = offers.map { replacement($0.sql, of: $0.place) }
        var together: [Spot: Replacement] = [:]
        for case let replacement? in replacements where together[replacement.spot] == nil {
            together[replacement.spot] = replacement
        }
        var known: [Replacement: Outcome] = [:]
        if together.count > 1, try await run(Array(together.values)) == .same {
            for replacement in together.values { known[replacement] = .same }
        }
        var outcomes: [Outcome?] = []
        for replacement in replacements {
            guard let replacement else {
                outcomes.append(nil)
                continue
            }
            if known[replacement] == nil { known[replacement] = try await run([replacement]) }
            outcomes.append(known[replacement])
        }
        return outcomes
    }

    /// A statement of a migration.
    private struct Spot: Hashable {
        let migration: Int
        let statement: Int
    }

    /// What runs in place of a statement.
    private struct Replacement: Hashable {
        let spot: Spot
        let sql: String
    }

    private func replacement(_ sql: String, of place: Finding.Place) -> Replacement? {
        guard let migration = migrations.firstIndex(where: { $0.file == place.file }),
            let statement = Self.statement(at: place, in: migrations[migration])
        else { return nil }
        return Replacement(spot: Spot(migration: migration, statement: statement), sql: sql)
    }

    private nonisolated(nonsending) func run(_ replacements: [Replacement]) async throws -> Outcome
    {
        var texts: [Spot: [MigrationStatement]] = [:]
        for replacement in replacements {
            let text = Migration(name: "rewrite", up: .init(file: "", text: replacement.sql))
            if let fault = text.faults.first { return .fails(fault.sentence) }
            texts[replacement.spot] = text.statements
        }
        let series = MigrationSeries(migrations: migrations, deadline: deadline)
        return try await shadow.withCopy { [texts] target in
            for (number, migration) in migrations.enumerated() {
                let statements = migration.statements.enumerated().flatMap { index, statement in
                    texts[Spot(migration: number, statement: index)] ?? [statement]
                }
                let isRewritten = texts.keys.contains { $0.migration == number }
                let trace = try await series.run(
                    isRewritten ? migration.outsideTransaction : migration, statements: statements,
                    on: target)
                if let failure = trace.failure { return .fails(failure.message) }
            }
            let reader = try await Connection.connect(to: target, applicationName: "assay gate")
            let fingerprint = try await CatalogFingerprint.read(
                from: reader, roles: shadow.ownsServer)
            await reader.close()
            if fingerprint.digest == end.digest { return .same }
            let (missing, added) = fingerprint.difference(from: end)
            return .different(missing: missing, added: added)
        }
    }

    /// The last statement that begins at or before a place.
    static func statement(at place: Finding.Place, in migration: Migration) -> Int? {
        migration.statements.lastIndex {
            ($0.line, $0.column) <= (place.line, place.column)
        }
    }
}

extension Migration {
    /// The same migration for a runner that leaves transactions to the file: a safe form often must not
    /// stand in one.
    var outsideTransaction: Migration {
        Migration(
            name: name, version: version, up: Script(file: file, text: up), down: down,
            runsInTransaction: false)
    }
}
