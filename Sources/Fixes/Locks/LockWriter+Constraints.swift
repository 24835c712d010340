import Assay
import Auditor
import Postgres

extension LockWriter {
    var rehearsal: LockRehearsal {
        LockRehearsal(connection: connection, spelling: spelling)
    }

    /// The name of a check's constraint or index: the table, what the check is about, and a noun.
    func name(_ noun: String, _ target: Target) -> String {
        let check = target.check.check
        let rivals = suite.checks.filter {
            $0.table.name == target.table && $0.check.columns == check.columns
                && $0.id != target.check.id
        }
        let isShared =
            check.options.name == nil
            && rivals.contains { rival in
                rival.check.kind == check.kind || noun == "fkey" || noun == "idx"
            }
        let subject = check.options.name.map { [$0] } ?? check.columns
        return LockName(relation: target.relation, catalog: catalog)
            .make(subject + [noun], for: target.check, isShared: isShared)
    }

    // MARK: Conditions on rows

    /// A CHECK that is validated after it stands, and NOT NULL on the strength of it.
    func lock(_ rows: Lock.Rows, _ target: Target) async throws -> LockedCheck {
        let table = target.table
        let name = name(target.check.check.kind, target)
        let present: SQL? = rows.notNull.map { "\(identifier: $0) IS NOT NULL" }
        let kept: SQL? = rows.violated.map { "(\($0)) IS NOT TRUE" }
        let expression = [present, kept].compactMap(\.self).joined(separator: " AND ")
        let definition = try await rehearsal.check(name, expression, on: table)
        var steps = [
            LockStep(
                "Refuse new rows that break it; the rows there are come next",
                lock: "ACCESS EXCLUSIVE on \(table) for a moment: no row is read",
                """
                ALTER TABLE \(table)
                    DROP CONSTRAINT IF EXISTS \(identifier: name),
                    ADD CONSTRAINT \(identifier: name)
                        CHECK (\(expression)) NOT VALID
                """),
            LockStep(
                "Hold the rows there are against it",
                lock:
                    "SHARE UPDATE EXCLUSIVE on \(table) while it is read once: others read and write",
                isPatient: true,
                "ALTER TABLE \(table) VALIDATE CONSTRAINT \(identifier: name)"),
        ]
        var undo: [SQL] = ["ALTER TABLE \(table) DROP CONSTRAINT \(identifier: name)"]
        if let column = rows.notNull {
            steps.append(
                LockStep(
                    "Make \(column) NOT NULL; the constraint proves it, so that the table is not read",
                    lock: "ACCESS EXCLUSIVE on \(table) for a moment",
                    "ALTER TABLE \(table) ALTER COLUMN \(identifier: column) SET NOT NULL"))
            undo.insert(
                "ALTER TABLE \(table) ALTER COLUMN \(identifier: column) DROP NOT NULL", at: 0)
        }
        guard rows.violated != nil else {
            steps.append(
                LockStep(
                    "Take the constraint away again: NOT NULL says it all",
                    lock: "ACCESS EXCLUSIVE on \(table) for a moment",
                    "ALTER TABLE \(table) DROP CONSTRAINT \(identifier: name)"))
            return LockedCheck(
                check: target.check.id, sentence: target.check.check.sentence,
                words: "NOT NULL on \(rows.notNull ?? "")", steps: steps, undo: [undo[0]],
                caveat: target.isInherited ? Self.inherited(table) : nil)
        }
        let caveat = caveat(target, definition.isBuiltIn)
        if caveat == nil {
            let mark = mark(target, rows.promise, definition.text, rows.given)
            steps.append(
                LockStep(
                    "Say what it proves, for the audit",
                    lock: "SHARE UPDATE EXCLUSIVE on \(table) for a moment",
                    "COMMENT ON CONSTRAINT \(identifier: name) ON \(table) IS \(mark)"))
        }
        let words = rows.notNull.map { " and NOT NULL on \($0)" } ?? ""
        return LockedCheck(
            check: target.check.id, sentence: target.check.check.sentence,
            words: "CHECK \(name)\(words)", steps: steps, undo: undo, caveat: caveat)
    }

    // MARK: Unique keys

