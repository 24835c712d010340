import AssayTesting
import Faults
import Fixes
import Postgres
import Testing

/// People edit rows before an undo and while it runs, in an order that a seed decides.
@Suite(.timeLimit(.minutes(15))) struct EditTests {
    @Test func `no edit is lost to an undo, whatever comes in between`() async throws {
        var seed = FaultScale.seed
        let rounds = (FaultScale.rounds ?? 0) * 100 + (FaultScale.rounds == nil ? 8 : 0)
        var tally = (edits: 0, undone: 0, kept: 0, lost: 0)
        try await FaultedWarehouse.with { warehouse in
            for _ in 0..<rounds {
                let round = EditRound(warehouse: warehouse, seed: seed)
                let outcome = try await round.run()
                tally.edits += outcome.edits
                tally.undone += outcome.isUndone ? 1 : 0
                tally.kept += outcome.conflicts
                tally.lost += outcome.lost.count
                for loss in outcome.lost {
                    Issue.record("\(loss); ASSAY_FAULT_SEED=\(seed) begins with this round")
                }
                seed &+= 1
            }
        }
        Figures.add(
            "random edits around an undo, seed \(FaultScale.seed): \(rounds) rounds, \(tally.edits) "
                + "edits, \(tally.undone) undone, \(tally.kept) edited rows kept; lost edits "
                + "\(tally.lost)")
    }
}

/// A fix is applied, rows are edited, the fix is undone, rows are edited: one order of many.
private struct EditRound {
    struct Outcome {
        var edits = 0
        var isUndone = false
        var conflicts = 0
        /// Rows that are not what they should be, a sentence each.
        var lost: [String] = []
    }

    let warehouse: FaultedWarehouse
    let seed: UInt64

    func run() async throws -> Outcome {
        var dice = Dice(state: seed)
        let before = try await reset()
        #expect(try await warehouse.perform(.apply, warehouse.session()) == .done)
        let after = try await rows()
        let early = (0..<Int.random(in: 0...4, using: &dice)).map { Edit(token: $0, &dice) }
        try await commit(early, pause: 0, keeps: true)
        let skips = Bool.random(using: &dice)
        let isUndone = try await withThrowingTaskGroup { group in
            group.addTask { try await undo(skippingConflicts: skips) }
            for session in 1...3 {
                for part in 0..<Int.random(in: 0...2, using: &dice) {
                    let edits = (0..<Int.random(in: 1...2, using: &dice)).map {
                        Edit(token: session * 100 + part * 10 + $0, &dice)
                    }
                    let pause = Int.random(in: 0...60, using: &dice)
                    let keeps = Int.random(in: 0..<10, using: &dice) > 0
                    group.addTask {
                        try await commit(edits, pause: pause, keeps: keeps)
                        return false
                    }
                }
            }
            return try await group.reduce(false) { $0 || $1 }
        }
        return try await judge(before, after, isUndone: isUndone, skips: skips)
    }

