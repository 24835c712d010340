/// Where the rows of a table come from: what `assay explain --cause` reads.
///
///     let customers = Table("extracted.customers", key: "id") {
///         Required("customer_name")
///     }
///     .fed(
///         by: Payloads("raw.answers", "payload", each: "customers")
///             .found(by: "raw_id", matching: "id")
///             .carrying("customer_name", at: .element("companyName")))
public struct Lineage: Sendable {
    /// The payloads that rows come from.
    public let payloads: [Payloads]
    /// The column that tells which batch a row came in.
    public let batch: String?
    /// What holds of a row that has been sent on.
    public let sent: Condition?
    /// The column that tells when a row came.
    public let created: String?
    /// The column that tells when a row was last written to.
    public let updated: String?

    /// The columns of the table itself that it names.
    public var columns: [String] {
        let own = payloads.flatMap { $0.ownColumns }
        return own + [batch, created, updated].compactMap(\.self) + (sent?.columns ?? [])
    }
}

extension Table {
    /// Says where the rows come from, so that the cause of a violation can be found.
    ///
    /// - Parameters:
    ///   - payloads: The payloads that rows come from.
    ///   - batch: The column that tells which batch a row came in.
    ///   - sent: What holds of a row that has been sent on.
    ///   - created: The column that tells when a row came; `nil` where there is none.
    ///   - updated: The column that tells when a row was last written to, where a trigger keeps it.
    /// - Returns: The table with its lineage.
    public func fed(
        by payloads: Payloads..., batch: String? = nil, sent: Condition? = nil,
        created: String? = "created_at", updated: String? = nil
    ) -> Table {
        var copy = self
        copy.lineage = Lineage(
            payloads: payloads, batch: batch, sent: sent, created: created, updated: updated)
        return copy
    }
}
