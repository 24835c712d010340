import FoundationEssentials
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
                let object = try await Command.assay(
                    ["diff", "second", "third", "--format", "json"], in: folder)
                #expect(object.status == 1)
                let record = try JSONDecoder().decode(Record.self, from: Data(object.output.utf8))
                #expect(record.kind == "diff" && record.version == 1)
                #expect(record.before.run == "second" && record.after.run == "third")
                #expect(record.new == 1 && record.gone == 0)
                #expect(record.still == record.checks.reduce(0) { $0 + $1.still })
                #expect(record.checks.map(\.id).contains("core.people/required:full_name"))
                let changed = record.checks.filter { $0.new + $0.gone > 0 }
                #expect(
                    changed == [
                        .init(
                            id: "core.people/shared-host:company_domain", outcome: "failed",
                            unit: "row", new: 1, gone: 0, still: 424, basis: "identity")
                    ])
                let same = try await Command.assay(["diff", "first", "second"], in: folder)
                #expect(same.status == 0)
            }
        }
    }

    /// What `assay diff --format json` writes.
    private struct Record: Decodable {
        let version: Int
        let kind: String
        let before: Run
        let after: Run
        let new: Int
        let gone: Int
        let still: Int
        let checks: [Check]

        struct Run: Decodable {
            let run: String
            let time: String
        }

        struct Check: Decodable, Equatable {
            let id: String
            let outcome: String
            let unit: String
            let new: Int
            let gone: Int
            let still: Int
            let basis: String
        }
    }

    @Test func `a violations file that cannot be read is skipped, and that is said`() async throws {
        try await withTemporaryFolder { folder in
            let nightly = { (run: String) in
                try await Command.assay(
                    ["audit", "--table", "core.people", "--baseline", "last", "--run", run],
                    in: folder, environment: Warehouse.shared.variables)
            }
            _ = try await nightly("first")
            _ = try await nightly("second")
            let whole = try Data(
                contentsOf: URL(filePath: "\(folder)/reports/second/violations.txt"))
            try whole.dropLast(20).write(
                to: URL(filePath: "\(folder)/reports/second/violations.txt"))
            try FileManager.default.createDirectory(
                atPath: "\(folder)/reports/other", withIntermediateDirectories: true)
            try Data("{}\n".utf8).write(to: URL(filePath: "\(folder)/reports/other/violations.txt"))
            let third = try await nightly("third")
            #expect(third.output.contains("since first of "))
            #expect(
                third.errors.contains(
                    "baseline: skipped: reports/second/violations.txt is cut short: its run did not "
                        + "end"))
            #expect(
                third.errors.contains(
                    "baseline: skipped: reports/other/violations.txt does not hold the violations"))
            // What is older than the run that was found is not looked at.
            let fourth = try await nightly("fourth")
            #expect(!fourth.errors.contains("reports/second"))
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

    @Test func `a run that is not kept does not say that it is the next one's`() async throws {
        try await withTemporaryFolder { folder in
            let ended = try await Command.assay(
                ["audit", "--table", "core.company_types", "--baseline", "last", "--no-reports"],
                in: folder, environment: Warehouse.shared.variables)
            #expect(ended.status == 0)
            #expect(
                ended.errors
                    == "baseline: none yet, so that all counts as new; with --no-reports this run is "
                    + "not kept as the next one's\n")
        }
    }

    @Test func `new findings need a baseline`() async throws {
        let ended = try await Command.assay(["audit", "--fail-on", "new"])
        #expect(ended.status == 2)
        #expect(ended.errors.contains("--fail-on new needs --baseline"))
    }
}
