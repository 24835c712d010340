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
    /// What the connections are at that are at work.
    private var current: [Int: String] = [:]
    private var waiting: [CheckedContinuation<Void, Never>] = []
    /// What the leaves have answered so far to passes that are made leaf by leaf.
    private var shares: [Plan.Share: [[String?]]] = [:]
    private var givenUp: Set<Plan.Share> = []
    /// Why other servers cannot be asked, by their names.
    private var silent: [String: String] = [:]
    private let items: [Plan.Item]
    /// How many checks nothing more is to be done for.
    private var done: Int
    private let costs: WorkCosts
    nonisolated let progress: RunProgress

    init(plan: Plan, costs: WorkCosts, progress: RunProgress) {
        pending = plan.works.reversed()
        items = plan.items
        done = items.count(where: \.isProven)
        self.costs = costs
        self.progress = progress
    }

    /// A ledger whose progress nobody watches.
    init(plan: Plan) {
        let costs = WorkCosts(plan)
        self.init(
            plan: plan, costs: costs, progress: RunProgress([costs], connections: 1) { _ in })
    }

    /// The next piece of work for a connection, or `nil` when nothing is left.
    ///
    /// Who finds none waits as long as others are at work, for that may bring more.
    func next(for worker: Int, label: @Sendable (Plan.Work) -> String) async -> Plan.Work? {
        while true {
            let work = pending.popLast()
            current[worker] = work.map(label)
            progress.next(work.map(costs.cost), by: worker)
            report()
            if work != nil { return work }
            guard !current.isEmpty else {
                wake()
                return nil
            }
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    /// Lets those look again who wait for work.
    private func wake() {
        let waiting = waiting
        self.waiting = []
        for continuation in waiting { continuation.resume() }
    }

    /// A connection does nothing more, whatever it was at.
    func leave(_ worker: Int) {
        current[worker] = nil
        if current.isEmpty { wake() }
    }

    /// Whether there is work that nobody has begun.
    var hasMore: Bool { !pending.isEmpty }

    /// Whether other connections have something to do as well.
    func isAccompanied(_ worker: Int) -> Bool {
        !pending.isEmpty || current.contains { $0.key != worker }
    }

    /// Puts a piece of work back for other connections than the one that began it, which is no more.
    func giveBack(_ work: Plan.Work, from worker: Int) {
        pending.append(work)
        current[worker] = nil
        progress.leave(worker)
        wake()
    }

    /// Adds work that turned out to be needed.
    func add(_ works: [Plan.Work]) {
        pending += works.reversed()
        progress.add(works.map(costs.cost))
        wake()
    }

    /// Leaves out what is left of a stream that was given up.
    func giveUp(stream number: Int) {
        let left = pending.filter { $0.isPart(ofStream: number) }
        pending.removeAll { $0.isPart(ofStream: number) }
        progress.remove(left.map(costs.cost))
    }

    /// A connection reads what references to a parent may hold, once for all.
    func begin(_ parent: Stream.Parent, by worker: Int) {
        progress.widen(by: costs.cost(of: parent), worker: worker)
    }

    /// Keeps what a leaf answers.
    ///
    /// - Returns: The answers of all leaves, to who brings the last of them.
    func add(_ answer: [String?], to share: Plan.Share, leaves: Int) -> [[String?]]? {
        shares[share, default: []].append(answer)
        guard shares[share]?.count == leaves, !givenUp.contains(share) else { return nil }
        return shares.removeValue(forKey: share)
    }

    /// Gives up a pass; true for who does so first.
    func giveUp(_ share: Plan.Share) -> Bool { givenUp.insert(share).inserted }

    /// Whether a pass was given up: what a part of the leaves answered is worth nothing.
    func hasGivenUp(_ share: Plan.Share) -> Bool { givenUp.contains(share) }

    /// Remembers that another server cannot be asked.
    func record(silence reason: String, of server: String) {
        if silent[server] == nil { silent[server] = reason }
    }

    /// Why one of some servers cannot be asked; `nil` where none is known to be silent.
    func silence(among servers: [String]) -> (server: String, reason: String)? {
        for server in servers {
            if let reason = silent[server] { return (server, reason) }
        }
        return nil
    }

    func record(_ measure: Measure, for check: Int) {
        count(check)
        measures[check] = measure
        withoutScope.remove(check)
        report()
    }

    /// Records violations of a check whose scope is counted elsewhere.
    func record(violations measure: Measure, for check: Int) {
        count(check)
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
        count(check)
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

    /// Counts a check of which nothing was learned so far.
    private func count(_ check: Int) {
        guard !items[check].isProven, measures[check] == nil, troubles[check] == nil else { return }
        done += 1
    }

    private func report() {
        progress.update(
            done: done, total: items.count,
            current: current.sorted { $0.key < $1.key }.map(\.value))
    }
}

extension Plan.Item {
    fileprivate var isProven: Bool {
        if case .proven = question { true } else { false }
    }
}

extension Plan.Work {
    fileprivate func isPart(ofStream number: Int) -> Bool {
        if case .stream(number, _) = self { true } else { false }
    }
}
