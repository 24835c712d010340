import Postgres
import Testing

/// What a person at a terminal sees, by way of `script`, which lends the command one.
@Suite(.timeLimit(.minutes(15))) struct TerminalTests {
    private let escape = "\u{1B}["
    // Without the progress line, which a busy machine may show.
    private let audit = "2>/dev/null assay audit --table core.people --no-reports"

    @Test func `a pipe gets no colour and no progress line`() async throws {
        let ended = try await Command.assay(
            ["audit", "--table", "core.people", "--no-reports"],
            environment: Warehouse.shared.variables)
        #expect(!ended.everything.contains("\u{1B}") && !ended.everything.contains("\r"))
    }

    @Test func `a terminal gets colour, and NO_COLOR and TERM=dumb take it away`() async throws {
        #expect(try await atTerminal(audit).output.contains(escape))
        for variables in [["NO_COLOR": "1"], ["TERM": "dumb"]] {
            let ended = try await atTerminal(audit, variables)
            #expect(ended.output.contains("error[shared-host]"))
            #expect(!ended.output.contains(escape))
        }
    }

    @Test func `--color always colours a pipe, and never spares a terminal`() async throws {
        let always = try await Command.assay(
            ["audit", "--table", "core.people", "--no-reports", "--color", "always"],
            environment: Warehouse.shared.variables)
        #expect(always.output.contains(escape))
        let never = try await atTerminal("\(audit) --color never")
        #expect(never.output.contains("error[shared-host]") && !never.output.contains(escape))
    }

    @Test(arguments: [80, 100, 120])
    func `a report is as wide as the terminal, but for its headlines`(columns: Int) async throws {
        let ended = try await atTerminal("stty cols \(columns); \(audit) --color never")
        let lines = ended.output.replacing("\r\n", with: "\n").split(separator: "\n")
        let wide = lines.filter { $0.count > columns && !$0.contains("[") }
        #expect(wide == [])
        #expect(lines.contains { $0.count > columns - 20 })
    }

    @Test func `a narrow terminal gets its notes as wide as it is`() async throws {
        let ended = try await atTerminal("stty cols 40; \(audit) --color never")
        let lines = ended.output.replacing("\r\n", with: "\n").split(separator: "\n")
        let notes = lines.filter { $0.contains(" = measure ") || $0.contains(" = why ") }
        #expect(!notes.isEmpty)
        #expect(notes.filter { $0.count > 40 } == [])
    }

    @Test func `a terminal gets a progress line, which goes when the audit is over`() async throws {
        try await Warehouse.shared.withCopy { name, connection in
            try await connection.script("BEGIN; LOCK TABLE core.company_types")
            // The lock makes the audit last longer than the half second before the line appears.
            let ended = try await atTerminal(
                "assay audit --check core.company_types/references --no-reports --color never",
                Warehouse.shared.variables(as: "postgres", database: name))
            #expect(ended.output.contains("[--------------------] 0/1 checks, "))
            #expect(ended.output.contains("\r\(escape)K"))
            try await connection.script("ROLLBACK")
        }
    }

    /// Runs a line of shell at a terminal; what it wrote to either stream is the output.
    private func atTerminal(
        _ line: String, _ variables: [String: String] = [:]
    ) async throws -> Ended {
        try await Command.execute(
            ["script", "--quiet", "--return", "--command", line, "/dev/null"], in: "/tmp",
            environment: Warehouse.shared.variables.merging(variables) { $1 })
    }
}
