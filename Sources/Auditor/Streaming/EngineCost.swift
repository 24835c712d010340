import Assay
import Postgres
import Streams

/// What the evaluation of checks costs, in nanoseconds of a processor for each row.
///
/// The figures are rounded, from single statements of PostgreSQL 15 and profiles of Assay on one machine;
/// only their ratios matter. What the values that references may hold cost, and the second look at rows
/// whose hashes agree, is left out: both are small beside the table.
struct EngineCost {
    let table: Plan.AuditedTable
    let items: [Plan.Item]
    let facts: EngineFacts

    /// About how many rows the table has.
    var rows: Double {
        Double(max(table.rows ?? table.bytes / 100, 1))
    }

    // MARK: In the database

    /// What the server pays for a row, the checks' own share of all passes.
    ///
    /// - Parameters:
    ///   - checks: The checks.
    ///   - isOnTheWay: Whether the pass is made anyway.
    /// - Returns: Nanoseconds.
    func pushed(_ checks: [Int], isOnTheWay: Bool = false) -> Double {
        var scans = checks.isEmpty || isOnTheWay ? 0.0 : 55
        for check in checks { scans += pushed(check) }
        if checks.contains(where: { items[$0].question.isOrphans }) { scans += 55 }
        return scans
    }

    private func pushed(_ check: Int) -> Double {
        switch items[check].question {
        case .rows(let rows):
            ([rows.scopeTest].compactMap(\.self) + rows.parts.map(\.test))
                .reduce(0) { $0 + pushed($1) }
        case .groups(let groups):
            600 + groups.keys.reduce(0) { $0 + ($1.form.map { pushed(.isNormal($0)) } ?? 100) }
        case .orphans: 300
        case .aggregates(let question):
            question.tests.map { $0.reduce(0) { $0 + pushed($1) } } ?? 30
        default: 0
        }
    }

    private func pushed(_ test: AggregateTest) -> Double {
        switch test {
        // All rows are counted anyway.
        case .count(let scope): scope.map { 5 + pushed($0) } ?? 0
        case .largest(_, let scope, _): 25 + (scope.map { pushed($0) } ?? 0)
        }
    }

    private func pushed(_ test: RowTest) -> Double {
        switch test {
        case .isNull, .isTrue, .isFalse: 12
        case .isBelow, .isAbove: 25
        case .isBlank: 60
        case .isNormal(let form): form.normalizer.pushedCost
        case .isOneOf, .isShorter, .isLonger: 50
        case .isLike(_, let patterns): 40 + 15 * Double(patterns.count)
        case .isMatch: 500
        case .isSharedHost: 900
        case .sql(let sql): sql.hasRegularExpression ? 500 : 40
        case .not(let test): pushed(test)
        case .all(let tests), .any(let tests): tests.reduce(0) { $0 + pushed($1) }
        }
    }

    // MARK: On the bytes

    /// What the server pays to send a row.
    func sent(_ stream: Stream) -> Double {
        let evaluated = stream.evaluated.reduce(0) { $0 + pushed(.sql($1)) }
        let own = stream.packs == nil ? 140.0 : 80
        return own + 40 * Double(stream.columns.count) + 0.4 * width(of: stream) + evaluated
    }

    /// What is paid here to evaluate a row.
    func evaluated(_ stream: Stream) -> Double {
        let checks = stream.rowChecks + stream.aggregates.map(\.check)
        let tests = checks.reduce(0.0) { sum, check in
            switch items[check].question {
            case .rows(let rows):
                ([rows.scopeTest].compactMap(\.self) + rows.parts.map(\.test))
                    .reduce(sum) { $0 + evaluated($1) }
            case .aggregates(let question):
                (question.tests ?? []).reduce(sum) { $0 + evaluated($1) }
            default: sum
            }
        }
        return 90 + 10 * Double(stream.columns.count) + tests
            + 70 * Double(stream.references.count) + 110 * Double(stream.groupings.count)
    }

    private func evaluated(_ test: AggregateTest) -> Double {
        switch test {
        case .count(let scope): 2 + (scope.map { evaluated($0) } ?? 0)
        case .largest(_, let scope, _): 5 + (scope.map { evaluated($0) } ?? 0)
        }
    }

    private func evaluated(_ test: RowTest) -> Double {
        switch test {
        case .isNull, .isTrue, .isFalse, .sql: 2
        case .isBelow, .isAbove: 5
        case .isMatch(let column, _): 10 + 2 * Double(width(of: column))
        case .isBlank: 10
        case .isNormal: 60
        case .isOneOf, .isShorter, .isLonger: 20
        case .isLike(_, let patterns): 20 * Double(patterns.count)
        case .isSharedHost: 300
        case .not(let test): evaluated(test)
        case .all(let tests), .any(let tests): tests.reduce(0) { $0 + evaluated($1) }
        }
    }

    /// How many bytes of a row come over the wire: its place, lengths and values.
    func width(of stream: Stream) -> Double {
        let (own, each) = stream.packs == nil ? (16.0, 4.0) : (6, 1)
        return stream.columns.reduce(own) { sum, column in
            sum + each + (column.columnName.map { Double(width(of: $0)) } ?? 1)
        }
    }

    private func width(of column: String) -> Int {
        facts.widths[table.table.name]?[column] ?? 32
    }

    /// How many seconds a stream takes: the work of both sides, or the wire where that is slower.
    func seconds(_ stream: Stream) -> Double {
        let work = sent(stream) + evaluated(stream)
        let wire = facts.throughput.map { width(of: stream) / $0 * 1e9 } ?? 0
        return rows * max(work, wire) / 1e9
    }

    /// How many seconds checks take in the database.
    func seconds(_ checks: [Int], isOnTheWay: Bool = false) -> Double {
        rows * pushed(checks, isOnTheWay: isOnTheWay) / 1e9
    }
}

extension Normalizer {
    /// What it costs in SQL to tell whether a value stands in the form.
    fileprivate var pushedCost: Double {
        switch self {
        case .domain, .url, .email: 450
        case .name: 300
        default: 80
        }
    }
}

extension SQL {
    fileprivate var hasRegularExpression: Bool {
        parts.contains { part in
            if case .text(let text) = part {
                text.contains("~") || text.contains("regexp")
            } else {
                false
            }
        }
    }

    /// The column whose value it is, or its text.
    fileprivate var columnName: String? {
        guard case .identifier(let name)? = parts.first else { return nil }
        switch parts.count {
        case 1: return name
        case 2: return parts[1] == .text("::text") ? name : nil
        default: return nil
        }
    }
}
