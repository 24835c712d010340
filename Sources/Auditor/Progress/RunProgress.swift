import Synchronization

/// How far a run has come, told by all its connections as it happens.
final class RunProgress: Sendable {
    private let state: Mutex<AuditProgress>
    private let report: @Sendable (AuditProgress) -> Void
    private let clock = ContinuousClock()

    /// Creates the progress of a run that has to do some plans' work.
    init(
        _ costs: [WorkCosts], connections: Int,
        report: @escaping @Sendable (AuditProgress) -> Void
    ) {
        var progress = AuditProgress(done: 0, total: 0, current: [])
        progress.workload = Workload(
            costs.flatMap(\.all), connections: connections,
            knowsRows: costs.allSatisfy(\.knowsRows))
        state = Mutex(progress)
        self.report = report
    }

    /// A connection has done its piece of work, and begins the next, if there is one.
    func next(_ cost: Workload.Cost?, by worker: Int) {
        change { load in
            load.end(by: worker, at: clock.now)
            if let cost { load.begin(cost, by: worker, at: clock.now) }
        }
    }

    /// A connection does something in its piece of work that others have no need to do again.
    func widen(by cost: Workload.Cost, worker: Int) {
        change { $0.widen(by: cost, worker: worker) }
    }

    /// There is more to do than there was.
    func add(_ costs: [Workload.Cost]) {
        change { $0.add(costs) }
    }

    /// There is less to do than there was.
    func remove(_ costs: [Workload.Cost]) {
        change { $0.remove(costs) }
    }

    /// A connection has read rows.
    func read(_ rows: Int, by worker: Int) {
        tell { progress in
            progress.workload?.read(rows, by: worker)
        }
    }

    /// A connection is no more, and leaves its piece of work to the others.
    func leave(_ worker: Int) {
        change { $0.leave(worker) }
    }

    /// How many checks are done, and what is asked.
    func update(done: Int, total: Int, current: [String]) {
        tell { progress in
            progress.done = done
            progress.total = total
            progress.current = current
        }
    }

    /// Changes what is told next.
    private func change(_ body: (inout Workload) -> Void) {
        state.withLock { progress in
            if var load = progress.workload.take() {
                body(&load)
                progress.workload = load
            }
        }
    }

    private func tell(_ body: (inout AuditProgress) -> Void) {
        state.withLock { progress in
            body(&progress)
            progress.rows = progress.workload?.rows
            // Within the lock, so that nobody is told of an earlier stage after a later one.
            report(progress)
        }
    }
}
