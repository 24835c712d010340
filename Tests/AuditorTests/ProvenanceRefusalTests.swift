import Assay
import AssayTesting
import Auditor
import Postgres
import Testing

@Suite struct ProvenanceRefusalTests {
    private func refused(
        _ check: String, _ table: Table = ProvenanceTests.table, column: String? = nil
    ) async throws -> [String] {
        try await withScratchDatabase(setUp: ProvenanceTests.staged) { database in
            try await refusal {
                _ = try await causes(check, in: database, [table], column: column)
            }.items.map(\.sentence)
        }
    }

    @Test func `an unknown check is refused with the nearest one`() async throws {
        #expect(
            try await refused("raw.staged/required:company_nam") == [
                "there is no check called raw.staged/required:company_nam; did you mean "
                    + "raw.staged/required:company_name?; `assay list --ids` shows all"
            ])
        #expect(
            try await refused("raw.stagd/required") == [
                "there is no check called raw.stagd/required; did you mean raw.staged/required?; "
                    + "`assay list --ids` shows all"
            ])
        #expect(
            try await refused("raw.staged/required") == [
                "raw.staged/required is 2 checks; name one of raw.staged/required:company_name or "
                    + "raw.staged/required:url"
            ])
    }

    @Test func `a table without lineage is refused with how to declare it`() async throws {
        let table = Table("raw.staged", key: "id") { Required("company_name") }
        #expect(
            try await refused("raw.staged/required:company_name", table) == [
                "raw.staged does not say where its rows come from; add "
                    + ".fed(by: Payloads(\"raw.table\", \"payload\").found(by: \"raw_id\", matching: "
                    + "\"id\").carrying(\"company_name\")) to it"
            ])
    }

    @Test func `a column that no payload carries is refused`() async throws {
        let table = Table("raw.staged", key: "id") { Required("company_name") }
            .fed(by: Payloads("raw.answers", "payload").found(by: "id").carrying("domain"))
        #expect(
            try await refused("raw.staged/required:company_name", table) == [
                "no payload of raw.staged is said to carry company_name; add "
                    + ".carrying(\"company_name\", at: \"key\") to .fed(by:)"
            ])
    }

    @Test func `all names that the catalog does not know are refused at once`() async throws {
        let table = Table("raw.staged", key: "id") { Required("company_name") }
            .fed(
                by: Payloads("raw.answer", "payload").found(by: "id").carrying("company_nam"),
                Payloads("raw.answers", "payloads").arrived(at: "created")
                    .through("raw.batches", by: "batsh", matching: "nam")
                    .found(by: "nom", matching: "idd").carrying("company_name")
                    .workflow(in: "workflow"),
                batch: "batches", sent: .isTrue("send"), created: "created", updated: "updated")
        #expect(
            try await refused("raw.staged/required:company_name", table) == [
                "raw.staged has no column company_nam; did you mean company_name?",
                "raw.staged has no column batsh; did you mean batch?",
                "raw.staged has no column batches; did you mean batch?",
                "raw.staged has no column created; did you mean created_at?",
                "raw.staged has no column updated; did you mean updated_at?",
                "raw.staged has no column send; did you mean sent?",
                "there is no table raw.answer; did you mean raw.answers?",
                "raw.batches has no column nam; did you mean name?",
                "raw.batches has no column nom; did you mean name?",
                "raw.answers has no column payloads; did you mean payload?",
                "raw.answers has no column created; did you mean created_at?",
                "raw.answers has no column idd; did you mean id?",
                "raw.answers has no column workflow",
            ])
    }

    @Test func `a condition in SQL that names what is not there is refused`() async throws {
        let table = Table("raw.staged", key: "id") { Required("company_name") }
            .fed(
                by: Payloads("raw.answers", "payload").found(by: "id").carrying("company_name")
                    .where("companny_name IS NULL"))
        #expect(
            try await refused("raw.staged/required:company_name", table) == [
                "column \"companny_name\" does not exist; did you mean company_name?"
            ])
    }

    @Test func `an audit refuses a lineage that does not fit the database, too`() async throws {
        let table = Table("raw.staged", key: "id") { Required("company_name") }
            .fed(by: Payloads("raw.answer", "payload").found(by: "id").carrying("company_name"))
        try await withScratchDatabase(setUp: ProvenanceTests.staged) { database in
            let found = try await refusal { _ = try await audit(database, [table]) }
            #expect(
                found.items.map(\.sentence) == [
                    "there is no table raw.answer; did you mean raw.answers?"
                ])
        }
    }

    @Test func `text is no payload, and neither is a number a time`() async throws {
        let change = "ALTER TABLE raw.answers ALTER payload TYPE text;"
        let table = Table("raw.staged", key: "id") { Required("company_name") }
            .fed(
                by: Payloads("raw.answers", "payload").arrived(at: "id").found(by: "id")
                    .carrying("company_name"))
        try await withScratchDatabase(setUp: ProvenanceTests.staged + change) { database in
            let found = try await refusal {
                _ = try await causes("raw.staged/required:company_name", in: database, [table])
            }
            #expect(
                found.items.map(\.sentence) == [
                    "raw.answers.id is integer; a date or a timestamp tells when",
                    "raw.answers.payload is text; payloads are read from json or jsonb; where all of "
                        + "it is JSON, ALTER TABLE raw.answers ALTER COLUMN payload TYPE jsonb USING "
                        + "payload::jsonb makes it so",
                ])
        }
    }

    @Test func `a lineage that leads nowhere is refused`() async throws {
        let table = Table("raw.staged", key: "id") { Required("company_name") }
            .fed(
                by: Payloads("raw.answers", "payload")
                    .carrying("company_name", at: .element("name")))
        #expect(
            try await refused("raw.staged/required:company_name", table) == [
                "raw.staged is fed by raw.answers, which says not how a row finds its payload; add "
                    + ".found(by: \"raw_id\", matching: \"id\")",
                "raw.staged is fed by raw.answers, which names a place in an element, and no array; "
                    + "add each: \"customers\" to Payloads",
            ])
    }

    @Test(arguments: [
        ("unique:url", "unique compares rows with each other"),
        ("fresh:created_at", "fresh looks at the table as a whole"),
        ("no-rows:nothing", "no-rows is SQL of its own"),
    ])
    func `a check whose rows are not wrong one by one is refused`(
        check: String, sentence: String
    ) async throws {
        let table = Table("raw.staged", key: "id") {
            Unique(by: "url")
            Fresh("created_at", within: .hours(1))
            NoRows("nothing") { "SELECT id FROM raw.staged WHERE false" }
        }
        .fed(
            by: Payloads("raw.answers", "payload").found(by: "id").carrying("url", "created_at"))
        let found = try await refused("raw.staged/\(check)", table, column: nil)
        #expect(found.count == 1 && found[0].hasPrefix(sentence), "\(found)")
    }

    @Test func `a check on several columns is traced by the one that is named`() async throws {
        let table = Table("raw.staged", key: "id") {
            Implies(.isTrue("sent"), then: .all([.present("company_name"), .present("domain")]))
        }
        .fed(
            by: Payloads("raw.answers", "payload", each: "customers")
                .found(by: "url", at: .element("url")).carrying("company_name", "domain"))
        let check = "raw.staged/implies:sent+company_name+domain"
        #expect(
            try await refused(check, table) == [
                "\(check) is about company_name or domain; say with --column which is traced"
            ])
        #expect(
            try await refused(check, table, column: "url") == [
                "\(check) does not name url; --column is one of sent, company_name or domain"
            ])
        try await withScratchDatabase(setUp: ProvenanceTests.staged) { database in
            let report = try await causes(check, in: database, [table], column: "domain")
            #expect(report.column == "domain" && report.violations == 8)
        }
    }

    @Test func `missing grants are written out before anything is read`() async throws {
        let role = "assay_cause_\(UInt32.random(in: 0 ... .max))"
        let grants = """
            CREATE ROLE \(role) LOGIN; GRANT USAGE ON SCHEMA raw TO \(role);
            GRANT SELECT ON raw.staged TO \(role);
            """
        try await withScratchDatabase(setUp: ProvenanceTests.staged + grants) { database in
            let found = try await refusal {
                _ = try await causes("raw.staged/required:company_name", in: database) {
                    $0.target = $0.target.with("user", role)
                }
            }
            #expect(
                found.items.map(\.sentence) == [
                    "\(role) may not read raw.answers: GRANT SELECT ON raw.answers TO \(role)"
                ])
            try await database.script("DROP OWNED BY \(role); DROP ROLE \(role)")
        }
    }

    @Test func `what takes too long ends at the deadline and says what to do`() async throws {
        let table = Table("raw.staged", key: "id") {
            Required("company_name").where("pg_sleep(60) IS NOT NULL")
        }
        .fed(by: Payloads("raw.answers", "payload").found(by: "id").carrying("company_name"))
        try await withScratchDatabase(setUp: ProvenanceTests.staged) { database in
            let error = try await #require(throws: PostgresError.self) {
                _ = try await causes("raw.staged/required:company_name", in: database, [table]) {
                    $0.deadline = .milliseconds(500)
                }
            }
            #expect(
                error.message
                    == "the causes were not found within 500 milliseconds; raise --deadline, or give "
                    + "the columns by which payloads are found an index")
        }
    }
}
