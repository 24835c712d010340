import Assay
import AssayTesting
import FoundationEssentials
import Postgres
import Testing

@testable import Ingest

/// Every policy, cell by cell: what is stored × what arrives × whether it is newer.
@Suite(.timeLimit(.minutes(15))) struct PolicyTests {
    @Test func `a policy does in SQL what the model says, in every cell`() async throws {
        let results = try await PolicyTable.all.results()
        for (cell, result) in results {
            #expect(result == cell.model, "\(cell)")
        }
        let page = PolicyPage(results: results).text
        let path = "\(folderOfTests())/docs/policies.md"
        if ProcessInfo.processInfo.environment["ASSAY_RECORD"] == "1" {
            try Data(page.utf8).write(to: URL(filePath: path))
        }
        let written = try String(contentsOfFile: path, encoding: .utf8)
        #expect(written == page, "docs/policies.md is not up to date; make record writes it")
    }

    @Test func `rows of one key in one payload count as if they had come one by one`() async throws
    {
        let policies: [Policy] = [
            .upsert(on: "key"), .insertIfAbsent(on: "key"),
            .upsert(on: "key").neverOverwrite("v").onceTrue("done"),
            .upsert(on: "key").together("v", "w"), .upsert(on: "key").following("w", "v"),
            .ifMoreComplete(on: "key", counting: "v", "w"),
        ]
        var random = SeededGenerator(seed: 7)
        try await withScratchDatabase(setUp: Shelf.schema) { database in
            let connection = try await database.connect()
            for policy in policies {
                for _ in 0..<8 {
                    let rows = (0..<6).map { _ in Shelf.randomRow(&random) }
                    var stored: [[String?]] = []
                    for together in [true, false] {
                        try await connection.execute("TRUNCATE shelf")
                        for batch in together ? [rows] : rows.map({ [$0] }) {
                            try await Shelf.store(batch, by: policy, connection)
                        }
                        stored.append(try await Shelf.contents(connection))
                    }
                    #expect(stored[0] == stored[1], "\(policy.sentence) \(rows)")
                }
            }
            await connection.close()
        }
    }

    @Test func `storing what is stored changes no row`() async throws {
        try await withScratchDatabase(setUp: Shelf.schema) { database in
            let connection = try await database.connect()
            let row: [String: JSONValue] = [
                "key": .string("a"), "v": .string("1"), "done": .bool(true),
            ]
            let first = try await Shelf.store([row], by: .upsert(on: "key"), connection)
            let again = try await Shelf.store([row], by: .upsert(on: "key"), connection)
            #expect(first.inserted == 1 && again.skipped == 1 && again.updated == 0)
            await connection.close()
        }
    }
}

/// A table that policies are tried on.
enum Shelf {
    static let schema = """
        CREATE TABLE shelf (id bigint GENERATED ALWAYS AS IDENTITY, key text UNIQUE, v text, w text,
            x text, done boolean)
        """

    static func destination(_ policy: Policy) -> Destination {
        Destination(
            "public.shelf", policy, .text("key"), .text("v"), .text("w"), .text("x"),
            .boolean("done"))
    }

    /// Reads rows as a payload's, and stores them.
    @discardableResult
    static func store(
        _ rows: [[String: JSONValue]], by policy: Policy, isNewer: Bool = true,
        _ connection: Connection
    ) async throws(PostgresError) -> Tally.Counts {
        var taking = Taking(connection: connection, door: Door(tables: []), isNewer: isNewer)
        let drafts = rows.map { row in
            let members = row.map { JSONValue.Member($0.key, $0.value) }
            let item = Item(value: .object(members), path: "")
            var readings: Columns<Reading> = ["done": item.boolean("done")]
            for column in ["key", "v", "w", "x"] { readings[column] = item.text(column) }
            return Draft("", readings)
        }
        return try await taking.store(drafts, in: destination(policy))
    }

    static func contents(_ connection: Connection) async throws(PostgresError) -> [String?] {
        try await connection.query(
            "SELECT (to_jsonb(s) - 'id')::text FROM shelf AS s ORDER BY key"
        ).map { $0[0] }
    }

    static func randomRow(_ random: inout SeededGenerator) -> [String: JSONValue] {
        var row: [String: JSONValue] = ["key": .string("k\(Int.random(in: 0..<2, using: &random))")]
        for column in ["v", "w", "x"] {
            switch Int.random(in: 0..<5, using: &random) {
            case 0: break
            case 1: row[column] = .null
            case 2: row[column] = .string(" \u{a0}")
            default: row[column] = .string("\(Int.random(in: 0..<3, using: &random))")
            }
        }
        if Bool.random(using: &random) { row["done"] = .bool(Bool.random(using: &random)) }
        return row
    }
}

/// A policy, and what is tried on it.
struct PolicyTable {
    let policy: Policy
    let title: String
    let remark: String
    let cells: [PolicyCell]

