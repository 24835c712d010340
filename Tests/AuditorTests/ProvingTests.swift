import Assay
import AssayTesting
import Auditor
import Postgres
import Testing

/// Checks that can fail, and those that cannot.
@Suite(.timeLimit(.minutes(15))) struct ProvingTests {
    private static let fixture = """
        CREATE SCHEMA core;
        CREATE TABLE core.companies (
            id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, domain text, founded int,
            source text, parent int, is_customer boolean, country text, created_at timestamptz,
            day date, updated_at timestamptz);
        CREATE TABLE core.copies (
            number serial PRIMARY KEY, domain text, founded int, country varchar(20));
        """

    /// The outcomes by the part of the identity behind the table.
    private func outcomes(
        setUp: String = fixture, _ table: Table, place: ProofRun.Place = .here
    ) async throws -> [String: String] {
        let report = try await withScratchDatabase(setUp: setUp) { database in
            try await prove(database, [table], place: place)
        }
        return Dictionary(
            report.proofs.map { proof in
                let id = proof.id.split(separator: "/").dropFirst().joined(separator: "/")
                let words = [proof.outcome.rawValue, proof.reason].compactMap(\.self)
                return (id, words.joined(separator: ": "))
            }
        ) { first, _ in first }
    }

    @Test func `every kind is proven on a copy of the schema`() async throws {
        let table = Table("core.companies", key: "id") {
            Required("name", "founded", "day")
            for form in Normalizer.all {
                Normalized("domain", as: form).named(form.name)
            }
            Unique(by: "domain").named("plain")
            for form in Normalizer.all {
                Unique(by: .normalized("domain", as: form), "name").named(form.name)
            }
            References("parent", in: "core.companies.id")
            References(["name", "day"], in: "core.companies", columns: ["domain", "day"])
            OneOf("source", "manual", "claygent")
            OneOf("is_customer", "true")
            OneOf("source", in: "core.companies.name").named("table")
            Matches("domain", like: "%.com", "bit._y")
            Matches("name", "^[A-Z][a-z]+( (Inc|Ltd)[.]?)?$")
            Matches("source", "(?=x)y").examples(good: "xy", bad: "x").named("author")
            InRange("founded", 1200...2100)
            InRange("day", from: "1990-01-01", through: "2030-12-31")
            InRange("created_at", from: "2020-01-01")
            Length("name", 3...40)
            Fresh("created_at", within: .hours(26))
            Fresh("day", within: .days(1))
            RowCount(3...2_000)
            RowCount(2...).where(.equals("source", "manual")).named("manual")
            Implies(.isTrue("is_customer"), then: .all([.present("domain"), .present("founded")]))
            Implies(.present("founded"), then: "founded >= parent").named("compared")
            SharedHost("domain")
            PoisonedDomain("domain", names: "name", upTo: 2)
            NoRows("young companies") { "SELECT id FROM core.companies WHERE founded > 2020" }
                .violated(by: .row("core.companies", ["founded": 2021]))
                .kept(by: .row("core.companies", ["founded": 2020]))
            Resolvable("the lookup") { "SELECT name FROM core.companies WHERE id = $1" }
            Grants(.select, .insert, .delete, to: "assay_client")
            Exposed(to: "assay_client", through: "assay_rest")
            Stamped("updated_at")
            Constrained(
                .notNull("domain"), .unique("domain", "name"), .check("founded", "parent"),
                .references("parent", in: "core.companies.id"))
            Constrained(.references("source", in: "core.copies.domain"))
            Agrees(with: "core.copies", on: "domain", comparing: "founded", "country")
            Agrees(with: "core.copies", in: .count, .sum("founded"))
            Steady(.rowCount)
            Steady(.rowCount, within: .deviations(90)).where(.equals("source", "x")).named("wide")
            Steady(nullShareOf: "name", "founded")
        }
        let outcomes = try await outcomes(table, place: .scratch)
        let others = outcomes.filter { $0.value != "proven" }
        // No regular expression with a look-ahead is read, and none is satisfied by this one.
        #expect(others == ["matches:author": "too strict: what only just keeps it turns it red"])
        let kinds = Set(outcomes.keys.map { $0.split(separator: ":")[0] })
        // What only a look at the table can declare has a test of its own.
        #expect(kinds.union(["unchanged"]).count == Kinds.all.count)
    }

    @Test func `a check that no row turns red is vacuous`() async throws {
        let outcomes = try await outcomes(
            Table("core.companies", key: "id") {
                Broken("name", violated: "false").named("deaf")
                Broken("name", violated: "name IS NULL AND name = 'x'").named("null")
                Matches("domain", like: "%.com", "%")
                Implies(.present("name"), then: .not(.isNull("name")))
                NoRows("orphans") { "SELECT id FROM core.companies WHERE parent = NULL" }
                    .violated(by: .row("core.companies", ["parent": 7]))
            })
        #expect(
            outcomes == [
                "broken:deaf": "vacuous: what breaks it does not turn it red",
                "broken:null": "vacuous: what breaks it does not turn it red",
                "matches:domain": "vacuous: is like any text whatever",
                "implies:name+name": "vacuous: no row breaks it, whatever its values",
                "no-rows:orphans": "vacuous: what is said to break it does not turn it red",
            ])
    }

    @Test func `a check that what keeps it turns red is too strict`() async throws {
        let outcomes = try await outcomes(
            Table("core.companies", key: "id") {
                Broken("name", violated: "true").named("always")
                Broken("name", violated: "name IS NULL OR length(name) < 300").named("too-long")
                NoRows("young companies") { "SELECT id FROM core.companies WHERE founded >= 2020" }
                    .violated(by: .row("core.companies", ["founded": 2021]))
                    .kept(by: .row("core.companies", ["founded": 2020]))
            })
        #expect(
            outcomes == [
                "broken:always": "too strict: what only just keeps it turns it red",
                "broken:too-long": "too strict: what only just keeps it turns it red",
                "no-rows:young-companies": "too strict: what is said to keep it turns it red",
            ])
    }

    @Test func `a scope in which nothing can be looked at is blind`() async throws {
        let outcomes = try await outcomes(
            Table("core.companies", key: "id") {
                Normalized("domain", as: .domain).where(.isNull("domain"))
                OneOf("source", "manual").where(
                    .all([.isTrue("is_customer"), .isFalse("is_customer")]))
                Required("name").where(.equals("source", "manual"))
                Required("domain").where("founded < 1800")
                Required("parent").where("founded % 2 = 1")
            })
        #expect(
            outcomes == [
                "normalized:domain":
                    "blind: no row can be in its scope (domain is null) and be looked at",
                "one-of:source":
                    "blind: no row can be in its scope (is_customer and not is_customer) and be looked at",
                "required:name": "proven", "required:domain": "proven",
                "required:parent":
                    "not proven: no row was found that its own SQL speaks of; say what breaks it: "
                    + ".violated(by: …)",
            ])
    }

    @Test func `what the database refuses is held by what refuses it`() async throws {
        let setUp = """
            \(Self.fixture)
            ALTER TABLE core.companies
                ADD CONSTRAINT grown CHECK (founded >= 1900) NOT VALID,
                ADD CONSTRAINT no_clay CHECK (source <> 'claygent'),
                ADD CONSTRAINT home FOREIGN KEY (parent) REFERENCES core.companies (id) NOT VALID,
                ALTER country TYPE varchar(2), ALTER day SET NOT NULL,
                ADD UNIQUE (name);
            CREATE FUNCTION core.lower_domain() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN NEW.domain := lower(NEW.domain); RETURN NEW; END $$;
            CREATE TRIGGER lowered BEFORE INSERT OR UPDATE ON core.companies
                FOR EACH ROW EXECUTE FUNCTION core.lower_domain();
            """
        let outcomes = try await outcomes(
            setUp: setUp,
            Table("core.companies", key: "id") {
                Required("day")
                Unique(by: "name", "domain")
                InRange("founded", 1900...2100)
                References("parent", in: "core.companies.id")
                Length("country", 1...2)
                Normalized("domain", as: .lowercase)
                OneOf("source", "manual", "claygent")
            })
        #expect(
            outcomes == [
                "required:day": "held: NOT NULL on day refuses what would break it",
                "unique:name+domain":
                    "held: the unique key companies_name_key refuses what would break it, and what "
                    + "only just keeps it",
                "in-range:founded":
                    "proven: too low: the check constraint grown refuses what would break it",
                "references:parent": "held: the foreign key home refuses what would break it",
                "length:country":
                    "proven: too long: the column's type (value too long for type character "
                    + "varying(2) (SQLSTATE 22001)) refuses what would break it",
                "normalized:domain": "held: the trigger lowered rewrites domain",
                "one-of:source":
                    "contradicted: the check constraint no_clay refuses what only just keeps it",
            ])
    }

    @Test func `a type that drops trailing blanks proves what it can, and holds nothing`()
        async throws
    {
        let setUp = """
            CREATE SCHEMA core;
            CREATE TABLE core.codes (id int PRIMARY KEY, code char(3));
            """
        let outcomes = try await outcomes(
            setUp: setUp,
            Table("core.codes", key: "id") {
                Normalized("code", as: .trimmed)
                Matches("code", "^[a-z]*$").examples(good: "y", bad: "y ")
            })
        #expect(
            outcomes == [
                "normalized:code": "proven",
                "matches:code":
                    "not proven: code is stored as another value, and no trigger or rule does that; say "
                    + "what breaks it: .violated(by: …)",
            ])
    }

    @Test func `a trigger of a partition holds a promise, and one that is switched off does not`()
        async throws
    {
        let setUp = """
            CREATE SCHEMA core;
            CREATE FUNCTION core.lower() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN NEW.domain := lower(NEW.domain); RETURN NEW; END $$;
            CREATE TABLE core.companies (id int, domain text) PARTITION BY RANGE (id);
            CREATE TABLE core.some PARTITION OF core.companies DEFAULT;
            CREATE TRIGGER lowered BEFORE INSERT ON core.some
                FOR EACH ROW EXECUTE FUNCTION core.lower();
            """
        let table = Table("core.companies", key: "id") { Normalized("domain", as: .lowercase) }
        let held = try await outcomes(setUp: setUp, table)
        #expect(held == ["normalized:domain": "held: the trigger lowered rewrites domain"])
        let off = try await outcomes(
            setUp: setUp + "ALTER TABLE core.some DISABLE TRIGGER lowered;", table)
        #expect(off == ["normalized:domain": "proven"])
    }

    @Test func `a constraint that is said to hold a promise is put to the proof`() async throws {
        let outcomes = try await outcomes(
            Table("core.companies", key: "id") { Hopeful("name") })
        #expect(
            outcomes == [
                "hopeful:name":
                    "vacuous: what breaks it was stored, though a constraint is said to hold it"
            ])
    }

    @Test func `a check must count what was made, no less and no more`() async throws {
        let outcomes = try await outcomes(
            Table("core.companies", key: "id") {
                Miscounting("name", each: 1).named("one")
                Miscounting("name", each: 3).named("three")
            })
        #expect(
            outcomes == [
                "miscounting:one": "vacuous: it counts 1 of 2 rows that break it",
                "miscounting:three": "too strict: it counts 3 where 2 rows should be counted",
            ])
    }

    @Test func `examples that are wrong prove nothing`() async throws {
        func rule(_ name: String, _ steps: Specimen.Step) -> any Check {
            NoRows(name) { "SELECT id FROM core.companies WHERE founded > 2020" }
                .violated(by: steps)
        }
        let outcomes = try await outcomes(
            Table("core.companies", key: "id") {
                NoRows("nothing said") { "SELECT id FROM core.companies" }
                rule("no table", .row("core.company"))
                rule("no column", .row("core.companies", ["foundet": 2021]))
                rule("no number", .row("core.companies", ["founded": "soon"]))
                rule("the end", "COMMIT")
                rule("hidden end", "-- harmless\n/* too */ commit and chain")
                rule("two", "SELECT 1; COMMIT")
                Matches("domain", "^(?!x)")
            })
        let why = "only its author knows what its query finds; say what breaks it: .violated(by: …)"
        #expect(
            outcomes == [
                "no-rows:nothing-said": "not proven: \(why)",
                "no-rows:no-table":
                    "not proven: its example: there is no table core.company; did you mean "
                    + "core.companies?",
                "no-rows:no-column":
                    "not proven: its example: core.companies has no column foundet; did you mean "
                    + "founded?",
                "no-rows:no-number":
                    "not proven: its example cannot be made: the column's type (invalid input syntax "
                    + "for type integer: \"…\" (SQLSTATE 22P02)) refuses it",
                "no-rows:the-end":
                    "not proven: its example ends the transaction that is to be taken back",
                "no-rows:hidden-end":
                    "not proven: its example ends the transaction that is to be taken back",
                "no-rows:two":
                    "not proven: cannot insert multiple commands into a prepared statement "
                    + "(SQLSTATE 42601)",
                "matches:domain":
                    "not proven: no text could be made of /^(?!x)/; write .examples(good:bad:); say "
                    + "what breaks it: .violated(by: …)",
            ])
    }
}

