import AssayTesting
import Postgres
import Testing

@Suite(.timeLimit(.minutes(15))) struct CatalogTests {
    @Test func `tables, columns, keys and checks are read as declared`() async throws {
        let setUp = """
            CREATE SCHEMA "My Shop";
            CREATE DOMAIN mail AS text CHECK (VALUE LIKE '%@%');
            CREATE DOMAIN work_mail AS mail;
            CREATE TYPE mood AS ENUM ('good', 'bad');
            CREATE TABLE "My Shop".owner (a int, b text, PRIMARY KEY (b, a));
            COMMENT ON TABLE "My Shop".owner IS 'who owns';
            CREATE TABLE t (
                gone int, id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                name varchar(40) NOT NULL, mail work_mail, mood mood DEFAULT 'good', tags text[],
                doc jsonb, born date, seen timestamptz, key uuid, price numeric(8, 2),
                twice numeric GENERATED ALWAYS AS (price * 2) STORED, ok boolean, raw bytea,
                oa int, ob text,
                CONSTRAINT owned FOREIGN KEY (ob, oa) REFERENCES "My Shop".owner (b, a),
                CONSTRAINT positive CHECK (price > 0));
            ALTER TABLE t DROP COLUMN gone;
            ALTER TABLE t ADD CONSTRAINT later CHECK (id > 0) NOT VALID;
            CREATE UNIQUE INDEX partly ON t (name) WHERE ok;
            CREATE UNIQUE INDEX lowered ON t (lower(name));
            CREATE UNIQUE INDEX carrying ON t (mail) INCLUDE (name);
            ALTER TABLE t ADD CONSTRAINT lazy UNIQUE (key) DEFERRABLE;
            COMMENT ON COLUMN t.mail IS 'where to write';
            CREATE VIEW v AS SELECT id FROM t;
            CREATE MATERIALIZED VIEW m AS SELECT 1 AS one;
            """
        try await withScratchDatabase(setUp: setUp) { database in
            let catalog = try await Catalog.read(from: database.connect())
            #expect(catalog.schemas == ["My Shop", "public"])
            #expect(catalog.usableSchemas == ["My Shop", "public"])
            #expect(catalog.relations.map(\.name) == ["owner", "m", "t", "v"])
            #expect(catalog.relations.map(\.kind) == [.table, .materializedView, .table, .view])
            #expect(catalog.relation(schema: "public", name: "owner") == nil)

            let table = try #require(catalog.relation(schema: "public", name: "t"))
            #expect(table.owner == "postgres" && table.hasSelect && !table.rowSecurityHidesRows)
            #expect(
                table.columns.map(\.category) == [
                    .numeric, .text, .text, .enumeration, .array, .json, .date, .timestamp, .uuid,
                    .numeric,
                    .numeric, .boolean, .binary, .numeric, .text,
                ])
            let mail = try #require(table.column("mail"))
            #expect(mail.typeName == "work_mail" && mail.baseTypeName == "text")
            #expect(mail.comment == "where to write" && mail.collation == "default")
            #expect(table.column("name")?.typeName == "character varying(40)")
            #expect(table.columns.filter(\.notNullProven).map(\.name) == ["id", "name"])
            #expect(table.columns.filter(\.isGenerated).map(\.name) == ["twice"])
            #expect(table.columns.filter(\.hasDefault).map(\.name) == ["id", "mood", "twice"])
            #expect(table.primaryKey?.columns == ["id"])
            #expect(table.uniqueIndexes.filter(\.isUsable).map(\.name) == ["t_pkey", "carrying"])
            #expect(
                table.uniqueIndexes.map(\.columns) == [["id"], ["mail"], ["key"], [], ["name"]])
            #expect(
                table.foreignKeys == [
                    ForeignKey.expected(
                        "owned", ["ob", "oa"], "My Shop", "owner", ["b", "a"], in: table)
                ])
            #expect(
                table.checkConstraints.map(\.expression) == ["(id > 0)", "(price > (0)::numeric)"])
            #expect(table.checkConstraints.map(\.isValidated) == [false, true])
            let owner = try #require(catalog.relation(schema: "My Shop", name: "owner"))
            #expect(owner.comment == "who owns" && owner.primaryKey?.columns == ["b", "a"])
            #expect(
                catalog.relation(schema: "public", name: "v")?.columns[0].notNullProven == false)
        }
    }

    @Test func `the tables in which rows lie are known, on this server and on others`() async throws
    {
        let setUp = """
            CREATE FOREIGN DATA WRAPPER nowhere;
            CREATE SERVER far FOREIGN DATA WRAPPER nowhere OPTIONS (fetch_size '7');
            CREATE TABLE parts (id int) PARTITION BY LIST (id);
            CREATE TABLE b PARTITION OF parts FOR VALUES IN (1);
            CREATE TABLE a PARTITION OF parts FOR VALUES IN (2) PARTITION BY LIST (id);
            CREATE TABLE a1 PARTITION OF a DEFAULT;
            CREATE FOREIGN TABLE c PARTITION OF parts FOR VALUES IN (3) SERVER far;
            CREATE FOREIGN TABLE d PARTITION OF parts FOR VALUES IN (4) SERVER far OPTIONS (fetch_size '9');
            CREATE TABLE parent (id int);
            CREATE TABLE child () INHERITS (parent);
            CREATE TABLE grandchild () INHERITS (child, parent);
            CREATE TABLE alone (id int);
            CREATE VIEW seen AS SELECT 1 AS one;
            CREATE MATERIALIZED VIEW kept AS SELECT 1 AS one;
            """
        try await withScratchDatabase(setUp: setUp) { database in
            let other = try await database.connect()
            try await other.script("CREATE TEMP TABLE passing () INHERITS (parent)")
            let catalog = try await Catalog.read(from: database.connect())
            func leaves(_ name: String) -> [String] {
                catalog.relation(schema: "public", name: name)?.leaves.map(\.name) ?? []
            }
            #expect(leaves("parts") == ["a1", "b", "c", "d"])
            #expect(leaves("parent") == ["parent", "child", "grandchild"])
            #expect(leaves("grandchild") == ["grandchild"])
            #expect(["alone", "kept", "c"].map(leaves) == [["alone"], ["kept"], ["c"]])
            #expect(leaves("seen").isEmpty)
            let parts = try #require(catalog.relation(schema: "public", name: "parts"))
            let servers = parts.leaves.map(\.server)
            #expect(servers.map { $0?.name } == [nil, nil, "far", "far"])
            #expect(servers.map { $0?.fetchSize } == [nil, nil, 7, 9])
            #expect(servers[2]?.wrapper == "nowhere")
            await other.close()
        }
    }

    @Test func `partitions are summed, and children do not prove`() async throws {
        let setUp = """
            CREATE TABLE p (id int NOT NULL, k int, PRIMARY KEY (id)) PARTITION BY RANGE (id);
            CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (100);
            CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (100) TO (1000) PARTITION BY RANGE (id);
            CREATE TABLE p21 PARTITION OF p2 FOR VALUES FROM (100) TO (1000);
            CREATE TABLE r (id int REFERENCES p);
            CREATE TABLE parent (id int NOT NULL);
            CREATE TABLE child () INHERITS (parent);
            CREATE TABLE never (id int);
            CREATE TABLE far (id int NOT NULL) PARTITION BY RANGE (id);
            CREATE TABLE far1 PARTITION OF far FOR VALUES FROM (0) TO (9) PARTITION BY RANGE (id);
            CREATE FOREIGN DATA WRAPPER nothing;
            CREATE SERVER nowhere FOREIGN DATA WRAPPER nothing;
            CREATE FOREIGN TABLE far2 PARTITION OF far1 FOR VALUES FROM (0) TO (9) SERVER nowhere;
            INSERT INTO p SELECT generate_series(0, 499);
            """
        try await withScratchDatabase(setUp: setUp) { database in
            try await database.script("ANALYZE p1; ANALYZE p21")
            let catalog = try await Catalog.read(from: database.connect())
            let find = { (name: String) in
                try #require(catalog.relation(schema: "public", name: name))
            }
            #expect(try find("p").estimatedRows == 500)
            #expect(try find("p").bytes == find("p1").bytes + find("p21").bytes)
            #expect(try find("p").columns[0].notNullProven && !find("p").hasInheritanceChildren)
            #expect(try find("p").uniqueIndexes.map(\.isUsable) == [true])
            #expect(try find("p1").isPartition)
            #expect(try find("r").foreignKeys.count == 1)
            #expect(try find("parent").hasInheritanceChildren)
            // Since PostgreSQL 18 a child keeps what it inherits.
            let isKept = catalog.database.serverVersionNumber >= 180_000
            #expect(try find("parent").columns[0].notNullProven == isKept)
            #expect(try find("child").columns[0].notNullProven)
            // A partition elsewhere may hold what this server has never seen.
            #expect(try !find("far").columns[0].notNullProven && find("far").columns[0].isNotNull)
            #expect(try !find("far1").columns[0].notNullProven)
            if catalog.database.serverVersionNumber >= 140_000 {
                #expect(try find("never").estimatedRows == nil)
            }
        }
    }

    @Test func `rights and row security are those of the current user`() async throws {
        let role = "reader_\(UInt32.random(in: 0 ... .max))"
        let setUp = """
            CREATE ROLE \(role);
            CREATE SCHEMA closed;
            CREATE TABLE whole (id int); GRANT SELECT ON whole TO \(role);
            CREATE TABLE part (a int, b int); GRANT SELECT (a) ON part TO \(role);
            CREATE TABLE hidden (id int); GRANT SELECT ON hidden TO \(role);
            ALTER TABLE hidden ENABLE ROW LEVEL SECURITY;
            """
        try await withScratchDatabase(setUp: setUp) { database in
            let connection = try await database.connect()
            try await connection.script("SET ROLE \(role)")
            let catalog = try await Catalog.read(from: connection)
            let find = { (name: String) in
                try #require(catalog.relation(schema: "public", name: name))
            }
            #expect(catalog.usableSchemas == ["public"] && catalog.schemas == ["closed", "public"])
            #expect(catalog.database.currentUser == role && !catalog.database.isSuperuser)
            #expect(try find("whole").hasSelect && !find("part").hasSelect)
            #expect(try find("part").columns.map(\.hasSelect) == [true, false])
            #expect(try find("hidden").rowSecurityHidesRows && find("hidden").rowSecurityEnabled)
            #expect(try !find("whole").rowSecurityHidesRows)
            try await connection.script("RESET ROLE; DROP OWNED BY \(role); DROP ROLE \(role)")
        }
    }

    @Test func `the identity tells databases apart, and a refusal costs no transaction`()
        async throws
    {
        try await withScratchDatabase { database in
            let connection = try await database.connect()
            let identity = try await DatabaseIdentity.read(from: connection)
            #expect(identity.name == database.name && identity.encoding == "UTF8")
            #expect(identity.systemIdentifier.flatMap { UInt64($0) } != nil)
            #expect(identity.serverVersionNumber == connection.serverVersion)
            #expect(!identity.isInRecovery && identity.now > 1_700_000_000)
            #expect(identity.serverAddress == nil && identity.serverPort == nil)
            try await connection.transaction(.repeatableReadReadOnly) { connection in
                let again = try await DatabaseIdentity.read(from: connection)
                #expect(again.systemIdentifier == identity.systemIdentifier)
                let isOpen = connection.isInTransaction
                #expect(isOpen)
            }
        }
    }
}

extension ForeignKey {
    /// What is expected, validated and enforced, compared field by field.
    fileprivate static func expected(
        _ name: String, _ columns: [String], _ schema: String, _ table: String,
        _ referenced: [String],
        in relation: Relation
    ) -> ForeignKey? {
        relation.foreignKeys.first {
            $0.name == name && $0.columns == columns && $0.referencedSchema == schema
                && $0.referencedTable == table && $0.referencedColumns == referenced
                && $0.isValidated && $0.isEnforced
        }
    }
}
