import Faults
import Glibc
import Postgres
import Testing

/// The server dies, and recovers from what it had written down.
@Suite(.serialized, .timeLimit(.minutes(15))) struct CrashTests {
    @Test
    func `a server process killed at any message takes the server down, and nothing is half done`()
        async throws
    {
        try await CrashingServer.with { server in
            try await FaultedWarehouse.with(in: server.target) { warehouse in
                let survival = Survival(of: "server process killed, recovery")
                for (act, point) in try await points(of: warehouse) {
                    try await survival.survive(
                        act, of: warehouse, "\(act) \(point)",
                        ifStruck: {
                            let witness = try await warehouse.connected()
                            let claim = try await WireProxy.with(
                                to: warehouse.target, at: .message(point),
                                .strike { kill($0, SIGKILL) }
                            ) {
                                try await warehouse.perform(act, warehouse.session(by: $0.target))
                            }
                            // All others go down with it, a moment later; where the process had just
                            // ended by itself, nothing crashes, and it is no run.
                            let patience = ContinuousClock.now + .seconds(3)
                            while ContinuousClock.now < patience {
                                guard (try? await witness.query("SELECT 1")) != nil else {
                                    return (claim, true)
                                }
                                try await Task.sleep(for: .milliseconds(5))
                            }
                            return (claim, false)
                        })
                }
                survival.report()
            }
        }
    }

    @Test func `a server that crashes is asked when it is back`() async throws {
        try await CrashingServer.with { server in
            try await FaultedWarehouse.with(in: server.target) { warehouse in
                let survival = Survival(of: "server crashed")
                var moments: [(FaultedWarehouse.Act, WireProxy.Moment)] = []
                for (act, point) in try await points(of: warehouse) {
                    moments.append((act, .message(point)))
                }
                for moment in [WireProxy.Moment.commit, .acknowledgement] {
                    moments += [(.apply, moment), (.undo, moment)]
                }
                for (act, moment) in moments {
                    try await survival.survive(act, of: warehouse, "\(act) \(moment)") {
                        let crash = WireProxy.Blow.strike { _ in server.crash() }
                        return try await WireProxy.with(to: warehouse.target, at: moment, crash) {
                            proxy in
                            async let claim = warehouse.perform(
                                act, warehouse.session(by: proxy.target))
                            while !proxy.hasStruck { try await Task.sleep(for: .milliseconds(5)) }
                            try await server.restart()
                            return try await claim
                        }
                    }
                }
                survival.report()
            }
        }
    }

    /// Fewer points than elsewhere, for a crash takes its time; those around COMMIT are among them.
    private func points(
        of warehouse: FaultedWarehouse
    ) async throws -> [(FaultedWarehouse.Act, Int)] {
        let counts = try await warehouse.messages { act, proxy in
            let session = try warehouse.session(by: proxy.target)
            let claim = try await warehouse.perform(act, session)
            #expect(claim == .done)
        }
        // At the first message the server's process is not known yet.
        let all = warehouse.turns(counts).map { ($0.act, max(2, $0.point)) }
        guard let rounds = FaultScale.rounds else { return all.suffix(8) }
        let pairs = all.count / 2
        let step = max(1, 8 / rounds)
        var chosen: [(FaultedWarehouse.Act, Int)] = []
        for pair in 0..<pairs where pair % step == 0 || pair >= pairs - 6 {
            chosen += all[(pair * 2)...(pair * 2 + 1)]
        }
        return chosen
    }
}
