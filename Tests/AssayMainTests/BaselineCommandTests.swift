import Postgres
import Testing

/// Runs that are compared, as a person starts them.
@Suite(.timeLimit(.minutes(15))) struct BaselineCommandTests {
    @Test func `a nightly run is quiet where nothing is new`() async throws {
        try await Warehouse.shared.withCopy { name, connection in
            try await withTemporaryFolder { folder in
                let nightly = { (run: String) in
                    try await Command.assay(
                        [
                            "audit", "--table", "core.people", "--baseline", "last", "--fail-on",
                            "new", "--run", run,
                        ], in: folder,
                        environment: Warehouse.shared.variables(as: "postgres", database: name))
                }
                let first = try await nightly("first")
                #expect(first.status == 1)
                #expect(first.errors.hasSuffix("this run is the next one's\n"))
                #expect(try names(in: "\(folder)/reports/first").contains("violations.txt"))
                #expect(try names(in: "\(folder)/reports") == ["first"])
                let second = try await nightly("second")
                #expect(second.status == 0)
                #expect(second.errors == "reports: reports/second/report.html\n")
                #expect(second.output.contains("error[shared-host]: "))
                #expect(second.output.contains("  changes           0 new, 0 gone, "))
                try await connection.execute(
                    """
                    UPDATE core.people SET company_domain = 'bit.ly' WHERE id =
                    (SELECT id FROM core.people WHERE company_domain <> 'bit.ly' ORDER BY id LIMIT 1)
                    """)
                let third = try await nightly("third")
                #expect(third.status == 1)
                #expect(third.output.contains("= changes  1 new, 0 gone, 424 still there\n"))
                #expect(third.output.contains("= new      id "))
                let diff = try await Command.assay(["diff", "second", "third"], in: folder)
                #expect(diff.status == 1)
                #expect(
                    diff.output.contains(
                        "core.people/shared-host:company_domain  1 new, 0 gone, 424 still there\n"))
                let same = try await Command.assay(["diff", "first", "second"], in: folder)
                #expect(same.status == 0)
            }
        }
    }

    @Test func `a run that is not there is refused before anything is audited`() async throws {
        try await withTemporaryFolder { folder in
            let ended = try await Command.assay(
                ["audit", "--table", "core.people", "--baseline", "nightly"], in: folder,
                environment: Warehouse.shared.variables)
            #expect(ended.status == 2)
            #expect(
                ended.errors
                    == "refused: there is no run called nightly in reports, and no file of that "
                    + "name\n")
            let plain = try await Command.assay(
                ["audit", "--table", "core.people", "--run", "plain"], in: folder,
                environment: Warehouse.shared.variables)
            #expect(plain.status == 1)
            #expect(try !names(in: "\(folder)/reports/plain").contains("violations.txt"))
            let refused = try await Command.assay(["diff", "plain", "plain"], in: folder)
            #expect(refused.status == 2)
            #expect(refused.errors.hasPrefix("refused: the run plain kept no violations.txt"))
        }
    }

    @Test func `new findings need a baseline`() async throws {
        let ended = try await Command.assay(["audit", "--fail-on", "new"])
        #expect(ended.status == 2)
        #expect(ended.errors.contains("--fail-on new needs --baseline"))
    }
}
