import FoundationEssentials
import Glibc
import Loopback
import Postgres
import Testing

/// The service and its jobs, as an operator handles them.
@Suite(.timeLimit(.minutes(15))) struct ServeCommandTests {
    private static let payload = #"""
        {"origin_company_domain": "acme.com", "origin_company_name": "Acme", "batch_id": "b1",
         "customers": [{"companyName": "Globex", "url": "https://acme.com/globex"}]}
        """#

    @Test func `it serves until it is told to end, and finishes what is under way`() async throws {
        try await withService { service in
            let holder = try await Warehouse.shared.connect(database: service.database)
            var answer: Task<Ended, any Error>?
            let ended = try await service.serve { running in
                try await service.untilItAnswers()
                #expect(try await service.post("/run/x", "{}").output == "404")
                try await holder.script("BEGIN; LOCK TABLE raw.claygent_customers_structured_raw")
                answer = Task {
                    try await service.post(
                        "/run/companies/claygent/customers-of-3/ingest", Self.payload)
                }
                // The request waits for the lock when the signal comes.
                while try await holder.query(
                    """
                    SELECT FROM pg_locks WHERE NOT granted
                        AND relation = 'raw.claygent_customers_structured_raw'::regclass
                        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                    """
                ).isEmpty {
                    try await Task.sleep(for: .milliseconds(10))
                }
                running.terminate()
                while try await service.post("/health/live", nil).output == "200" {
                    try await Task.sleep(for: .milliseconds(10))
                }
                try await holder.script("ROLLBACK")
            }
            #expect(try await answer?.value.output == "200")
            #expect(ended.status == 0)
            #expect(ended.errors.hasPrefix("listening at 127.0.0.1:"))
            #expect(ended.output.contains("\"status\":\"404\""))
            #expect(!ended.everything.contains("Globex"))
        }
    }

    @Test func `jobs are followed, paused and tried again`() async throws {
        try await withService { service in
            try await Receiver.with {
                $0.number == 0 ? .answering(404, body: "no table") : .answering(200)
            } _: {
                receiver in
                _ = try await service.serve { running in
                    try await service.untilItAnswers()
                    for (path, body) in [
                        ("/run/companies/claygent/customers-of-3/ingest", Self.payload),
                        (
                            "/run/case-study-urls/to-clay",
                            #"{"webhook_url": "http://127.0.0.1:\#(receiver.port)/s3cret"}"#
                        ),
                    ] {
                        let ended = try await service.post(path, body)
                        #expect(ended.output == "200" || ended.output == "202")
                    }
                    var list = try await service.assay("jobs")
                    while list.output.contains(" running ") {
                        try await Task.sleep(for: .milliseconds(50))
                        list = try await service.assay("jobs")
                    }
                    #expect(list.output.contains(" finished "))
                    let id = try #require(list.output.split(separator: "\n").last?.prefix(8))
                    let page = try await service.assay("jobs", "show", String(id))
                    #expect(page.output.contains("  given up  1\n"))
                    #expect(
                        page.output.contains("1 given up: the webhook refused it with 404\n"))
                    #expect(page.output.contains("  it answered: no table\n"))
                    #expect(!page.everything.contains("s3cret"))
                    let paused = try await service.assay("jobs", "pause", String(id))
                    #expect(paused.status == 2)
                    #expect(
                        paused.errors
                            == "refused: the job is finished; only a running one can be paused\n")
                    let again = try await service.assay("jobs", "retry", String(id))
                    #expect(again.output == "1 row is sent again\n")
                    while receiver.requests.count < 2 {
                        try await Task.sleep(for: .milliseconds(20))
                    }
                    #expect(try await service.assay("jobs", "show", "none").status == 2)
                    running.terminate()
                }
            }
        }
    }

    @Test(arguments: [
        (
            ["--keys", "/nowhere", "--expect-database", "x"],
            "the file of --keys cannot be read: /nowhere"
        ), (["--keys", "/dev/null"], "no database is expected; say which is meant"),
        (["--keys", "/dev/null", "--expect-database", "x"], "the file of keys has none"),
        (
            ["--keys", "/dev/null", "--expect-database", "x", "--listen", "nowhere"],
            "--listen nowhere is no address and port"
        ),
        (
            ["--keys", "/dev/null", "--expect-database", "x", "--allow-address", "10.0.0.0/40"],
            "--allow-address 10.0.0.0/40 is no range"
        ),
    ])
    func `what it cannot do it says, and exits with 2`(arguments: [String], sentence: String)
        async throws
    {
        let ended = try await Command.assay(["serve"] + arguments)
        #expect(ended.status == 2)
        #expect(ended.errors.hasPrefix("refused: \(sentence)"), "\(ended.errors)")
    }

    /// Lends a migrated database, a folder with a key, and a port.
    private func withService(_ body: (Service) async throws -> Void) async throws {
        let name = "served_\(UInt32.random(in: 0 ... .max))"
        let administrator = try await Warehouse.shared.connect(database: "postgres")
        try await administrator.execute("CREATE DATABASE \(name) TEMPLATE template0")
        try await withTemporaryFolder { folder in
            let digest = try await Command.shell("printf key | sha256sum", in: folder).output
            try "tests \(digest.prefix(64))\n".write(
                toFile: "\(folder)/keys", atomically: true, encoding: .utf8)
            let port = try await Receiver.with(.hanging) { $0.port }
            let service = Service(
                database: name, folder: folder, port: port,
                variables: try await Warehouse.shared.variables(as: "postgres", database: name))
            #expect(
                try await service.assay("ingest", "migrate", "--expect-database", name).status == 0)
            try await body(service)
        }
        try await administrator.execute("DROP DATABASE \(name) WITH (FORCE)")
        await administrator.close()
    }

    private struct Service {
        let database: String
        let folder: String
        let port: UInt16

        let variables: [String: String]

        func assay(_ arguments: String...) async throws -> Ended {
            try await Command.assay(arguments, in: folder, environment: variables)
        }

        func serve(_ meanwhile: (Running) async throws -> Void) async throws -> Ended {
            try await Command.assay(
                [
                    "serve", "--keys", "keys", "--expect-database", database, "--listen",
                    "127.0.0.1:\(port)", "--allow-address", "127.0.0.0/8",
                ], in: folder, environment: variables, meanwhile: meanwhile)
        }

        /// Sends a request; its output is the status of the answer.
        func post(_ path: String, _ body: String?) async throws -> Ended {
            var words = [
                "curl", "--silent", "--output", "/dev/null", "--write-out", "%{http_code}",
                "--header", "Authorization: Bearer key", "http://127.0.0.1:\(port)\(path)",
            ]
            if let body {
                words += ["--header", "Content-Type: application/json", "--data-binary", body]
            }
            return try await Command.execute(words, in: folder)
        }

        func untilItAnswers() async throws {
            while try await post("/health/live", nil).output != "200" {
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }
}
