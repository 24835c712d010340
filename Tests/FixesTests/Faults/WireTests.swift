import AssayTesting
import Faults
import Fixes
import Glibc
import Postgres
import Testing

/// Faults between a client and its server.
@Suite(.timeLimit(.minutes(15))) struct WireTests {
    @Test func `a wire cut after any message leaves all or nothing, and is told right`()
        async throws
    {
        try await atEveryMessage("wire cut", .cut)
    }

    @Test func `a server process ended at any message leaves all or nothing`() async throws {
        // What pg_terminate_backend does.
        try await atEveryMessage("server process ended", .strike { kill($0, SIGTERM) })
    }

    private func atEveryMessage(_ name: String, _ blow: WireProxy.Blow) async throws {
        try await FaultedWarehouse.with { warehouse in
            let survival = Survival(of: name)
            let counts = try await warehouse.messages { act, proxy in
                let session = try warehouse.session(by: proxy.target)
                let claim = try await warehouse.perform(act, session)
                #expect(claim == .done)
            }
            for _ in 0..<(FaultScale.rounds ?? 1) {
                for (act, point) in warehouse.turns(counts) {
                    try await survival.survive(act, of: warehouse, "\(act) \(point)") {
                        try await WireProxy.with(to: warehouse.target, at: .message(point), blow) {
                            try await warehouse.perform(act, warehouse.session(by: $0.target))
                        }
                    }
                }
            }
            survival.report()
        }
    }

    @Test(
        arguments: [
            (WireProxy.Moment.commit, "before COMMIT"), (.acknowledgement, "after COMMIT"),
        ], [true, false])
    func `an answer to COMMIT that is lost is found out, or said to be unknown`(
        place: (moment: WireProxy.Moment, words: String), staysDown: Bool
    ) async throws {
        try await FaultedWarehouse.with { warehouse in
            let down = staysDown ? ", server gone" : ""
            let survival = Survival(of: "cut \(place.words)\(down)")
            for _ in 0..<(FaultScale.rounds ?? 1) {
                for act in [FaultedWarehouse.Act.apply, .undo] {
                    try await survival.survive(act, of: warehouse, "\(act)") {
                        let claim = try await WireProxy.with(
                            to: warehouse.target, at: place.moment, .cut, staysDown: staysDown
                        ) { proxy in
                            let session = try warehouse.session(by: proxy.target) { options in
                                if staysDown { options.commitTimeout = .seconds(1) }
                            }
                            return try await warehouse.perform(act, session)
                        }
                        let known: FaultedWarehouse.Claim =
                            place.moment == .acknowledgement ? .done : .notDone
                        #expect(claim == (staysDown ? .unknown : known))
                        return claim
                    }
                }
            }
            survival.report()
        }
    }

    @Test(
        arguments: [
            (WireProxy.Moment.commit, "before COMMIT"), (.acknowledgement, "after COMMIT"),
            (.message(40), "within"),
        ])
    func `a wire that falls silent does not hold the client for ever`(
        place: (moment: WireProxy.Moment, words: String)
    ) async throws {
        try await FaultedWarehouse.with { warehouse in
            let survival = Survival(of: "half-open \(place.words)")
            for _ in 0..<(FaultScale.rounds ?? 1) {
                for act in [FaultedWarehouse.Act.apply, .undo] {
                    try await survival.survive(act, of: warehouse, "\(act)") {
                        try await WireProxy.with(
                            to: warehouse.target, at: place.moment, .silence
                        ) { proxy in
                            let session = try warehouse.session(by: proxy.target) { options in
                                options.deadline = .seconds(1)
                                options.commitTimeout = .seconds(6)
                                options.idleTimeout = .seconds(4)
                            }
                            let claim = try await warehouse.perform(act, session)
                            #expect(proxy.hasStruck)
                            #expect(claim == (place.moment == .acknowledgement ? .done : .notDone))
                            return claim
                        }
                    }
                }
            }
            survival.report()
        }
    }

    @Test func `while a silent client's transaction is open, status names it, and apply waits`()
        async throws
    {
        try await FaultedWarehouse.with { warehouse in
            try await WireProxy.with(to: warehouse.target, at: .commit, .silence) { proxy in
                let session = try warehouse.session(by: proxy.target) { options in
                    options.commitTimeout = .seconds(1)
                    options.idleTimeout = .seconds(20)
                }
                #expect(try await warehouse.perform(.apply, session) == .unknown)
                let unfinished = try await warehouse.session().unfinished([warehouse.folder])
                #expect(unfinished.count == 2)
                #expect(unfinished.first?.contains("pg_terminate_backend(") == true)
                #expect(unfinished.last?.contains("its commit is under way") == true)
                let impatient = try warehouse.session { options in
                    options.commitTimeout = .seconds(1)
                    options.idleTimeout = .zero
                }
                let refusal = await #expect(throws: (any Error).self) {
                    try await impatient.apply(warehouse.folder, commits: true)
                }
                #expect("\(refusal.map { "\($0)" } ?? "")".contains("still under way"))
                async let patient = warehouse.session().apply(warehouse.folder, commits: true)
                proxy.close()
                #expect(try await patient == .applied)
            }
            #expect(try await warehouse.state().rows == warehouse.after)
            #expect(try await warehouse.session().unfinished([warehouse.folder]) == [])
        }
    }
}

extension FaultedWarehouse {
    /// How many messages an undisturbed apply and an undisturbed undo send.
    func messages(
        _ perform: (Act, WireProxy) async throws -> Void
    ) async throws -> (apply: Int, undo: Int) {
        var counts: [Int] = []
        for act in [Act.apply, .undo] {
            try await WireProxy.with(to: target) { proxy in
                try await perform(act, proxy)
                try await untilQuiet()
                counts.append(proxy.messages)
            }
        }
        return (counts[0], counts[1])
    }

    /// Apply and undo in turn, so that each finds the warehouse as the other left it, through all points.
    func turns(_ counts: (apply: Int, undo: Int)) -> [(act: Act, point: Int)] {
        let (apply, undo) = (FaultScale.points(counts.apply), FaultScale.points(counts.undo))
        return (0..<max(apply.count, undo.count)).flatMap { index in
            [(.apply, apply[index % apply.count]), (.undo, undo[index % undo.count])]
        }
    }
}
