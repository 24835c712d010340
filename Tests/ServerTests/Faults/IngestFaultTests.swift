import AssayTesting
import Auditor
import Faults
import Glibc
import Ingest
import MigratedWarehouse
import Postgres
import Synchronization
import Testing

/// Services and servers that die while payloads are taken in.
@Suite(.serialized, .timeLimit(.minutes(20))) struct IngestFaultTests {
    private static let path = "/run/companies/claygent/customers-of-3/ingest"
    private static let customers = 5

    private static func payload(_ name: String) -> String {
        let customers = (0..<Self.customers).map {
            #"{"companyName": "Customer \#($0)", "url": "https://\#(name).com/\#($0)"}"#
        }
        return """
            {"origin_company_domain": "\(name).com", "origin_company_name": "\(name)",
             "customers": [\(customers.joined(separator: ", "))]}
            """
    }

    @Test
    func `a service killed in the midst of payloads stores each whole or not at all, and once`()
        async throws
    {
        try await withMigratedWarehouse { database in
            let account = IngestAccount(of: "service killed, payloads sent again")
            var random = SeededGenerator(seed: FaultScale.seed)
            for round in 0..<(FaultScale.rounds.map { $0 * 40 } ?? 3) {
                let names = (0..<6).map { "r\(round)p\($0)" }
                let victim = Mutex<ServingProcess?>(nil)
                // A payload is some forty messages to the server, the end of its transaction among them.
                let point = Int.random(in: 1...280, using: &random)
                try await WireProxy.with(
                    to: database.target, .kill { victim.withLock { $0?.kill() } }, isForAll: true
                ) { proxy in
                    try await ServingProcess.with(
                        over: proxy.conninfo, database.name, ["--no-sending"]
                    ) { process in
                        victim.withLock { $0 = process }
                        proxy.arm(.message(point))
                        await Self.send(names, to: process)
                    }
                }
                _ = try await account.look(at: database.target, names)
                try await ServingProcess.with(
                    over: database.target.conninfo, database.name, ["--no-sending"]
                ) { process in
                    let statuses = await Self.send(names, to: process)
                    #expect(statuses == Array(repeating: 200, count: names.count))
                }
                try await account.settle(database.target, names)
            }
            account.report()
        }
    }

    @Test
    func `a PostgreSQL that is killed and comes again is waited for, and nothing is half stored`()
        async throws
    {
        try await CrashingServer.with { server in
            let name = "warehouse"
            let administrator = try await Connection.connect(
                to: server.target, applicationName: "assay tests")
            try await administrator.execute("CREATE DATABASE \(name)")
            await administrator.close()
            let target = server.target.with("dbname", name)
            _ = try await Migrator(target: target, expected: .init(name: name)).migrate()
            let account = IngestAccount(of: "PostgreSQL killed, payloads sent again")
            try await ServingProcess.with(over: target.conninfo, name, ["--no-sending"]) {
                process in
                for round in 0..<(FaultScale.rounds.map { $0 * 5 } ?? 1) {
                    let names = (0..<24).map { "c\(round)p\($0)" }
                    async let statuses = Self.send(names, to: process)
                    // Some are stored by then, and some are under way.
                    while try await Self.stored(target) <= round * 24 + 2 {
                        try await Task.sleep(for: .milliseconds(2))
                    }
                    server.crash()
                    let first = await statuses
                    // While it is away, each answer says so: nothing else comes.
                    #expect(await process.post(Self.path, Self.payload("away")) == 503)
                    #expect(first.allSatisfy { $0 == 200 || $0 == 503 }, "\(first)")
                    try await server.restart()
                    // The same process finds the database again by itself.
                    while await process.post(Self.path, Self.payload("back")) != 200 {
                        try await Task.sleep(for: .milliseconds(20))
                    }
                    let left = try await account.look(at: target, names)
                    for (name, status) in zip(names, first) where status == 200 {
                        #expect(
                            left.contains(name), "\(name) was answered with 200 and is not there")
                    }
                    let again = await Self.send(names, to: process)
                    #expect(again == Array(repeating: 200, count: names.count))
                    try await account.settle(target, names)
                }
            }
            account.report()
        }
    }

    private static func stored(_ target: DatabaseTarget) async throws -> Int {
        let connection = try await Connection.connect(to: target, applicationName: "assay tests")
        let count = try await connection.query(
            "SELECT count(*) FROM raw.claygent_customers_structured_raw"
        ).scalar
        await connection.close()
        return count.flatMap { Int($0) } ?? 0
    }

    /// Sends a payload for each name, with its key, at the same time; what each was answered with.
    @discardableResult
    private static func send(_ names: [String], to process: ServingProcess) async -> [Int?] {
        await withTaskGroup(of: (Int, Int?).self) { group in
            for (place, name) in names.enumerated() {
                group.addTask {
                    (place, await process.post(path, payload(name), key: "key of \(name)"))
                }
            }
            var statuses = [Int?](repeating: nil, count: names.count)
            for await (place, status) in group { statuses[place] = status }
            return statuses
        }
    }

    /// What payloads left in the database.
    private final class IngestAccount: Sendable {
        private struct Counts {
            var runs = 0
            var payloads = 0
            var stored = 0
            var half = 0
            var twice = 0
            var missing = 0
        }

        private let name: String
        private let counts = Mutex(Counts())

        init(of name: String) { self.name = name }

        /// Which payloads are stored, and that none is in part.
        func look(at database: DatabaseTarget, _ names: [String]) async throws -> Set<String> {
            let rows = try await self.rows(of: names, in: database)
            let whole = rows.filter { $0.isWhole }
            let half = rows.count { !$0.isWhole && !$0.isAbsent }
            #expect(half == 0, "\(name): \(rows)")
            counts.withLock { counts in
                counts.runs += 1
                counts.payloads += names.count
                counts.stored += whole.count
                counts.half += half
            }
            return Set(whole.map(\.name))
        }

        /// That all are stored once now.
        func settle(_ database: DatabaseTarget, _ names: [String]) async throws {
            let rows = try await self.rows(of: names, in: database)
            let twice = rows.count { $0.copies > 1 }
            let missing = rows.count { !$0.isWhole && $0.copies < 2 }
            #expect(twice == 0 && missing == 0, "\(name): \(rows)")
            counts.withLock { counts in
                counts.twice += twice
                counts.missing += missing
            }
        }

        func report() {
            let counts = counts.withLock { $0 }
            let numbers = [
                counts.runs, counts.payloads, counts.stored, counts.half, counts.twice,
                counts.missing,
            ]
            Figures.add("\(name)\t" + numbers.map { "\($0)" }.joined(separator: "\t"))
        }

        private struct Stored {
            let name: String
            let copies: Int
            let parts: [Int]

            var isAbsent: Bool { copies == 0 && parts.allSatisfy { $0 == 0 } }
            var isWhole: Bool {
                copies == 1
                    && parts == [customers, customers, customers, 1, 1]
            }
        }

        private func rows(
            of names: [String], in database: DatabaseTarget
        ) async throws -> [Stored] {
            let connection = try await Connection.connect(
                to: database, applicationName: "assay tests")
            let list = names.map { "('\($0)')" }.joined(separator: ", ")
            let rows = try await connection.query(
                """
                SELECT name,
                    (SELECT count(*) FROM raw.claygent_customers_structured_raw
                        WHERE origin_company_domain = name || '.com'),
                    (SELECT count(*) FROM extracted.claygent_customers_structured
                        WHERE origin_company_domain = name || '.com'),
                    (SELECT count(*) FROM core.company_customers
                        WHERE origin_company_domain = name || '.com'),
                    (SELECT count(*) FROM raw.staging_case_study_urls
                        WHERE origin_company_domain = name || '.com'),
                    (SELECT count(*) FROM ingest.subjects WHERE subject = name || '.com'),
                    (SELECT count(*) FROM ingest.answers
                        WHERE key = 'key of ' || name AND answer <> 'null')
                FROM (VALUES \(list)) AS names (name) ORDER BY name
                """)
            await connection.close()
            return rows.map { row in
                let counts = (1...6).map { row[$0].flatMap { Int($0) } ?? -1 }
                return Stored(
                    name: row[0] ?? "", copies: counts[0], parts: Array(counts.dropFirst()))
            }
        }
    }
}
