public import Assay
import Postgres

/// Where the checks of a table are evaluated, and why.
public struct TableEvaluation: Sendable {
    /// The table.
    public let table: TableName
    /// About how many rows it has; `nil` where nobody has counted.
    public let rows: Int?
    /// The checks evaluated on the bytes of its rows, by identity.
    public let streamed: [String]
    /// The checks evaluated on the bytes of the rows that changed.
    public let changed: [String]
    /// In how many tables its rows lie.
    public let leaves: Int
    /// The other servers on which they lie.
    public let servers: [String]
    /// What makes rows come faster, as SQL; `nil` where they do not come by few.
    public let remedyForSlowness: String?
    /// What is read of each row for them, as SQL.
    public let columns: [String]
    /// The checks that the database counts while it sends the rows.
    public let counted: [String]
    /// The other checks evaluated in the database.
    public let pushed: [String]
    /// The checks that a constraint proves, or the catalog alone.
    public let proven: [String]
    /// Why, as a sentence.
    public let reason: String
}

extension TableEvaluation {
    init(_ index: Int, of plan: Plan) {
        let entry = plan.tables[index]
        let choice = plan.choices.indices.contains(index) ? plan.choices[index] : nil
        let own = plan.items.indices.filter { plan.items[$0].table == index }
        let streamed = Set(choice?.stream?.checks ?? [])
        let changed = Set(choice?.increment?.stream.checks ?? [])
        let counted = Set(
            plan.streams.filter { $0.table == index }.compactMap(\.packs?.counted)
                .flatMap { $0.answered(plan.items) }
        )
        let proven = own.filter { plan.items[$0].question.costsNothing }
        func names(_ checks: [Int]) -> [String] { checks.map { plan.items[$0].check.id } }
        table = entry.table.name
        rows = entry.rows
        leaves = entry.leaves.count
        servers = entry.servers.map(\.name)
        remedyForSlowness = entry.servers.remedyForSlowness
        self.streamed = names(own.filter(streamed.contains))
        self.changed = names(own.filter(changed.contains))
        columns = (choice?.stream ?? choice?.increment?.stream)?.columns.map(\.readable) ?? []
        self.proven = names(proven)
        let elsewhere = streamed.union(changed).union(proven)
        self.counted = names(own.filter { counted.contains($0) && !elsewhere.contains($0) })
        pushed = names(own.filter { !counted.contains($0) && !elsewhere.contains($0) })
        reason = choice?.reason ?? (plan.choices.isEmpty ? "all tables are small" : "")
    }
}

extension Question {
    /// Whether no row is looked at for it.
    fileprivate var costsNothing: Bool {
        switch self {
        case .proven, .facts, .statement: true
        default: false
        }
    }
}
