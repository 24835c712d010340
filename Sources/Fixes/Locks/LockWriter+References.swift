import Assay
import Auditor
import Postgres

extension LockWriter {
    /// A foreign key that is validated after it stands, with the index that its parent's deletes need.
    func lock(_ question: OrphanQuestion, _ target: Target) async throws -> LockedCheck {
        let table = target.table
        let columns = SQL.list(question.columns)
        let started = target.relation.foreignKeys.first { key in
            !key.isValidated && key.columns == question.columns
                && key.referencedColumns == question.parentColumns
                && TableName(schema: key.referencedSchema, name: key.referencedTable)
                    == question.parent
        }
        let name = started?.name ?? name("fkey", target)
        var steps: [LockStep] = []
        var undo: [SQL] = ["ALTER TABLE \(table) DROP CONSTRAINT \(identifier: name)"]
        if try await lacksIndex(question.columns, target.relation) {
            let index = self.name("idx", target)
            steps += build(index, "INDEX", "(\(columns))", on: table)
            undo.append(
                "DROP INDEX CONCURRENTLY \(TableName(schema: table.schema, name: index))")
        }
        if started == nil {
            steps.append(add(name, "(\(columns))", question, on: table))
        }
        steps.append(validate(name, question, on: table))
        return LockedCheck(
            check: target.check.id, sentence: target.check.check.sentence,
            words: "foreign key \(name)", steps: steps, undo: undo, caveat: nil)
    }

    /// A generated column that holds the references of the rows in scope, and a foreign key on it.
    ///
    /// Triggers could look only at what is committed: the server's own keys alone also hold against two
    /// sessions at once.
    func lock(
        _ question: OrphanQuestion, of scope: SQL, _ target: Target
    ) async throws -> LockedCheck {
        let (table, relation) = (target.table, target.relation)
        guard let first = question.columns.first.flatMap(relation.column) else {
            throw LockFault("\(table) has no such column")
        }
        let name = name("fkey", target)
        let expression: SQL = "CASE WHEN \(scope) THEN \(identifier: first.name) END"
        let column = self.column(for: name, relation)
        // Not a domain's name, for it may refuse nulls.
        let type =
            first.typeName.hasPrefix(first.baseTypeName) ? first.typeName : first.baseTypeName
        let generated = try await rehearsal.generatedColumn(column, type, expression, on: table)
        let others = Array(question.columns.dropFirst())
        let columns = SQL.list([column] + others)
        let definition = relation.definition(
            ofKey: [generated.text] + others, to: question.parent, question.parentColumns)
        let isThere = relation.column(column)?.generation == generated.text
        let former = isThere ? nil : relation.column(column)
        if former != nil, !relation.foreignKeys.contains(where: { holds(column, $0) }) {
            throw LockFault(
                "it takes a generated column, and \(table) has another column called \(column); give the "
                    + "check a name of its own: .named(\"…\")")
        }
        let started = relation.foreignKeys.first {
            $0.name == name && isThere && relation.definition(of: $0) == definition
        }
        var steps: [LockStep] = []
        if !isThere {
            if former != nil {
                steps.append(
                    LockStep(
                        "Take away the column and the foreign key that held what was promised before",
                        lock: "ACCESS EXCLUSIVE on \(table) and \(question.parent) for a moment",
                        "ALTER TABLE \(table) DROP COLUMN \(identifier: column)"))
            }
            steps.append(
                LockStep(
                    "Keep the references of the rows in scope in a column of their own",
                    lock: """
                        ACCESS EXCLUSIVE on \(table) while it is written anew, as long as that takes: \
                        nobody reads or writes
                        """,
                    """
                    ALTER TABLE \(table) ADD COLUMN IF NOT EXISTS \(identifier: column) \
                    \(SQL(unchecked: type))
                        GENERATED ALWAYS AS (\(expression)) STORED
                    """))
        }
        let lacksIndex =
            isThere ? try await lacksIndex([column] + others, relation) : true
        if lacksIndex {
            steps += build(self.name("idx", target), "INDEX", "(\(columns))", on: table)
        }
        if started == nil { steps.append(add(name, "(\(columns))", question, on: table)) }
        steps.append(validate(name, question, on: table))
        let caveat = caveat(target, generated.isBuiltIn)
        if caveat == nil, let definition {
            let mark = mark(target, .orphans(question), definition, [])
            steps.append(
                LockStep(
                    "Say what it proves, for the audit",
                    lock: "SHARE UPDATE EXCLUSIVE on \(table) for a moment",
                    "COMMENT ON CONSTRAINT \(identifier: name) ON \(table) IS \(mark)"))
        }
        return LockedCheck(
            check: target.check.id, sentence: target.check.check.sentence,
            words: "foreign key \(name) on the generated column \(column)", steps: steps,
            undo: [
                "ALTER TABLE \(table) DROP CONSTRAINT \(identifier: name)",
                "ALTER TABLE \(table) DROP COLUMN \(identifier: column)",
            ], caveat: caveat, remark: isThere ? nil : Self.rewrite(relation))
    }

