import FoundationEssentials
import Postgres
import Testing

@Suite(.timeLimit(.minutes(15))) struct ConnectionTests {
    private let audit = ["audit", "--table", "core.company_types", "--no-reports"]

    @Test func `no server exits with 2 and says where it was looked for`() async throws {
        let ended = try await Command.assay(
            audit + ["--database", "postgresql://reader:\(Warehouse.password)@localhost:1/w"])
        #expect(ended.status == 2)
        #expect(ended.output == "")
        #expect(ended.errors.hasPrefix("failed: ") && ended.errors.contains("localhost"))
        #expect(ended.errors.contains("failed: Connection refused; Is the server running on that"))
        #expect(!ended.everything.contains(Warehouse.password))
    }

    @Test func `a wrong password is not repeated`() async throws {
        let host = try await Warehouse.shared.host.replacing("/", with: "%2F")
        let secret = "wr0ng-canary"
        for format in ["terminal", "json", "html"] {
            let uri = "postgresql://warehouse_audit:\(secret)@\(host)/audited"
            let ended = try await Command.assay(audit + ["--database", uri, "--format", format])
            #expect(ended.status == 2)
            #expect(ended.errors.contains("password authentication failed"))
            #expect(!ended.everything.contains(secret))
        }
    }

    @Test func `a right password is in no output and no report`() async throws {
        let host = try await Warehouse.shared.host.replacing("/", with: "%2F")
        let uri = "postgresql://warehouse_audit:\(Warehouse.password)@\(host)/audited"
        try await withTemporaryFolder { folder in
            let words = ["audit", "--table", "core.people", "--run", "canary", "--database", uri]
            let ended = try await Command.assay(words, in: folder)
            #expect(ended.status == 1)
            #expect(!ended.everything.contains(Warehouse.password))
            for name in try names(in: "\(folder)/reports/canary") {
                let report = try text(of: "\(folder)/reports/canary/\(name)")
                #expect(!report.contains(Warehouse.password), "\(name)")
            }
        }
    }

    @Test func `a malformed connection string is not repeated`() async throws {
        let ended = try await Command.assay(audit + ["--database", "host=x passwrd=s3cret"])
        #expect(ended.status == 2)
        #expect(ended.errors.contains("names an option that libpq does not know"))
        #expect(!ended.everything.contains("s3cret"))
    }

    @Test func `ASSAY_DATABASE_URL names the database, and --database wins over it`()
        async throws
    {
        let warehouse = try await Warehouse.shared
        let named = "host=\(warehouse.host) user=warehouse_audit dbname=audited"
        var variables = ["PGPASSWORD": Warehouse.password, "ASSAY_DATABASE_URL": named]
        let ended = try await Command.assay(audit, environment: variables)
        #expect(ended.status == 0)
        variables["ASSAY_DATABASE_URL"] = "host=/no/such/folder"
        #expect(try await Command.assay(audit, environment: variables).status == 2)
        let won = try await Command.assay(audit + ["--database", named], environment: variables)
        #expect(won.status == 0)
    }

    @Test func `a service file and .pgpass are read as psql reads them`() async throws {
        let warehouse = try await Warehouse.shared
        try await withTemporaryFolder { folder in
            try warehouse.writeService(in: folder)
            let ended = try await Command.assay(
                audit + ["--database", "service=warehouse"], in: folder)
            #expect(ended.status == 0)
        }
    }

    @Test func `a database of another name is refused before its tables are read`() async throws {
        let ended = try await Command.assay(
            audit + ["--expect-database", "billing"], environment: Warehouse.shared.variables)
        #expect(ended.status == 2)
        #expect(ended.output == "")
        #expect(
            ended.errors == """
                refused: the wrong database answered: its name is audited, expected billing; \
                nothing was read from its tables

                """)
    }

    @Test func `a cluster with another identifier is refused`() async throws {
        let connection = try await Warehouse.shared.connect()
        let identifier = try await connection.query(
            "SELECT system_identifier FROM pg_control_system()"
        ).scalar
        await connection.close()
        let superuser = try await Warehouse.shared.variables(as: "postgres")
        let right = try #require(identifier)
        let fits = try await Command.assay(
            audit + ["--expect-system", right], environment: superuser)
        #expect(fits.status == 0)
        let other = try await Command.assay(
            audit + ["--expect-system", "1"], environment: superuser)
        #expect(other.status == 2)
        #expect(other.errors.contains("its system identifier is \(right), expected 1"))
    }
}

@Suite(.timeLimit(.minutes(15))) struct DoctorTests {
    @Test func `a role that can only read is what an audit needs`() async throws {
        let ended = try await doctor(as: "warehouse_audit")
        #expect(ended.status == 0)
        #expect(ended.output.contains("ok       role        warehouse_audit can write to no"))
        #expect(ended.output.hasSuffix("\nan audit can run\n"))
        #expect(!ended.output.contains("problem"))
    }

    @Test func `a superuser is advised against`() async throws {
        let ended = try await doctor(as: "postgres")
        #expect(ended.status == 0)
        #expect(ended.output.contains("advice   role        postgres is a superuser"))
    }

    @Test func `a missing grant is a problem, and the grant is written out`() async throws {
        let ended = try await doctor(as: "stranger")
        #expect(ended.status == 2)
        #expect(ended.output.contains("GRANT USAGE ON SCHEMA core TO stranger\n"))
        #expect(ended.output.contains("GRANT SELECT ON core.companies TO stranger\n"))
        #expect(ended.output.contains("\nan audit cannot run as it should: "))
    }

    @Test func `a role without grants gets errored checks and the grants it lacks`() async throws {
        let ended = try await Command.assay(
            ["audit", "--table", "core.company_types", "--no-reports"],
            environment: Warehouse.shared.variables(as: "stranger"))
        #expect(ended.status == 2)
        #expect(ended.output.contains("GRANT USAGE ON SCHEMA core TO stranger\n"))
    }

    private func doctor(as role: String) async throws -> Ended {
        try await Command.assay(["doctor"], environment: Warehouse.shared.variables(as: role))
    }
}

extension Warehouse {
    /// Writes `.pg_service.conf` and `.pgpass` into a home folder: the service is called `warehouse`.
    func writeService(in folder: String, database: String = "audited") throws {
        let service = """
            [warehouse]
            host=\(host)
            dbname=\(database)
            user=warehouse_audit

            """
        try Data(service.utf8).write(to: URL(filePath: "\(folder)/.pg_service.conf"))
        let password = "*:*:*:*:\(Warehouse.password)\n"
        try Data(password.utf8).write(to: URL(filePath: "\(folder)/.pgpass"))
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o600], ofItemAtPath: "\(folder)/.pgpass")
    }
}
