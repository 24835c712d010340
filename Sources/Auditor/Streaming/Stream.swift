import Assay
import Postgres
import Streams

/// One pass over the bytes of a table's rows, and the checks that it answers.
struct Stream: Sendable {
    /// What references may hold.
    struct Parent: Sendable, Hashable {
        let table: TableName
        let columns: [String]
        /// The key of the hashes of its values, where they are kept.
        let hashKey: UInt64?
    }

    /// Rows that share a key, and how those whose hashes agree are read again.
    struct Grouping: Sendable {
        let check: Int
        let limit: Int
        let columns: [SQL]
        let program: StreamProgram
    }

    /// A part of the table that one COPY sends.
    struct Part: Sendable {
        /// The number of the table's leaf.
        let leaf: Int
        /// The first page; `nil` where the part begins with the leaf.
        let start: Int?
        /// The page that it goes up to; `nil` where it ends with the leaf, also where that has grown.
        let end: Int?
    }

    let table: Int
    /// The row checks, in the order of the program.
    let rowChecks: [Int]
    /// The references, in the order of the program.
    let references: [Int]
    /// The groupings, in the order of the program.
    let groupings: [Grouping]
    /// What is read of each row beside its place.
    let columns: [SQL]
    /// SQL that the server evaluates for each row on the way.
    let evaluated: [SQL]
    let program: StreamProgram
    /// What the references may hold, by their numbers in the program.
    let parents: [Parent]
    /// The parts in which the table is read.
    private(set) var parts: [Part]
    /// How its rows come in packs; `nil` where each comes by itself.
    var packs: StreamPacks?
    /// What is kept of it, if anything is.
    let keeping: Keeping?
    /// The slots of the rows' own key, where something is kept.
    let key: [Int]
    /// The checks whose aggregates it answers.
    let aggregates: [StreamAggregate]
    /// The columns whose largest values are known, in the order of the program.
    let largest: [StreamLargest]

    /// All checks that it answers.
    var checks: [Int] {
        rowChecks + references + groupings.map(\.check) + aggregates.map(\.check)
    }

    /// Makes a stream of the checks that can be evaluated on bytes, of those that are given.
    ///
    /// - Parameters:
    ///   - table: The number of the table.
    ///   - checks: The numbers of the checks.
    ///   - items: The plan's items.
    ///   - tables: The plan's tables.
    ///   - catalog: What the database holds.
    ///   - options: How the table is read.
    ///   - keeping: What is kept of it, if anything is.
    init(
        table: Int, checks: [Int], items: [Plan.Item], tables: [Plan.AuditedTable],
        catalog: Catalog, options: AuditOptions, keeping: Keeping? = nil
    ) {
        let relation = tables[table].relation
        var slots = StreamSlots(relation)
        var parents: [Parent] = []
        var references: [(Int, StreamProgram.Reference)] = []
        var groupings: [(Grouping, StreamProgram.Grouping)] = []
        // Values first: whether one is null is then known for nothing.
        for check in checks {
            switch items[check].question {
            case .groups(let question):
                let hashKey = keeping?.folder.key
                guard let grouping = Stream.grouping(check, question, relation, &slots, hashKey)
                else { continue }
                groupings.append(grouping)
            case .orphans(let question):
                guard question.isComparedByBytes(from: relation, in: catalog) else { continue }
                let parent = Parent(
                    table: question.parent, columns: question.parentColumns,
                    hashKey: keeping?.folder.key)
                let number = parents.firstIndex(of: parent) ?? parents.count
                if number == parents.count { parents.append(parent) }
                let key = question.columns.compactMap { slots.value($0) }
                references.append((check, .init(scope: .always, key: key, parent: number)))
            case .rows(let question):
                if let scope = question.scopeTest { slots.takeValues(of: scope) }
                for part in question.parts { slots.takeValues(of: part.test) }
            case .aggregates(let question):
                StreamAggregate.takeValues(of: question, tables[table], slots: &slots)
            default: break
            }
        }
        var rowChecks: [(Int, StreamProgram.RowCheck)] = []
        for check in checks {
            guard case .rows(let question) = items[check].question else { continue }
            let scope = slots.scope(question.scopeTest)
            let parts = question.parts.map { slots.test($0.test) }
            rowChecks.append((check, .init(scope: scope, parts: parts)))
        }
        let scopedReferences = references.map { check, reference -> StreamProgram.Reference in
            guard case .orphans(let question) = items[check].question else { return reference }
            return .init(
                scope: slots.scope(question.rowsInScope), key: reference.key,
                parent: reference.parent)
        }
        let scopedGroupings = groupings.map { grouping, program -> StreamProgram.Grouping in
            guard case .groups(let question) = items[grouping.check].question else {
                return program
            }
            return .init(scope: slots.scope(question.rowsInScope), key: program.key)
        }
        let key = keeping?.key.compactMap { slots.value($0.column) } ?? []
        var counts = rowChecks.map(\.1)
        var largest: [StreamLargest] = []
        aggregates = StreamAggregate.all(
            of: checks, items: items, table: tables[table], slots: &slots, counts: &counts,
            largest: &largest)
        let leaders = largest.compactMap { one in
            slots.value(one.column).map {
                StreamProgram.Largest(scope: slots.scope(one.test), slot: $0)
            }
        }
        self.keeping = keeping
        self.key = key
        self.largest = largest
        self.table = table
        self.rowChecks = rowChecks.map(\.0)
        self.references = references.map(\.0)
        self.groupings = groupings.map(\.0)
        self.parents = parents
        let packings = slots.packings.compactMap(\.self)
        let mayBePacked = packings.count == slots.columns.count
        packs = mayBePacked ? StreamPacks(packings) : nil
        parts = Stream.parts(
            of: tables[table], in: catalog,
            size: mayBePacked
                ? StreamPacks.partSize(of: tables[table], options) : options.partSize)
        columns = slots.columns
        evaluated = slots.evaluated
        program = StreamProgram(
            slots: slots.columns.count + 1, forms: slots.forms, rowChecks: counts,
            groupings: scopedGroupings, references: scopedReferences, largest: leaders,
            key: keeping?.folder.key)
    }