    /// The name of the column that a foreign key of rows in scope stands on: the key's, without the table's.
    private func column(for key: String, _ relation: Relation) -> String {
        let lead = "\(relation.name)_"
        return key.hasPrefix(lead) ? String(key.dropFirst(lead.count)) : key
    }

    /// Whether a foreign key that Assay made stands on a column.
    private func holds(_ column: String, _ key: ForeignKey) -> Bool {
        key.columns.first == column && ProofMark(comment: key.comment) != nil
    }

    private static func rewrite(_ relation: Relation) -> String {
        """
        A generated column is one more that SELECT * shows, and adding it writes the table anew (about \
        \((relation.bytes / 1_048_576 + 1).grouped) MB), while nobody reads or writes: choose the hour. \
        Where that takes too long, keep such a column by a BEFORE trigger, fill it in portions and put the \
        foreign key on it; that refuses the same rows, and the audit goes on measuring.
        """
    }

    // MARK: Steps

    private func add(
        _ name: String, _ columns: SQL, _ question: OrphanQuestion, on table: TableName
    ) -> LockStep {
        LockStep(
            "Refuse new references that lead nowhere; those there are come next",
            lock: """
                SHARE ROW EXCLUSIVE on \(table) and \(question.parent) for a moment: others read, \
                writers wait
                """,
            """
            ALTER TABLE \(table) ADD CONSTRAINT \(identifier: name)
                FOREIGN KEY \(columns) REFERENCES \(question.parent) \
            (\(SQL.list(question.parentColumns))) NOT VALID
            """)
    }

    private func validate(
        _ name: String, _ question: OrphanQuestion, on table: TableName
    ) -> LockStep {
        LockStep(
            "Hold the references there are against it",
            lock: """
                SHARE UPDATE EXCLUSIVE on \(table) and ROW SHARE on \(question.parent) while they are \
                read: others read and write
                """, isPatient: true,
            "ALTER TABLE \(table) VALIDATE CONSTRAINT \(identifier: name)")
    }

    /// Whether no index begins with some columns.
    private func lacksIndex(
        _ columns: [String], _ relation: Relation
    ) async throws(PostgresError) -> Bool {
        let positions = columns.compactMap { relation.column($0)?.position }.map(String.init)
        let found = try await connection.query(
            """
            SELECT EXISTS (SELECT FROM pg_catalog.pg_index i
                JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = $1 AND c.relname = $2 AND i.indisvalid AND i.indpred IS NULL
                  AND (i.indkey::int2[])[0:cardinality($3::int2[]) - 1] @> $3::int2[])
            """, [relation.schema, relation.name, positions.arrayLiteral])
        return found.scalar != "t"
    }
}

extension SQL {
    /// Names, with commas between.
    fileprivate static func list(_ names: [String]) -> SQL {
        names.map { .identifier($0) }.joined(separator: ", ")
    }
}
