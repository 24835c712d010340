import Assay
import AssayTesting
import Auditor
import Checks
import Demo
import Fixes
import FoundationEssentials
import Postgres
import Testing

/// The repairs of the incident, row for row.
@Suite struct RepairsDemoTests {
    private static let repairs: [(checks: [String], effect: [String], leftOver: [String])] = [
        (
            [
                "core.company_customers/normalized:origin_company_domain",
                "core.company_customers/unique:origin_company_domain.domain+customer_name",
            ],
            ["core.company_customers: 8,408 updated, 7,336 deleted"], []
        ),
        (
            ["raw.staging_case_study_urls/normalized:origin_company_domain"],
            ["raw.staging_case_study_urls: 1,861 updated"], []
        ),
        (
            ["raw.staging_case_study_urls/required:origin_company_name"],
            ["raw.staging_case_study_urls: 1,014 updated"],
            [
                "26 rows of raw.staging_case_study_urls keep no origin_company_name: no source knows "
                    + "one for their origin_company_domain"
            ]
        ),
        (
            ["core.case_study_champions/normalized:customer_company_domain"],
            ["assay.quarantine: 37 inserted", "core.case_study_champions: 37 updated"], []
        ),
        (
            ["core.company_customers/one-of:source"], ["core.company_customers: 12 updated"], []
        ),
    ]

    @Test func `each repair of the incident does what happened then`() async throws {
        try await withWarehouse { fixture in
            for (index, repair) in RepairsDemoTests.repairs.enumerated() {
                let fix = try await fixture.generate(repair.checks)
                #expect(fix.leftOver == repair.leftOver)
                let (folder, plan) = try await fixture.plan(
                    fix.sql, named: "repair-\(index)", resolving: repair.checks)
                #expect(plan.tables.map { "\($0.table): \($0.words)" }.sorted() == repair.effect)
                for measure in plan.measures where repair.checks.contains(measure.check) {
                    #expect(measure.after == (repair.leftOver.isEmpty ? 0 : 26))
                }
                try await fixture.approve(folder)
                #expect(try await fixture.session().apply(folder, commits: true) == .applied)
            }
            let refusal = await #expect(throws: Refusal.self) {
                try await fixture.generate(
                    ["core.company_customers/poisoned-domain:customer_domain+customer_name"])
            }
            #expect(
                refusal?.description.contains(
                    "which of the names the domain belongs to stands nowhere") == true)
        }
    }

    @Test func `the deleted and the updated rows of the incident are counted apart`() async throws {
        try await withWarehouse { fixture in
            let checks = ["core.company_customers/normalized:origin_company_domain"]
            let fix = try await fixture.generate(checks)
            let plan = try await fixture.plan(fix.sql, resolving: checks).plan
            #expect(
                plan.steps.map { "\($0.title): \($0.rows.grouped)" } == [
                    "Work out what each dirty core.company_customers.origin_company_domain means: 8,451",
                    "Choose which rows of core.company_customers survive: 7,336",
                    "Index the choice: 0", "Count the choice for the planner: 0",
                    "Set aside what the other rows know: 5,918",
                    "Delete the other rows of core.company_customers: 7,336",
                    "Hand over to the survivors of core.company_customers: 4,762",
                    "Normalise core.company_customers.origin_company_domain: 3,646",
                ])
        }
    }

    private func withWarehouse(_ body: (FixFixture) async throws -> Void) async throws {
        try await FixFixture.with("", tables: warehouse) { fixture in
            try await DemoWarehouse.fill(fixture.database.target, seed: 1)
            try await body(fixture)
        }
    }
}
