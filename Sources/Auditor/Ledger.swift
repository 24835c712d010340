import Assay

/// What the connections of a run have learned so far, and what is left to do.
actor Ledger {
    private var pending: [Plan.Work]
    private var measures: [Int: Measure] = [:]
    private var samples: [Int: [Sample]] = [:]
    private var scopes: [Int: Int] = [:]
    /// The checks whose measure has no scope of its own.
    private var withoutScope: Set<Int> = []
    private var troubles: [Int: String] = [:]
    private var rowCounts: [Int: Int] = [:]
    private var current: [Int: String] = [:]
    private let items: [Plan.Item]
    private let progress: @Sendable (AuditProgress) -> Void

    init(plan: Plan, progress: @escaping @Sendable (AuditProgress) -> Void) {
        pending = plan.works.reversed()
        items = plan.items
        self.progress = progress
    }

    /// The next piece of work for a connection, or `nil` when nothing is left.
    func next(for worker: Int, label: (Plan.Work) -> String) -> Plan.Work? {
        let work = pending.popLast()
        current[worker] = work.map(label)
        report()
        return work
    }

    /// Whether other connections have something to do as well.
    func isAccompanied(_ worker: Int) -> Bool {
        !pending.isEmpty || current.contains { $0.key != worker }
    }

    /// Puts a piece of work back for another connection.
    func giveBack(_ work: Plan.Work) {
        pending.append(work)
    }

    /// Adds work that turned out to be needed.
    func add(_ works: [Plan.Work]) {
        pending += works.reversed()
    }

    func record(_ measure: Measure, for check: Int) {
        measures[check] = measure
        withoutScope.remove(check)
        report()
    }

    /// Records violations of a check whose scope is counted elsewhere.
    func record(violations measure: Measure, for check: Int) {
        measures[check] = measure
        withoutScope.insert(check)
        report()
    }

    func record(scope: Int, for check: Int) {
        scopes[check] = scope
    }

    func record(rows: Int, ofTable table: Int) {
        rowCounts[table] = rows
    }

    func record(_ found: [Sample], for check: Int) {
        samples[check] = found
    }

    func record(trouble: String, for check: Int) {
        troubles[check] = trouble
        report()
    }

    /// The rows of the tables that were counted.
    var counted: [Int: Int] { rowCounts }

    /// What was learned of a check; what was not looked at is errored, with this sentence.
    func verdict(on check: Int, otherwise sentence: String) -> Verdict {
        if case .proven(let constraint) = items[check].question { return .proven(by: constraint) }
        if let trouble = troubles[check] { return .errored(trouble) }
        guard var measure = measures[check] else { return .errored(sentence) }
        if withoutScope.contains(check) {
            guard let scope = scopes[check] else { return .errored(sentence) }
            measure.scope = max(scope, measure.violations)
        }
        return .measured(measure, samples: samples[check] ?? [])
    }

    private func report() {
        let done = items.indices.count { index in
            if case .proven = items[index].question { return true }
            return troubles[index] != nil || measures[index] != nil
        }
        progress(
            AuditProgress(
                done: done, total: items.count,
                current: current.sorted { $0.key < $1.key }.map(\.value)))
    }
}
