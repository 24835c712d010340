import AssayTesting
import Faults
import Glibc
import Ingest
import Loopback
import MigratedWarehouse
import Postgres
import Synchronization
import Testing

/// Services that are killed while they send to a webhook that does all that webhooks do.
@Suite(.serialized, .timeLimit(.minutes(20))) struct SendingFaultTests {
    @Test
    func `a service killed at any point of sending loses no row, and says of none what is not so`()
        async throws
    {
        let points = Point.all
        let few = [points[1], points[4], points[6]]
        try await withWarehouse(rows: 0) { warehouse in
            for (place, point) in (FaultScale.rounds == nil ? few : points).enumerated() {
                let account = SendingAccount(of: "killed \(point.words)")
                for round in 0..<(FaultScale.rounds ?? 1) {
                    try await strike(
                        point, warehouse, batch: "b\(place)-\(round)", account)
                }
                account.report()
            }
        }
    }

    /// One job of a batch: killed at a point, and gone on with by another service.
    private func strike(
        _ point: Point, _ warehouse: SendingWarehouse, batch: String, _ account: SendingAccount
    ) async throws {
        let rows = FaultScale.rounds == nil ? 6 : 12
        try await warehouse.stage(rows, batch)
        let victim = Mutex<ServingProcess?>(nil)
        let kill: @Sendable () -> Void = { victim.withLock { $0?.kill() } }
        let script = WebhookScript(isPatient: FaultScale.rounds != nil)
        let nth = Int.random(in: 1...rows / 2)
        try await Receiver.with { request in
            if point.isAtArrival, request.number == nth { kill() }
            return script.manner(of: request)
        } _: { receiver in
            let job = try await WireProxy.with(
                to: warehouse.database.target, .kill(kill), isForAll: true
            ) { proxy in
                try await ServingProcess.with(over: proxy.conninfo, warehouse.database.name) {
                    process in
                    victim.withLock { $0 = process }
                    if let moment = point.moment { proxy.arm(moment) }
                    // Only now is there anything to send: no point may go by before it is waited for.
                    let job = try await warehouse.start(receiver, batch: batch)
                    await process.ended()
                    return job
                }
            }
            #expect(
                try await warehouse.markedWithout(script.delivered(receiver.requests), batch) == 0)
            // Whoever held rows is dead: their time is up.
            try await warehouse.script(
                "UPDATE ingest.send_items SET due_at = now() WHERE state = 'sending'")
            let ended = try await ServingProcess.with(
                over: warehouse.database.target.conninfo, warehouse.database.name
            ) { _ in
                try await warehouse.settled(job)
            }
            try await account.add(ended, of: rows, batch, receiver.requests, script, warehouse)
        }
    }

    @Test func `a webhook that says it is gone, while services are killed, is sent nothing more`()
        async throws
    {
        try await withWarehouse(rows: 8) { warehouse in
            let account = SendingAccount(of: "410, then service killed")
            let script = WebhookScript(isPatient: false, goneAfter: 3)
            try await Receiver.with {
                script.manner(of: $0)
            } _: { receiver in
                let job = try await warehouse.start(receiver, batch: "b1")
                let ended = try await ServingProcess.with(
                    over: warehouse.database.target.conninfo, warehouse.database.name
                ) { process in
                    let ended = try await warehouse.settled(job)
                    process.kill()
                    return ended
                }
                #expect(ended.state == .stopped)
                let count = receiver.requests.count
                try await warehouse.script(
                    "UPDATE ingest.send_items SET due_at = now() WHERE state = 'sending'")
                try await ServingProcess.with(
                    over: warehouse.database.target.conninfo, warehouse.database.name
                ) { _ in
                    // Another job goes through, and nothing of the stopped one does.
                    let other = try await warehouse.start(
                        "http://127.0.0.1:\(receiver.port)/other", batch: "none")
                    _ = try await warehouse.settled(other)
                    // What was under way when it stopped is left, so that a job with another address takes it up.
                    while try await warehouse.job(job).sending > 0 {
                        try await Task.sleep(for: .milliseconds(20))
                    }
                }
                #expect(receiver.requests.count == count)
                let left = try await warehouse.job(job)
                try await account.add(left, of: 8, "b1", receiver.requests, script, warehouse)
                let next = try await warehouse.start(
                    "http://127.0.0.1:\(receiver.port)/next", batch: "b1")
                #expect(next.waiting == left.stopped)
            }
            account.report()
        }
    }

    @Test(.enabled(if: FaultScale.rounds != nil, "it takes its time: make fault-test"))
    func
        `three services that are killed and come again lose nothing, and send ten a second at the most`()
        async throws
    {
        try await withWarehouse(rows: 0) { warehouse in
            let account = SendingAccount(of: "three services, killed in turn")
            for round in 0..<(FaultScale.rounds ?? 1) {
                let rows = 90
                let batch = "all-\(round)"
                try await warehouse.stage(rows, batch)
                let script = WebhookScript(isPatient: true)
                var random = SeededGenerator(seed: FaultScale.seed &+ UInt64(round))
                let pauses = (0..<6).map { _ in Int.random(in: 300...2_500, using: &random) }
                try await Receiver.with {
                    script.manner(of: $0)
                } _: { receiver in
                    let job = try await warehouse.start(receiver, batch: batch)
                    let ended = try await withThrowingTaskGroup(of: Void.self) { group in
                        for lane in 0..<3 {
                            group.addTask {
                                for pause in [pauses[lane], pauses[lane + 3]] {
                                    try await warehouse.serving { process in
                                        try await Task.sleep(for: .milliseconds(pause))
                                        process.kill()
                                        await process.ended()
                                    }
                                }
                                try await warehouse.serving { _ in
                                    _ = try await warehouse.settled(job)
                                }
                            }
                        }
                        try await group.waitForAll()
                        return try await warehouse.job(job)
                    }
                    try await account.add(
                        ended, of: rows, batch, receiver.requests, script, warehouse)
                    let most = SendingAccount.mostInASecond(receiver.requests)
                    #expect(most <= 10, "\(most) requests came within a second")
                    Figures.add(
                        "three services at once: \(most) requests in the busiest second, of "
                            + "\(receiver.requests.count)")
                }
            }
            account.report()
        }
    }
}

/// Where a service is killed while it sends.
private struct Point: Sendable {
    let words: String
    var moment: WireProxy.Moment?
    var isAtArrival: Bool { moment == nil }

    static let all = [
        Point(words: "before it claims a row", moment: .before("SKIP LOCKED")),
        Point(words: "after it claimed a row", moment: .after("SKIP LOCKED")),
        Point(words: "after it reserved a moment", moment: .after("INSERT INTO ingest.pace")),
        Point(words: "before it makes sure of the row", moment: .before("RETURNING item.fence")),
        Point(words: "when the request is there"),
        Point(words: "before it gives a row another time", moment: .before("SET not_before")),
        Point(words: "before it marks a row sent", moment: .before("SET sent_to_clay = true")),
        Point(words: "after it marked a row sent", moment: .after("SET sent_to_clay = true")),
        Point(words: "before it gives a row up", moment: .before("SET state = 'dead'")),
        Point(words: "anywhere", moment: .message(Int.random(in: 1...60))),
        Point(words: "anywhere later", moment: .message(Int.random(in: 60...150))),
    ]
}
