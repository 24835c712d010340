import Assay
import AssayTesting
import Auditor
import Fixes
import Postgres
import Testing

/// Repairs that Assay writes, planned and applied like any other fix.
@Suite struct RepairsTests {
    @Test func `a domain is normalised together with what refers to it`() async throws {
        try await FixFixture.with { fixture in
            let before = try await fixture.image()
            let fix = try await fixture.generate("core.companies/normalized:domain")
            #expect(fix.leftOver.isEmpty)
            try await fixture.apply(fix.sql)
            #expect(
                try await fixture.scalar(
                    "SELECT string_agg(domain, ' ' ORDER BY id) FROM core.companies")
                    == "acme.example globex.example initech.example umbrella.example hooli.example")
            #expect(
                try await fixture.scalar(
                    "SELECT company_domain FROM core.customers WHERE name = 'of Hooli'")
                    == "hooli.example")
            _ = try await fixture.session().undo("mend", commits: true, skipsConflicts: false)
            #expect(try await fixture.image() == before)
        }
    }

    @Test func `duplicates become one row that knows what all of them knew`() async throws {
        let companies = Table("core.companies", key: "id") {
            Normalized("domain", as: .domain)
            Unique(by: .normalized("domain", as: .domain)).keep(.cleanest, then: .mostComplete)
        }
        let schema = """
            \(FixFixture.schema);
            ALTER TABLE core.companies ADD linkedin text UNIQUE, ADD tags text[];
            INSERT INTO core.companies (domain, name, linkedin, tags) VALUES
                ('https://acme.example', 'Acme Inc.', 'in/acme', NULL),
                ('ACME.example', NULL, 'in/acme-2', '{a,b}'),
                ('www.initech.example', 'Initech', NULL, '{c}');
            INSERT INTO core.customers (company_domain, name) VALUES
                ('https://acme.example', 'of a loser');
            """
        let ids = ["core.companies/unique:domain.domain", "core.companies/normalized:domain"]
        try await FixFixture.with(schema, tables: [companies]) { fixture in
            let before = try await fixture.image()
            let fix = try await fixture.generate(ids[0], ids[1])
            try await fixture.apply(fix.sql, resolving: ids)
            #expect(
                try await fixture.scalar(
                    """
                    SELECT string_agg(concat_ws('|', domain, name, linkedin, tags), ' ' ORDER BY id)
                    FROM core.companies WHERE id IN (1, 3) OR id > 5
                    """) == "acme.example|Acme|in/acme|{a,b} initech.example|Initech|{c}")
            #expect(
                try await fixture.scalar(
                    "SELECT company_domain FROM core.customers WHERE name = 'of a loser'")
                    == "acme.example")
            _ = try await fixture.session().undo("mend", commits: true, skipsConflicts: false)
            #expect(try await fixture.image() == before)
        }
    }

    @Test func `which row survives is the author's to say`() async throws {
        let rules: [(Keep, String)] = [
            (.cleanest, "acme.example"), (.mostComplete, "www.acme.example"),
            (.oldest, "http://acme.example"), (.newest(by: "seen"), "ACME.example"),
        ]
        let schema = """
            CREATE SCHEMA core;
            CREATE TABLE core.companies (
                id bigint PRIMARY KEY, domain text, name text, created_at date, seen date);
            INSERT INTO core.companies VALUES
                (1, 'www.acme.example', 'Acme', '2026-01-03', '2026-01-01'),
                (2, 'acme.example', NULL, '2026-01-04', '2026-01-02'),
                (3, 'ACME.example', NULL, '2026-01-02', '2026-01-09'),
                (4, 'http://acme.example', NULL, '2026-01-01', '2026-01-03');
            """
        let id = "core.companies/unique:domain.domain"
        for (rule, domain) in rules {
            let companies = Table("core.companies", key: "id") {
                Unique(by: .normalized("domain", as: .domain)).keep(rule)
            }
            try await FixFixture.with(schema, tables: [companies]) { fixture in
                try await fixture.apply(try await fixture.generate(id).sql, resolving: [id])
                #expect(
                    try await fixture.scalar("SELECT string_agg(domain, ' ') FROM core.companies")
                        == domain)
            }
        }
    }

    @Test func `a row is chosen by a column that is there`() async throws {
        let companies = Table("core.companies", key: "id") {
            Unique(by: .normalized("domain", as: .domain)).keep(.oldest)
        }
        let schema = """
            CREATE SCHEMA core;
            CREATE TABLE core.companies (id bigint PRIMARY KEY, domain text);
            INSERT INTO core.companies VALUES (1, 'acme.example'), (2, 'www.acme.example');
            """
        try await FixFixture.with(schema, tables: [companies]) { fixture in
            let refusal = await #expect(throws: Refusal.self) {
                try await fixture.generate("core.companies/unique:domain.domain")
            }
            #expect(
                refusal?.description.contains("core.companies has no column created_at") == true)
        }
    }

    @Test func `a missing value is filled where it is proven, and listed elsewhere`() async throws {
        let visits = Table("core.visits", key: "id") {
            Required("name").filled(
                from: .table("core.companies", "name", by: .normalized("domain", as: .domain)),
                .siblings(by: "domain"),
                .json("core.answers", "payload", at: "company", "name", by: "domain"))
        }
        let schema = """
            CREATE SCHEMA core;
            CREATE TABLE core.visits (id bigint PRIMARY KEY, domain text, name text);
            CREATE TABLE core.companies (id bigint PRIMARY KEY, domain text, name text);
            CREATE TABLE core.answers (id bigint PRIMARY KEY, domain text, payload jsonb);
            INSERT INTO core.companies VALUES (1, 'acme.example', 'Acme'), (2, 'two.example', 'Two'),
                (3, 'http://two.example', 'Deux'), (4, 'bit.ly', 'Bitly'), (5, 'blank.example', ' ');
            INSERT INTO core.answers VALUES
                (1, 'globex.example', '{"company": {"name": "Globex"}}'),
                (2, 'none.example', '{"company": {}}');
            INSERT INTO core.visits VALUES (1, 'https://www.acme.example/', NULL),
                (2, 'initech.example', NULL), (3, 'initech.example', 'Initech'),
                (4, 'globex.example', ' '), (5, 'two.example', NULL), (6, 'none.example', NULL),
                (7, 'bit.ly', NULL), (8, NULL, NULL), (9, 'blank.example', NULL);
            """
        let id = "core.visits/required:name"
        try await FixFixture.with(schema, tables: [visits]) { fixture in
            let fix = try await fixture.generate(id)
            #expect(
                fix.leftOver == [
                    "5 rows of core.visits keep no name: no source knows one for their domain"
                ])
            try await fixture.apply(fix.sql, resolving: [id])
            #expect(
                try await fixture.scalar(
                    "SELECT string_agg(id || name, ' ' ORDER BY id) FROM core.visits")
                    == "1Acme 2Initech 3Initech 4Globex")
        }
    }

    @Test func `values are translated by a table or a list`() async throws {
        let firms = Table("core.firms", key: "id") {
            OneOf("size", in: "core.sizes.clean")
                .mapped(through: "core.sizes", from: "raw", to: "clean")
            OneOf("source", "web", "mail").mapped(["Web": "web", "Post": "letter"])
        }
        let schema = """
            CREATE SCHEMA core;
            CREATE TABLE core.sizes (raw text, clean text);
            CREATE TABLE core.firms (id bigint PRIMARY KEY, size varchar(10), source text);
            INSERT INTO core.sizes VALUES ('1K', '1,000'), ('2K', '2,000'), ('2K', '2,001'),
                ('3K', NULL);
            INSERT INTO core.firms VALUES (1, '1K', 'Web'), (2, '2K', 'mail'), (3, '3K', 'Post'),
                (4, '1,000', NULL);
            """
        let ids = ["core.firms/one-of:size", "core.firms/one-of:source"]
        try await FixFixture.with(schema, tables: [firms]) { fixture in
            let fix = try await fixture.generate(ids[0], ids[1])
            #expect(
                fix.leftOver == [
                    "2 rows of core.firms keep a size outside the vocabulary: nothing says what it means",
                    "1 row of core.firms keeps a source outside the vocabulary: nothing says what it means",
                ])
            try await fixture.apply(fix.sql, resolving: ids)
            #expect(
                try await fixture.scalar(
                    "SELECT string_agg(concat_ws('/', size, source), ' ' ORDER BY id) FROM core.firms"
                )
                    == "1,000/web 2K/mail 3K/Post 1,000")
        }
    }

    @Test func `references are pointed elsewhere, or wait in quarantine`() async throws {
        let visits = Table("core.visits", key: "id") {
            References("domain", in: "core.companies.domain")
                .repointed(as: .domain).orphans(.quarantined)
            References("kind", in: "core.kinds.kind").orphans(.quarantined)
        }
        let schema = """
            CREATE SCHEMA core;
            CREATE TABLE core.companies (domain text);
            CREATE TABLE core.kinds (kind text);
            CREATE TABLE core.visits (id bigint PRIMARY KEY, domain text, kind text NOT NULL);
            INSERT INTO core.companies VALUES ('acme.example'), ('WWW.globex.example');
            INSERT INTO core.kinds VALUES ('call');
            INSERT INTO core.visits VALUES (1, 'http://acme.example', 'call'),
                (2, 'globex.example', 'call'), (3, 'nowhere.example', 'call'), (4, NULL, 'call'),
                (5, 'acme.example', 'nothing');
            """
        let ids = ["core.visits/references:domain", "core.visits/references:kind"]
        try await FixFixture.with(schema, tables: [visits]) { fixture in
            let fix = try await fixture.generate(ids[0], ids[1])
            try await fixture.apply(fix.sql, resolving: ids)
            #expect(
                try await fixture.scalar(
                    "SELECT string_agg(concat_ws('|', id, domain), ' ' ORDER BY id) FROM core.visits"
                )
                    == "1|acme.example 2|WWW.globex.example 3 4")
            #expect(
                try await fixture.scalar(
                    """
                    SELECT string_agg(concat_ws('|', key, column_name, value, fix), ' ' ORDER BY id)
                    FROM assay.quarantine
                    """)
                    == #"{3}|domain|nowhere.example|3 {5}|kind|{"id": 5, "kind": "nothing", "domain": "acme.example"}|3"#
            )
            _ = try await fixture.session().undo("mend", commits: true, skipsConflicts: false)
            #expect(try await fixture.scalar("SELECT count(*) FROM assay.quarantine") == "0")
        }
    }

    @Test func `a host that many companies share is never written over`() async throws {
        let companies = Table("core.companies", key: "id") {
            Normalized("domain", as: .domain)
            Unique(by: .normalized("domain", as: .domain))
        }
        let schema = """
            CREATE SCHEMA core;
            CREATE TABLE core.companies (id bigint PRIMARY KEY, domain text);
            INSERT INTO core.companies VALUES (1, 'https://bit.ly/'), (2, 'bit.ly'),
                (3, 'ACME.example'), (4, 'www.acme.example');
            """
        try await FixFixture.with(schema, tables: [companies]) { fixture in
            let ids = ["core.companies/normalized:domain", "core.companies/unique:domain.domain"]
            let fix = try await fixture.generate(ids[0], ids[1])
            #expect(
                fix.leftOver == [
                    "1 row of core.companies keeps a domain that many companies share: no fix writes "
                        + "over one"
                ])
            try await fixture.apply(fix.sql, resolving: ids)
            #expect(
                try await fixture.scalar(
                    "SELECT string_agg(domain, ' ' ORDER BY id) FROM core.companies")
                    == "https://bit.ly/ bit.ly acme.example")
        }
    }

    @Test func `names are quoted where SQL would read them as something else`() async throws {
        let odd = Table("core.Odd Name", key: "order") {
            Normalized("user", as: .domain).where("length(\"user\") < 40")
        }
        let schema = """
            CREATE SCHEMA core;
            CREATE TABLE core."Odd Name" ("order" bigint PRIMARY KEY, "user" text);
            INSERT INTO core."Odd Name" VALUES (1, 'WWW.acme.example'), (2, 'Per O''Neill'),
                (3, 'HTTPS://a-domain-that-is-out-of-the-scope.example');
            """
        try await FixFixture.with(schema, tables: [odd]) { fixture in
            let id = try #require(fixture.suite.checks.first?.id)
            let fix = try await fixture.generate(id)
            try await fixture.apply(fix.sql, resolving: [id])
            #expect(
                try await fixture.scalar(
                    "SELECT string_agg(\"user\", ' ' ORDER BY \"order\") FROM core.\"Odd Name\"")
                    == "acme.example Per O'Neill HTTPS://a-domain-that-is-out-of-the-scope.example")
        }
    }

    @Test func `nothing is generated where nothing is broken, or nothing is known`() async throws {
        try await FixFixture.with { fixture in
            let holds = await #expect(throws: Refusal.self) {
                try await fixture.generate("core.customers/references:company_domain")
            }
            #expect(holds?.description.contains("nothing breaks it") == true)
            let unknown = await #expect(throws: Refusal.self) {
                try await fixture.generate("core.companies/required:name")
            }
            #expect(
                unknown?.description.contains("name is missing in 1 row of core.companies") == true)
            #expect(unknown?.description.contains("filled(from:)") == true)
        }
    }
}

extension FixFixture {
    /// The script that Assay writes for some checks.
    func generate(_ ids: String...) async throws -> GeneratedFix { try await generate(ids) }

    /// The script that Assay writes for some checks.
    func generate(_ ids: [String]) async throws -> GeneratedFix {
        let connection = try await database.connect()
        try await connection.begin(.repeatableReadReadOnly)
        let catalog = try await Catalog.read(from: connection)
        let checks = ids.compactMap { id in suite.checks.first { $0.id == id } }
        let planner = RepairPlanner(suite: suite, catalog: catalog, connection: connection)
        let fix = try await planner.generate(for: checks)
        await connection.close()
        return fix
    }
}
