@testable import Auditor
import Testing

/// How far a run has come, and how long the rest takes, by what was seen so far.
@Suite struct WorkloadTests {
    private let start = ContinuousClock.now

    private func left(_ load: Workload, after seconds: Double) -> Double? {
        load.timeLeft(at: after(seconds)).map { ($0 / .milliseconds(1)).rounded() / 1_000 }
    }

    private func after(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

    /// Two connections: one has four parts of a million rows to read, one has a statement as dear as two.
    private func load(knowsRows: Bool = true) -> Workload {
        Workload(
            Array(repeating: .reading(1e6, each: 1_000), count: 4) + [.pushed(2e9)],
            connections: 2, knowsRows: knowsRows)
    }

    @Test func `nothing is said before something was measured`() {
        var load = load()
        #expect(load.timeLeft(at: after(5)) == nil)
        #expect(load.share(at: after(5)) == 0)
        load.begin(.reading(1e6, each: 1_000), by: 0, at: start)
        load.read(1_000, by: 0)
        // A thousandth of the work is no measure of the rest, nor is a second.
        #expect(load.timeLeft(at: after(5)) == nil)
        load.read(499_000, by: 0)
        #expect(load.timeLeft(at: after(1)) == nil)
        #expect(load.timeLeft(at: after(5)) != nil)
    }

    @Test func `the rest goes on as fast as what was done, over all connections`() {
        var load = load()
        load.begin(.reading(1e6, each: 1_000), by: 0, at: start)
        load.begin(.pushed(2e9), by: 1, at: start)
        load.read(500_000, by: 0)
        // Half a part took 4 s: three and a half parts and a statement of two are left, less its 4 s.
        #expect(left(load, after: 4) == (28.0 + 12) / 2)
        // A twelfth, and a quarter of the statement that nothing is seen of.
        #expect(load.share(at: after(4)) == (0.5 + 0.5) / 6)
        load.end(by: 1, at: after(8))
        load.read(500_000, by: 0)
        load.end(by: 0, at: after(8))
        // The statement took half of what it would have taken at the other's pace.
        #expect(left(load, after: 8) == 12)
        #expect(load.share(at: after(8)) == 0.5)
    }

    @Test func `one long piece cannot be shared`() {
        var load = Workload(
            [.reading(1e6, each: 1_000), .pushed(9e9), .pushed(1e9)], connections: 4)
        load.begin(.reading(1e6, each: 1_000), by: 0, at: start)
        load.begin(.pushed(9e9), by: 1, at: start)
        load.read(1_000_000, by: 0)
        load.end(by: 0, at: after(3))
        #expect(left(load, after: 3) == 24)
    }

    @Test func `a statement that takes longer than expected silences the forecast`() {
        var load = Workload([.reading(1e6, each: 1_000), .pushed(1e9)], connections: 2)
        load.begin(.reading(1e6, each: 1_000), by: 0, at: start)
        load.begin(.pushed(1e9), by: 1, at: start)
        load.read(500_000, by: 0)
        // The part takes 6 s, and so should the statement.
        #expect(left(load, after: 3) == 3)
        load.read(500_000, by: 0)
        load.end(by: 0, at: after(6))
        #expect(left(load, after: 4) == 2)
        // Never less than nothing: what is under way then is not known.
        #expect(load.timeLeft(at: after(8)) == nil)
        #expect(load.timeLeft(at: after(60)) == nil)
        #expect(load.share(at: after(60)) < 1)
        load.end(by: 1, at: after(61))
        #expect(load.share(at: after(61)) == 1)
    }

    @Test func `rows beyond what was expected silence it until the part is read`() {
        var load = load()
        load.begin(.reading(1e6, each: 1_000), by: 0, at: start)
        load.read(1_200_000, by: 0)
        #expect(load.timeLeft(at: after(4)) != nil)
        load.read(300_000, by: 0)
        #expect(load.timeLeft(at: after(5)) == nil)
        #expect(load.rows == RowProgress(read: 1_500_000, expected: 4_500_000, isReading: true))
        load.end(by: 0, at: after(6))
        #expect(load.timeLeft(at: after(6)) != nil)
        #expect(load.rows == RowProgress(read: 1_500_000, expected: 4_500_000, isReading: true))
    }

    @Test func `rows are counted against what is left of the parts`() {
        var load = load()
        #expect(load.rows == RowProgress(read: 0, expected: 4_000_000, isReading: true))
        for part in 0..<4 {
            load.begin(.reading(1e6, each: 1_000), by: 0, at: after(Double(part)))
            load.read(900_000, by: 0)
            load.end(by: 0, at: after(Double(part) + 1))
        }
        // As many as there were, not as many as there should have been.
        #expect(load.rows == RowProgress(read: 3_600_000, expected: 3_600_000, isReading: false))
        #expect(self.load(knowsRows: false).rows?.expected == nil)
        #expect(Workload([.pushed(1)], connections: 1).rows == nil)
    }

    @Test func `the keys of parents are read by who comes first`() {
        let parent = Workload.Cost.reading(500_000, each: 1_000)
        var load = Workload([.reading(1e6, each: 1_000), parent], connections: 1)
        #expect(load.rows?.expected == 1_500_000)
        load.begin(.reading(1e6, each: 1_000), by: 0, at: start)
        load.widen(by: parent, worker: 0)
        load.read(500_000, by: 0)
        #expect(load.rows == RowProgress(read: 500_000, expected: 1_500_000, isReading: true))
        #expect(left(load, after: 4) == 8)
    }

    @Test func `what a lost connection was at is left to the others`() {
        var load = load()
        load.begin(.reading(1e6, each: 1_000), by: 0, at: start)
        load.begin(.reading(1e6, each: 1_000), by: 1, at: start)
        load.read(500_000, by: 0)
        load.read(500_000, by: 1)
        load.leave(1)
        #expect(load.rows == RowProgress(read: 1_000_000, expected: 4_500_000, isReading: true))
        // Three and a half parts and a statement of two, on one connection.
        #expect(left(load, after: 2) == 22)
        // What the database does instead comes on top, and what nobody reads any more goes.
        load.add([.pushed(1e9)])
        #expect(left(load, after: 2) == 26)
        load.remove(Array(repeating: .reading(1e6, each: 1_000), count: 3))
        #expect(left(load, after: 2) == 14)
        #expect(load.rows?.expected == 1_500_000)
    }
}
