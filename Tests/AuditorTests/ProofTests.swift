import Assay
import AssayTesting
import Auditor
import Postgres
import Testing

/// What a constraint proves costs nothing; what only looks like a proof is counted.
@Suite(.timeLimit(.minutes(15))) struct ProofTests {
    /// Audits one check of `companies`, which `setUp` makes.
    private func result(
        _ check: any Check, _ setUp: String
    ) async throws -> CheckResult {
        try await withScratchDatabase(setUp: setUp) { database in
            let report = try await audit(database, [Table("companies") { check }])
            return try #require(report.results.last)
        }
    }

    private func serverVersion() async throws -> Int {
        try await Connection.connect(to: try testServer(), applicationName: "assay tests")
            .serverVersion
    }

    @Test func `NOT NULL proves a number and a blank text that is accepted`() async throws {
        let setUp = "CREATE TABLE companies (a int NOT NULL, b text NOT NULL)"
        let number = try await result(Required("a"), setUp)
        #expect(number.proof == "NOT NULL on a")
        #expect(number.outcome == .passed && number.measure == nil && number.samples.isEmpty)
        #expect(
            try await result(Required("b", blank: .accepted), setUp).proof == "NOT NULL on b")
    }

    @Test func `NOT NULL does not prove that text is not blank`() async throws {
        let result = try await result(
            Required("b"),
            "CREATE TABLE companies (b text NOT NULL); INSERT INTO companies VALUES (' ')")
        #expect(result.proof == nil)
        #expect(result.measure == Measure(violations: 1, scope: 1, parts: [.init("blank", 1)]))
    }

    @Test func `a child may drop the NOT NULL of the table it inherits from`() async throws {
        // PostgreSQL 18 refuses that.
        guard try await serverVersion() < 180_000 else { return }
        let result = try await result(
            Required("a"),
            """
            CREATE TABLE companies (a int NOT NULL); CREATE TABLE child () INHERITS (companies);
            ALTER TABLE child ALTER a DROP NOT NULL; INSERT INTO child VALUES (NULL);
            """)
        #expect(result.outcome == .failed)
        #expect(result.measure?.violations == 1)
    }

    @Test func `a NOT NULL that children need not keep proves nothing`() async throws {
        guard try await serverVersion() >= 180_000 else { return }
        let result = try await result(
            Required("a"),
            """
            CREATE TABLE companies (a int NOT NULL NO INHERIT);
            CREATE TABLE child () INHERITS (companies); INSERT INTO child VALUES (NULL);
            """)
        #expect(result.proof == nil)
        #expect(result.measure?.violations == 1)
    }

    @Test func `a foreign key of periods proves no reference`() async throws {
        guard try await serverVersion() >= 180_000 else { return }
        let result = try await result(
            References(["a", "b"], in: "parents", columns: ["a", "b"]),
            """
            CREATE TABLE parents (a int4range, b daterange, PRIMARY KEY (a, b WITHOUT OVERLAPS));
            CREATE TABLE companies (a int4range, b daterange,
                FOREIGN KEY (a, PERIOD b) REFERENCES parents (a, PERIOD b));
            INSERT INTO parents VALUES ('[1,2)', '[2026-01-01,2027-01-01)');
            INSERT INTO companies VALUES ('[1,2)', '[2026-02-01,2026-03-01)');
            """)
        #expect(result.proof == nil)
        #expect(result.measure == Measure(violations: 1, scope: 1))
    }

    @Test func `a unique index proves its columns, and more than those`() async throws {
        let setUp = """
            CREATE TABLE companies (a int, b int, c text);
            CREATE UNIQUE INDEX one ON companies (a, b);
            """
        #expect(
            try await result(Unique(by: "b", "a"), setUp).proof == "unique index one")
        #expect(
            try await result(Unique(by: "a", "c", "b"), setUp).proof == "unique index one")
        #expect(try await result(Unique(by: "a"), setUp).outcome == .notApplicable)
        #expect(
            try await result(Unique(by: "a", "b", .normalized("c", as: .name)), setUp).proof
                == "unique index one")
        #expect(
            try await result(
                Unique(by: .normalized("c", as: .name)),
                setUp + "CREATE UNIQUE INDEX two ON companies (c)"
            ).proof == nil)
    }

    @Test(arguments: [
        "CREATE UNIQUE INDEX one ON companies (a) WHERE b = 1",
        "CREATE UNIQUE INDEX one ON companies (a, (b + 0))",
        "CREATE UNIQUE INDEX one ON companies (a, id)",
        "CREATE UNIQUE INDEX one ON companies (id) INCLUDE (a)",
        "CREATE INDEX one ON companies (a)",
    ])
    func `an index that proves something else proves nothing`(index: String) async throws {
        let result = try await result(
            Unique(by: "a"),
            """
            CREATE TABLE companies (id int, a int, b int);
            INSERT INTO companies VALUES (1, 7, 1), (2, 7, 2); \(index);
            """)
        #expect(result.proof == nil)
        #expect(result.measure == Measure(violations: 2, scope: 2, groups: 1))
    }

    @Test func `a deferrable constraint proves nothing, and an invalid index neither`()
        async throws
    {
        let deferrable = try await result(
            Unique(by: "a"),
            """
            CREATE TABLE companies (a int UNIQUE DEFERRABLE INITIALLY DEFERRED);
            INSERT INTO companies VALUES (1), (2);
            """)
        #expect(deferrable.proof == nil)
        #expect(deferrable.measure == Measure(violations: 0, scope: 2, groups: 0))
        let invalid = try await result(
            Unique(by: "a"),
            """
            CREATE TABLE companies (a int UNIQUE); INSERT INTO companies VALUES (1), (2);
            UPDATE pg_index SET indisvalid = false WHERE indrelid = 'companies'::regclass;
            """)
        #expect(invalid.proof == nil)
        #expect(invalid.measure?.scope == 2)
    }

    @Test func `an index of the parent says nothing of the tables that inherit`() async throws {
        let setUp = """
            CREATE TABLE companies (a int PRIMARY KEY); INSERT INTO companies VALUES (1);
            CREATE TABLE child () INHERITS (companies); INSERT INTO child VALUES (1);
            """
        let result = try await result(Unique(by: "a"), setUp)
        #expect(result.proof == nil)
        #expect(result.measure == Measure(violations: 2, scope: 2, groups: 1))
    }

    private static let parents = """
        CREATE TABLE parents (id int PRIMARY KEY, other int UNIQUE);
        INSERT INTO parents VALUES (1, 2);
        CREATE TABLE companies (parent int, other int);
        """

    @Test func `a validated foreign key proves a reference`() async throws {
        let result = try await result(
            References("parent", in: "parents.id"),
            Self.parents + "ALTER TABLE companies ADD CONSTRAINT fk FOREIGN KEY (parent) "
                + "REFERENCES parents")
        #expect(result.proof == "foreign key fk")
        #expect(result.outcome == .passed)
    }

    @Test(arguments: [
        "FOREIGN KEY (parent) REFERENCES parents NOT VALID",
        "FOREIGN KEY (parent) REFERENCES parents (other) NOT VALID",
        "CHECK (parent IS NOT NULL)",
    ])
    func `another or an unvalidated constraint proves no reference`(constraint: String)
        async throws
    {
        let result = try await result(
            References("parent", in: "parents.id"),
            Self.parents + "INSERT INTO companies VALUES (7), (1);"
                + "ALTER TABLE companies ADD CONSTRAINT fk \(constraint)")
        #expect(result.proof == nil)
        #expect(result.measure == Measure(violations: 1, scope: 2))
    }

    @Test func `a foreign key on other columns of the same tables proves nothing`() async throws {
        let result = try await result(
            References("parent", in: "parents.id"),
            Self.parents + "INSERT INTO companies VALUES (2, 1);"
                + "ALTER TABLE companies ADD CONSTRAINT fk FOREIGN KEY (other) REFERENCES parents")
        #expect(result.proof == nil)
        #expect(result.measure == Measure(violations: 1, scope: 1))
    }

    @Test func `a foreign key whose triggers are switched off proves nothing`() async throws {
        let result = try await result(
            References("parent", in: "parents.id"),
            Self.parents
                + """
                ALTER TABLE companies ADD CONSTRAINT fk FOREIGN KEY (parent) REFERENCES parents;
                ALTER TABLE companies DISABLE TRIGGER ALL;
                INSERT INTO companies VALUES (7), (1);
                """)
        #expect(result.proof == nil)
        #expect(result.measure == Measure(violations: 1, scope: 2))
    }

    @Test func `a foreign key of the parent says nothing of the tables that inherit`() async throws
    {
        let result = try await result(
            References("parent", in: "parents.id"),
            Self.parents
                + """
                ALTER TABLE companies ADD CONSTRAINT fk FOREIGN KEY (parent) REFERENCES parents;
                CREATE TABLE child () INHERITS (companies); INSERT INTO child VALUES (7);
                """)
        #expect(result.proof == nil)
        #expect(result.measure == Measure(violations: 1, scope: 1))
    }

    @Test func `rows are counted once where what they refer to stands there twice`() async throws {
        let twice = try await result(
            References("parent", in: "parents.other"),
            """
            CREATE TABLE parents (other int); INSERT INTO parents VALUES (1), (1), (NULL);
            CREATE TABLE companies (parent int);
            INSERT INTO companies VALUES (1), (1), (7), (NULL);
            """)
        #expect(twice.measure == Measure(violations: 1, scope: 3))
        let inherited = try await result(
            References("parent", in: "parents.id"),
            Self.parents
                + """
                CREATE TABLE more () INHERITS (parents); INSERT INTO more VALUES (1, 2);
                INSERT INTO companies VALUES (1), (7);
                """)
        #expect(inherited.measure == Measure(violations: 1, scope: 2))
    }

    @Test func `a reference of several columns looks at rows that have all of them`() async throws {
        let result = try await result(
            References(["a", "b"], in: "pairs", columns: ["x", "y"]),
            """
            CREATE TABLE pairs (x int, y text); INSERT INTO pairs VALUES (1, 'a'), (2, NULL);
            CREATE TABLE companies (a int, b text);
            INSERT INTO companies VALUES (1, 'a'), (1, 'b'), (2, NULL), (NULL, 'a'), (2, 'a');
            """)
        #expect(result.measure == Measure(violations: 2, scope: 3))
    }
}
