import Assay
import Auditor
import Demo
import Fixes
import Postgres

/// What mends the demo's incident, told while it is done.
struct DemoRepair: Sendable {
    let suite: Suite
    let warehouse: DemoWarehouse
    /// The folder in which the fixes are written.
    let fixes: String

    private static let fix = "normalise-customer-domains"
    private static let customers = [
        "core.company_customers/normalized:origin_company_domain",
        "core.company_customers/unique:origin_company_domain.domain+customer_name",
    ]
    private static let staged = [
        "raw.staging_case_study_urls/normalized:origin_company_domain",
        "raw.staging_case_study_urls/required:origin_company_name",
    ]

    /// Whether the suite promises what the incident broke.
    var isKnown: Bool {
        let known = Set(suite.checks.map(\.id))
        return known.isSuperset(of: Self.customers + Self.staged)
    }

    /// Mends it, takes that back, mends it again, and locks it in.
    func tell() async throws {
        Screen.write("\nWhat mends it, with the commands of `assay fix`\n\n")
        let session = session
        try await Installation().install(in: warehouse.owner, expected: ExpectedDatabase())
        let before = try await rows()

        let plan = try await mend(Self.customers, as: Self.fix, rehearses: true) { plan in
            let dirty = plan.measures.first { $0.check == Self.customers[0] }?.before ?? 0
            let deleted = plan.tables.reduce(0) { $0 + $1.deleted }
            let updated = plan.tables.reduce(0) { $0 + $1.updated }
            return
                "\(dirty.grouped) dirty rows: \(deleted.grouped) repeat a customer and go, "
                + "\(rows(plan, "Normalise").grouped) are updated; \(rows(plan, "Hand over").grouped) "
                + "survivors take over what the repeated ones knew (\(updated.grouped) updates in all)"
        }
        _ = try await mend(Self.staged, as: "mend-staged-urls", rehearses: false) { plan in
            let missing = plan.measures.first { $0.check == Self.staged[1] }?.before ?? 0
            let fills = plan.steps.filter { $0.title.hasPrefix("Fill ") }.map { step in
                let source = step.title.split(separator: " ").last ?? ""
                return "\(step.rows.grouped) from \(source)"
            }
            return
                "\(rows(plan, "Normalise").grouped) staged domains are updated; of "
                + "\(missing.grouped) missing names \(fills.joined(separator: " and ")); "
                + plan.leftOver.joined(separator: "; ")
        }
        try await audit(Self.customers + Self.staged)

        let outcome = try await session.undo(plan.name, commits: true, skipsConflicts: false)
        let after = try await rows()
        let comparison =
            after == before
            ? "all \(before.count.grouped) of the table are what they were, to the byte"
            : "the table is not what it was"
        say("undo", "\(plan.name): \(outcome.restored.counted("row")) put back; \(comparison)")
        let folder = try FixFolder(plan.name, in: fixes)
        _ = try await session.apply(folder, commits: true)
        say("apply", "\(plan.name), once more")

        let script = try await session.lock(Self.customers, file: folder.lockPath)
        try folder.write(script, overwrites: true)
        try await session.run(script)
        say("lock", script.entries.map(\.words).joined(separator: " and "))
        try await audit(Self.customers)
        try await insertDirtyRow()
        Screen.write("\nThe scripts, plans and the migration: \(fixes)/\n")
    }

    private var session: FixSession {
        FixSession(
            suite: suite,
            options: FixOptions(target: warehouse.owner, now: warehouse.now, user: "demo"))
    }

    /// Plans, approves and applies one fix, after a dry run where asked for.
    private func mend(
        _ checks: [String], as name: String, rehearses: Bool, _ effect: (FixPlan) -> String
    ) async throws -> FixPlan {
        let session = session
        let folder = try FixFolder(name, in: fixes)
        let plan = try await session.generate(folder, for: checks, overwrites: true)
        say("plan", "\(name): \(effect(plan))")
        // The data ends in the past; a century takes the approval to whenever the demo is run.
        _ = try await folder.approve(
            by: "reviewer", now: warehouse.now, lifetime: 3_155_760_000, fourEyes: true,
            signingWith: nil)
        if rehearses {
            _ = try await session.apply(folder, commits: false)
            say("dry run", "\(name) does exactly what its plan says, and was rolled back")
        }
        guard try await session.apply(folder, commits: true) == .applied else {
            throw Refusal("\(name) was not applied")
        }
        say("apply", "\(name), approved by a reviewer, in one transaction")
        return plan
    }

    /// Steps whose title begins so, and the rows they change.
    private func rows(_ plan: FixPlan, _ title: String) -> Int {
        plan.steps.filter { $0.title.hasPrefix(title) }.reduce(0) { $0 + $1.rows }
    }

    private func audit(_ checks: [String]) async throws {
        guard let chosen = suite.keeping({ checks.contains($0.id) }) else { return }
        var options = AuditOptions(target: warehouse.target)
        options.now = warehouse.now
        options.samples = 0
        let report = try await AuditRun(suite: chosen, options: options, version: assayVersion)
            .report()
        for result in report.results where checks.contains(result.id) {
            let found = result.measure.map { "\($0.violations.counted("violation"))" }
            say("audit", "\(result.id): " + (found ?? "proven by \(result.proof ?? "nothing")"))
        }
    }

    /// How many rows the mended table has, and a digest of all of them.
    private func rows() async throws -> (count: Int, digest: String) {
        let connection = try await Connection.connect(
            to: warehouse.owner, applicationName: "assay demo")
        let answer = try await connection.query(
            """
            SELECT count(*), encode(sha256(convert_to(
                string_agg(c::text, E'\\n' ORDER BY id), 'UTF8')), 'hex')
            FROM core.company_customers AS c
            """)
        await connection.close()
        return (answer[0, 0].flatMap { Int($0) } ?? 0, answer[0, 1] ?? "")
    }

    private func insertDirtyRow() async throws {
        let connection = try await Connection.connect(
            to: warehouse.owner, applicationName: "assay demo")
        do throws(PostgresError) {
            try await connection.execute(
                """
                INSERT INTO core.company_customers
                    (origin_company_domain, origin_company_name, customer_name, source)
                VALUES ('https://www.Example.com/', 'Example', 'Somebody', 'manual')
                """)
            say("insert", "https://www.Example.com/ was taken in, which should not be")
        } catch {
            say("insert", "https://www.Example.com/ is refused: \(error.message)")
        }
        await connection.close()
    }

    /// Writes a line, wrapped beside its heading.
    private func say(_ heading: String, _ text: String) {
        var lines = [""]
        for word in text.split(separator: " ") {
            let last = lines[lines.count - 1]
            if last.isEmpty {
                lines[lines.count - 1] = String(word)
            } else if last.count + word.count < 86 {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(String(word))
            }
        }
        for (index, line) in lines.enumerated() {
            let label = index == 0 ? heading : ""
            Screen.write(
                "  \(label)\(String(repeating: " ", count: max(0, 9 - label.count)))\(line)\n")
        }
    }
}
