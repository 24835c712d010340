import FoundationEssentials
import Postgres
import Subprocess
import Testing

/// The story of the incident, from the dirty rows to the fault that cannot come back, by the command
/// alone.
@Suite(.timeLimit(.minutes(15))) struct StoryTests {
    private static let dirty = "core.company_customers/normalized:origin_company_domain"
    private static let doubled =
        "core.company_customers/unique:origin_company_domain.domain+customer_name"
    private static let staged = "raw.staging_case_study_urls/normalized:origin_company_domain"
    private static let nameless = "raw.staging_case_study_urls/required:origin_company_name"

    @Test func `10,982 dirty rows are planned, mended, put back, mended again and locked in`()
        async throws
    {
        try await withStory { story in
            #expect(
                try await story.violations(Self.dirty, Self.doubled) == [
                    Self.dirty: 10_982, Self.doubled: 13_254,
                ])
            try await story.keep("core.company_customers")

            let plan = try await story.assay("fix", "plan", Self.dirty, Self.doubled)
            #expect(
                plan.output.contains("  core.company_customers: 8,408 updated, 7,336 deleted\n"))
            #expect(
                plan.output.contains(
                    "Delete the other rows of core.company_customers  (7,336 rows)"))
            // 8,408 updates are 3,646 dirty rows and 4,762 survivors, some of which were clean.
            #expect(
                plan.output.contains(
                    "Normalise core.company_customers.origin_company_domain  (3,646 rows)"))
            #expect(
                plan.output.contains(
                    "Hand over to the survivors of core.company_customers  (4,762 rows)"))
            #expect(plan.output.contains("  10,982 -> 0  \(Self.dirty)\n"))
            #expect(plan.output.contains("  13,254 -> 0  \(Self.doubled)\n"))
            #expect(try await story.differences("core.company_customers") == 0)

            let fix = "normalise-customer-domains"
            let unapproved = try await story.assay("fix", "apply", fix, "--apply", exits: 2)
            #expect(unapproved.errors.contains("\(fix) is not approved"))
            _ = try await story.assay("fix", "approve", fix, "--as", "somebody else")
            let dry = try await story.assay("fix", "apply", fix)
            #expect(dry.output.contains("does exactly what its plan says, and was rolled back"))
            #expect(try await story.differences("core.company_customers") == 0)

            _ = try await story.assay("fix", "apply", fix, "--apply")
            #expect(
                try await story.violations(Self.dirty, Self.doubled) == [
                    Self.dirty: 0, Self.doubled: 0,
                ])
            #expect(
                try await story.scalar("SELECT count(*) FROM core.company_customers") == "44974")
            #expect(try await story.differences("core.company_customers") == 2 * 8_408 + 7_336)

            let undo = try await story.assay("fix", "undo", fix, "--apply")
            #expect(undo.output == "\(fix) is undone: 15,744 rows put back\n")
            #expect(try await story.differences("core.company_customers") == 0)

            let again = try await story.assay("fix", "apply", fix, "--apply")
            #expect(
                again.output.contains("next:    assay fix lock \(Self.dirty) \(Self.doubled)\n"))
            let lock = try await story.assay("fix", "lock", Self.dirty, Self.doubled)
            #expect(lock.output.contains("written: fixes/\(fix)/lock.sql\n"))
            try await story.accept(domain: "https://www.Example.com/", customer: "before the lock")
            try await story.execute(
                "DELETE FROM core.company_customers WHERE customer_name = 'before the lock'")
            try await story.psql("fixes/\(fix)/lock.sql")

            for domain in ["https://www.Example.com/", "EXAMPLE.com", "example.com "] {
                let error = await #expect(throws: PostgresError.self) {
                    try await story.accept(domain: domain, customer: "Somebody")
                }
                #expect(
                    error?.constraint == "company_customers_origin_company_domain_normalized")
            }
            try await story.accept(domain: "example.com", customer: "Somebody")
            let twice = await #expect(throws: PostgresError.self) {
                try await story.accept(domain: "example.com", customer: "Somebody")
            }
            #expect(twice?.sqlState == .uniqueViolation)
            #expect(try await story.violations(Self.dirty, Self.doubled) == [:])
            #expect(
                try await story.proof(of: Self.dirty)
                    == "constraint company_customers_origin_company_domain_normalized")
            #expect(try await story.proof(of: Self.doubled).hasPrefix("unique index "))
        }
    }

    @Test func `1,861 staged domains are mended, and 1,014 of 1,040 names found`() async throws {
        try await withStory { story in
            #expect(
                try await story.violations(Self.staged, Self.nameless) == [
                    Self.staged: 1_861, Self.nameless: 1_040,
                ])
            try await story.keep("raw.staging_case_study_urls")
            let domains = try await story.assay("fix", "plan", Self.staged)
            #expect(domains.output.contains("  raw.staging_case_study_urls: 1,861 updated\n"))
            try await story.apply("normalise-staged-domains")

            let names = try await story.assay("fix", "plan", Self.nameless)
            #expect(names.output.contains("  raw.staging_case_study_urls: 1,014 updated\n"))
            #expect(names.output.contains("  1,040 -> 26  \(Self.nameless)\n"))
            #expect(
                names.output.contains(
                    """
                    left to a person
                      26 rows of raw.staging_case_study_urls keep no origin_company_name: no source knows \
                    one for their origin_company_domain
                    """))
            try await story.apply("fill-staged-names")
            #expect(
                try await story.violations(Self.staged, Self.nameless) == [
                    Self.staged: 0, Self.nameless: 26,
                ])
            // Every name that was filled in stands in the tables that know companies, by its domain.
            #expect(
                try await story.scalar(
                    """
                    SELECT count(*) FROM raw.staging_case_study_urls AS now
                    JOIN kept.staging_case_study_urls AS former USING (id)
                    WHERE former.origin_company_name IS NULL AND now.origin_company_name IN (
                        SELECT name FROM core.companies WHERE domain = now.origin_company_domain
                        UNION ALL SELECT origin_company_name FROM core.company_customers
                        WHERE origin_company_domain = now.origin_company_domain)
                    """) == "1014")

            let refused = try await story.assay("fix", "lock", Self.nameless, exits: 2)
            #expect(refused.errors.contains("\(Self.nameless) is broken by 26 rows of "))
            _ = try await story.assay("fix", "lock", Self.staged)
            try await story.psql("fixes/normalise-staged-domains/lock.sql")
            #expect(
                try await story.proof(of: Self.staged)
                    == "constraint staging_case_study_urls_origin_company_domain_normalized")
        }
    }

    private func withStory(_ body: (Story) async throws -> Void) async throws {
        let warehouse = try await Warehouse.shared
        try await warehouse.withCopy { name, connection in
            try await withTemporaryFolder { folder in
                let story = Story(
                    folder: folder, connection: connection,
                    variables: warehouse.variables(as: "postgres", database: name))
                _ = try await story.assay("install")
                try await body(story)
            }
        }
    }
}

