import AssayTesting
import Auditor
import Ingest
import Postgres
import Testing

@Suite(.timeLimit(.minutes(15))) struct ContractTests {
    @Test func `every statement fits the schema, as the role that runs it`() async throws {
        try await TestWarehouse.with { warehouse in
            try await warehouse.connection.execute("RESET ROLE")
            let contracts = Contracts(warehouse.ingest.statements)
            #expect(warehouse.ingest.statements.count > 60)
            let refusals = try await contracts.refusals(on: warehouse.connection)
            #expect(refusals.map(\.sentence) == [])
        }
    }

    @Test func `a renamed column and a lost grant are named with the statement`() async throws {
        try await TestWarehouse.with { warehouse in
            try await warehouse.database.script(
                """
                ALTER TABLE core.company_industries RENAME COLUMN matched_industry TO matched_industries;
                REVOKE INSERT ON core.company_types FROM warehouse_ingest;
                """)
            try await warehouse.connection.execute("RESET ROLE")
            let found = try await Contracts(warehouse.ingest.statements)
                .refusals(on: warehouse.connection).map(\.sentence)
            #expect(found.count == 3, "\(found)")
            #expect(
                found.contains {
                    $0.hasPrefix("the statement “store core.company_industries” does not fit")
                        && $0.hasSuffix("did you mean matched_industries?")
                }, "\(found)")
            #expect(
                found.contains {
                    $0.hasPrefix("the statement “store core.company_types” may not be run")
                }, "\(found)")
            #expect(found.contains { $0.contains("look up the customers of a company") })
        }
    }
}