extension ProofRun.Place {
    /// In the database itself, which is the test's own.
    static let here = ProofRun.Place.inPlace(lockTimeout: .milliseconds(200))
}

/// Proves tables on a database.
func prove(
    _ database: ScratchDatabase, _ tables: [Table], place: ProofRun.Place
) async throws -> ProofReport {
    let suite = try Suite(name: "tests", tables: tables, root: folderOfTests())
    var options = AuditOptions(target: database.target)
    options.now = 1_800_000_000
    return try await ProofRun(suite: suite, options: options, place: place).report()
}

/// A kind that asks for what it is told.
private struct Broken: Check {
    var options: CheckOptions
    let columns: [String]
    private let violated: SQL

    init(_ column: String, violated: SQL, file: String = #filePath, line: Int = #line) {
        options = CheckOptions(file: file, line: line)
        columns = [column]
        self.violated = violated
    }

    var sentence: String { "\(subject) is right" }

    func question(in context: CheckContext) -> Question {
        .rows(RowQuestion(scope: nil, parts: [.init("missing", violated)]))
    }

    func headline(_ measure: Measure, of table: TableName) -> String { "\(subject) is wrong" }

    func specimens(in context: CheckContext) -> Specimens {
        .made([.init("missing", violating: [subject: .null], boundary: [subject: .text("x")])])
    }

