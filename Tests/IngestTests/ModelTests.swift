import AssayTesting
import Glibc
import Ingest
import Postgres
import Testing

/// The core against a model of it, over payloads that nobody would write by hand.
///
/// `ASSAY_INGEST_PAYLOADS` says how many, and `ASSAY_INGEST_SEED` which.
@Suite(.timeLimit(.minutes(15))) struct ModelTests {
    @Test func `random payloads give what the model says, and replays change nothing`() async throws
    {
        let seed = number("ASSAY_INGEST_SEED", otherwise: 1)
        let count = number("ASSAY_INGEST_PAYLOADS", otherwise: 60)
        try await TestWarehouse.with { warehouse in
            for (domain, name) in PayloadGenerator.companies.sorted(by: { $0.key < $1.key }) {
                try await warehouse.database.script(
                    "INSERT INTO core.companies (name, domain) VALUES ('\(name)', '\(domain)')")
            }
            var model = ReferenceModel(companies: PayloadGenerator.companies)
            var generator = PayloadGenerator(random: SeededGenerator(seed: UInt64(seed)))
            var payloads: Set<String> = []
            for index in 0..<count {
                // At first every company is named: what waits for a name would be taken in by a replay.
                let domain =
                    index < PayloadGenerator.domains.count
                    ? PayloadGenerator.domains[index] : nil
                let (payload, text) = generator.payload(naming: domain)
                payloads.insert(text)
                model.take(payload)
                let answer = try await warehouse.accept(text)
                #expect(answer.status == .accepted, "\(index): \(text) \(answer.body.text)")
            }
            let differences = try await differences(model, warehouse)
            #expect(differences == [], "seed \(seed)")
            #expect(
                try await warehouse.values(
                    "SELECT body FROM raw.claygent_customers_structured_raw"
                ).allSatisfy { $0.map(payloads.contains) ?? false })

            let before = try await warehouse.contents(stamps: true)
            let waiting = try await warehouse.values("SELECT count(*) FROM ingest.quarantine")
            for _ in 0..<3 {
                let pass = try await warehouse.ingest.replay(
                    .customersOf3, over: warehouse.connection)
                #expect(pass.done == count && pass.counts.inserted + pass.counts.updated == 0)
                #expect(pass.quarantined == 0)
            }
            let after = try await warehouse.contents(stamps: true)
            #expect(after == before, "seed \(seed)")
            #expect(try await warehouse.values("SELECT count(*) FROM ingest.quarantine") == waiting)
            let findings = try await warehouse.findings().filter { !$0.hasSuffix(": warned") }
            // An answer of which nothing could be taken is one from which nothing was extracted.
            #expect(
                findings == [
                    """
                    raw.claygent_customers_structured_raw/no-rows:answers-from-which-nothing-was-extracted: \
                    failed
                    """
                ])
        }
    }

    private func number(_ variable: String, otherwise number: Int) -> Int {
        getenv(variable).flatMap { Int(String(cString: $0)) } ?? number
    }

    /// Where the database and the model do not agree, a line each.
    private func differences(
        _ model: ReferenceModel, _ warehouse: TestWarehouse
    ) async throws -> [String] {
        var expected = model.rows.map { key, row in
            let parts = [row.originName, row.url, row.hasCaseStudy.map { "\($0)" }]
            return String(decoding: key.bytes, as: UTF8.self)
                + "|" + parts.map { $0 ?? "-" }.joined(separator: "|")
        }
        expected += model.staged.map { key, row in
            let parts = [row.originName, row.domain, row.customer, row.batch]
            return "staged " + String(decoding: key.bytes, as: UTF8.self)
                + "|" + parts.map { $0 ?? "-" }.joined(separator: "|")
        }
        expected.append("extracted \(model.extracted)")
        let found = try await warehouse.values(
            """
            SELECT origin_company_domain || E'\\x01' || customer_name || '|' || concat_ws('|',
                origin_company_name, coalesce(case_study_url, '-'),
                coalesce(has_case_study::text, '-'))
            FROM core.company_customers
            UNION ALL
            SELECT 'staged ' || case_study_url || '|' || concat_ws('|', origin_company_name,
                origin_company_domain, customer_company_name, coalesce(batch_id, '-'))
            FROM raw.staging_case_study_urls
            UNION ALL
            SELECT 'extracted ' || count(*) FROM extracted.claygent_customers_structured
            """
        ).compactMap(\.self)
        // Compared byte by byte: two spellings of "é" are two customers.
        let (left, right) = (
            Set(expected.map { Array($0.utf8) }), Set(found.map { Array($0.utf8) })
        )
        return left.subtracting(right).map { "lacks " + String(decoding: $0, as: UTF8.self) }
            .sorted()
            + right.subtracting(left).map { "has " + String(decoding: $0, as: UTF8.self) }.sorted()
    }
}
