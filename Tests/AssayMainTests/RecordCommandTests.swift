import FoundationEssentials
import Loopback
import Postgres
import Testing

/// Runs that are recorded and told of, as a person starts them.
@Suite(.timeLimit(.minutes(15))) struct RecordCommandTests {
    @Test func `runs are recorded, shown and removed`() async throws {
        try await withHistory { warehouse in
            let first = try await warehouse.audit("--record", "--run", "first")
            #expect(first.status == 1)
            #expect(first.errors.hasSuffix("history: recorded as run 1\n"))
            #expect(!first.output.contains("= trend"))
            let second = try await warehouse.audit("--record", "--run", "second")
            #expect(second.output.contains("= trend    ██ 424 to 424 in 2 runs\n"))
            let page = try text(of: "\(warehouse.folder)/reports/second/report.html")
            #expect(page.contains("class=\"trend\""))
            let runs = try await warehouse.assay("history")
            #expect(runs.status == 0)
            let lines = runs.output.split(separator: "\n").map { $0.split(separator: " ") }
            #expect(lines.map { $0.first } == ["run", "2", "1"])
            #expect(lines[1].contains("copy") == false && lines[1][3] == "1")
            let check = try await warehouse.assay(
                "history", "core.people/shared-host:company_domain")
            #expect(
                check.output.hasPrefix("core.people/shared-host:company_domain\n\nrun  snapshot"))
            #expect(check.output.hasSuffix("\n██  424 to 424\n"))
            let nothing = try await warehouse.assay(
                "history", "core.people/shared-host:company_domian")
            #expect(nothing.status == 2)
            #expect(nothing.errors.contains("did you mean core.people/shared-host:company_domain?"))
            let pruned = try await warehouse.assay("history", "prune", "--keep", "400")
            #expect(pruned.output == "0 runs that began more than 400 days ago removed\n")
        }
    }

    @Test func `a history that cannot be reached loses no report, and exits with 2`() async throws {
        try await withHistory { warehouse in
            let ended = try await warehouse.audit(
                "--record", "--run", "kept", "--history-database",
                "host=/nowhere password=\(Warehouse.password)")
            #expect(ended.status == 2)
            #expect(ended.output.contains("error[shared-host]: "))
            #expect(ended.errors.contains("history: this run is not recorded: "))
            #expect(!ended.everything.contains(Warehouse.password))
            #expect(try names(in: "\(warehouse.folder)/reports/kept").contains("report.html"))
        }
    }

    @Test func `a history that goes away during the run loses no report, and exits with 2`()
        async throws
    {
        try await withHistory { warehouse in
            // The trigger stands for a full disk: it lets the run begin and not end.
            try await warehouse.connection.script(
                """
                CREATE FUNCTION assay.full() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$;
                CREATE TRIGGER full_disk BEFORE UPDATE ON assay.runs
                    FOR EACH ROW WHEN (new.state = 'finished') EXECUTE FUNCTION assay.full();
                """)
            let ended = try await warehouse.audit("--record", "--run", "kept")
            #expect(ended.status == 2)
            #expect(ended.output.contains("error[shared-host]: "))
            #expect(ended.errors.contains("history: this run is not recorded: "))
            #expect(try names(in: "\(warehouse.folder)/reports/kept").contains("report.html"))
        }
    }

    @Test func `a run that was killed is seen by the next one`() async throws {
        try await withHistory { warehouse in
            try await warehouse.connection.script("BEGIN; LOCK TABLE core.people")
            let killed = try await warehouse.audit("--record") { running in
                while try await warehouse.connection.query(
                    """
                    SELECT FROM pg_locks
                    WHERE relation = 'core.people'::regclass AND NOT granted
                        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                    """
                ).isEmpty {
                    try await Task.sleep(for: .milliseconds(10))
                }
                let refused = try await warehouse.audit("--record")
                #expect(refused.status == 2)
                #expect(
                    refused.errors.hasPrefix("refused: another run of this suite on this database"))
                running.kill()
            }
            #expect(killed.status == -9)
            try await warehouse.connection.script("ROLLBACK")
            while try await !warehouse.connection.query(
                """
                SELECT FROM pg_stat_activity WHERE datname = current_database()
                    AND application_name = 'assay history'
                """
            ).isEmpty {
                try await Task.sleep(for: .milliseconds(10))
            }
            let shown = try await warehouse.assay("history")
            #expect(shown.output.contains(" died"))
            let next = try await warehouse.audit("--record", "--run", "next")
            #expect(next.status == 1)
            #expect(
                next.errors.contains(/history: run 1, which began at .*, died: it never finished/))
        }
    }

    @Test func `a suite that does not fit the database is recorded as well`() async throws {
        try await withHistory { warehouse in
            try await warehouse.connection.script(
                "ALTER TABLE core.people RENAME COLUMN job_title TO jobtitle")
            #expect(try await warehouse.audit("--record").status == 2)
            let runs = try await warehouse.connection.query("SELECT state, trouble FROM assay.runs")
            #expect(runs[0, 0] == "finished")
            #expect(runs[0, 1]?.contains("core.people has no column job_title") == true)
        }
    }

    // MARK: Telling

    @Test func `a webhook is told what is new, and nothing otherwise`() async throws {
        try await withHistory { warehouse in
            try await Receiver.with(.answering(200)) { receiver in
                let address = "http://127.0.0.1:\(receiver.port)/services/s3cret?a=\"b\\c"
                let words = ["--baseline", "last", "--notify", address]
                let first = try await warehouse.audit(words + ["--run", "first"])
                #expect(first.status == 1)
                #expect(first.errors.hasSuffix("notify: the webhook was told\n"))
                let quiet = try await warehouse.audit(words + ["--run", "quiet"])
                #expect(!quiet.errors.contains("notify"))
                #expect(receiver.requests.count == 1)
                try await warehouse.connection.script(
                    "DELETE FROM core.people WHERE company_domain = 'bit.ly'")
                let third = try await warehouse.audit(
                    ["--baseline", "last", "--run", "third"],
                    environment: ["ASSAY_NOTIFY_URL": address])
                #expect(receiver.requests.count == 2)
                for ended in [first, quiet, third] {
                    #expect(!ended.everything.contains("s3cret"))
                }
                let request = try #require(receiver.requests.last)
                #expect(request.head.hasPrefix("POST /services/s3cret?a=\"b\\c HTTP/1.1\r\n"))
                #expect(request.header("Content-Type") == "application/json")
                #expect(request.body.contains(#""text":"*Audit of "#))
                #expect(
                    request.body.contains(
                        "core.people/shared-host:company_domain: 0 new, 424 gone"))
            }
        }
    }

    @Test func `a webhook that fails is tried three times and changes no status`() async throws {
        try await withHistory { warehouse in
            try await Receiver.with(.answering(500)) { receiver in
                let ended = try await warehouse.audit(
                    ["--baseline", "last", "--notify", "http://127.0.0.1:\(receiver.port)/s3cret"])
                #expect(ended.status == 1)
                #expect(receiver.requests.count == 3)
                #expect(
                    ended.errors.hasSuffix(
                        "notify: the webhook was not told: it answered with HTTP status 500, in three "
                            + "tries\n"))
            }
        }
    }

    @Test func `a webhook that hangs ends, and changes no status`() async throws {
        try await withHistory { warehouse in
            try await Receiver.with(.hanging) { receiver in
                let ended = try await warehouse.audit(
                    ["--baseline", "last", "--notify", "http://127.0.0.1:\(receiver.port)/s3cret"])
                #expect(ended.status == 1)
                #expect(ended.output.contains("error[shared-host]: "))
                #expect(receiver.requests.count == 3)
                #expect(
                    ended.errors.contains("it did not answer within 10 seconds, in three tries"))
            }
        }
    }

    @Test(arguments: [
        "ftp://x/s3cret", "https://x/s3 cret", "hooks.example.com/s3cret", "https://é/s3cret",
    ])
    func `an address that is none is refused and not shown`(address: String) async throws {
        let ended = try await Command.assay(
            ["audit", "--baseline", "last", "--notify", address], in: "/tmp")
        #expect(ended.status == 2)
        #expect(ended.errors.hasPrefix("refused: the address of --notify is none of a webhook"))
        #expect(!ended.everything.contains("s3"))
    }

    @Test func `what is told needs a baseline, and what is recorded a place`() async throws {
        let told = try await Command.assay(["audit", "--notify", "https://x/s3cret"])
        #expect(told.status == 2 && told.errors.hasPrefix("refused: --notify needs --baseline"))
        let recorded = try await Command.assay(["audit", "--record"])
        #expect(recorded.status == 2 && recorded.errors.hasPrefix("refused: no history is named"))
    }

    @Test func `reports that a full disk does not take end no history, and the webhook is told`()
        async throws
    {
        try await withHistory { warehouse in
            try await Receiver.with(.answering(200)) { receiver in
                // No file may grow beyond a block, which is told as a disk is that is full.
                let ended = try await warehouse.shell(
                    """
                    trap '' XFSZ; ulimit -f 1
                    assay audit --table core.people --record --run cut --baseline last \
                        --notify http://127.0.0.1:\(receiver.port)/hook
                    """)
                #expect(ended.status == 2)
                #expect(ended.output.contains("error[shared-host]: "))
                #expect(
                    ended.errors.hasSuffix(
                        "refused: cannot write reports/cut/report.txt: File too large\n"),
                    "\(ended.errors)")
                let runs = try await warehouse.connection.query(
                    "SELECT state, exit_status FROM assay.runs")
                #expect(runs.map { [$0[0], $0[1]] } == [["finished", "2"]])
            }
        }
    }

    // MARK: Logs and files

    @Test func `what is said on standard error may be JSON`() async throws {
        try await withHistory { warehouse in
            let ended = try await warehouse.audit(
                "--record", "--baseline", "last", "--log-format", "json")
            let refused = try await warehouse.audit("--baseline", "nowhere", "--log-format", "json")
            let lines = (ended.errors + refused.errors).split(separator: "\n")
            let records = try lines.map {
                try JSONDecoder().decode([String: String].self, from: Data($0.utf8))
            }
            #expect(records.map { $0["area"] } == ["reports", "baseline", "history", "refused"])
            #expect(records.map { $0["level"] } == ["info", "info", "info", "error"])
            #expect(records.allSatisfy { $0["time"]?.hasSuffix("Z") == true && $0.count == 4 })
        }
    }

    @Test func `a report is written to a file whole or not at all`() async throws {
        try await withHistory { warehouse in
            let ended = try await warehouse.audit(
                "--no-reports", "--format", "prometheus", "--output", "metrics.prom")
            #expect(ended.status == 1 && ended.output == "")
            #expect(try names(in: warehouse.folder) == ["metrics.prom"])
            #expect(
                try text(of: "\(warehouse.folder)/metrics.prom")
                    .hasPrefix("# HELP assay_run_timestamp_seconds "))
        }
    }

    // MARK: Warehouses

    private func withHistory(_ body: (Recorded) async throws -> Void) async throws {
        try await Warehouse.shared.withCopy { name, connection in
            try await withTemporaryFolder { folder in
                let recorded = try await Recorded(
                    folder: folder, connection: connection,
                    variables: Warehouse.shared.variables(as: "postgres", database: name))
                let installed = try await recorded.assay("install")
                #expect(installed.output == "the schema assay is in place\n")
                try await body(recorded)
            }
        }
    }

    /// A copy of the warehouse that keeps its history itself, and a folder to work in.
    private struct Recorded {
        let folder: String
        let connection: Connection
        let variables: [String: String]

        func audit(
            _ words: String..., meanwhile: (Running) async throws -> Void = { _ in }
        ) async throws -> Ended {
            try await audit(words, meanwhile: meanwhile)
        }

        func audit(
            _ words: [String], environment: [String: String] = [:],
            meanwhile: (Running) async throws -> Void = { _ in }
        ) async throws -> Ended {
            try await Command.assay(
                ["audit", "--table", "core.people"] + words, in: folder,
                environment: all.merging(environment) { $1 }, meanwhile: meanwhile)
        }

        func assay(_ words: String...) async throws -> Ended {
            try await Command.assay(words, in: folder, environment: all)
        }

        func shell(_ line: String) async throws -> Ended {
            try await Command.shell(line, in: folder, environment: all)
        }

        private var all: [String: String] {
            variables.merging(["ASSAY_HISTORY_URL": "application_name=history"]) { $1 }
        }
    }
}
