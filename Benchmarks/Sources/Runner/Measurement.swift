import Glibc
import Measuring

/// What one run of a command took.
struct Measurement {
    /// Seconds from start to end.
    let wall: Double
    /// Seconds of processor in the command and the processes it waited for.
    let clientCPU: Double
    /// Seconds of processor in the server's backends and their workers.
    let serverCPU: Double
    /// The largest resident memory of any process of the command.
    let peakMegabytes: Double

    var cpu: Double { clientCPU + serverCPU }
}

/// A command of the shell and where it stands in the comparison.
struct Case {
    /// What it is compared as: the best of a group is what others are held against.
    let group: String
    let name: String
    let command: String
    /// What comes before it, and is not measured.
    let preparation: String?

    /// Runs the command once.
    func measure(on server: Postmaster, log: String) throws(Failure) -> Measurement {
        if let preparation { _ = try shell(preparation, named: name, log: log) }
        let others = try server.children()
        let before = try server.endedChildrenCPU()
        let clock = ContinuousClock()
        let start = clock.now
        let usage = try shell(command, named: name, log: log)
        let wall = clock.now - start
        // A backend ends a little after its client.
        for _ in 0..<400 where !(try server.children().isSubset(of: others)) { usleep(5_000) }
        return Measurement(
            wall: wall / .seconds(1),
            clientCPU: usage.cpu,
            serverCPU: try server.endedChildrenCPU() - before,
            peakMegabytes: Double(usage.ru_maxrss) / 1_024)
    }
}
