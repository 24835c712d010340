import Assay
import AssayTesting
import Auditor
import Postgres
import Testing

/// Kinds that ask the catalog, as roles and tables stand there.
@Suite(.timeLimit(.minutes(15))) struct CatalogKindTests {
    private static let fixture = """
        CREATE SCHEMA core;
        CREATE TABLE core.companies (
            id serial PRIMARY KEY, name text NOT NULL, domain text, parent int, founded int,
            updated_at timestamptz);
        CREATE FUNCTION core.stamp() RETURNS trigger LANGUAGE plpgsql AS $$
            -- NEW.updated_at := now();
            BEGIN /* first */ NEW.updated_at = now(); RETURN NEW; END $$;
        """

    /// What checks found: the outcome, and what was seen.
    private func found(
        _ setUp: String = "", _ checks: any Check...
    ) async throws -> [String: String] {
        try await withScratchDatabase(setUp: Self.fixture + setUp) { database in
            let table = Table(
                TableName("core.companies"), key: ["id"],
                source: SourceLocation(file: #filePath, line: #line), checks: checks)
            let report = try await audit(database, [table])
            #expect(report.trouble == nil)
            let pairs = report.results.map { result in
                (
                    String(result.id.split(separator: "/").last ?? ""),
                    "\(result.outcome): \(result.measure?.observed ?? result.trouble ?? "")"
                )
            }
            return Dictionary(pairs) { first, _ in first }
        }
    }

    private static func role(_ name: String) -> String {
        """
        DO $$ BEGIN CREATE ROLE \(name); EXCEPTION
        WHEN duplicate_object OR unique_violation THEN NULL; END $$;
        """
    }

    // MARK: Grants

    @Test func `grants names each missing right by the statement that gives it`() async throws {
        let found = try await found(
            Self.role("assay_kinds_reader")
                + "GRANT SELECT ON core.companies TO assay_kinds_reader",
            Grants(.select, .insert, .delete, to: "assay_kinds_reader"))
        #expect(
            found == [
                "grants:assay_kinds_reader": """
                failed: needs GRANT USAGE ON SCHEMA core TO assay_kinds_reader; \
                needs GRANT INSERT ON core.companies TO assay_kinds_reader; \
                needs GRANT DELETE ON core.companies TO assay_kinds_reader; \
                needs GRANT USAGE ON SEQUENCE core.companies_id_seq TO assay_kinds_reader
                """
            ])
    }

    @Test func `grants passes where all was granted, to the role or to everybody`() async throws {
        let found = try await found(
            Self.role("assay_kinds_writer") + """
                GRANT USAGE ON SCHEMA core TO PUBLIC;
                GRANT SELECT ON core.companies TO PUBLIC;
                GRANT INSERT ON core.companies TO assay_kinds_writer;
                GRANT USAGE ON SEQUENCE core.companies_id_seq TO assay_kinds_writer
                """, Grants(.select, .insert, to: "assay_kinds_writer"))
        #expect(found == ["grants:assay_kinds_writer": "passed: all of it is so"])
    }

    @Test func `a role that does not exist is a finding for itself`() async throws {
        let found = try await found(
            Self.role("assay_kinds_other"),
            Grants(.select, to: "assay_kinds_nobody", "assay_kinds_other"))
        #expect(
            found["grants:assay_kinds_nobody"]
                == "failed: the role assay_kinds_nobody does not exist")
        #expect(found["grants:assay_kinds_other"]?.hasPrefix("failed: needs GRANT USAGE") == true)
    }

    @Test func `a kind that names nothing is refused`() throws {
        let table = Table("core.companies", key: "id") {
            Grants(to: "x")
            Grants(.select)
            Exposed()
            Stamped()
            Constrained()
            Constrained(.unique())
            Unchanged(since: "Nothing")
        }
        let refusal = #expect(throws: Refusal.self) {
            _ = try Suite(name: "tests", tables: [table], root: "")
        }
        #expect(
            refusal?.items.map(\.sentence) == [
                "grants on core.companies names no privilege",
                "grants on core.companies names no role",
                "exposed on core.companies names no role",
                "stamped on core.companies names no column",
                "constrained on core.companies names no constraint",
                "constrained on core.companies names no column",
                "unchanged on core.companies needs 8 to 64 hex digits; "
                    + "write 00000000, and an audit says the right ones",
            ])
    }

    @Test func `columns and tables that do not exist are refused`() async throws {
        let table = Table("core.companies", key: "id") {
            Stamped("updatet_at")
            Constrained(.references("parent", in: "core.compani.id"))
            Agrees(with: "core.companies", on: "id", comparing: "nam")
        }
        let words = try await withScratchDatabase(setUp: Self.fixture) { database in
            let found = try await refusal { _ = try await audit(database, [table]) }
            return found.items.map(\.sentence)
        }
        #expect(
            words.contains("core.companies has no column updatet_at; did you mean updated_at?"))
        #expect(
            words.contains("there is no table core.compani; did you mean core.companies?"))
        #expect(words.contains { $0.hasPrefix("core.companies has no column nam") })
    }

    // MARK: Exposed

    @Test func `exposed tells the setting, the schema and the membership apart`() async throws {
        let roles = Self.role("assay_kinds_rest") + Self.role("assay_kinds_anon")
        let check = Exposed(to: "assay_kinds_anon", through: "assay_kinds_rest")
        let none = try await found(roles, check)
        #expect(
            none["exposed:assay_kinds_anon"] == """
                failed: needs ALTER ROLE assay_kinds_rest SET pgrst.db_schemas = 'core'; \
                needs GRANT USAGE ON SCHEMA core TO assay_kinds_anon; \
                needs GRANT assay_kinds_anon TO assay_kinds_rest
                """)
        let nobody = try await found("", Exposed(to: "assay_nobody", through: "assay_nothing"))
        #expect(
            nobody["exposed:assay_nobody"] == """
                failed: the role assay_nothing does not exist; the role assay_nobody does not exist
                """)
    }

    @Test func `exposed reads the setting of this database before all`() async throws {
        let setUp =
            Self.role("assay_kinds_rest_2") + Self.role("assay_kinds_anon_2") + """
                GRANT USAGE ON SCHEMA core TO assay_kinds_anon_2;
                GRANT assay_kinds_anon_2 TO assay_kinds_rest_2;
                ALTER ROLE assay_kinds_rest_2 SET pgrst.db_schemas = 'core';
                """
        func setting(_ list: String) -> String {
            """
            DO $$ BEGIN EXECUTE format('ALTER ROLE assay_kinds_rest_2 IN DATABASE %I \
            SET pgrst.db_schemas = %L', current_database(), '\(list)'); END $$
            """
        }
        let check = Exposed(to: "assay_kinds_anon_2", through: "assay_kinds_rest_2")
        let id = "exposed:assay_kinds_anon_2"
        #expect(try await found(setUp, check)[id] == "passed: all of it is so")
        #expect(
            try await found(setUp + setting("raw, core2"), check)[id] == """
                failed: core is not in pgrst.db_schemas of assay_kinds_rest_2, which is \
                'raw, core2' (PGRST106)
                """)
        let listed = try await found(setUp + setting(" raw ,core "), check)
        #expect(listed[id] == "passed: all of it is so")
    }

    // MARK: Stamped

    /// A trigger `a` on the table, by default one that sets the column.
    private static func trigger(_ when: String, _ function: String = "core.stamp()") -> String {
        "CREATE TRIGGER a \(when) EXECUTE FUNCTION \(function);"
    }

    /// A function `core.other` of this body.
    private static func function(_ body: String) -> String {
        """
        CREATE FUNCTION core.other() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN \(body) RETURN NEW; END $$;
        """
    }

    private static let always = "BEFORE UPDATE ON core.companies FOR EACH ROW"

    @Test(
        arguments: [
            ("", "no trigger runs for each row before an update"),
            (trigger(always), nil),
            (
                trigger(
                    """
                    BEFORE INSERT OR UPDATE ON core.companies FOR EACH ROW \
                    WHEN (NEW.id > 0)
                    """), nil
            ),
            (
                trigger("AFTER UPDATE ON core.companies FOR EACH ROW"),
                "no trigger runs for each row before an update"
            ),
            (
                trigger("BEFORE UPDATE OF name ON core.companies FOR EACH ROW"),
                "the trigger a sets it, but not at every update"
            ),
            (
                trigger(always) + "ALTER TABLE core.companies DISABLE TRIGGER a",
                "needs ALTER TABLE core.companies ENABLE TRIGGER a"
            ),
            (
                function(
                    """
                    IF NEW.updated_at = OLD.updated_at THEN NULL; END IF;
                    -- NEW.updated_at := now();
                    /* NEW.updated_at := now(); */
                    """) + trigger(always, "core.other()"),
                "a runs before an update and does not set it"
            ),
            (
                function("SELECT now() INTO NEW.\"updated_at\";")
                    + trigger(always, "core.other()"), nil
            ),
            (
                function(
                    """
                    NEW := jsonb_populate_record(NEW, jsonb_build_object(TG_ARGV[0], now()));
                    """) + trigger(always, "core.other('updated_at')"), nil
            ),
            (
                function("") + trigger(always, "core.other('not_updated_at')"),
                "a runs before an update and does not set it"
            ),
        ] as [(String, String?)])
    func `stamped knows a trigger that sets the column at every update`(
        setUp: String, trouble: String?
    ) async throws {
        let found = try await found(setUp, Stamped("updated_at"))
        #expect(
            found["stamped:updated_at"] == trouble.map { "failed: \($0)" }
                ?? "passed: all of it is so")
    }

    // MARK: Constrained

    @Test func `constrained tells what is missing from what is not validated`() async throws {
        let found = try await found(
            """
            CREATE UNIQUE INDEX partly ON core.companies (domain) WHERE domain <> '';
            ALTER TABLE core.companies ADD CONSTRAINT young CHECK (founded > parent) NOT VALID;
            ALTER TABLE core.companies ADD CONSTRAINT up FOREIGN KEY (parent) \
            REFERENCES core.companies (id);
            """,
            Constrained(
                .notNull("name"), .notNull("domain"), .unique("id", "name"), .unique("domain"),
                .check("founded"), .check("founded", "name"),
                .references("parent", in: "core.companies.id"),
                .references("founded", in: "core.companies.id")))
        #expect(
            found == [
                "constrained:name.not-null": "passed: all of it is so",
                "constrained:domain.not-null": "failed: there is no NOT NULL on domain",
                "constrained:id+name.unique": "passed: all of it is so",
                "constrained:domain.unique": "failed: there is no unique key on domain",
                "constrained:founded.check": "failed: young is not validated",
                "constrained:founded+name.check":
                    "failed: there is no check constraint on founded, name",
                "constrained:parent.references": "passed: all of it is so",
                "constrained:founded.references":
                    "failed: there is no foreign key from founded to core.companies.id",
            ])
    }

    // MARK: Unchanged

    @Test func `unchanged says the fingerprint, and notices whatever is altered`() async throws {
        try await withScratchDatabase(setUp: Self.fixture) { database in
            func audited(_ fingerprint: String) async throws -> CheckResult {
                let table = Table("core.companies", key: "id") { Unchanged(since: fingerprint) }
                return try #require(try await audit(database, [table]).results.first)
            }
            let unknown = try await audited("00000000")
            let words = try #require(unknown.measure?.observed).split(separator: " ")
            let now = String(words[2])
            #expect(unknown.measure?.observed == "it is \(now) now, and 00000000 is declared")
            #expect(try await audited(now).outcome == .passed)

            let table = Table("core.companies", key: "id") { Unchanged(since: now) }
            let proven = try await prove(database, [table], place: .scratch)
            #expect(proven.proofs.map(\.outcome) == [.proven])

            let connection = try await database.connect()
            try await connection.execute("SET search_path = core")
            for change in [
                "ALTER TABLE core.companies ADD COLUMN size int",
                "ALTER TABLE core.companies ALTER COLUMN domain TYPE varchar(200)",
                "ALTER TABLE core.companies ALTER COLUMN name DROP NOT NULL",
                "ALTER TABLE core.companies ALTER COLUMN name SET DEFAULT ''",
                "CREATE INDEX ON core.companies (domain)",
                "ALTER TABLE core.companies ADD CHECK (founded > 0)",
                """
                CREATE TRIGGER a BEFORE UPDATE ON core.companies FOR EACH ROW \
                EXECUTE FUNCTION core.stamp()
                """,
            ] {
                try await connection.execute(change)
                #expect(try await audited(now).outcome == .failed, "\(change)")
                _ = try await connection.query("SELECT 1")
            }
            await connection.close()
        }
    }

    // MARK: The statements

    @Test func `an auditor who may only read is told all of it`() async throws {
        let setUp =
            Self.fixture + Self.role("assay_kinds_auditor") + """
                ALTER ROLE assay_kinds_auditor LOGIN;
                GRANT USAGE ON SCHEMA core TO assay_kinds_auditor;
                GRANT SELECT ON core.companies TO assay_kinds_auditor;
                """
        try await withScratchDatabase(setUp: setUp) { database in
            let table = Table("core.companies", key: "id") {
                Grants(.select, .update, to: "assay_kinds_auditor")
                Exposed(to: "assay_kinds_auditor", through: "assay_nothing")
                Stamped("updated_at")
                Constrained(.notNull("name"), .unique("id"), .check("founded"))
                Unchanged(since: "00000000")
                Required("name")
            }
            let report = try await audit(database, [table]) { options in
                options.target = options.target.with("user", "assay_kinds_auditor")
            }
            #expect(report.results.filter { $0.outcome == .errored } == [])
            #expect(report.results.filter { $0.outcome == .failed }.count == 5)
        }
    }

    @Test func `what is told of the catalog does not depend on the search path`() async throws {
        let check = NoRows("of a path") { "SELECT id FROM companies WHERE name IS NULL" }
        let found = try await found(
            """
            DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = core', \
            current_database()); END $$
            """, Stamped("updated_at"), check)
        #expect(
            found == [
                "stamped:updated_at": "failed: no trigger runs for each row before an update",
                "no-rows:of-a-path": "notApplicable: ",
            ])
    }
}
