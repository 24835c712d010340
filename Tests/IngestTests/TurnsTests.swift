import AssayTesting
import Ingest
import Postgres
import Testing

/// Payloads that come at the same time, and connections that go.
@Suite(.timeLimit(.minutes(15))) struct TurnsTests {
    @Test func `payloads about the same companies at the same time leave nothing out`() async throws
    {
        try await TestWarehouse.with { warehouse in
            try await withThrowingTaskGroup(of: [Answer].self) { group in
                for number in 0..<4 {
                    group.addTask {
                        let connection = try await warehouse.database.connect()
                        try await connection.execute("SET ROLE warehouse_ingest")
                        var answers: [Answer] = []
                        for round in 0..<4 {
                            let company = (number + round) % 2
                            answers.append(
                                try await warehouse.ingest.accept(
                                    Array(Self.profile(company, number * 4 + round).utf8),
                                    by: .companyEnrich, over: connection))
                            answers.append(
                                try await warehouse.ingest.accept(
                                    Array(Self.customers(company, number * 4 + round).utf8),
                                    by: .customersOf3, over: connection))
                        }
                        await connection.close()
                        return answers
                    }
                }
                for try await answers in group {
                    #expect(answers.allSatisfy { $0.status == .accepted })
                }
            }
            // Sixteen investors and customers, eight of each company, and one that all have.
            #expect(
                try await warehouse.values("SELECT vc_count FROM core.company_vc_backed")
                    == ["9", "9"])
            #expect(
                try await warehouse.values("SELECT count(*) FROM core.company_customers") == ["18"])
            let findings = try await warehouse.findings()
            #expect(findings == [])
        }
    }

    @Test func `a connection that goes leaves nothing, and the key tells when it comes again`()
        async throws
    {
        try await TestWarehouse.with { warehouse in
            let owner = try await warehouse.database.connect()
            try await owner.begin(.readWrite)
            try await owner.execute("LOCK TABLE core.company_customers IN EXCLUSIVE MODE")
            let lost = try await warehouse.database.connect()
            try await lost.execute("SET ROLE warehouse_ingest")
            let payload = Array(CustomersTests.payload.utf8)
            async let outcome = Self.outcome(of: payload, "k-9", warehouse.ingest, lost)
            while true {
                let waiting = try await owner.query(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid = \(lost.backendPID)
                        AND wait_event_type = 'Lock'
                    """)
                if !waiting.isEmpty { break }
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(await outcome == nil)
            try await owner.rollback()
            await owner.close()
            #expect(try await warehouse.contents().filter { $0.hasPrefix("raw.") } == [])
            for _ in 0..<2 {
                let answer = try await warehouse.accept(CustomersTests.payload, key: "k-9")
                #expect(answer.status == .accepted)
            }
            #expect(
                try await warehouse.values(
                    "SELECT count(*) FROM raw.claygent_customers_structured_raw") == ["1"])
        }
    }

    @Test func `a pooler that knows no kept statements costs a second try, and no payload`()
        async throws
    {
        try await TestWarehouse.with { warehouse in
            #expect(try await warehouse.accept(Self.customers(1, 1)).status == .accepted)
            #expect(await warehouse.connection.keepsStatements)
            try await warehouse.connection.execute("DEALLOCATE ALL")
            #expect(try await warehouse.accept(Self.customers(1, 2)).status == .accepted)
            #expect(await !warehouse.connection.keepsStatements)
            #expect(try await warehouse.accept(Self.customers(1, 3)).status == .accepted)
            #expect(
                try await warehouse.values(
                    "SELECT count(*) FROM raw.claygent_customers_structured_raw") == ["3"])
        }
    }

    /// What was answered; `nil` where the connection was lost.
    private static func outcome(
        of payload: [UInt8], _ key: String, _ ingest: Ingest, _ connection: Connection
    ) async -> Answer? {
        do throws(PostgresError) {
            return try await ingest.accept(payload, by: .customersOf3, key: key, over: connection)
        } catch {
            return nil
        }
    }

    private static func profile(_ company: Int, _ number: Int) -> String {
        """
        {"domain": "a\(company).com", "raw_payload": {"name": "A\(company)", "keywords": ["k\(number)"],
         "technologies": ["Fortran", "fortran \(number % 3)"], "financial": {"funding": [
         {"date": "2020-01-01", "type": "Seed", "from": "Everybody, Investor \(number)"}]}}}
        """
    }

    private static func customers(_ company: Int, _ number: Int) -> String {
        """
        {"origin_company_domain": "a\(company).com", "origin_company_name": "A\(company)",
         "customers": [{"companyName": "Everybody"}, {"companyName": "Customer \(number)"}]}
        """
    }
}