    /// A unique index that is built while others write, and the constraint where one can take it.
    func lock(_ key: Lock.Key, _ target: Target) async throws -> LockedCheck {
        let table = target.table
        if let there = standing(key, target) { return there }
        let name = name("key", target)
        let parts = key.parts.map { part -> SQL in
            if let expression = part.expression { return "(\(expression))" }
            let column = target.relation.column(part.column)
            let isBytewise = column?.baseTypeName != "citext" && column?.isDeterministic != false
            return isBytewise
                ? "\(identifier: part.column)"
                : "(\(identifier: part.column)::text COLLATE \"C\")"
        }
        let isPlain = key.isPlain && parts == key.parts.map { .identifier($0.column) }
        let scope: SQL = key.scope.map { " WHERE \($0)" } ?? ""
        let index: SQL = "(\(parts.joined(separator: ", ")))\(scope)"
        let definition = try await rehearsal.uniqueIndex(name, index, on: table)
        var steps = build(name, "UNIQUE INDEX", index, on: table)
        let undo: SQL
        var caveat: String?
        if isPlain {
            steps.append(
                LockStep(
                    "Make a constraint of the index",
                    lock: "ACCESS EXCLUSIVE on \(table) for a moment",
                    """
                    ALTER TABLE \(table) ADD CONSTRAINT \(identifier: name) \
                    UNIQUE USING INDEX \(identifier: name)
                    """))
            undo = "ALTER TABLE \(table) DROP CONSTRAINT \(identifier: name)"
        } else {
            caveat = self.caveat(target, definition.isBuiltIn)
            if caveat == nil {
                let mark = mark(target, key.promise, definition.text, key.given)
                steps.append(
                    LockStep(
                        "Say what it proves, for the audit",
                        lock: "SHARE UPDATE EXCLUSIVE on the index for a moment",
                        "COMMENT ON INDEX \(TableName(schema: table.schema, name: name)) IS \(mark)"
                    ))
            }
            undo = "DROP INDEX CONCURRENTLY \(TableName(schema: table.schema, name: name))"
        }
        return LockedCheck(
            check: target.check.id, sentence: target.check.check.sentence,
            words: "unique \(isPlain ? "key" : "index") \(name)", steps: steps, undo: [undo],
            caveat: caveat)
    }

    /// A key on the same columns that is there already, and suffices once the values stand in their
    /// form.
    private func standing(_ key: Lock.Key, _ target: Target) -> LockedCheck? {
        guard key.parts.allSatisfy({ $0.expression == nil }),
            let index = target.context.shape.proof(thatUnique: key.parts.map(\.column))
        else { return nil }
        return LockedCheck(
            check: target.check.id, sentence: target.check.check.sentence,
            words: "unique index \(index.name), which is there", steps: [], undo: [],
            caveat: nil,
            remark:
                "The unique index \(index.name) is there already, and suffices where values stand in "
                + "their form.")
    }

    func build(
        _ name: String, _ noun: SQL, _ index: SQL, on table: TableName
    ) -> [LockStep] {
        [
            LockStep(
                "Drop what a build that failed may have left",
                lock: "nothing where nothing is left", isPatient: true,
                "DROP INDEX CONCURRENTLY IF EXISTS \(TableName(schema: table.schema, name: name))"),
            LockStep(
                "Build the index while others read and write",
                lock: """
                    SHARE UPDATE EXCLUSIVE on \(table) while it is read twice; it waits for transactions \
                    that are open, and holds nobody up
                    """, isPatient: true,
                "CREATE \(noun) CONCURRENTLY \(identifier: name) ON \(table) \(index)"),
        ]
    }

    // MARK: Proof

    func mark(
        _ target: Target, _ promise: Question, _ definition: String, _ given: [ColumnForm]
    ) -> String {
        ProofMark(
            check: target.check.id, promise: promise.promise ?? "none", definition: definition,
            given: given.compactMap(\.question.promise)
        ).comment
    }

    func caveat(_ target: Target, _ isBuiltIn: Bool) -> String? {
        if target.isInherited { return Self.inherited(target.table) }
        return isBuiltIn
            ? nil
            : "It uses a function or an operator that could be replaced, so that the audit goes on "
                + "measuring."
    }

    private static func inherited(_ table: TableName) -> String {
        "Tables inherit from \(table) and may not be bound by it, so that the audit goes on measuring."
    }
}
