public import Assay
import SQLSyntax

/// Whom a migration keeps waiting at a table, and about how long, judged by the real table's size.
public struct ImpactEstimate: Sendable, Hashable {
    /// The table.
    public let table: TableName
    /// The strongest lock on it.
    public let mode: LockMode
    /// The statement that takes that lock, by its place among the traced ones.
    public let statement: Int
    /// About how many rows the table has; nil where nobody counted them.
    public let rows: Int?
    /// About how many seconds the lock is held; nil where a size that matters is not known.
    public let seconds: Double?
    /// What takes the time, in words: `rewrites 2,000,000 rows`.
    public let work: [String]

    /// Who waits: `readers and writers`, `writers`, or nobody.
    public var waiting: String? {
        if mode.blocksReaders { return "readers and writers" }
        return mode.blocksWriters ? "writers" : nil
    }

    /// The time in words: `moments`, `about 40 s`, `about 3 min`.
    public var duration: String { seconds.map(Self.words) ?? "for a time that its size decides" }

    /// A time in words.
    static func words(_ seconds: Double) -> String {
        switch seconds {
        case ..<1: "for less than a second"
        case ..<90: "for about \(Int(seconds.rounded())) s"
        case ..<5_400: "for about \(Int((seconds / 60).rounded())) min"
        default: "for about \(Int((seconds / 3_600).rounded())) h"
        }
    }
}

extension ImpactEstimate {
    /// What a middling server does in a second.
    ///
    /// They are rough on purpose: the question is whether a table is blocked for moments, seconds, minutes
    /// or hours.
    private enum Pace {
        static let bytesRead = 200e6
        static let bytesRewritten = 40e6
        static let bytesIndexed = 25e6
        static let rowsChecked = 5e6
        static let rowsIndexed = 1e6
        static let rowsChanged = 100e3
        static let changesOfCatalog = 200.0
    }

    /// What a traced migration blocks, by table: each with its strongest lock that blocks anybody.
    ///
    /// - Parameters:
    ///   - trace: What the migration did on a shadow.
    ///   - sizes: How large the real tables are.
    /// - Returns: One a table, sorted by table.
    public static func all(of trace: MigrationTrace, sizes: RealSizes) -> [ImpactEstimate] {
        let works = trace.statements.map { Work(of: $0, sizes: sizes) }
        var worst: [TableName: ImpactEstimate] = [:]
        for (index, step) in trace.statements.enumerated() {
            for lock in step.locks where lock.mode.blocksWriters {
                if let known = worst[lock.table], known.mode >= lock.mode { continue }
                // It is held until its transaction ends.
                let held = trace.statements.indices.filter {
                    $0 >= index && trace.statements[$0].transaction == step.transaction
                }
                let seconds = held.reduce(0.0 as Double?) { sum, place in
                    sum.flatMap { sum in works[place].seconds.map { sum + $0 } }
                }
                worst[lock.table] = ImpactEstimate(
                    table: lock.table, mode: lock.mode, statement: index,
                    rows: sizes.tables[lock.table]?.rows, seconds: seconds,
                    work: held.flatMap { works[$0].words })
            }
        }
        return worst.values.sorted { $0.table < $1.table }
    }

    /// What a statement has to do, whoever waits for it.
    private struct Work {
        var seconds: Double? = 0
        var words: [String] = []

        init(of step: StatementTrace, sizes: RealSizes) {
            seconds = 1 / Pace.changesOfCatalog
            for table in step.rewritten {
                add("rewrites", table, sizes) { size in
                    Double(size.bytes) / Pace.bytesRewritten
                        + Double(size.indexBytes) / Pace.bytesIndexed
                }
            }
            for table in step.indexed where !step.rewritten.contains(table) {
                add("indexes", table, sizes) { size in
                    Double(size.bytes) / Pace.bytesRead + Double(size.rows) / Pace.rowsIndexed
                }
            }
            let others = Set(step.rewritten + step.indexed)
            let changed = step.statement.syntax.modifications.map(\.target)
            for table in step.scanned where !others.contains(table) {
                let changes = changed.contains {
                    $0.name == table.name && ($0.schema ?? table.schema) == table.schema
                }
                add(changes ? "changes up to" : "reads", table, sizes) { size in
                    changes
                        ? Double(size.rows) / Pace.rowsChanged
                        : Double(size.bytes) / Pace.bytesRead
                            + Double(size.rows) / Pace.rowsChecked
                }
            }
        }

        private mutating func add(
            _ verb: String, _ table: TableName, _ sizes: RealSizes,
            _ cost: (RealSizes.Table) -> Double
        ) {
            guard let size = sizes.tables[table] else {
                seconds = nil
                words.append("\(verb) all rows of \(table)")
                return
            }
            seconds = seconds.map { $0 + cost(size) }
            words.append("\(verb) \(size.rows.counted("row")) of \(table)")
        }
    }
}
