public import Assay
public import Suggestions

/// What was made of another tool's suite.
public struct Imported: Sendable {
    /// The declarations.
    public let suite: SuiteText
    /// The tables, in the order of the files.
    public let tables: [TableName]
    /// How many promises became checks.
    public let turned: Int
    /// What has no equal.
    public let left: [Unequal]
}

/// A promise that no check can make, or not as it stands.
public struct Unequal: Sendable, Hashable {
    /// Where it stands.
    public let source: SourceLocation
    /// What it is called and what it is about: `schema on orders`.
    public let name: String
    /// Why it has no equal, and what comes nearest.
    public let reason: String
}

/// The checks that are put together while files are read.
struct Draft {
    private var checks: [TableName: [CheckText]] = [:]
    private var order: [TableName] = []
    private var sources: [TableName: [String]] = [:]
    private var identities: [TableName: [String: Int]] = [:]
    private(set) var turned = 0
    private(set) var left: [Unequal] = []

    /// Adds the checks that one promise becomes.
    mutating func add(_ new: [CheckText], to table: TableName, from source: SourceLocation) {
        if checks[table] == nil { order.append(table) }
        turned += 1
        if sources[table]?.contains(source.file) != true {
            sources[table, default: []].append(source.file)
        }
        for check in new {
            guard checks[table]?.contains(check) != true else { continue }
            var check = check
            let count = identities[table]?[check.identity] ?? 0
            identities[table, default: [:]][check.identity] = count + 1
            if count > 0, !check.isNamed {
                check.modifiers.append(".named(\(SwiftText.literal("\(check.word)-\(count + 1)")))")
            }
            checks[table, default: []].append(check)
        }
    }

    /// Notes what has no equal.
    mutating func leave(_ name: String, at source: SourceLocation, because reason: String) {
        left.append(Unequal(source: source, name: name, reason: reason))
    }

    /// What has come together.
    func finished(from tool: String) -> Imported {
        let tables = order.map { table in
            let files = (sources[table] ?? []).map { path in
                path.split(separator: "/").suffix(2).joined(separator: "/")
            }
            return TableText(
                table: table,
                remarks: [
                    "What \(tool) promised of \(table) in \(files.joined(separator: ", ")).",
                    "Say `key:` behind the name where columns tell its rows apart: they name "
                        + "violating rows in reports.",
                ],
                sections: [.init(checks: checks[table] ?? [])])
        }
        return Imported(
            suite: SuiteText(tables), tables: order, turned: turned,
            left: left.sorted { ($0.source, $0.name) < ($1.source, $1.name) })
    }
}

extension CheckText {
    /// What tells it from the other checks of its table.
    fileprivate var identity: String {
        switch kind {
        case "Unique": return kind + arguments.joined()
        case "RowCount": return kind
        default:
            let columns = arguments.prefix { !$0.contains(":") || $0.hasPrefix("\"") }
            return kind
                + (kind == "OneOf" || kind == "Matches" || kind == "InRange" || kind == "Length"
                    ? arguments.first ?? "" : columns.joined())
        }
    }

    fileprivate var isNamed: Bool { modifiers.contains { $0.hasPrefix(".named(") } }

    /// The kind as it stands in identities: `row-count`.
    fileprivate var word: String { Kinds.all.first { "\($0)" == kind }?.kind ?? kind.lowercased() }
}
