import AssayTesting
import Faults
import Fixes
import FoundationEssentials
import Synchronization
import Testing

/// What faults amounted to.
final class Survival: Sendable {
    private struct Counts {
        var points: Set<String> = []
        var runs = 0
        var half = 0
        var twice = 0
        var doubt = 0
    }

    private let name: String
    private let counts = Mutex(Counts())

    init(of name: String) { self.name = name }

    /// Applies or undoes under a fault, looks at what it left, and does it again undisturbed.
    ///
    /// - Parameters:
    ///   - act: What meets the fault; the warehouse is ready for it, and has it behind it afterwards.
    ///   - warehouse: The warehouse.
    ///   - point: Where the fault strikes, in words.
    ///   - fault: Does the act under the fault, and says what the command claimed.
    /// - Throws: What `fault` throws, and what the database says when it is asked.
    func survive(
        _ act: FaultedWarehouse.Act, of warehouse: FaultedWarehouse, _ point: String,
        _ fault: () async throws -> FaultedWarehouse.Claim
    ) async throws {
        try await survive(act, of: warehouse, point, ifStruck: { (try await fault(), true) })
    }

    /// The same where the fault may find nothing left to strike, which is looked at and not counted.
    func survive(
        _ act: FaultedWarehouse.Act, of warehouse: FaultedWarehouse, _ point: String,
        ifStruck fault: () async throws -> (claim: FaultedWarehouse.Claim, hasStruck: Bool)
    ) async throws {
        let (start, goal) =
            act == .apply
            ? (warehouse.before, warehouse.after) : (warehouse.after, warehouse.before)
        let first = try await warehouse.state()
        let (claim, hasStruck) = try await fault()
        try await warehouse.untilQuiet()
        let left = try await warehouse.state()
        if hasStruck { note(point) }
        let isDone = left.rows == goal
        let isWhole =
            (isDone || left.rows == start) && left.leftOver == 0
            && left.applied == (left.rows == warehouse.after ? 1 : 0)
            && left.journaled == (left.rows == warehouse.after ? warehouse.journaled : 0)
        if !isWhole { fail({ $0.half += 1 }, "\(act) \(point) left \(left)") }
        if claim == .done && !isDone || claim == .notDone && isDone {
            fail({ $0.doubt += 1 }, "\(act) \(point): said \(claim), which is not so")
        }
        let session = try warehouse.session()
        let isApplied = try await session.status(of: "mend").first.map { $0.undone == nil } ?? false
        let unfinished = try await session.unfinished([warehouse.folder])
        if isApplied != (left.rows == warehouse.after)
            || unfinished.contains(where: { $0.contains("under way") })
        {
            fail({ $0.doubt += 1 }, "\(act) \(point): status says \(isApplied) and \(unfinished)")
        }
        let again: Bool
        switch act {
        case .apply:
            again = try await session.apply(warehouse.folder, commits: true) == .alreadyApplied
        case .undo:
            again =
                try await session.undo("mend", commits: true, skipsConflicts: false).undoneBefore
                != nil
        }
        if again != isDone {
            fail(
                { $0.doubt += 1 },
                "\(act) \(point): once more, it had \(again ? "" : "not ")been done")
        }
        let last = try await warehouse.state()
        let more = act == .apply ? last.total - first.total : last.undone - first.undone
        if last.rows != goal || last.leftOver != 0 || more != 1 {
            fail({ $0.twice += 1 }, "\(act) \(point): once more ended in \(last)")
        }
        if FileManager.default.fileExists(atPath: warehouse.folder.attemptPath) {
            fail({ $0.doubt += 1 }, "\(act) \(point): the remembered commit is still there")
        }
    }

    private func note(_ point: String) {
        counts.withLock { counts in
            counts.points.insert(point)
            counts.runs += 1
        }
    }

    private func fail(_ count: (inout Counts) -> Void, _ sentence: String) {
        counts.withLock { count(&$0) }
        Issue.record("\(name): \(sentence)")
    }

    /// Adds a line to the figures; faults that never struck have shown nothing.
    func report() {
        let counts = counts.withLock { $0 }
        if counts.runs == 0 { Issue.record("\(name): nothing was struck") }
        Figures.add(
            "\(name)\t\(counts.points.count)\t\(counts.runs)\t\(counts.half)\t\(counts.twice)"
                + "\t\(counts.doubt)")
    }
}
