public import Assay
public import Postgres

extension Suite {
    /// Evaluates the suite in a transaction that is open already, on its one connection.
    ///
    /// What the transaction has changed is seen. The transaction is left as it was, whatever becomes
    /// of a check.
    ///
    /// - Parameters:
    ///   - connection: The connection, in a transaction.
    ///   - catalog: The catalog as the transaction sees it; it must know every name of the suite.
    ///   - options: How the checks are evaluated; the target is not looked at.
    /// - Returns: The verdicts by the checks' identities.
    /// - Throws: What ends the connection.
    public func verdicts(
        on connection: Connection, catalog: Catalog, options: AuditOptions
    ) async throws(PostgresError) -> [String: Verdict] {
        let plan = Plan(suite: self, catalog: catalog)
        let ledger = Ledger(plan: plan)
        try await connection.execute("SAVEPOINT assay")
        try await Worker(
            number: 0, connection: connection, plan: plan, catalog: catalog, options: options,
            ledger: ledger, now: options.now ?? catalog.database.now
        ).work()
        try await connection.execute("RELEASE SAVEPOINT assay")
        var verdicts: [String: Verdict] = [:]
        for (index, item) in plan.items.enumerated() {
            verdicts[item.check.id] = await ledger.verdict(
                on: index, otherwise: "it was not reached")
        }
        return verdicts
    }

    /// Refuses names that the catalog does not know, all at once.
    public func refuseUnknownNames(in catalog: Catalog) throws(Refusal) {
        let problems = Names(suite: self, catalog: catalog).problems()
        if !problems.isEmpty { throw Refusal(problems) }
    }
}