    /// The same of rows that come each by itself.
    func unpacked(
        _ tables: [Plan.AuditedTable], _ catalog: Catalog, _ options: AuditOptions
    ) -> Stream {
        var stream = self
        stream.packs = nil
        stream.parts = Stream.parts(of: tables[table], in: catalog, size: options.partSize)
        return stream
    }

    /// A grouping by the slots of the whole stream, and by those of its key alone.
    private static func grouping(
        _ check: Int, _ question: GroupQuestion, _ relation: Relation, _ slots: inout StreamSlots,
        _ hashKey: UInt64?
    ) -> (Grouping, StreamProgram.Grouping)? {
        var own = StreamSlots(relation)
        let ownKey = question.keys.compactMap { own.keyPart($0) }
        let counted = [question.distinct].compactMap(\.self)
        let ownCounted = counted.compactMap { own.keyPart($0) }
        guard ownKey.count == question.keys.count, ownCounted.count == counted.count else {
            return nil
        }
        let key = question.keys.compactMap { slots.keyPart($0) }
        let program = StreamProgram(
            slots: own.columns.count + 1, forms: own.forms,
            groupings: [.init(scope: .always, key: ownKey, distinct: ownCounted.first)],
            key: hashKey)
        let grouping = Grouping(
            check: check, limit: question.limit, columns: own.columns, program: program)
        return (grouping, .init(scope: .always, key: key))
    }
}

extension Stream {
    private static let pageSize = 8_192

    private static func parts(
        of table: Plan.AuditedTable, in catalog: Catalog, size: Int
    ) -> [Part] {
        table.leaves.enumerated().flatMap { number, leaf -> [Part] in
            // Before version 14 no place in a table could be gone to.
            let isWhole = leaf.server != nil || catalog.database.serverVersionNumber < 140_000
            let bytes = leaf.relation.bytes
            let count = isWhole ? 1 : max(1, min(1_024, bytes / size))
            let pages = bytes / pageSize
            return (0..<count).map { part in
                Part(
                    leaf: number, start: part > 0 ? pages * part / count : nil,
                    end: part < count - 1 ? pages * (part + 1) / count : nil)
            }
        }
    }