/// A copy of the warehouse, and a folder in which its fixes lie.
private struct Story: Sendable {
    let folder: String
    let connection: Connection
    let variables: [String: String]

    /// Runs the command, which must exit so.
    func assay(_ words: String..., exits status: Int32 = 0) async throws -> Ended {
        let ended = try await Command.assay(words, in: folder, environment: variables)
        #expect(ended.status == status, "\(words): \(ended.everything)")
        return ended
    }

    /// Approves of a fix and applies it.
    func apply(_ fix: String) async throws {
        _ = try await assay("fix", "approve", fix)
        _ = try await assay("fix", "apply", fix, "--apply")
    }

    /// How many violations an audit counts, by check; a check that is proven is left out.
    func violations(_ checks: String...) async throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for check in checks {
            guard let text = try await result(of: check).after("\"violations\":") else { continue }
            counts[check] = Int(text.prefix { $0.isNumber })
        }
        return counts
    }

    /// What proves a check.
    func proof(of check: String) async throws -> String {
        let text = try await result(of: check).after("\"proof\":\"")
        return String(text?.prefix { $0 != "\"" } ?? "")
    }

    private func result(of check: String) async throws -> String {
        let ended = try await Command.assay(
            ["audit", "--check", check, "--format", "json", "--fail-on", "never", "--no-reports"],
            in: folder, environment: variables)
        let line = ended.output.split(separator: "\n").first { $0.contains("\"id\":\"\(check)\"") }
        return String(try #require(line, "\(ended.everything)"))
    }

    /// Remembers a table as it is.
    func keep(_ table: String) async throws {
        let name = table.split(separator: ".").last ?? ""
        try await execute("CREATE SCHEMA IF NOT EXISTS kept")
        try await execute("CREATE TABLE kept.\(name) AS TABLE \(table)")
    }

    /// How many rows of a table and of what it was stand in one of them alone.
    func differences(_ table: String) async throws -> Int {
        let kept = "kept.\(table.split(separator: ".").last ?? "")"
        let count = try await scalar(
            """
            SELECT count(*) FROM (
                (TABLE \(table) EXCEPT ALL TABLE \(kept)) UNION ALL
                (TABLE \(kept) EXCEPT ALL TABLE \(table))) AS rows
            """)
        return try #require(Int(count))
    }

    /// Adds a customer of a publisher.
    func accept(domain: String, customer: String) async throws(PostgresError) {
        try await connection.execute(
            """
            INSERT INTO core.company_customers
                (origin_company_domain, origin_company_name, customer_name, source)
            VALUES ($1, 'Example', $2, 'manual')
            """, [domain, customer])
    }

    func execute(_ sql: String) async throws { try await connection.execute(sql) }

    func scalar(_ sql: String) async throws -> String {
        try await connection.query(sql).scalar ?? "null"
    }

    /// Runs a file as its head says.
    func psql(_ file: String) async throws {
        let ended = try await Command.execute(
            ["psql", "-qX", "-v", "ON_ERROR_STOP=1", "-f", file], in: folder,
            environment: variables)
        #expect(ended.status == 0, "\(ended.everything)")
    }
}

extension String {
    /// What follows the first occurrence of a mark.
    func after(_ mark: String) -> Substring? {
        firstRange(of: mark).map { self[$0.upperBound...] }
    }
}
