import Assay
import AssayTesting
import Auditor
import Fixes
import FoundationEssentials
import Postgres
import Testing

/// What a fix may not do, and what makes an approval void.
@Suite struct FixRefusalTests {
    @Test(
        arguments: [
            ("UPDATE core.companies SET name = 'x' WHERE id = 1; COMMIT;", "one transaction"),
            (
                "DO $$ BEGIN UPDATE core.companies SET name = 'x'; COMMIT; END $$;",
                "one transaction"
            ),
            (
                "DO $$ BEGIN UPDATE core.companies SET name = 'x'; END $$;",
                "cannot be told beforehand"
            ),
            ("VACUUM core.companies;", "cannot run in a transaction"),
            ("CREATE INDEX CONCURRENTLY ON core.companies (name);", "cannot run in a transaction"),
            ("COPY core.companies TO PROGRAM 'cat';", "COPY … PROGRAM"),
            ("UPDATE core.companies SET name = 'x';", "no WHERE"),
            ("DELETE FROM core.customers;", "no WHERE"),
            ("TRUNCATE core.customers;", "TRUNCATE"),
            ("DROP TABLE core.customers;", "does something else"),
            ("CREATE TABLE core.notes (id int);", "belongs in a migration"),
            ("SELECT * INTO core.copy FROM core.companies;", "belongs in a migration"),
            ("SELECT 1 AS a INTO core.copy UNION SELECT 2;", "belongs in a migration"),
            (
                "CREATE INDEX ON core.companies (name);",
                "an index that lasts belongs in a migration"
            ),
            (
                "MERGE INTO core.companies USING core.customers ON true WHEN MATCHED THEN DELETE;",
                "its ON is true of every row"
            ),
            (
                "UPDATE companies SET name = 'x' WHERE id = 1;",
                "which table companies is depends on search_path; name its schema"
            ),
            ("SELECT 1;", "changes no table"),
            ("DELETE FROM assay.fix_ledger WHERE true;", "Assay's own records"),
            ("UPDATE core.companies SET nme = 'x' WHERE id = 1;", "nme"),
            ("UPDATE core.companies SET name = WHERE id = 1;", "syntax error"),
            ("", "changes no table"),
        ])
    func `a script that no fix may be is refused with the reason`(
        script: String, reason: String
    ) async throws {
        try await FixFixture.with { fixture in
            let before = try await fixture.image()
            let error = await #expect(throws: (any Error).self) {
                try await fixture.plan(script, resolving: [])
            }
            #expect("\(error.map { "\($0)" } ?? "")".contains(reason))
            #expect(try await fixture.image() == before)
        }
    }

    @Test func `without an approval nothing is applied`() async throws {
        try await FixFixture.with { fixture in
            let folder = try await fixture.plan().folder
            await refuses("is not approved") {
                try await fixture.session().apply(folder, commits: true)
            }
        }
    }

    @Test(arguments: ["fix.sql", "plan.json"])
    func `one altered byte voids the approval`(file: String) async throws {
        try await FixFixture.with { fixture in
            let folder = try await fixture.plan().folder
            try await fixture.approve(folder)
            let path = "\(folder.path)/\(file)"
            var bytes = try Data(contentsOf: URL(filePath: path))
            bytes.append(UInt8(ascii: "\n"))
            try bytes.write(to: URL(filePath: path))
            await refuses("was changed after it was approved") {
                try await fixture.session().apply(folder, commits: true)
            }
        }
    }

    @Test func `an approval that ran out is none, whatever else stands in it`() async throws {
        try await FixFixture.with { fixture in
            let folder = try await fixture.plan().folder
            _ = try await folder.approve(
                by: "reviewer", now: 1_800_000_000, lifetime: 3_600, fourEyes: false,
                signingWith: nil)
            try fixture.edit(folder.approvalPath) {
                $0.replacing("{\n", with: "{\n  \"expiresAt\" : 4000000000,\n")
            }
            await refuses("ran out at 2027-01-15T09:00:00Z") {
                try await fixture.session(later: 3_601).apply(folder, commits: true)
            }
        }
    }

    @Test func `four eyes are two people`() async throws {
        try await FixFixture.with { fixture in
            let folder = try await fixture.plan().folder
            await refuses("somebody else must") {
                try await folder.approve(
                    by: "author", now: 0, lifetime: 1, fourEyes: true, signingWith: nil)
            }
            try await fixture.approve(folder, by: "author")
            await refuses("somebody else must") {
                try await fixture.session().apply(folder, commits: true, fourEyes: true)
            }
        }
    }

    @Test func `a plan for one database is refused in another`() async throws {
        try await FixFixture.with { fixture in
            let folder = try await fixture.plan().folder
            try await fixture.approve(folder)
            try await FixFixture.with { other in
                await refuses("was planned for the database") {
                    try await other.session().apply(folder, commits: true)
                }
            }
        }
    }

    @Test func `one row more than planned rolls all of it back`() async throws {
        try await FixFixture.with { fixture in
            let folder = try await fixture.plan(
                "UPDATE core.companies SET name = 'nameless' WHERE name IS NULL;",
                resolving: ["core.companies/required:name"]
            ).folder
            try await fixture.approve(folder)
            try await fixture.database.script(
                "INSERT INTO core.companies (domain) VALUES ('vandelay.example')")
            let before = try await fixture.image()
            await breaks("changed 2 rows, planned were 1") {
                try await fixture.session().apply(folder, commits: true)
            }
            #expect(try await fixture.image() == before)
        }
    }

    @Test func `a row edited between plan and apply is noticed`() async throws {
        try await FixFixture.with { fixture in
            let folder = try await fixture.plan().folder
            try await fixture.approve(folder)
            try await fixture.database.script(
                "UPDATE core.companies SET name = 'Umbrella Ltd' WHERE name = 'Umbrella'")
            await breaks("were edited since the plan was made") {
                try await fixture.session().apply(folder, commits: true)
            }
        }
    }

    @Test func `a changed schema is noticed`() async throws {
        try await FixFixture.with { fixture in
            let folder = try await fixture.plan().folder
            try await fixture.approve(folder)
            try await fixture.database.script("ALTER TABLE core.companies ADD country text")
            await breaks("the schema of a touched table has changed") {
                try await fixture.session().apply(folder, commits: true)
            }
        }
    }

    @Test func `a row that others hang on is not changed quietly`() async throws {
        try await FixFixture.with { fixture in
            await breaks("of core.customers (customers_company_domain_fkey) still hang on a row") {
                _ = try await fixture.plan(
                    "DELETE FROM core.companies WHERE domain = 'acme.example';", resolving: [])
            }
        }
    }

    @Test func `a cascade counts as quiet`() async throws {
        let cascading = FixFixture.schema.replacing(
            "REFERENCES core.companies (domain)",
            with: "REFERENCES core.companies (domain) ON DELETE CASCADE")
        try await FixFixture.with(cascading) { fixture in
            await breaks("would quietly change 40 rows of core.customers") {
                _ = try await fixture.plan(
                    "DELETE FROM core.companies WHERE domain = 'acme.example';", resolving: [])
            }
        }
    }

    @Test func `a reference that only a check declares is held as well`() async throws {
        let loose = FixFixture.schema.replacing("REFERENCES core.companies (domain)", with: "")
        try await FixFixture.with(loose) { fixture in
            await breaks(
                "40 rows of core.customers (company_domain) hang on rows of core.companies"
            ) {
                _ = try await fixture.plan(
                    "DELETE FROM core.companies WHERE domain = 'acme.example';", resolving: [])
            }
        }
    }

    @Test func `rows that the script points elsewhere are shown and accepted`() async throws {
        try await FixFixture.with { fixture in
            let plan = try await fixture.plan(
                """
                UPDATE core.customers SET company_domain = 'globex.example'
                WHERE company_domain = 'acme.example';
                DELETE FROM core.companies WHERE domain = 'acme.example';
                """, resolving: []
            ).plan
            #expect(plan.dependants.map(\.rows) == [40])
            #expect(plan.dependants.map(\.resolved) == [40])
        }
    }

    @Test func `a fix that makes another check worse is not planned`() async throws {
        try await FixFixture.with { fixture in
            await breaks(
                "core.companies/required:name would get worse: 1 violations before, 2 after"
            ) {
                _ = try await fixture.plan(
                    """
                    UPDATE core.companies SET domain = 'umbrella.example', name = NULL
                    WHERE domain = 'https://www.umbrella.example/';
                    """)
            }
        }
    }

    @Test func `what somebody else commits before the locks are had is not held against a fix`()
        async throws
    {
        try await FixFixture.with { fixture in
            let folder = try await fixture.plan().folder
            try await fixture.approve(folder)
            let before = try await fixture.committing(
                "INSERT INTO core.companies (domain) VALUES ('vandelay.example')"
            ) { try await fixture.session().apply(folder, commits: true) }
            #expect(before == .applied)
        }
    }

    @Test func `what somebody else mends before the locks are had hides no harm of a fix`()
        async throws
    {
        try await FixFixture.with { fixture in
            await breaks(
                "core.companies/required:name would get worse: 0 violations before, 1 after"
            ) {
                try await fixture.committing(
                    "UPDATE core.companies SET name = 'Initech' WHERE name IS NULL"
                ) {
                    try await fixture.plan(
                        """
                        UPDATE core.companies SET domain = 'umbrella.example', name = NULL
                        WHERE domain = 'https://www.umbrella.example/';
                        """
                    ).plan
                }
            }
        }
    }

    @Test func `a check that joined the suite after the plan is held as well`() async throws {
        try await FixFixture.with { fixture in
            let companies = Table("core.companies", key: "id") { Normalized("domain", as: .domain) }
            let former = FixFixture(
                database: fixture.database, fixes: fixture.fixes,
                suite: try Suite(name: "former", tables: [companies], root: ""))
            let folder = try await former.plan(
                "UPDATE core.companies SET name = NULL WHERE id = 1;", resolving: []
            ).folder
            try await fixture.approve(folder)
            await breaks(
                "core.companies/required:name would get worse: 1 violations before, 2 after"
            ) {
                try await fixture.session().apply(folder, commits: true)
            }
        }
    }

    @Test(arguments: [true, false])
    func `what is withdrawn while a fix waits for a lock is not applied`(
        isApproval: Bool
    ) async throws {
        try await FixFixture.with { fixture in
            let folder = try await fixture.plan().folder
            try await fixture.approve(folder)
            let holder = try await fixture.database.connect()
            try await holder.begin(.readWrite)
            try await holder.execute("LOCK TABLE core.companies IN ROW EXCLUSIVE MODE")
            let outcome = Task { try await fixture.session().apply(folder, commits: true) }
            try await untilAFixWaits(in: fixture.database.target)
            if isApproval {
                try FileManager.default.removeItem(atPath: folder.approvalPath)
            } else {
                try fixture.edit(folder.scriptPath) { $0 + "\n-- and one more line" }
            }
            try await holder.rollback()
            await refuses("its approval was changed while it was being applied") {
                try await outcome.value
            }
            #expect(try await fixture.scalar("SELECT count(*) FROM assay.fix_ledger") == "0")
        }
    }

    @Test func `a table without a key cannot be journaled`() async throws {
        try await FixFixture.with { fixture in
            try await fixture.database.script(
                "CREATE TABLE core.notes AS SELECT 1 AS id, 'x' AS note")
            await refuses("has no primary key") {
                _ = try await fixture.plan(
                    "UPDATE core.notes SET note = 'y' WHERE id = 1;", resolving: [])
            }
        }
    }

    @Test func `a lock that cannot be had is said, and nothing is half done`() async throws {
        try await FixFixture.with { fixture in
            let folder = try await fixture.plan().folder
            try await fixture.approve(folder)
            let before = try await fixture.image()
            let holder = try await fixture.database.connect()
            try await holder.begin(.readWrite)
            try await holder.execute("LOCK TABLE core.companies IN ROW EXCLUSIVE MODE")
            var options = FixOptions(
                target: fixture.database.target, now: 1_800_000_000, user: "author")
            options.lockTimeout = .seconds(1)
            options.attempts = 1
            let session = FixSession(suite: fixture.suite, options: options)
            await #expect(throws: PostgresError.self) {
                try await session.apply(folder, commits: true)
            }
            try await holder.rollback()
            #expect(try await fixture.image() == before)
            #expect(try await session.apply(folder, commits: true) == .applied)
        }
    }

    @Test func `a signature is made and checked by ssh-keygen`() async throws {
        try await FixFixture.with { fixture in
            let folder = try await fixture.plan().folder
            let keys = try await SSHKeys.make(for: "reviewer", in: fixture.fixes)
            try await fixture.approve(folder)
            await refuses("is not signed") {
                try await fixture.session().apply(folder, commits: true, signers: keys.signers)
            }
            _ = try await folder.approve(
                by: "reviewer", now: 1_800_000_000, lifetime: 3_155_760_000, fourEyes: false,
                signingWith: keys.key)
            let approval = try String(contentsOfFile: folder.approvalPath, encoding: .utf8)
            try fixture.edit(folder.approvalPath) { $0.replacing("\"2127-", with: "\"2128-") }
            await refuses("does not hold") {
                try await fixture.session().apply(folder, commits: true, signers: keys.signers)
            }
            try fixture.edit(folder.approvalPath) { _ in approval }
            _ = try await fixture.session().apply(folder, commits: true, signers: keys.signers)
            let other = try await SSHKeys.make(for: "reviewer", in: fixture.fixes + "/other")
            await refuses("does not hold") {
                try await fixture.session().apply(folder, commits: true, signers: other.signers)
            }
        }
    }
}

extension FixFixture {
    /// Works while another session holds an edit back, which it commits as soon as the work waits for it.
    fileprivate func committing<Value: Sendable>(
        _ edit: String, _ work: @Sendable () async throws -> Value
    ) async throws -> Value {
        let other = try await database.connect()
        try await other.begin(.readWrite)
        try await other.execute(edit)
        async let value = work()
        try await untilAFixWaits(in: database.target)
        try await other.commit()
        return try await value
    }
}
