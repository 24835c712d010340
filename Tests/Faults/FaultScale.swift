import FoundationEssentials
import Glibc

/// How many faults there are to be, and where the figures go.
package enum FaultScale {
    /// How often everything is gone through; nil for the small part that `make test` runs.
    package static let rounds: Int? = variable("ASSAY_FAULT_ROUNDS").flatMap { Int($0) }

    /// The seed of what is chosen at random.
    package static let seed: UInt64 =
        variable("ASSAY_FAULT_SEED").flatMap { UInt64($0) } ?? .random(in: 0...UInt64(UInt32.max))

    /// Which of the points 1 to `count` are tried: all, or a few and those around COMMIT at the end.
    package static func points(_ count: Int) -> [Int] {
        if rounds != nil { return Array(1...count) }
        let early = stride(from: 1, to: count - 6, by: max(1, count / 4))
        return Array(early) + Array(max(1, count - 5)...count)
    }

    package static func variable(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name]
    }
}

/// The lines that `bin/fault-test` prints.
package enum Figures {
    /// Adds one; without a file to add it to, nothing is kept.
    package static func add(_ line: String) {
        guard let path = FaultScale.variable("ASSAY_FAULT_FIGURES"),
            let file = fopen(path, "a")
        else { return }
        fputs(line + "\n", file)
        fclose(file)
    }
}
