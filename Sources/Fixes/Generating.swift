import Auditor
import Postgres

extension FixSession {
    /// Writes the SQL that mends some checks, and plans it.
    ///
    /// - Parameters:
    ///   - folder: Where it is written.
    ///   - checks: The checks' identities.
    ///   - overwrites: Whether a script that is there may be written over.
    /// - Returns: The plan.
    /// - Throws: A refusal, a ``BrokenPromise``, or `PostgresError`.
    public func generate(
        _ folder: FixFolder, for checks: [String], overwrites: Bool
    ) async throws -> FixPlan {
        if !overwrites, folder.read(folder.scriptPath) != nil {
            throw Refusal(
                "\(folder.scriptPath) is there already; plan it as it is (assay fix plan --name "
                    + "\(folder.name)), or write over it with --overwrite")
        }
        let connection = try await connect()
        try await connection.begin(.repeatableReadReadOnly)
        let catalog = try await Catalog.read(from: connection)
        try suite.refuseUnknownNames(in: catalog)
        let planner = RepairPlanner(suite: suite, catalog: catalog, connection: connection)
        let chosen = suite.checks.filter { checks.contains($0.id) }
        let generated = try await planner.generate(for: chosen)
        try await connection.rollback()
        await connection.close()
        let former = folder.read(folder.scriptPath)
        try folder.write(Array(generated.sql.utf8), to: folder.scriptPath)
        do {
            return try await plan(folder, resolving: checks, leftOver: generated.leftOver)
        } catch {
            // A script without a plan would look like one written by hand.
            if let former {
                try folder.write(former, to: folder.scriptPath)
            } else {
                folder.remove(folder.scriptPath)
            }
            throw error
        }
    }
}
