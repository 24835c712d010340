import Assay
import AssayTesting
import Auditor
import Testing

/// Values of rows are shown to nobody who did not ask for them.
@Suite(.timeLimit(.minutes(15))) struct LeakTests {
    private static let canary = "kanarie"

    private static let fixture = """
        CREATE TYPE colour AS ENUM ('red');
        CREATE TABLE companies (id int PRIMARY KEY, name text, domain text, number text, at text);
        INSERT INTO companies VALUES
            (1, 'kanarie one', ' https://kanarie.com/x', 'kanarie', 'kanarie'),
            (2, 'kanarie one', ' https://kanarie.com/x', '7', '2026-01-01'),
            (3, repeat('kanarie ', 100), 'kanarie.com', '7', '2026-01-01');
        CREATE FUNCTION refuse(text) RETURNS boolean LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'not %', $1 USING HINT = $1, DETAIL = $1; END $$;
        """

    /// Kinds that show rows, and queries whose errors quote values.
    private static let table = Table("companies", key: "id") {
        Required("at").where("name = 'x'")
        Normalized("domain", as: .domain)
        Unique(by: "name")
        Unique(by: .normalized("domain", as: .domain))
        OneOf("number", "7")
        Matches("number", "^[0-9]$")
        Length("name", 1...20)
        References("number", in: "companies.domain")
        PoisonedDomain("domain", names: "number", upTo: 1)
        Implies(.present("name"), then: .equals("number", "7"))
        NoRows("rows") { "SELECT id, name FROM companies" }
        NoRows("keyless rows") { "SELECT name FROM companies" }
    }

    private static let failing = Table("companies", key: "id") {
        for (index, expression) in [
            "number::int = 1", "at::date > now()", "number::jsonb IS NULL", "number::uuid IS NULL",
            "number::boolean", "number::int[] IS NULL", "number::inet IS NULL",
            "('9999999999' || name)::int = 1", "number::numeric > 1", "number::colour = 'red'",
            "to_date(at, 'YYYY-MM-DD') IS NULL", "to_number(number, '9') > 1",
            "decode(number, 'hex') IS NULL", "decode(number, 'base64') IS NULL",
            "name ~ ('([' || number)", "number::interval IS NULL", "at::timestamptz IS NULL",
            "number::varchar(3)::varbit IS NULL", "number::xml IS NULL AND number::int = 1",
            "now() AT TIME ZONE number IS NULL", "encode('x', number) IS NULL",
            "to_tsquery('simple', name) IS NULL", "number::regclass IS NULL",
            "number::regtype IS NULL", "current_setting(number) IS NULL", "refuse(number)",
            "jsonb_path_exists('1', number::jsonpath)", "convert_to('x', number) IS NULL",
            "date_trunc(number, now()) IS NULL", "extract(epoch FROM number::time) > 0",
            "has_table_privilege(number, 'SELECT')", "number::regrole IS NULL",
            "(SELECT count(*) FROM pg_ls_dir(number)) > 0", "number::int4range IS NULL",
        ].enumerated() {
            NoRows("casts \(index)") { "SELECT id FROM companies WHERE \(unchecked: expression)" }
            Required("name").where(Condition.sql(SQL(unchecked: expression))).named("cast \(index)")
        }
    }

    private func everything(in report: AuditReport) -> String {
        var text = ""
        dump(report, to: &text)
        return text
    }

    @Test func `no field of a report holds a value`() async throws {
        try await withScratchDatabase(setUp: Self.fixture) { database in
            let report = try await audit(database, [Self.table])
            #expect(report.errored.isEmpty)
            #expect(report.count(.failed) >= 10)
            #expect(!everything(in: report).contains(Self.canary))
        }
    }

    @Test func `no error quotes a value`() async throws {
        try await withScratchDatabase(setUp: Self.fixture) { database in
            let report = try await audit(database, [Self.failing])
            for result in report.results {
                let trouble = result.trouble ?? ""
                #expect(!trouble.contains(Self.canary), "\(result.id)")
            }
            #expect(report.count(.errored) > 50)
            #expect(!everything(in: report).contains(Self.canary))
        }
    }

    @Test func `values are shown where they are asked for, cut where they are long`() async throws {
        try await withScratchDatabase(setUp: Self.fixture) { database in
            let report = try await audit(database, [Self.table]) { $0.showsValues = true }
            let ids = [
                "normalized:domain", "unique:name", "unique:domain.domain", "one-of:number",
                "matches:number", "length:name", "references:number", "implies:name+number",
                "no-rows:rows", "no-rows:keyless-rows", "poisoned-domain:domain+number",
            ]
            for id in ids {
                let values = try report.result(id).samples.flatMap(\.values)
                #expect(values.contains { $0.value?.contains(Self.canary) == true }, "\(id)")
                #expect(values.allSatisfy { ($0.value?.count ?? 0) <= 200 }, "\(id)")
            }
            let long = try report.result("length:name").samples.flatMap(\.values)
            #expect(long.map { $0.value?.count } == [200])
        }
    }

    @Test func `a sensitive column shows its shape, and a digest where it is a key`() async throws {
        let setUp = """
            CREATE TABLE people (email text PRIMARY KEY, name text, born date, n int);
            INSERT INTO people VALUES ('kanarie@kanarie.com', 'Kanarie Zoë', '2001-02-03', 1),
                ('other@kanarie.com', 'Kanarie Zoë', NULL, 2);
            """
        try await withScratchDatabase(setUp: setUp) { database in
            let table = Table("people", key: "email") {
                Normalized("name", as: .lowercase)
                Unique(by: "name")
                Matches("email", "^$")
                InRange("n", 5...)
                Matches("n", "^$")
                NoRows("rows") { "SELECT email, name AS alias, n FROM people" }
            }
            .sensitive("email", "name")
            let hidden = try await audit(database, [table])
            let shown = try await audit(database, [table]) { $0.showsValues = true }
            for report in [hidden, shown] {
                #expect(report.errored.isEmpty)
                #expect(!everything(in: report).lowercased().contains(Self.canary))
                #expect(!everything(in: report).contains("Zo"))
            }
            let email = try shown.result("matches:email").samples
            #expect(
                email.flatMap(\.values).map(\.value).sorted { ($0 ?? "") < ($1 ?? "") } == [
                    "xxxxx@xxxxxxx.xxx", "xxxxxxx@xxxxxxx.xxx",
                ])
            let keys = Set(email.flatMap(\.keys).joined().map(\.value))
            #expect(keys.count == 2 && keys.allSatisfy { $0?.hasPrefix("#") == true })
            #expect(
                keys
                    == Set(
                        try hidden.result("matches:n").samples.flatMap(\.keys).joined().map(\.value)
                    ))
            let unique = try shown.result("unique:name").samples
            #expect(unique.flatMap(\.values).map(\.value) == ["xxxxxxx xxx"])
            let custom = try shown.result("no-rows:rows").samples.flatMap(\.values)
            #expect(
                custom.map(\.value).contains("xxxxxxx xxx") && custom.map(\.value).contains("1"))
        }
    }

    @Test func `a sensitive column that does not exist is refused`() async throws {
        try await withScratchDatabase(setUp: Self.fixture) { database in
            let table = Table("companies", key: "id") { Required("name") }.sensitive("nome")
            let refusal = try await refusal { _ = try await audit(database, [table]) }
            #expect("\(refusal)".contains("companies has no column nome; did you mean name?"))
        }
    }
}
