import Testing

@testable import Auditor

struct CompilationTests {
    @Test
    func `a pass is compiled with optimisation where its aggregates repay it, and else not at all`()
    {
        func names(_ rows: Int, _ aggregates: Int) -> [String] {
            Worker.compilation(rows: rows, aggregates: aggregates).map { "\($0)=\($1)" }
        }
        #expect(names(50_000, 40).isEmpty)
        #expect(names(1_000_000, 7) == ["jit=off"])
        #expect(
            names(1_000_000, 20) == [
                "jit_above_cost=0", "jit_optimize_above_cost=0", "jit_inline_above_cost=-1",
            ])
        #expect(names(10_000_000, 1).last == "jit_inline_above_cost=-1")
        #expect(names(10_000_000, 20).last == "jit_inline_above_cost=0")
    }

    @Test
    func `nobody who has switched compilation off has it switched on again`() {
        for rows in [0, 100_000, 1_000_000, 1_000_000_000] {
            for aggregates in [1, 20, 200] {
                let settings = Worker.compilation(rows: rows, aggregates: aggregates)
                #expect(!settings.contains { $0.0 == "jit" && $0.1 != "off" })
            }
        }
    }
}
