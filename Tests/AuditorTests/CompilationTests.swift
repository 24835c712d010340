import AssayTesting
@testable import Auditor
import Postgres
import Testing

struct CompilationTests {
    @Test
    func `a pass is compiled with optimisation where its aggregates repay it, and else not at all`()
    {
        func settings(_ rows: Int, _ aggregates: Int) -> [String] {
            Worker.compilation(rows: rows, aggregates: aggregates).map { "\($0)=\($1 ?? "")" }
        }
        #expect(settings(0, 40).isEmpty)
        #expect(settings(1_000_000, 7).isEmpty)
        #expect(
            settings(1_000_000, 20) == [
                "jit=", "jit_above_cost=0", "jit_optimize_above_cost=0", "jit_inline_above_cost=-1",
            ])
        #expect(settings(10_000_000, 1).last == "jit_inline_above_cost=-1")
        #expect(settings(10_000_000, 20).last == "jit_inline_above_cost=0")
    }

    /// A settled connection compiles nothing.
    @Test(arguments: ["on", "off"])
    func `a large pass is compiled, unless somebody has switched compilation off`(
        own: String
    ) async throws {
        try await withScratchDatabase { database in
            let connection = try await database.connect()
            // What the caller's options, the role or the database say is what a setting goes back to.
            let name = try await connection.query("SELECT quote_ident(current_database())")
            try await connection.execute(
                "ALTER DATABASE \(try #require(name.scalar)) SET jit = \(own)")
            let audit = try await database.connect()
            try await audit.begin(.repeatableReadReadOnly)
            try await audit.settle(deadline: .seconds(10))
            #expect(try await audit.query("SHOW jit").scalar == "off")
            try await audit.set(
                Worker.compilation(rows: 10_000_000, aggregates: 20), deadline: .seconds(10))
            #expect(try await audit.query("SHOW jit").scalar == own)
            #expect(try await audit.query("SHOW jit_above_cost").scalar == "0")
        }
    }
}
