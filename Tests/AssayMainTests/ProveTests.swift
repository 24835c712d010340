import AssayTesting
import FoundationEssentials
import Glibc
import Postgres
import Testing

/// `assay prove`, as a user runs it.
@Suite(.timeLimit(.minutes(15))) struct ProveTests {
    @Test func `every check of this warehouse can fail`() async throws {
        let warehouse = try await Warehouse.shared
        let ended = try await Command.assay(["prove"], environment: warehouse.variables)
        #expect(ended.status == 0, "\(ended.everything)")
        expectGolden(ended.output, named: "prove.warehouse.txt")
        #expect(ended.errors == "")
    }

    @Test func `in place, what must not be done there is named`() async throws {
        let warehouse = try await Warehouse.shared
        try await warehouse.withCopy { name, connection in
            let before = try await connection.query("SELECT count(*) FROM core.people").scalar
            let ended = try await Command.assay(
                ["prove", "--in-place", "--table", "core.people"],
                environment: warehouse.variables(as: "postgres", database: name))
            #expect(ended.status == 2, "\(ended.everything)")
            expectGolden(
                ended.output.replacing(name, with: "warehouse"), named: "prove.in-place.txt")
            let after = try await connection.query("SELECT count(*) FROM core.people").scalar
            #expect(before == after)
        }
    }

    @Test func `a program is given one object`() async throws {
        struct Document: Decodable {
            struct Check: Decodable {
                let id: String
                let outcome: String
                let reason: String?
                let file: String
                let line: Int
            }

            let checks: [Check]
            let database: String
            let isInPlace: Bool
        }
        let warehouse = try await Warehouse.shared
        let ended = try await Command.assay(
            ["prove", "--check", "core.companies/unique", "--format", "json"],
            environment: warehouse.variables)
        #expect(ended.status == 0)
        let document = try JSONDecoder().decode(Document.self, from: Data(ended.output.utf8))
        #expect(document.database == "audited" && !document.isInPlace)
        #expect(document.checks.map(\.outcome) == ["held", "proven"])
        #expect(document.checks.allSatisfy { $0.file == "checks/core/companies.swift" })
    }

    @Test(arguments: [["prove"], ["demo"]])
    func `interrupted while its server starts, a command leaves none behind`(
        words: [String]
    ) async throws {
        let warehouse = try await Warehouse.shared
        try await withTemporaryFolder { folder in
            // An initdb that says where it works, and goes on when it is let.
            let script = """
                #!/bin/sh
                echo "$2" > \(folder)/place.new && mv \(folder)/place.new \(folder)/place
                until [ -e \(folder)/go ]; do sleep 0.05; done
                exec "$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)/initdb" "$@"
                """
            try script.write(toFile: "\(folder)/initdb", atomically: true, encoding: .utf8)
            let made = try await Command.shell(
                """
                chmod 777 . && chmod 755 initdb
                ln -s "$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)/postgres" postgres
                """, in: folder)
            #expect(made.status == 0)
            let variables = warehouse.variables.merging(["ASSAY_PG_BIN": folder]) { $1 }
            let ended = try await Command.assay(words, in: folder, environment: variables) {
                running in
                while access("\(folder)/place", F_OK) != 0 {
                    try await Task.sleep(for: .milliseconds(10))
                }
                running.interrupt()
                try await Task.sleep(for: .seconds(2))
                try "".write(toFile: "\(folder)/go", atomically: true, encoding: .utf8)
            }
            #expect(ended.status == 2 && ended.output == "", "\(ended.everything)")
            #expect(ended.errors.hasSuffix("failed: it was interrupted\n"), "\(ended.errors)")
            let place = try text(of: "\(folder)/place").split(separator: "\n")[0]
            while access(String(place), F_OK) == 0 {
                try await Task.sleep(for: .milliseconds(10))
            }
        }
    }

    @Test func `without PostgreSQL's server it says what to install`() async throws {
        let warehouse = try await Warehouse.shared
        let ended = try await Command.assay(
            ["prove"],
            environment: warehouse.variables.merging(["ASSAY_PG_BIN": "/no/such"]) { $1 })
        #expect(ended.status == 2)
        #expect(
            ended.errors
                == "failed: PostgreSQL's server is not installed: apt-get install postgresql\n")
    }
}