    static let documentation = KindDocumentation(
        kind: "broken", dimension: .validity, summary: "", why: "", example: "", measures: "",
        limits: "")
}

/// A kind that trusts a constraint that is not there.
private struct Hopeful: Check {
    var options = CheckOptions(file: #filePath, line: #line)
    let columns: [String]

    init(_ column: String) { columns = [column] }

    var sentence: String { "\(subject) is right" }

    func question(in context: CheckContext) -> Question { .proven(by: "hope") }

    func headline(_ measure: Measure, of table: TableName) -> String { "\(subject) is wrong" }

    func specimens(in context: CheckContext) -> Specimens {
        .made([.init("missing", violating: [subject: .null], boundary: [subject: .text("x")])])
    }

    static let documentation = KindDocumentation(
        kind: "hopeful", dimension: .validity, summary: "", why: "", example: "", measures: "",
        limits: "")
}

/// A kind that has two rows made and counts another number of them.
private struct Miscounting: Check {
    var options = CheckOptions(file: #filePath, line: #line)
    let columns: [String]
    private let each: Int

    init(_ column: String, each: Int) {
        columns = [column]
        self.each = each
    }

    var sentence: String { "\(subject) is right" }

    func question(in context: CheckContext) -> Question {
        let numbers = "generate_series(1, \(each))"
        return .violators(
            "SELECT n FROM \(unchecked: numbers) AS n WHERE EXISTS (SELECT FROM core.companies)")
    }

    func headline(_ measure: Measure, of table: TableName) -> String { "\(subject) is wrong" }

    func specimens(in context: CheckContext) -> Specimens {
        let row = Specimen.Step.rows(.init([subject: .any]))
        return .made([Specimen("double", violating: [row, row], boundary: [], violations: 2)])
    }

    static let documentation = KindDocumentation(
        kind: "miscounting", dimension: .validity, summary: "", why: "", example: "", measures: "",
        limits: "")
}
