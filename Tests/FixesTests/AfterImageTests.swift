import Assay
import AssayTesting
import Auditor
import Fixes
import Testing

/// What rows become is what was reviewed.
@Suite struct AfterImageTests {
    private static let source = """
        CREATE TABLE core.source (domain text PRIMARY KEY, name text);
        INSERT INTO core.source VALUES
            ('initech.example', 'Initech'), ('new.example', 'New'), ('other.example', 'Other');
        """

    private static let update = """
        UPDATE core.companies AS c SET name = s.name FROM core.source AS s
        WHERE s.domain = c.domain AND c.name IS NULL;
        """

    private static let insert = """
        INSERT INTO core.companies (domain, name)
        SELECT domain, name FROM core.source WHERE domain <> 'initech.example' ORDER BY domain;
        """

    @Test(arguments: [
        (update, "UPDATE core.source SET name = 'Evil' WHERE domain = 'initech.example'"),
        (insert, "UPDATE core.source SET name = 'Evil' WHERE domain = 'new.example'"),
        // Each column holds what was planned, in another row.
        (
            insert,
            """
            UPDATE core.source SET name = CASE domain WHEN 'new.example' THEN 'Other' ELSE 'New' END
            WHERE domain <> 'initech.example'
            """
        ),
    ])
    func `an edit of what a script reads is noticed`(script: String, edit: String) async throws {
        try await FixFixture.with("\(FixFixture.schema)\(Self.source)") { fixture in
            let folder = try await fixture.plan(script, resolving: []).folder
            try await fixture.approve(folder)
            try await fixture.database.script(edit)
            let before = try await fixture.image()
            await breaks("its rows would not become what was planned") {
                try await fixture.session().apply(folder, commits: true)
            }
            #expect(try await fixture.image() == before)
            _ = try await fixture.plan(script, resolving: [])
            try await fixture.approve(folder)
            #expect(try await fixture.session().apply(folder, commits: true) == .applied)
        }
    }

    @Test(arguments: [
        (FixFixture.script, ["updated_at"]), (insert, ["id"]),
        (FixFixture.script + insert, ["id", "updated_at"]),
        ("UPDATE core.customers SET name = lower(name) WHERE name <> lower(name);", []),
    ])
    func `a plan tells which columns are something else each time, and holds the others`(
        script: String, varying: [String]
    ) async throws {
        try await FixFixture.with("\(FixFixture.schema)\(Self.source)") { fixture in
            let (folder, plan) = try await fixture.plan(script, resolving: [])
            #expect(plan.tables.map(\.varying) == [varying])
            try await fixture.approve(folder)
            #expect(try await fixture.session().apply(folder, commits: true) == .applied)
        }
    }

    @Test func `a script that chooses rows by chance is not planned`() async throws {
        try await FixFixture.with { fixture in
            await breaks("did not change the same rows") {
                try await fixture.plan(
                    "UPDATE core.customers SET name = 'x' WHERE random() < 0.5;", resolving: [])
            }
        }
    }

    @Test func `a plan of an older format is refused by its number`() async throws {
        try await FixFixture.with { fixture in
            let folder = try await fixture.plan().folder
            try fixture.edit(folder.planPath) {
                $0.replacing("\"version\" : 2", with: "\"version\" : 1")
                    .replacing("\"varying\"", with: "\"unknown\"")
            }
            await refuses("is of version 1, which this Assay does not know; plan anew") {
                try await fixture.session().apply(folder, commits: false)
            }
        }
    }
}
