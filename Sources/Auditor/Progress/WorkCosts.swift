import Assay
import Postgres

/// What the pieces of a plan are expected to cost, as far as that can be known beforehand.
struct WorkCosts: Sendable {
    private let plan: Plan
    /// What a row of a stream costs, by its number.
    private let streams: [Double]
    /// About how many rows the parents of streams have.
    private let parents: [Stream.Parent: Double]
    /// Whether somebody has counted the rows of all tables that are read.
    let knowsRows: Bool

    /// What the key of a parent's row costs.
    private static let parentRow = 250.0

    init(_ plan: Plan, catalog: Catalog? = nil) {
        self.plan = plan
        streams = plan.streams.map { stream in
            let cost = WorkCosts.cost(stream.table, of: plan)
            let counted = stream.packs?.counted.map {
                cost.pushed($0.answered(plan.items), isOnTheWay: true)
            }
            return cost.sent(stream) + cost.evaluated(stream) + (counted ?? 0)
        }
        var parents: [Stream.Parent: Double] = [:]
        var isCounted = plan.streams.allSatisfy { plan.tables[$0.table].rows != nil }
        for parent in plan.streams.flatMap(\.parents) {
            let relation = catalog?.relation(parent.table)
            isCounted = isCounted && relation?.estimatedRows != nil
            parents[parent] = Double(relation?.expectedRows ?? 0)
        }
        self.parents = parents
        knowsRows = isCounted
    }

    private static func cost(_ table: Int, of plan: Plan) -> EngineCost {
        EngineCost(table: plan.tables[table], items: plan.items, facts: EngineFacts())
    }

    /// What all of the plan's work is expected to cost.
    var all: [Workload.Cost] { plan.works.map(cost) + parents.keys.map(cost) }

    /// What the keys of a parent are expected to cost.
    func cost(of parent: Stream.Parent) -> Workload.Cost {
        .reading(parents[parent] ?? 0, each: WorkCosts.parentRow)
    }

    /// What a piece of work is expected to cost.
    func cost(of work: Plan.Work) -> Workload.Cost {
        switch work {
        case .stream(let number, _):
            let stream = plan.streams[number]
            let rows = WorkCosts.cost(stream.table, of: plan).rows
            return .reading(rows / Double(stream.parts.count), each: streams[number])
        case .scan(let table, let checks, _):
            return .pushed(scanned(checks, of: table))
        case .share(let share, _):
            let leaves = Double(max(1, plan.tables[share.table].leaves.count))
            return .pushed(scanned(share.checks, of: share.table) / leaves)
        case .orphans(let table, let checks):
            let cost = WorkCosts.cost(table, of: plan)
            return .pushed(cost.rows * cost.pushed(checks))
        case .groups(let check, _):
            let cost = WorkCosts.cost(plan.items[check].table, of: plan)
            return .pushed(cost.rows * cost.pushed([check]))
        case .violators(let check), .distant(let check):
            // SQL of an author's own may do anything; mostly it reads the table.
            return .pushed(WorkCosts.cost(plan.items[check].table, of: plan).rows * 165)
        case .changes(let number): return .pushed(Double(plan.increments[number].most) * 1_000)
        case .facts, .statement, .shared: return .pushed(0)
        }
    }

    private func scanned(_ checks: [Int], of table: Int) -> Double {
        let cost = WorkCosts.cost(table, of: plan)
        let own = checks.filter { plan.items[$0].question.isAnsweredByPass }
        return cost.rows * max(55, cost.pushed(own))
    }
}
