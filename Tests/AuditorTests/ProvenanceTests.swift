import Assay
import AssayTesting
import Auditor
import Postgres
import Testing

@Suite struct ProvenanceTests {
    // MARK: Classes

    @Test func `every violating row without a value is in the class that its payloads tell`()
        async throws
    {
        try await withScratchDatabase(setUp: ProvenanceTests.staged) { database in
            let report = try await causes("raw.staged/required:company_name", in: database)
            #expect(
                report.rows == [
                    .absent: "1", .null: "2, 13", .blank: "3, 14", .otherKey: "4, 5, 6",
                    .nested: "7, 8, 15", .lost: "9", .overwritten: "10, 11", .noPayload: "12, 16",
                ])
            #expect(report.violations == report.causes.reduce(0) { $0 + $1.count })
            #expect(report.details(.otherKey) == "companyName 1, compny_name 1, firm 1")
            #expect(
                report.details(.nested)
                    == "customers[].about ... company_name 1, customers[].company_name 1, "
                    + "meta ... company_name 1")
            #expect(report.details(.overwritten) == "then null 1, written to since 1")
        }
    }

    @Test func `a bad value came so, was changed, or is in no payload`() async throws {
        try await withScratchDatabase(setUp: ProvenanceTests.staged) { database in
            let report = try await causes("raw.staged/normalized:domain", in: database)
            #expect(
                report.rows == [
                    .cameSo: "20, 21", .changed: "22", .notInPayload: "23", .noPayload: "24",
                ])
        }
    }

    @Test func `a cause tells since when, in which batches, by which workflow, and what was sent`()
        async throws
    {
        try await withScratchDatabase(setUp: ProvenanceTests.staged) { database in
            let report = try await causes("raw.staged/required:company_name", in: database)
            let cause = try #require(report.causes.first { $0.name == .overwritten })
            #expect(cause.since == "2026-01-02T00:00:00Z" && cause.until == "2026-01-05T00:00:00Z")
            #expect(cause.sent == 1)
            #expect(cause.batches == Breakdown([.init("b10", 1), .init("b11", 1)]))
            #expect(cause.workflows == Breakdown([.init("agent-3", 1), .init("agent-9", 1)]))
            #expect(cause.samples.flatMap(\.values) == [])
            let orphan = try #require(report.causes.first { $0.name == .noPayload })
            #expect(orphan.since == "2026-01-01T00:00:00Z" && orphan.workflows == Breakdown())
        }
    }

    @Test func `values are shown only where they are asked for`() async throws {
        try await withScratchDatabase(setUp: ProvenanceTests.staged) { database in
            let report = try await causes("raw.staged/normalized:domain", in: database) {
                $0.showsValues = true
            }
            let cause = try #require(report.causes.first { $0.name == .changed })
            #expect(
                cause.samples.first?.values == [
                    Field("domain", "Www.Changed.Example"), Field("payload", "changed.example"),
                ])
        }
    }

    @Test func `values of sensitive columns are shown to nobody, nor are keys that are values`()
        async throws
    {
        let table = ProvenanceTests.table.sensitive("id", "domain", "batch")
        try await withScratchDatabase(setUp: ProvenanceTests.staged) { database in
            let report = try await causes("raw.staged/normalized:domain", in: database, [table]) {
                $0.showsValues = true
            }
            let cause = try #require(report.causes.first { $0.name == .changed })
            let sample = try #require(cause.samples.first)
            #expect(
                sample.values == [
                    Field("domain", "xxx.xxxxxxx.xxxxxxx"), Field("payload", "xxxxxxx.xxxxxxx"),
                ])
            #expect(sample.keys.first?.first?.value?.hasPrefix("#") == true)
            #expect(cause.batches.parts.first?.label.hasPrefix("#") == true)

            try await database.script(
                """
                UPDATE raw.answers SET payload = payload - 'meta' \
                || '{"ada@lovelace.example": {"company_name": "Acme"}}' WHERE id = 7
                """)
            let nested = try await causes("raw.staged/required:company_name", in: database)
            #expect(nested.details(.nested)?.contains("* ... company_name 1") == true)
        }
    }

    @Test func `a key of the same name in another object is not the value`() async throws {
        let table = Table("core.places", key: "id") { Required("city", "name") }
            .fed(
                by: Payloads("raw.profiles", "payload")
                    .through("extracted.links", by: "source", matching: "place")
                    .found(by: "raw_id", matching: "id")
                    .carrying("name")
                    .carrying("city", at: .path("location", "city", "name"))
                    .carrying("state", at: .path("location", "state", "name")),
                created: nil)
        try await withScratchDatabase(setUp: ProvenanceTests.places) { database in
            let report = try await causes("core.places/required:city", in: database, [table])
            #expect(
                report.rows == [.absent: "1", .otherKey: "4", .nested: "2, 3", .lost: "5"])
            #expect(report.details(.nested) == "city_name 1, location ... City.name 1")

            // The name of the city is declared to be another column's.
            let name = try await causes("core.places/required:name", in: database, [table])
            #expect(name.rows == [.absent: "2, 5", .nested: "3, 4", .lost: "1"])
        }
    }

    @Test func `a table with several sources asks each for its rows, in their normal form`()
        async throws
    {
        let payloads = Payloads("raw.answers", "payload")
            .found(by: .normalized("domain", as: .domain), at: "domain").carrying("domain")
        let table = Table("raw.staged", key: "id") { Normalized("domain", as: .domain) }
            .fed(
                by: payloads.where("id <= 21").workflow("first"),
                payloads.where("id > 21").workflow("second"))
        try await withScratchDatabase(setUp: ProvenanceTests.staged) { database in
            let report = try await causes("raw.staged/normalized:domain", in: database, [table])
            #expect(report.rows == [.cameSo: "20, 21", .changed: "22", .noPayload: "23, 24"])
            #expect(
                report.causes.map(\.workflows) == [
                    Breakdown([.init("first", 2)]), Breakdown(), Breakdown([.init("second", 1)]),
                ])
        }
    }

    // MARK: Counts

    @Test(arguments: [
        "required:company_name", "required:url", "normalized:domain", "one-of:batch", "matches:url",
        "length:batch", "references:batch", "implies:complete",
    ])
    func `the classes sum to what an audit counts`(check: String) async throws {
        try await withScratchDatabase(setUp: ProvenanceTests.staged) { database in
            let audited = try await audit(database, [ProvenanceTests.table])
            let counted = try #require(try audited.result(check).measure?.violations)
            let report = try await causes("raw.staged/\(check)", in: database)
            #expect(report.violations == counted)
            #expect(report.causes.reduce(0) { $0 + $1.count } == counted)
            #expect(Set(report.causes.map { $0.name }).count == report.causes.count)
        }
    }

    @Test func `many rows give few lines`() async throws {
        let many = """
            INSERT INTO raw.staged SELECT n, NULL, NULL, 'https://many.example/' || n, 'b' || n % 99,
                false, '2026-01-01', '2026-01-01' FROM generate_series(1000, 20999) AS n;
            INSERT INTO raw.answers SELECT n, jsonb_build_object('workflow', 'w' || n % 50, 'customers',
                jsonb_build_array(jsonb_build_object('url', 'https://many.example/' || n))), '2026-01-01'
                FROM generate_series(1000, 20999) AS n;
            """
        try await withScratchDatabase(setUp: ProvenanceTests.staged + many) { database in
            let report = try await causes("raw.staged/required:company_name", in: database) {
                $0.samples = 2
            }
            let cause = try #require(report.causes.first)
            #expect(cause.name == .absent && cause.count == 20_001)
            #expect(cause.workflows.parts.count == 5 && cause.workflows.more == 46)
            #expect(cause.batches.parts.count == 5 && cause.batches.more == 94)
            #expect(cause.samples.count == 2)
        }
    }

    @Test func `no violation is no cause, and neither is a promise that a constraint proves`()
        async throws
    {
        let table = Table("core.places", key: "id") {
            Required("id")
            Required("city").where("id > 100")
        }
        .fed(
            by: Payloads("raw.profiles", "payload").found(by: "id").carrying("id", "city"),
            created: nil)
        try await withScratchDatabase(setUp: ProvenanceTests.places) { database in
            for check in ["required:id", "required:city"] {
                let report = try await causes("core.places/\(check)", in: database, [table])
                #expect(report.violations == 0 && report.causes.isEmpty)
            }
        }
    }
}

