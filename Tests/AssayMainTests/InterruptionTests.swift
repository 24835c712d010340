import FoundationEssentials
import Postgres
import Testing

@Suite(.timeLimit(.minutes(15))) struct InterruptionTests {
    @Test func `Ctrl-C ends an audit with what it has measured, and the reports are written`()
        async throws
    {
        try await Warehouse.shared.withCopy { name, connection in
            try await connection.script("BEGIN; LOCK TABLE core.company_types")
            try await withTemporaryFolder { folder in
                let ended = try await Command.assay(
                    [
                        "audit", "--table", "core.company_types", "--table", "core.people", "--run",
                        "cut", "--connections", "1",
                    ],
                    in: folder,
                    environment: Warehouse.shared.variables(as: "postgres", database: name)
                ) { running in
                    try await untilSomethingWaits(in: name)
                    running.interrupt()
                }
                #expect(ended.status == 2)
                #expect(ended.errors == "reports: reports/cut/report.html\n")
                #expect(ended.output.contains("error[shared-host]: "))
                #expect(ended.output.contains("errored[required]: "))
                #expect(ended.output.contains("ended early       the run was interrupted"))
                let lines = try text(of: "\(folder)/reports/cut/report.jsonl").split(
                    separator: "\n")
                #expect(lines.count { $0.contains(#""outcome":"errored""#) } == 8)
                #expect(lines.last?.contains(#""trouble":"the run was interrupted""#) == true)
                #expect(try names(in: "\(folder)/reports/cut").count == 6)
            }
            try await connection.script("ROLLBACK")
        }
    }

    @Test func `a terminal that is gone ends an audit as Ctrl-C does, but not under nohup`()
        async throws
    {
        try await Warehouse.shared.withCopy { name, connection in
            let variables = try await Warehouse.shared.variables(as: "postgres", database: name)
            let audit = "assay audit --table core.company_types --no-reports"
            try await connection.script("BEGIN; LOCK TABLE core.company_types")
            let ended = try await Command.execute(
                ["bash", "-c", "exec \(audit)"], in: "/tmp", environment: variables
            ) { running in
                try await untilSomethingWaits(in: name)
                running.hangUp()
            }
            #expect(ended.status == 2)
            #expect(ended.output.contains("ended early       the run was interrupted"))
            let kept = try await Command.execute(
                ["bash", "-c", "trap '' HUP; exec \(audit)"], in: "/tmp", environment: variables
            ) { running in
                try await untilSomethingWaits(in: name)
                running.hangUp()
                try await connection.script("ROLLBACK")
            }
            #expect(kept.status == 0, "\(kept.everything)")
        }
    }

    @Test(arguments: [
        ["prove", "--in-place", "--lock-timeout", "600", "--table", "core.company_types"],
        ["init", "x", "--table", "core.company_types"],
    ])
    func `Ctrl-C is told as what it is`(words: [String]) async throws {
        try await Warehouse.shared.withCopy { name, connection in
            try await connection.script("BEGIN; LOCK TABLE core.company_types")
            try await withTemporaryFolder { folder in
                let ended = try await Command.assay(
                    words, in: folder,
                    environment: Warehouse.shared.variables(as: "postgres", database: name)
                ) { running in
                    try await untilSomethingWaits(in: name)
                    running.interrupt()
                }
                #expect(ended.status == 2)
                #expect(ended.errors == "failed: it was interrupted\n")
                #expect(try names(in: folder) == [])
            }
            try await connection.script("ROLLBACK")
        }
    }

    @Test func `a fix that is interrupted changes nothing`() async throws {
        let warehouse = try await Warehouse.shared
        try await warehouse.withCopy { name, connection in
            try await withTemporaryFolder { folder in
                let variables = warehouse.variables(as: "postgres", database: name)
                try FileManager.default.createDirectory(
                    atPath: "\(folder)/fixes/mend", withIntermediateDirectories: true)
                try Data(
                    """
                    UPDATE core.companies SET name = name || ' Ltd'
                    WHERE id = (SELECT min(id) FROM core.companies WHERE name IS NOT NULL);
                    """.utf8
                ).write(to: URL(filePath: "\(folder)/fixes/mend/fix.sql"))
                let assay = { (words: String) in
                    let ended = try await Command.assay(
                        words.split(separator: " ").map(String.init), in: folder,
                        environment: variables)
                    #expect(ended.status == 0, "\(words): \(ended.everything)")
                }
                let names = "SELECT md5(string_agg(name, ',' ORDER BY id)) FROM core.companies"
                for words in ["install", "fix plan --name mend", "fix approve mend"] {
                    try await assay(words)
                }
                for act in ["apply", "undo"] {
                    let before = try await connection.query(names).scalar
                    try await connection.script(
                        "BEGIN; LOCK TABLE core.companies IN ROW EXCLUSIVE MODE")
                    let ended = try await Command.assay(
                        ["fix", act, "mend", "--apply", "--lock-timeout", "600"], in: folder,
                        environment: variables
                    ) { running in
                        try await untilSomethingWaits(in: name)
                        if act == "apply" { running.interrupt() } else { running.terminate() }
                    }
                    #expect(ended.status == 2)
                    #expect(ended.everything == "interrupted: nothing was changed\n")
                    try await connection.script("ROLLBACK")
                    let between = try await connection.query(names).scalar
                    #expect(between == before)
                    try await assay("fix \(act) mend --apply")
                    let after = try await connection.query(names).scalar
                    #expect(after != before)
                }
            }
        }
    }

    @Test func `a command that has nothing to take back ends by the signal`() async throws {
        let warehouse = try await Warehouse.shared
        try await warehouse.withCopy { name, connection in
            let variables = warehouse.variables(as: "postgres", database: name)
            _ = try await Command.assay(["install"], environment: variables)
            try await connection.script("BEGIN; LOCK TABLE assay.fix_ledger")
            let ended = try await Command.assay(["fix", "status"], environment: variables) {
                running in
                try await untilSomethingWaits(in: name)
                running.terminate()
            }
            #expect(ended.status == -15)
            try await connection.script("ROLLBACK")
        }
    }

    @Test func `a table that is locked is waited for, and not for long`() async throws {
        try await Warehouse.shared.withCopy { name, connection in
            try await connection.script("BEGIN; LOCK TABLE core.company_vc_backed")
            let ended = try await Command.assay(
                ["audit", "--check", "core.company_vc_backed/references", "--no-reports"],
                environment: Warehouse.shared.variables(as: "postgres", database: name))
            #expect(ended.status == 2)
            #expect(ended.output.contains("canceling statement due to lock timeout"))
            try await connection.script("ROLLBACK")
        }
    }

    /// Waits until a command waits for a lock in the database.
    private func untilSomethingWaits(in database: String) async throws {
        let watcher = try await Warehouse.shared.connect(database: "postgres")
        while try await watcher.query(
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = '\(database)' AND application_name LIKE 'assay %'
                AND wait_event_type = 'Lock'
            """
        ).scalar == "0" {
            try await Task.sleep(for: .milliseconds(20))
        }
        await watcher.close()
    }
}
