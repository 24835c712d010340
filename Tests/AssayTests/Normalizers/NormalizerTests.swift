@testable import Assay
import AssayTesting
import Postgres
import Testing

struct NormalizerTests {
    @Test(arguments: Normalizer.all)
    func `a text is in normal form when it is its own normal form`(_ normalizer: Normalizer) {
        for text in GeneratedText.texts(20_000, seed: 1) {
            guard case .normal(let form) = normalizer.normalize(text) else {
                #expect(!normalizer.isNormalized(text), "\(text.debugDescription)")
                continue
            }
            let isUnchanged = form.utf8.elementsEqual(text.utf8)
            #expect(normalizer.isNormalized(text) == isUnchanged, "\(text.debugDescription)")
            #expect(normalizer.isNormalized(form), "\(text.debugDescription)")
        }
    }

    @Test func `SQL and Swift agree on every generated text`() async throws {
        let texts = GeneratedText.texts(30_000, seed: 2)
        let value: SQL = "v"
        try await withScratchDatabase { database in
            let connection = try await database.connect()
            for normalizer in Normalizer.all {
                let query: SQL = """
                    SELECT \(normalizer.isNormalized(value)), \(normalizer.normalized(value)), \
                    \(normalizer.key(value)) FROM \(valuesOf(texts)) ORDER BY n
                    """
                let (text, bindings) = try query.rendered(quoting: connection.quoted)
                let rows = try await connection.query(text, bindings)
                var differences: [String] = []
                for (index, text) in texts.enumerated() {
                    let isNormalized = rows[index, 0] == "t"
                    if isNormalized != normalizer.isNormalized(text)
                        || !same(rows[index, 1], normalizer.form(of: text))
                        || !same(rows[index, 2], normalizer.key(text))
                    {
                        differences.append(text.debugDescription)
                    }
                }
                #expect(rows.count == texts.count)
                #expect(differences.isEmpty, "\(normalizer.name): \(differences.prefix(5))")
            }
            await connection.close()
        }
    }

    @Test(arguments: ["default", "C", "en-x-icu", "tr-x-icu"])
    func `what other servers are asked means the same under each collation`(
        _ collation: String
    ) async throws {
        let texts = GeneratedText.texts(5_000, seed: 5)
        let value: SQL = "(v COLLATE pg_catalog.\(identifier: collation))"
        let isBlank = BlankText.predicate(value, encoding: .utf8, isShipped: true)
        let forms = Normalizer.all.map { $0.isNormalizedAsItIs(value) }
        try await withScratchDatabase { database in
            let connection = try await database.connect()
            let query: SQL = """
                SELECT \(forms.joined(separator: ", ")), \(isBlank) FROM \(valuesOf(texts)) ORDER BY n
                """
            let (text, bindings) = try query.rendered(quoting: connection.quoted)
            let rows = try await connection.query(text, bindings)
            #expect(rows.count == texts.count)
            for (index, text) in texts.enumerated() {
                for (column, normalizer) in Normalizer.all.enumerated() {
                    #expect(
                        (rows[index, column] == "t") == normalizer.isNormalized(text),
                        "\(normalizer.name): \(text.debugDescription)")
                }
                #expect(
                    (rows[index, forms.count] == "t") == BlankText.matches(text),
                    "\(text.debugDescription)")
            }
            await connection.close()
        }
    }

    @Test func `SQL and Swift agree on what is a shared host`() async throws {
        let texts = GeneratedText.texts(20_000, seed: 3)
        try await withScratchDatabase { database in
            let connection = try await database.connect()
            let query: SQL =
                "SELECT \(SharedHosts.predicate("v")) FROM \(valuesOf(texts)) ORDER BY n"
            let (text, bindings) = try query.rendered(quoting: connection.quoted)
            let rows = try await connection.query(text, bindings)
            let differences = texts.indices.filter {
                (rows[$0, 0] == "t") != SharedHosts.contains(texts[$0])
            }
            #expect(
                differences.isEmpty, "\(differences.prefix(5).map { texts[$0].debugDescription })")
            #expect(texts.contains(where: SharedHosts.contains))
            await connection.close()
        }
    }

    @Test func `the type and the collation of a column do not change its normal form`() async throws
    {
        try await withScratchDatabase { database in
            let connection = try await database.connect()
            try await connection.script(
                """
                CREATE EXTENSION citext;
                CREATE COLLATION ignoring_case
                    (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
                CREATE TABLE companies
                    (a citext, b text COLLATE ignoring_case, c char(40), d varchar(40));
                INSERT INTO companies SELECT v, v, v, v FROM unnest(
                    '{Acme.com,acme.com,"  acme.com",info@Acme.com,https://Acme.com/}'::text[]) AS v
                """)
            for column in ["a", "b", "c", "d"] {
                for (normalizer, normal) in [
                    (Normalizer.domain, 1), (.email, 0), (.url, 0), (.lowercase, 2), (.trimmed, 4),
                    (.name, 4),
                ] {
                    let value: SQL = .identifier(column)
                    let query: SQL = """
                        SELECT count(*) FILTER (WHERE \(normalizer.isNormalized(value))) \
                        FROM companies
                        """
                    let (text, bindings) = try query.rendered(quoting: connection.quoted)
                    let count = try await connection.query(text, bindings).scalar
                    #expect(count == "\(normal)", "\(column) as \(normalizer.name)")
                }
            }
            await connection.close()
        }
    }

    @Test func `a repair runs only for values that need one`() async throws {
        try await withScratchDatabase(
            setUp: """
                CREATE TABLE companies AS
                SELECT CASE WHEN i % 10 = 0 THEN 'www.' ELSE '' END || 'acme' || i || '.com'
                    AS domain
                FROM generate_series(1, 1000) AS i
                """
        ) { database in
            let connection = try await database.connect()
            let form = Normalizer.domain.normalized(.identifier("domain"))
            let query: SQL = """
                EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) \
                SELECT count(\(form)) FROM companies
                """
            let (text, bindings) = try query.rendered(quoting: connection.quoted)
            let plan = try await connection.query(text, bindings).map { $0[0] ?? "" }
            #expect(plan.contains { $0.contains("Seq Scan") && $0.contains("rows=1000") })
            #expect(plan.contains { $0.contains("Subquery Scan") && $0.contains("loops=100)") })
            #expect(plan.filter { $0.contains("SubPlan") }.count == 1)
            await connection.close()
        }
    }

    /// A row for each text, in order, with the columns `n` and `v`.
    private func valuesOf(_ texts: [String]) -> SQL {
        "unnest(\(texts)::text[]) WITH ORDINALITY AS generated (v, n)"
    }

    private func same(_ left: String?, _ right: String?) -> Bool {
        left.map { Array($0.utf8) } == right.map { Array($0.utf8) }
    }
}

extension Normalizer {
    fileprivate func form(of text: String) -> String? {
        guard case .normal(let form) = normalize(text) else { return nil }
        return form
    }
}
