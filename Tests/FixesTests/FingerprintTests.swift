import Assay
import AssayTesting
import Auditor
import Testing

/// The two places that digest a table's definition.
@Suite(.timeLimit(.minutes(15))) struct FingerprintTests {
    @Test func `a check and a fix see the same fingerprint of a table`() async throws {
        try await FixFixture.with { fixture in
            for name in ["core.companies", "core.customers"] {
                let table = Table(name, key: "id") { Unchanged(since: "00000000") }
                let suite = try Suite(name: "test", tables: [table], root: "")
                let options = AuditOptions(target: fixture.database.target)
                let report = try await AuditRun(suite: suite, options: options, version: "test")
                    .report()
                let now = try await fixture.scalar(
                    "SELECT left(assay.fingerprint(ARRAY['\(name)']), 16)")
                #expect(
                    report.results.first?.measure?.observed
                        == "it is \(now) now, and 00000000 is declared")
            }
        }
    }
}
