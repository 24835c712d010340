import Assay
import AssayTesting
@testable import AssayMain
@testable import Auditor
import Testing

/// What `assay audit --plan` prints.
@Suite struct EvaluationPageTests {
    @Test func `a plan says where each table's checks are evaluated, and why`() {
        let tables = [
            TableEvaluation(
                table: TableName("core.company_customers"), rows: 9_998_220,
                streamed: ["required", "unique", "references"], changed: [], leaves: 1, servers: [],
                remedyForSlowness: nil, columns: ["id", "origin_company_domain"],
                counted: ["row-count", "fresh", "range"], pushed: ["no-rows"], proven: ["stamped"],
                reason: "about 9.1 s so, 21.4 s in the database alone; 44 bytes a row, 1900 MB/s"),
            TableEvaluation(
                table: TableName("core.events"), rows: 1, streamed: ["unique"], changed: [],
                leaves: 3,
                servers: ["shard_1", "shard_2"],
                remedyForSlowness: "ALTER SERVER shard_1 OPTIONS (ADD fetch_size '10000')",
                columns: ["domain"], counted: [], pushed: ["required"], proven: [],
                reason:
                    "other servers count its rows where they lie, and send the keys side by side"),
            TableEvaluation(
                table: TableName("core.people"), rows: 1_200_000, streamed: [],
                changed: ["unique", "required"], leaves: 12, servers: [], remedyForSlowness: nil,
                columns: ["email"], counted: [], pushed: [], proven: [],
                reason: "what changed is looked at, and what was kept says the rest"),
            TableEvaluation(
                table: TableName("raw.payloads"), rows: nil, streamed: [], changed: [], leaves: 1,
                servers: [], remedyForSlowness: nil, columns: [], counted: [], pushed: ["required"],
                proven: [], reason: "all tables are small"),
        ]
        expectGolden(EvaluationPage(tables: tables).text, named: "evaluation-plan.txt")
    }
}