/// The causes of a check's violations, with all rows.
func causes(
    _ check: String, in database: ScratchDatabase, _ tables: [Table] = [ProvenanceTests.table],
    column: String? = nil, configure: @Sendable (inout AuditOptions) -> Void = { _ in }
) async throws -> CauseReport {
    var options = AuditOptions(target: database.target)
    options.samples = 100
    configure(&options)
    let suite = try Suite(name: "tests", tables: tables, root: folderOfTests())
    return try await Provenance(of: check, column: column, in: suite, options: options).report()
}

extension CauseReport {
    /// The keys of the rows by class.
    fileprivate var rows: [Cause.Class: String] {
        Dictionary(
            uniqueKeysWithValues: causes.map { cause in
                let keys = cause.samples.compactMap { $0.keys.first?.first?.value }
                return (cause.name, keys.joined(separator: ", "))
            })
    }

    /// What was found instead, in words.
    fileprivate func details(_ name: Cause.Class) -> String? {
        causes.first { $0.name == name }?.details.parts.map { "\($0.label) \($0.count)" }
            .joined(separator: ", ")
    }
}

extension ProvenanceTests {
    /// Rows of every class, found by a value within their payloads.
    static let table = Table("raw.staged", key: "id") {
        Required("company_name", "url")
        Normalized("domain", as: .domain)
        OneOf("batch", "b1", "b2")
        Matches("url", like: "https://good.example/_%")
        Length("batch", 3...60)
        References("batch", in: "raw.batches.name")
        Implies(.isTrue("sent"), then: .present("company_name")).named("complete")
    }
    .fed(
        by: Payloads("raw.answers", "payload", each: "customers")
            .found(by: "url", at: .element("url"))
            .carrying("company_name", at: "company_name", or: "firm")
            .carrying("domain")
            .carrying("url", at: .element("url"))
            .carrying("batch")
            .workflow(at: "workflow", otherwise: "agent-3"),
        batch: "batch", sent: .isTrue("sent"), updated: "updated_at")