    /// The statement that sends a part of the table.
    func statement(_ part: Part, of table: Plan.AuditedTable) -> SQL {
        let condition = Stream.condition(from: part.start, to: part.end)
        return Stream.statement(
            columns, of: table, leaf: part.leaf, where: condition.isEmpty ? nil : condition)
    }

    /// A SQL boolean that is true of the rows in some pages; empty where all are meant.
    static func condition(from start: Int?, to end: Int?) -> SQL {
        let bounds = [
            start.map { "ctid >= '(\($0),0)'::tid" }, end.map { "ctid < '(\($0),0)'::tid" },
        ]
        return SQL(unchecked: bounds.compactMap(\.self).joined(separator: " AND "))
    }

    /// The statement that sends rows of one leaf again by their places.
    static func statement(
        _ columns: [SQL], of table: Plan.AuditedTable, leaf: Int,
        at places: some Collection<RowPlace>
    ) -> SQL {
        statement(columns, of: table, leaf: leaf, where: condition(at: places))
    }

    /// A SQL boolean that is true of the rows at some places of one leaf.
    static func condition(at places: some Collection<RowPlace>) -> SQL {
        let list = places.map { "\"\($0.text)\"" }.joined(separator: ",")
        return SQL(unchecked: "ctid = ANY ('{\(list)}'::tid[])")
    }

    private static func statement(
        _ columns: [SQL], of table: Plan.AuditedTable, leaf: Int, where condition: SQL?
    ) -> SQL {
        let list = (["ctid"] + columns).joined(separator: ", ")
        let filter = condition.map { " WHERE \($0)" as SQL } ?? ""
        return "SELECT \(list) FROM \(table.source(ofLeaf: leaf))\(filter)"
    }

    /// The rows at some places of any leaves: `leaf`, `place`, and columns called `c0`, `c1`, ….
    static func rows(
        at places: [RowPlace], _ columns: [SQL], of table: Plan.AuditedTable
    ) -> SQL {
        let named = columns.enumerated().map { ", \($1) AS \(unchecked: "c\($0)")" as SQL }
        return Dictionary(grouping: places.unique, by: \.leaf).sorted { $0.key < $1.key }
            .map { leaf, places -> SQL in
                """
                SELECT \(unchecked: String(leaf)) AS leaf, ctid AS place\(named.joined(separator: "")) \
                FROM \(table.source(ofLeaf: leaf)) WHERE \(condition(at: places))
                """
            }
            .joined(separator: " UNION ALL ")
    }

    /// The statement that sends what references to a parent may hold.
    ///
    /// - Parameters:
    ///   - parent: The parent.
    ///   - pages: Where its rows lie; anywhere without.
    /// - Returns: The statement.
    static func statement(of parent: Parent, in pages: Range<Int>? = nil) -> SQL {
        let columns = parent.columns.map { SQL.identifier($0) }
        let place = pages.map {
            " AND \(Stream.condition(from: $0.lowerBound, to: $0.upperBound))" as SQL
        }
        return """
            SELECT \(columns.joined(separator: ", ")) FROM \(parent.table) \
            WHERE \(parent.isWhole)\(place ?? "")
            """
    }

    /// Into how many parts keys go: each of a hundred thousand rows or so, but each connection has a block of
    /// each part.
    func partitions(rows: Int) -> Int {
        max(16, min(256, (rows / 100_000).roundedUpToPowerOfTwo))
    }
}

extension GroupQuestion {
    /// Which rows are looked at.
    var rowsInScope: RowTest {
        .all(columns.map(RowTest.isNotNull) + [conditionTest].compactMap(\.self))
    }
}

extension OrphanQuestion {
    /// Which rows are looked at.
    fileprivate var rowsInScope: RowTest {
        .all(columns.map(RowTest.isNotNull) + [scopeTest].compactMap(\.self))
    }

    /// Whether a referring value equals the one referred to where their bytes do, and only there.
    fileprivate func isComparedByBytes(from relation: Relation, in catalog: Catalog) -> Bool {
        guard let parentRelation = catalog.relation(parent) else { return false }
        return zip(columns, parentColumns).allSatisfy { own, other in
            guard let own = relation.column(own), let other = parentRelation.column(other),
                own.isComparedByBytes, other.isComparedByBytes
            else { return false }
            return own.category == .text && other.category == .text
                || own.baseTypeName == other.baseTypeName
        }
    }
}