    static let all: [PolicyTable] = [
        one(
            .insertIfAbsent(on: "key"), "insertIfAbsent", "v", Self.texts,
            "The first row stays, whatever comes after it."),
        one(
            .upsert(on: "key"), "upsert", "v", Self.texts,
            "What arrives replaces what is stored, unless it says nothing."),
        one(
            .upsert(on: "key").neverOverwrite("v"), "neverOverwrite", "v", Self.texts,
            "What is stored stays; where nothing is, what arrives is."),
        one(
            .upsert(on: "key").onceTrue("done"), "onceTrue", "done", Self.truths,
            "What was true once stays true."),
        together, following, parts,
    ]

    private static let texts: [(String, JSONValue?)] = [
        ("absent", nil), ("null", .null), ("blank", .string("\u{a0} ")), ("a", .string("a")),
        ("b", .string("b")),
    ]
    private static let truths: [(String, JSONValue?)] = [
        ("absent", nil), ("null", .null), ("false", .bool(false)), ("true", .bool(true)),
    ]

    /// One column: what is stored of it, and what arrives.
    private static func one(
        _ policy: Policy, _ title: String, _ column: String, _ arriving: [(String, JSONValue?)],
        _ remark: String
    ) -> PolicyTable {
        let stored: [(String, JSONValue?)] =
            column == "done"
            ? [("null", nil), ("false", .bool(false)), ("true", .bool(true))]
            : [("null", nil), ("a", .string("a"))]
        var cells: [PolicyCell] = []
        for isNewer in [true, false] {
            for (name, value) in [("no row", nil)] + stored {
                for (arrivingName, arrival) in arriving {
                    cells.append(
                        PolicyCell(
                            policy: policy, stored: name == "no row" ? nil : [column: value],
                            arriving: [column: arrival], isNewer: isNewer, row: name,
                            column: arrivingName))
                }
            }
        }
        return PolicyTable(policy: policy, title: title, remark: remark, cells: cells)
    }

    private static var together: PolicyTable {
        subsets(
            .upsert(on: "key").together("v", "w"), ["v", "w"], "together",
            "Columns that are one value are taken together, or not at all: of half a value nothing is."
        )
    }

    private static var following: PolicyTable {
        subsets(
            .upsert(on: "key").following("w", "v"), ["v", "w"], "following",
            "Here w is computed from v: it goes with it, null too, and nowhere without it.")
    }

    private static var parts: PolicyTable {
        subsets(
            .ifMoreComplete(on: "key", counting: "v", "w", "x"), ["v", "w", "x"], "ifMoreComplete",
            "A row that lacks a stored part is passed over: less is no replacement, and of as many but "
                + "others no one can tell which place is meant. Mixing the two would make a third.")
    }

    /// Parts of one value: which are stored, and which arrive.
    private static func subsets(
        _ policy: Policy, _ names: [String], _ title: String, _ remark: String
    ) -> PolicyTable {
        let count = 1 << names.count
        func row(_ mask: Int, _ text: String) -> [String: JSONValue?] {
            Dictionary(
                uniqueKeysWithValues: names.enumerated().map { index, name in
                    (name, mask >> index & 1 == 1 ? .string(text) : nil)
                })
        }
        func words(_ mask: Int) -> String {
            let parts = names.enumerated().filter { mask >> $0.offset & 1 == 1 }.map(\.element)
            return parts.isEmpty ? "none" : parts.joined(separator: "+")
        }
        var cells: [PolicyCell] = []
        for isNewer in [true, false] {
            for stored in -1..<count {
                for arriving in 0..<count {
                    cells.append(
                        PolicyCell(
                            policy: policy, stored: stored < 0 ? nil : row(stored, "a"),
                            arriving: row(arriving, "b"), isNewer: isNewer,
                            row: stored < 0 ? "no row" : words(stored), column: words(arriving)))
                }
            }
        }
        return PolicyTable(
            policy: policy, title: title, remark: remark, cells: cells)
    }
}

/// One cell of a policy's table.
struct PolicyCell: CustomStringConvertible {
    let policy: Policy
    /// The stored row; `nil` where there is none.
    let stored: [String: JSONValue?]?
    /// What arrives; `nil` for what is absent.
    let arriving: [String: JSONValue?]
    let isNewer: Bool
    let row: String
    let column: String

    var description: String {
        "\(policy.sentence): \(column) onto \(row), \(isNewer ? "newer" : "older")"
    }