    static let staged = """
        CREATE SCHEMA raw;
        CREATE TABLE raw.batches (name text);
        INSERT INTO raw.batches VALUES ('b1'), ('b10');
        CREATE TABLE raw.staged (id int PRIMARY KEY, company_name text, domain text, url text,
            batch text, sent boolean, created_at timestamptz, updated_at timestamptz);
        INSERT INTO raw.staged
        SELECT n, CASE WHEN n IN (13, 14) THEN ' ' WHEN n > 19 THEN 'Acme' END,
            (ARRAY['Came.Example', 'HTTP://came.example', 'Www.Changed.Example', 'Made.Example',
                'Lone.Example'])[n - 19],
            'https://staged.example/' || n, 'b' || n, n % 2 = 0, '2026-01-01',
            CASE n WHEN 11 THEN timestamptz '2026-01-08' ELSE '2026-01-01' END
        FROM generate_series(1, 24) AS n WHERE n < 17 OR n > 19;

        CREATE TABLE raw.answers (id int, payload jsonb, created_at timestamptz);
        INSERT INTO raw.answers
        SELECT n, said || jsonb_build_object('customers', jsonb_build_array(
            jsonb_build_object('url', 'https://other.example/' || n, 'company_name', 'Another'),
            jsonb_build_object('url', 'https://staged.example/' || n) || of_element)),
            timestamptz '2026-01-01' + make_interval(days => day)
        FROM (VALUES
            (1, 0, '{"elsewhere": ["company_name"]}'::jsonb, '{}'::jsonb),
            (2, 0, '{"company_name": null}', '{}'),
            (3, 0, '{"company_name": " \\t"}', '{}'),
            (4, 0, '{"companyName": "Acme", "company_name": null}', '{}'),
            (5, 0, '{"firm": "Acme"}', '{}'),
            (6, 0, '{"compny_name": "Acme"}', '{}'),
            (7, 0, '{"meta": {"deep": [{"company_name": "Acme"}]}}', '{}'),
            (8, 0, '{"company_name": ""}', '{"company_name": "Acme"}'),
            (9, 0, '{"company_name": "Acme"}', '{}'),
            (10, 0, '{"company_name": "Acme"}', '{}'),
            (10, 4, '{"company_name": null}', '{}'),
            (11, 1, '{"company_name": "Acme", "workflow": "agent-9"}', '{}'),
            (13, 0, '{"company_name": null}', '{}'),
            (14, 0, '{"company_name": []}', '{}'),
            (15, 0, '{}', '{"about": {"company_name": "Acme"}}'),
            (20, 0, '{"domain": "Came.Example"}', '{}'),
            (21, 0, '{"domain": "WWW.Came.Example"}', '{}'),
            (22, 0, '{"domain": "changed.example"}', '{}'),
            (23, 0, '{"domain": null}', '{}')
        ) AS answers (n, day, said, of_element);
        -- Payloads of no use to anybody.
        INSERT INTO raw.answers VALUES (90, '"text"', '2026-01-01'), (91, '[1]', '2026-01-01'),
            (92, '{"customers": {"url": "https://staged.example/16"}}', '2026-01-01');
        """

    static let places = """
        CREATE SCHEMA raw; CREATE SCHEMA extracted; CREATE SCHEMA core;
        CREATE TABLE core.places (id int PRIMARY KEY, source text, city text, state text, name text);
        INSERT INTO core.places SELECT n, n::text FROM generate_series(1, 5) AS n;
        CREATE TABLE extracted.links (place int, raw_id text);
        INSERT INTO extracted.links SELECT n, n::text FROM generate_series(1, 5) AS n;
        CREATE TABLE raw.profiles (id int, payload json, created_at date);
        INSERT INTO raw.profiles VALUES
            (1, '{"location": {"state": {"name": "Texas"}}, "name": "Acme"}', '2026-01-01'),
            (2, '{"city_name": "Austin", "location": "Texas"}', '2026-01-01'),
            (3, '{"location": {"City": {"name": "Austin"}, "city": null}}', '2026-01-01'),
            (4, '{"location": {"city": {"Name": "Austin"}}}', '2026-01-01'),
            (5, '{"location": {"city": {"name": "Austin"}}}', '2026-01-01');
        """
}