    /// Plays the edits and the undo in the order that the database put them in, and compares.
    private func judge(
        _ before: [RowName: EditedRow], _ after: [RowName: EditedRow], isUndone: Bool, skips: Bool
    ) async throws -> Outcome {
        let touched = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
        let log = try await log()
        var outcome = Outcome()
        var model = after
        var mayRefuse = false
        for entry in log {
            guard let name = entry.row else {
                outcome.isUndone = true
                for name in touched {
                    if model[name] == after[name] {
                        model[name] = before[name]
                    } else {
                        outcome.conflicts += 1
                    }
                }
                continue
            }
            outcome.edits += 1
            switch entry.kind {
            case "update":
                model[name]?.text += entry.text
                model[name]?.edits += 1
            case "insert": model[name] = EditedRow(domain: entry.domain, text: entry.text, edits: 0)
            default: model[name] = nil
            }
            // An undo would meet a conflict, a row in the place of the former one, or no row that the
            // former one refers to.
            let hinders =
                Edit.hindrances.contains(entry.domain)
                || entry.kind == "delete" && name.table == "companies"
            mayRefuse = mayRefuse || hinders || touched.contains(name)
        }
        let found = try await rows()
        for name in Set(model.keys).union(found.keys).sorted() where model[name] != found[name] {
            outcome.lost.append(
                "\(name) is \(found[name].map { "\($0)" } ?? "gone"), should be "
                    + "\(model[name].map { "\($0)" } ?? "gone")")
        }
        #expect(outcome.isUndone == isUndone)
        if !isUndone { #expect(mayRefuse, "seed \(seed): the undo was refused without a reason") }
        if isUndone, !skips { #expect(outcome.conflicts == 0, "seed \(seed)") }
        return outcome
    }

    // MARK: The database

    /// Begins anew: the rows as they were, no fix, and a log in which the undo has its place too.
    private func reset() async throws -> [RowName: EditedRow] {
        let connection = try await warehouse.connected()
        let data = FaultedWarehouse.schema.split(separator: "INSERT INTO", maxSplits: 1)[1]
        try await connection.script(
            """
            BEGIN;
            TRUNCATE assay.fix_ledger, assay.fix_journal, assay.quarantine, core.companies, core.customers;
            INSERT INTO\(data);
            DROP TABLE IF EXISTS core.edits;
            CREATE TABLE core.edits (
                seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, place text, row_id bigint,
                kind text NOT NULL, domain text NOT NULL DEFAULT '', said text NOT NULL DEFAULT '');
            CREATE OR REPLACE FUNCTION core.log_undo() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN INSERT INTO core.edits (kind) VALUES ('undo'); RETURN NULL; END $$;
            CREATE OR REPLACE TRIGGER log_undo AFTER UPDATE OF undone_at ON assay.fix_ledger
                FOR EACH ROW EXECUTE FUNCTION core.log_undo();
            COMMIT;
            """)
        await connection.close()
        return try await rows()
    }

    private func undo(skippingConflicts skips: Bool) async throws -> Bool {
        do {
            let session = try warehouse.session()
            _ = try await session.undo("mend", commits: true, skipsConflicts: skips)
            return true
        } catch is BrokenPromise {
            return false
        }
    }

    /// Makes edits in one transaction; one that the database refuses takes the others with it.
    private func commit(_ edits: [Edit], pause: Int, keeps: Bool) async throws {
        let connection = try await warehouse.connected()
        try await Task.sleep(for: .milliseconds(pause))
        do throws(PostgresError) {
            try await connection.begin(.readWrite)
            for edit in edits { try await connection.execute(edit.sql) }
            if keeps { try await connection.commit() } else { try await connection.rollback() }
        } catch {
            // A reference, a unique value, or a deadlock with the undo.
            let isExpected = error.sqlState?.rawValue.hasPrefix("23") == true
            #expect(isExpected || error.sqlState == .deadlockDetected, "\(error)")
        }
        await connection.close()
    }

    private func rows() async throws -> [RowName: EditedRow] {
        let connection = try await warehouse.connected()
        let found = try await connection.query(
            """
            SELECT 'companies', id, domain, note, edits FROM core.companies
            UNION ALL SELECT 'customers', id, company_domain, name, edits FROM core.customers
            ORDER BY 1, 2
            """)
        await connection.close()
        var rows: [RowName: EditedRow] = [:]
        for row in found {
            rows[RowName(table: row[0] ?? "", id: Int(row[1] ?? "") ?? 0)] = EditedRow(
                domain: row[2] ?? "", text: row[3] ?? "", edits: Int(row[4] ?? "") ?? -1)
        }
        return rows
    }

    private func log() async throws -> [(row: RowName?, kind: String, domain: String, text: String)]
    {
        let connection = try await warehouse.connected()
        let found = try await connection.query(
            "SELECT place, row_id, kind, domain, said FROM core.edits ORDER BY seq")
        await connection.close()
        return found.map { row in
            (
                row[0].map { RowName(table: $0, id: Int(row[1] ?? "") ?? 0) }, row[2] ?? "",
                row[3] ?? "", row[4] ?? ""
            )
        }
    }
}

private struct RowName: Hashable, Comparable, CustomStringConvertible {
    let table: String
    let id: Int

    var description: String { "\(table) \(id)" }

    static func < (one: RowName, other: RowName) -> Bool {
        (one.table, one.id) < (other.table, other.id)
    }
}

private struct EditedRow: Hashable {
    var domain: String
    var text: String
    var edits: Int
}

/// One statement of a person, which writes itself into the log where it has an effect.
private struct Edit {
    let sql: String

    /// Values that a former row, or a reference to a row the fix brought, collides with.
    static let hindrances = ["HTTPS://WWW.C3.EXAMPLE/", "late.example"]

    init(token: Int, _ dice: inout Dice) {
        let isCompany = Bool.random(using: &dice)
        let table = isCompany ? "companies" : "customers"
        // Half of the rows are ones that the fix touched.
        let known =
            isCompany
            ? (Bool.random(using: &dice) ? 9001 : Int.random(in: 1...60, using: &dice))
            : 10 * Int.random(in: 1...20, using: &dice) + Int.random(in: 0...1, using: &dice)
        let text = isCompany ? "note" : "name"
        let hindrance = Int.random(in: 0..<8, using: &dice) == 0
        let domain =
            isCompany
            ? (hindrance ? Self.hindrances[0] : "n\(token).example")
            : (hindrance ? Self.hindrances[1] : "c1.example")
        let change: String
        let kind: String
        switch Int.random(in: 0..<6, using: &dice) {
        case 0, 1, 2:
            kind = "update"
            change = "UPDATE core.\(table) SET \(text) = \(text) || '+\(token)' WHERE id = \(known)"
        case 3:
            kind = "delete"
            change = "DELETE FROM core.\(table) WHERE id = \(known)"
        default:
            kind = "insert"
            let id = Bool.random(using: &dice) ? known : 20_000 + token
            let columns = isCompany ? "id, domain, note" : "id, company_domain, name"
            change =
                "INSERT INTO core.\(table) (\(columns)) VALUES (\(id), '\(domain)', '+\(token)') "
                + "ON CONFLICT DO NOTHING"
        }
        sql = """
            WITH edit AS (\(change) RETURNING id)
            INSERT INTO core.edits (place, row_id, kind, domain, said)
            SELECT '\(table)', id, '\(kind)', '\(kind == "insert" ? domain : "")', '+\(token)' FROM edit
            """
    }
}

/// Numbers that a seed decides: SplitMix64.
private struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
