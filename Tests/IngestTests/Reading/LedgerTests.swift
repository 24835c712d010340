import AssayTesting
import Postgres
import Testing

@testable import Ingest

/// What readings cost, by the database's own clock and sums.
@Suite(.timeLimit(.minutes(15))) struct LedgerTests {
    private static func identity(_ page: Int) -> ReadingIdentity {
        ReadingIdentity(
            address: "https://acme.com/\(page)", page: "d", workflow: "w", model: "m", prompt: "p")
    }

    @Test func `however many ask at once, no more is set aside than a day may cost`() async throws {
        try await TestWarehouse.with { warehouse in
            let prices = try #require(ModelPrices(input: "1", output: "2", daily: "1"))
            // Each may cost 0.3 dollars: three of them fit, whoever comes first.
            let begun = try await withThrowingTaskGroup(of: Bool.self) { group in
                for page in 0..<8 {
                    group.addTask {
                        let connection = try await warehouse.database.connect()
                        try await connection.execute("SET ROLE warehouse_ingest")
                        let beginning = try await ReadingLedger(connection: connection).begin(
                            Self.identity(page), isAnew: false, bytes: 1,
                            tokens: (100_000, 100_000), prices: prices)
                        await connection.close()
                        if case .begun = beginning { return true }
                        return false
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(begun.filter(\.self).count == 3)
            let sums = "SELECT trim_scale(usd) FROM ingest.spending"
            #expect(try await warehouse.values(sums) == ["0.9"])
            #expect(
                try await warehouse.values(
                    "SELECT trim_scale(sum(reserved_usd)) FROM ingest.readings") == ["0.9"])
        }
    }

    @Test func `what it cost takes the place of what it could`() async throws {
        try await TestWarehouse.with { warehouse in
            let prices = try #require(ModelPrices(input: "0.075", output: "0.3", daily: "1"))
            let ledger = ReadingLedger(connection: warehouse.connection)
            var ids: [String] = []
            for page in 0..<3 {
                let beginning = try await ledger.begin(
                    Self.identity(page), isAnew: false, bytes: 1, tokens: (1_000, 1_000),
                    prices: prices)
                if case .begun(let id) = beginning { ids.append(id) }
            }
            #expect(ids.count == 3)
            let usage = ModelAnswer.Usage(input: 123, output: 7)
            let cost = try await ledger.settle(
                ids[0], .answered(Array("a\u{0}b".utf8), usage), attempts: 1, prices: prices)
            #expect(cost == "0.000011325")
            #expect(
                try await ledger.settle(
                    ids[1], .failed(reason: "r", isPaid: false), attempts: 1, prices: prices)
                    == "0")
            #expect(
                try await ledger.settle(
                    ids[2], .failed(reason: "r", isPaid: true), attempts: 1, prices: prices)
                    == "0.000375")
            // Said once more, it changes nothing.
            #expect(
                try await ledger.settle(
                    ids[2], .failed(reason: "r", isPaid: false), attempts: 1, prices: prices)
                    == nil)
            #expect(
                try await warehouse.values("SELECT trim_scale(usd) FROM ingest.spending")
                    == ["0.000386325"])
            let again = try await ledger.begin(
                Self.identity(0), isAnew: false, bytes: 1, tokens: (1, 1), prices: prices)
            guard case .earlier(ids[0], "ab") = again else {
                Issue.record("\(again)")
                return
            }
        }
    }

    @Test func `old answers are forgotten batch by batch, by their index`() async throws {
        try await TestWarehouse.with { warehouse in
            try await warehouse.database.script(
                """
                INSERT INTO ingest.answers (workflow, key, digest, answer, created_at)
                SELECT 'w', n::text, 'd', '{}', now() - n * interval '1 hour'
                FROM generate_series(1, 5000) AS n;
                ANALYZE ingest.answers;
                """)
            let text = try Statement.forgetAnswers.text
            try await warehouse.connection.execute("PREPARE forget AS \(text)")
            let plan = try await warehouse.connection.query("EXPLAIN EXECUTE forget('100', '50')")
                .compactMap { $0[0] }.joined(separator: "\n")
            #expect(
                plan.contains("answers_created_at_idx") && !plan.contains("Seq Scan"), "\(plan)")
            let removed = try await warehouse.ingest.forgetAnswers(
                olderThan: 7, batch: 300, over: warehouse.connection)
            #expect(removed == 5_000 - 168 || removed == 5_000 - 167)
            #expect(
                try await warehouse.values(
                    "SELECT bool_and(created_at > now() - interval '7 days 1 hour') FROM ingest.answers"
                )
                    == ["t"])
            #expect(
                try await warehouse.ingest.forgetAnswers(
                    olderThan: 7, over: warehouse.connection) == 0)
        }
    }
}
