import AssayTesting
import Faults
import Fixes
import FoundationEssentials
import Glibc
import Postgres
import Subprocess
import Synchronization
import Testing

/// The command itself is killed.
@Suite(.timeLimit(.minutes(15))) struct KillTests {
    @Test func `a command killed at any message leaves all or nothing, and is done once`()
        async throws
    {
        try await FaultedWarehouse.with { warehouse in
            let survival = Survival(of: "command killed")
            let counts = try await warehouse.messages { act, proxy in
                let ended = try await Client().run(act, warehouse, by: proxy)
                #expect(ended == .exited(0))
            }
            for _ in 0..<(FaultScale.rounds ?? 1) {
                for (act, point) in warehouse.turns(counts) {
                    try await survival.survive(act, of: warehouse, "\(act) \(point)") {
                        let client = Client()
                        try await WireProxy.with(
                            to: warehouse.target, at: .message(point), .kill { client.kill() }
                        ) { proxy in
                            let ended = try await client.run(act, warehouse, by: proxy)
                            // Before its last message it may have ended by itself.
                            let last = act == .apply ? counts.apply : counts.undo
                            #expect(
                                ended == .signaled(SIGKILL) || point == last && ended == .exited(0))
                        }
                        return .none
                    }
                }
            }
            survival.report()
        }
    }

    @Test(arguments: [
        (WireProxy.Moment.commit, "before COMMIT"), (.acknowledgement, "after COMMIT"),
    ])
    func `a command killed around COMMIT is settled by the next one`(
        place: (moment: WireProxy.Moment, words: String)
    ) async throws {
        try await FaultedWarehouse.with { warehouse in
            let survival = Survival(of: "command killed \(place.words)")
            for _ in 0..<(FaultScale.rounds ?? 1) {
                for act in [FaultedWarehouse.Act.apply, .undo] {
                    try await survival.survive(act, of: warehouse, "\(act)") {
                        let client = Client()
                        try await WireProxy.with(
                            to: warehouse.target, at: place.moment, .kill { client.kill() }
                        ) { proxy in
                            let ended = try await client.run(act, warehouse, by: proxy)
                            #expect(ended == .signaled(SIGKILL))
                        }
                        // What a killed apply leaves behind is what the next one settles.
                        let isRemembered = FileManager.default.fileExists(
                            atPath: warehouse.folder.attemptPath)
                        #expect(isRemembered == (act == .apply))
                        return .none
                    }
                }
            }
            survival.report()
        }
    }
}

/// The command `assay` of the small warehouse, run as a process of its own that can be killed.
private final class Client: Sendable {
    private let number = Mutex<pid_t>(0)

    /// Ends the process as nothing else does; it may still be on its way into being.
    func kill() {
        for _ in 0..<500 {
            let number = number.withLock { $0 }
            if number > 0 {
                Glibc.kill(number, SIGKILL)
                return
            }
            usleep(10_000)
        }
    }

    /// Runs apply or undo until it ends, by whatever.
    func run(
        _ act: FaultedWarehouse.Act, _ warehouse: FaultedWarehouse, by proxy: WireProxy
    ) async throws -> TerminationStatus {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let command = URL(filePath: tests).deletingLastPathComponent().path + "/SmallWarehouse"
        let fixes = URL(filePath: warehouse.folder.path).deletingLastPathComponent().path
        let words = [
            command, "fix", "\(act)", "mend", "--apply", "--fixes", fixes, "--database",
            proxy.conninfo,
            "--lock-timeout", "10",
        ]
        return try await Subprocess.run(
            .name("sh"), arguments: Arguments(["-c", "exec \"$@\"", "sh"] + words),
            input: .none, output: .discarded, error: .discarded
        ) { execution in
            number.withLock { $0 = execution.processIdentifier.value }
        }.terminationStatus
    }
}