    /// What stands afterwards, said anew and in the plainest way.
    var model: [String: String] {
        let said = arriving.compactMapValues { value -> String? in
            switch value {
            case .string(let text)?: text == "\u{a0} " ? nil : text
            case .bool(let truth)?: "\(truth)"
            default: nil
            }
        }
        guard let stored else { return said }
        let before = stored.compactMapValues { value -> String? in
            switch value {
            case .string(let text)?: text
            case .bool(let truth)?: "\(truth)"
            default: nil
            }
        }
        if policy.rule == .insertIfAbsent { return before }
        if case .ifMoreComplete = policy.rule {
            let coversAll = Set(said.keys).isSuperset(of: before.keys)
            return isNewer && coversAll ? before.merging(said) { $1 } : before
        }
        var after = before
        for (column, value) in said where policy.computed[column] == nil {
            if policy.joint.contains(column) {
                let isWhole = policy.joint.allSatisfy { said[$0] != nil }
                let isFree = policy.joint.allSatisfy { before[$0] == nil }
                let isKept = policy.kept.contains(column)
                if isWhole, isFree || isNewer && !isKept { after[column] = value }
            } else if before[column] == nil {
                after[column] = value
            } else if policy.lasting.contains(column) {
                if value == "true" { after[column] = "true" }
            } else if isNewer, !policy.kept.contains(column) {
                after[column] = value
            }
        }
        for (column, source) in policy.computed where said[source] != nil {
            if before[source] == nil || isNewer { after[column] = said[column] }
        }
        return after
    }
}

extension [PolicyTable] {
    /// What the database makes of every cell.
    func results() async throws -> [(PolicyCell, [String: String])] {
        try await withScratchDatabase(setUp: Shelf.schema) { database in
            let connection = try await database.connect()
            var results: [(PolicyCell, [String: String])] = []
            for table in self {
                for isNewer in [true, false] {
                    let cells = table.cells.filter { $0.isNewer == isNewer }
                    try await connection.execute("TRUNCATE shelf")
                    func rows(
                        _ values: (PolicyCell) -> [String: JSONValue?]?
                    ) -> [[String: JSONValue]] {
                        cells.enumerated().compactMap { index, cell in
                            values(cell).map { row in
                                row.compactMapValues(\.self)
                                    .merging(["key": .string("\(1000 + index)")]) { $1 }
                            }
                        }
                    }
                    try await Shelf.store(rows { $0.stored }, by: .upsert(on: "key"), connection)
                    try await Shelf.store(
                        rows { $0.arriving }, by: table.policy, isNewer: isNewer, connection)
                    let stored = try await connection.query(
                        "SELECT v, w, x, done::text AS done FROM shelf ORDER BY key")
                    for (cell, row) in zip(cells, stored) {
                        var result: [String: String] = [:]
                        for column in ["v", "w", "x", "done"] { result[column] = row[column] }
                        results.append((cell, result))
                    }
                }
            }
            await connection.close()
            return results
        }
    }
}

/// `docs/policies.md`, from what the database did.
struct PolicyPage {
    let results: [(PolicyCell, [String: String])]

    var text: String {
        var text = """
            # Policies

            How a table takes in a row that may be there already. Recorded from what the database does in every
            cell (`make record`); the tests hold each against a model.

            Whatever the policy, a value that is absent, null or blank never replaces one that is stored, and a
            row of an older payload fills in what lacks and replaces nothing. Rows of one key in one payload
            count as if they had come one after the other.

            Down: what is stored. Across: what arrives. In the cell: what stands afterwards, where the payload is
            newer than what is stored; after a slash where it is older and the outcome differs.

            """
        for table in PolicyTable.all {
            text += "\n## \(table.title)\n\n\(table.remark)\n\n"
            let own = results.filter { $0.0.policy == table.policy }
            let rows = own.map(\.0.row).distinct
            let columns = own.map(\.0.column).distinct
            text += "| stored | \(columns.joined(separator: " | ")) |\n"
            text += "| --- |\(String(repeating: " --- |", count: columns.count))\n"
            for row in rows {
                let cells = columns.map { column -> String in
                    let found = own.filter { $0.0.row == row && $0.0.column == column }
                    let words = found.map { Self.words($0.1, $0.0) }
                    return words.count == 2 && words[0] != words[1]
                        ? "\(words[0]) / \(words[1])" : words.first ?? ""
                }
                text += "| \(row) | \(cells.joined(separator: " | ")) |\n"
            }
        }
        text += """

            ## Which table has which

            | table | columns that say which row it is, and the policy |
            | --- | --- |

            """
        for destination in Workflow.all.flatMap(\.destinations).distinct {
            text += "| `\(destination.table)` | \(destination.policy.sentence) |\n"
        }
        return text
    }

    /// What stands afterwards, told by where it came from.
    private static func words(_ result: [String: String], _ cell: PolicyCell) -> String {
        if cell.arriving.count > 1 {
            if result.isEmpty { return "–" }
            return result.values.contains("b") ? "taken" : "kept"
        }
        return result.values.first ?? "null"
    }
}

extension Sequence where Element: Hashable {
    /// The elements, each once.
    fileprivate var distinct: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
