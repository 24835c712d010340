import Assay
import Postgres

/// Proves that the checks of a suite can fail: what breaks each is done and must turn it red, what
/// only just keeps it must leave it green, and all of it is taken back.
public struct ProofRun: Sendable {
    /// Where the proof takes place.
    public enum Place: Sendable, Hashable {
        /// On a copy of the schema without rows, on a throw-away server.
        case scratch
        /// In the database itself, in one transaction that is rolled back; a statement that waits longer
        /// for a lock gives up.
        case inPlace(lockTimeout: Duration)
    }

    private let suite: Suite
    private let options: AuditOptions
    private let place: Place

    /// Creates a run.
    ///
    /// - Parameters:
    ///   - suite: The checks.
    ///   - options: The database whose schema they are proven on.
    ///   - place: Where the proof takes place.
    public init(suite: Suite, options: AuditOptions, place: Place) {
        self.suite = suite
        self.options = options
        self.place = place
    }

    /// Proves all checks.
    ///
    /// - Returns: What came of each.
    /// - Throws: A ``Refusal`` where the suite does not fit the database, or its schema cannot be copied,
    ///   and `PostgresError`.
    public func report() async throws -> ProofReport {
        let source = try await Connection.connect(
            to: options.target, applicationName: "assay prove", timeout: options.connectTimeout)
        let report: ProofReport
        do {
            report = try await self.report(source)
        } catch {
            await source.close()
            throw error
        }
        await source.close()
        return report
    }

    private func report(_ source: Connection) async throws -> ProofReport {
        try await source.refuseUnexpected(options.expected)
        try await source.begin(.repeatableReadReadOnly)
        try await source.settle(deadline: options.deadline)
        let catalog = try await Catalog.read(from: source)
        try suite.refuseUnknownNames(in: catalog)
        let searchPath = try await source.searchPath()
        try await source.rollback()
        switch place {
        case .inPlace(let lockTimeout):
            return try await proofs(
                on: source, catalog, of: catalog.database.name, lockTimeout: lockTimeout,
                searchPath: searchPath)
        case .scratch:
            let schemas = Set(suite.shapes(in: catalog).keys.map(\.schema)).sorted()
            return try await withThrowawayCluster { cluster in
                let (target, complaints) = try await cluster.copyingSchema(
                    of: options.target, schemas: schemas, connection: source)
                let scratch = try await Connection.connect(
                    to: target, applicationName: "assay prove")
                let copy = try await Catalog.read(from: scratch)
                try suite.refuseDifference(between: catalog, and: copy, complaints)
                let report = try await proofs(
                    on: scratch, copy, of: catalog.database.name, lockTimeout: .seconds(5),
                    searchPath: searchPath)
                await scratch.close()
                return report
            }
        }
    }

    private func proofs(
        on connection: Connection, _ catalog: Catalog, of database: String, lockTimeout: Duration,
        searchPath: String?
    ) async throws -> ProofReport {
        var options = options
        options.samples = 0
        options.maxCost = nil
        let isInPlace = place != .scratch
        let stage = Stage(
            connection: connection, catalog: catalog,
            now: options.now ?? catalog.database.now, isInPlace: isInPlace)
        let prover = Prover(
            suite: suite, stage: stage, connection: connection, catalog: catalog, options: options)
        let shapes = suite.shapes(in: catalog)
        try await connection.begin(.readWrite)
        var proofs: [Proof] = []
        do {
            try await connection.settle(
                deadline: options.deadline, lockTimeout: lockTimeout)
            try await connection.execute(
                "SELECT pg_catalog.set_config('search_path', $1, true)", [searchPath])
            try await connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for check in suite.checks {
                try Task.checkCancellation()
                let context = CheckContext(
                    table: check.table.name, shapes: shapes, encoding: catalog.encoding)
                proofs.append(try await prover.prove(check, in: context))
            }
        } catch {
            await connection.close()
            throw error
        }
        try await connection.rollback()
        return ProofReport(proofs: proofs, database: database, isInPlace: isInPlace)
    }
}

extension Connection {
    /// Where names without a schema are looked up, which a database or a role may set.
    fileprivate func searchPath() async throws(PostgresError) -> String? {
        try await query("SELECT pg_catalog.current_setting('search_path')").scalar
    }
}

extension Suite {
    /// Refuses a copy in which a declared table is not what it is in the database.
    fileprivate func refuseDifference(
        between catalog: Catalog, and copy: Catalog, _ complaints: [String]
    ) throws(Refusal) {
        let names = Set(shapes(in: catalog).keys).sorted()
        let different = names.filter { name in
            guard let original = catalog.relation(name), let copied = copy.relation(name) else {
                return true
            }
            return original.declaration != copied.declaration
        }
        guard let first = different.first else { return }
        let reason = complaints.first.map { "; the server said: \($0)" } ?? ""
        throw Refusal(
            "the scratch copy of \(first) is not what it is in the database\(reason); prove the checks "
                + "in the database itself: assay prove --in-place")
    }
}

extension Relation {
    /// What a copy of the schema must have in common with the original.
    fileprivate var declaration: [[String]] {
        columns.map { column in
            let facts = [column.isNotNull, column.hasDefault, column.isGenerated]
            return [column.name, column.typeName] + facts.map { String($0) }
        } + uniqueIndexes.map { [$0.name] + $0.columns }
            + foreignKeys.map { [$0.name] + $0.columns } + checkConstraints.map { [$0.name] }
    }
}
