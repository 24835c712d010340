import Assay
import SQLSyntax

/// What PostgreSQL's documentation says of statements that run outside a transaction.
///
/// Their locks end with them, so that nobody can look at them afterwards.
struct DocumentedLocks: Sendable {
    private let tables: [RelationName]
    private let mode: LockMode
    private let builds: Bool
    private let scans: Bool
    private let rewrites: Bool

    /// What is known of a statement; nil where it locks no table of users.
    init?(_ statement: Statement) {
        let named = statement.targets
        guard !named.isEmpty else { return nil }
        tables = named
        switch statement.nodeType {
        case "IndexStmt":
            (mode, builds, scans, rewrites) = (.shareUpdateExclusive, true, true, false)
        case "ReindexStmt":
            (mode, builds, scans, rewrites) = (.shareUpdateExclusive, true, true, false)
        case "VacuumStmt":
            let isFull = statement.text.lowercased().contains("full")
            (mode, builds, scans, rewrites) =
                isFull
                ? (.accessExclusive, true, true, true)
                : (.shareUpdateExclusive, false, true, false)
        case "AlterTableStmt":
            (mode, builds, scans, rewrites) = (.shareUpdateExclusive, false, false, false)
        default:
            return nil
        }
    }

    /// Adds it to what was seen.
    func apply(to step: inout StatementTrace, knowing known: [TableName]) {
        let names = tables.compactMap { relation in
            known.first {
                $0.name == relation.name && (relation.schema == nil || $0.schema == relation.schema)
            }
        }
        step.isDocumented = true
        let seen = Set(step.locks.map(\.table))
        step.locks += names.filter { !seen.contains($0) }.map { HeldLock(table: $0, mode: mode) }
        if builds { step.indexed = Set(step.indexed + names).sorted() }
        if scans { step.scanned = Set(step.scanned + names).sorted() }
        if rewrites { step.rewritten = Set(step.rewritten + names).sorted() }
    }
}
