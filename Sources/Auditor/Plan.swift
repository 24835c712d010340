import Assay
import Postgres

/// What is asked of the database, and which checks each answer serves.
struct Plan: Sendable {
    /// One piece of work for one connection.
    enum Work: Sendable {
        /// All row checks and aggregates of a table in one pass; of some checks the scope alone.
        case scan(table: Int, checks: [Int], scopesOnly: Set<Int>)
        /// The share of one leaf in such a pass, where the table's rows lie on several servers.
        case share(Share, leaf: Int)
        /// All references of a table in one pass.
        case orphans(table: Int, checks: [Int])
        /// A check that groups rows by forms of columns, and row checks that ask for those forms.
        case groups(Int, counting: [Int])
        /// A check with SQL of its own.
        case violators(Int)
        /// All facts of the catalog that a table's checks ask for.
        case facts(table: Int, checks: [Int])
        /// A check that compares a table with one of another database.
        case distant(Int)
        /// A statement that must be understood.
        case statement(Int)
        /// A part of a pass over the bytes of a table.
        case stream(Int, piece: Int)
        /// What changed in a table since the last run.
        case changes(Int)
        /// A share in what another connection is at.
        case shared(any SharedWork)
    }

    /// A pass over a table that is made leaf by leaf, where the leaves lie; the answers are combined.
    struct Share: Sendable, Hashable {
        let table: Int
        let checks: [Int]
    }

    /// A check and what it asks.
    struct Item: Sendable {
        let check: SuiteCheck
        let table: Int
        let question: Question
        /// Whether it stands for the table's declared key.
        let provesKey: Bool
    }

    let tables: [AuditedTable]
    let items: [Item]
    /// By table, where its checks are evaluated; empty where all are in the database.
    let choices: [EngineChoice]
    /// The passes over the bytes of tables.
    let streams: [Stream]
    /// The tables of which only what changed is looked at.
    let increments: [Increment]
    /// How what references may hold comes in packs; nothing for parents of which it comes row by row.
    let parents: [Stream.Parent: ParentPacks]
    /// What is done beside passes over whole tables, to be compared with them.
    let trials: [Increment]
    /// The pieces of work, the longest first.
    let works: [Work]

    /// Plans a suite whose names are all known to the catalog.
    ///
    /// - Parameters:
    ///   - suite: What is promised.
    ///   - catalog: What the database holds.
    ///   - chooser: Says where each table's checks are evaluated; in the database without one.
    init(suite: Suite, catalog: Catalog, chooser: EngineChooser? = nil) {
        let shapes = suite.shapes(in: catalog)
        let audited = suite.tables.compactMap { table in
            catalog.relation(table.name).map { AuditedTable(table, $0, in: catalog) }
        }
        let encoding = catalog.encoding
        var items: [Item] = []
        for (index, entry) in audited.enumerated() {
            let name = entry.table.name
            let context = CheckContext(
                table: name, shapes: shapes, encoding: encoding, isShipped: entry.isDistributed)
            let own = suite.checks.filter { $0.table.name == name }
            let proofs = Proofs(entry.relation)
            if let key = KeyCheck.make(for: entry, context: context, root: suite.root) {
                items.append(
                    Item(
                        check: key, table: index, question: key.check.question(in: context),
                        provesKey: true))
            }
            for check in own {
                items.append(
                    Item(
                        check: check, table: index,
                        question: proofs.settle(check.check.question(in: context)),
                        provesKey: false))
            }
        }
        tables = audited
        self.items = items
        choices =
            chooser.map { chooser in
                audited.indices.map { chooser.choice(for: $0, items: items, tables: audited) }
            } ?? []
        streams = Plan.streams(
            of: choices, items: items, tables: audited, catalog: catalog, options: chooser?.options)
        increments = choices.compactMap(\.increment)
        trials = choices.compactMap(\.trial)
        let passes = streams + (increments + trials).map(\.stream)
        parents = passes.flatMap(\.parents).reduce(into: [:]) { $0[$1] = chooser?.packs(of: $1) }
        works = Plan.works(
            of: items.indices.map(\.self), items: items, tables: audited, streams: streams,
            increments: increments)
    }

    /// Plans nothing but what changed in some tables.
    init(_ plan: Plan, increments: [Increment]) {
        tables = plan.tables
        items = plan.items
        choices = []
        streams = []
        parents = plan.parents
        self.increments = increments
        trials = []
        works = increments.indices.map { .changes($0) }
    }

    /// The work that does what a stream could not do: row by row where its rows came in packs, else in the
    /// database.
    func works(insteadOf stream: Stream) -> [Work] {
        guard let packs = stream.packs, let alternate = packs.alternate else {
            return works(insteadOf: stream.checks)
        }
        let scan = packs.counted.map {
            Work.scan(table: stream.table, checks: $0.checks, scopesOnly: $0.scopesOnly)
        }
        return [scan].compactMap(\.self)
            + streams[alternate].parts.indices.map { .stream(alternate, piece: $0) }
    }

    /// The work in the database that answers some checks.
    func works(insteadOf checks: [Int]) -> [Work] {
        Plan.works(of: checks, items: items, tables: tables, streams: [], increments: [])
    }

    /// The passes over the bytes of tables, and behind them those that are made only where one of them fails.
    private static func streams(
        of choices: [EngineChoice], items: [Item], tables: [AuditedTable], catalog: Catalog,
        options: AuditOptions?
    ) -> [Stream] {
        var streams = choices.compactMap(\.stream)
        guard let options else { return streams }
        for (number, stream) in streams.enumerated() where stream.packs != nil {
            let alternate = streams.count
            streams.append(stream.unpacked(tables, catalog, options))
            streams[number].packs?.alternate = alternate
            let streamed = Set(stream.checks)
            let own = items.indices.filter {
                items[$0].table == stream.table && !streamed.contains($0)
            }
            let counted = formsCounted(by: own, items: items, in: tables[stream.table])
            let passes = scans(
                of: own.filter { items[$0].question.isScanned && items[$0].question.isCombined },
                items: items)
            streams[number].packs?.counted = passes.first.map {
                .init(checks: $0, scopesOnly: Set(counted.values.joined()))
            }
        }
        return streams
    }

    private static func works(
        of checks: [Int], items: [Item], tables: [AuditedTable], streams: [Stream],
        increments: [Increment]
    ) -> [Work] {
        var works: [(work: Work, cost: Double)] = []
        let alternates = Set(streams.compactMap(\.packs?.alternate))
        let passes = streams + increments.map(\.stream)
        let streamed = Set(passes.flatMap(\.checks))
        let streamedTables = Set(passes.map(\.table))
        let countedOnTheWay = Set(streams.compactMap(\.packs?.counted).flatMap(\.checks))
        for (number, increment) in increments.enumerated() {
            let size = Double(tables[increment.stream.table].relation.bytes)
            works.append((.changes(number), size / 10))
        }
        for (number, stream) in streams.enumerated() where !alternates.contains(number) {
            // Behind the table's scan, which one connection does alone, and before other tables: who has
            // read the last piece concludes while the others go on.
            let size = Double(tables[stream.table].bytes)
            for piece in stream.parts.indices {
                works.append((.stream(number, piece: piece), size))
            }
        }
        for (index, table) in tables.enumerated() {
            let own = checks.filter { items[$0].table == index && !streamed.contains($0) }
            let size = Double(table.bytes) + 1
            let counted = formsCounted(by: own, items: items, in: table)
            let apart = Set(counted.values.joined())
            // The rows of every audited table are counted, also where no check asks for them.
            let scanned = own.filter {
                items[$0].question.isScanned && !countedOnTheWay.contains($0)
            }
            let shared = scanned.filter { table.isAskedByLeaf && items[$0].question.isCombined }
            let isCounted = own.isEmpty || streamedTables.contains(index)
            var chunks = scans(of: shared, items: items)
            if chunks.isEmpty, table.isAskedByLeaf, !isCounted { chunks = [[]] }
            for chunk in chunks {
                let share = Share(table: index, checks: chunk)
                for leaf in table.leaves.indices { works.append((.share(share, leaf: leaf), size)) }
            }
            chunks = scans(of: scanned.filter { !shared.contains($0) }, items: items)
            if chunks.isEmpty, !table.isAskedByLeaf, !isCounted { chunks = [[]] }
            for chunk in chunks {
                works.append((.scan(table: index, checks: chunk, scopesOnly: apart), size))
            }
            let orphans = own.filter { items[$0].question.isOrphans }
            if !orphans.isEmpty {
                works.append((.orphans(table: index, checks: orphans), size * 2))
            }
            let facts = own.filter { items[$0].question.isFacts }
            if !facts.isEmpty { works.append((.facts(table: index, checks: facts), 0)) }
            for item in own {
                switch items[item].question {
                case .groups:
                    works.append((.groups(item, counting: counted[item] ?? []), size * 3))
                case .violators: works.append((.violators(item), size * 2))
                // First of all, for the two databases are seen at different moments.
                case .distant: works.append((.distant(item), .infinity))
                case .statement: works.append((.statement(item), 0))
                case .proven, .rows, .aggregates, .orphans, .facts: break
                }
            }
        }
        // A stable sort: equal costs keep the order of the suite.
        return works.enumerated()
            .sorted { ($1.element.cost, $0.offset) < ($0.element.cost, $1.offset) }
            .map(\.element.work)
    }

    /// Row checks that a grouping of the whole table answers on its way: whether a value stands in
    /// its form is the dear part of both questions.
    private static func formsCounted(
        by checks: [Int], items: [Item], in table: AuditedTable
    ) -> [Int: [Int]] {
        guard table.hasPlaces else { return [:] }
        var taken: Set<Int> = []
        var counted: [Int: [Int]] = [:]
        for group in checks {
            guard case .groups(let question) = items[group].question, question.distinct == nil,
                question.condition == nil
            else { continue }
            let forms = Set(question.keys.compactMap(\.form))
            counted[group] = checks.filter { check in
                guard case .rows(let rows) = items[check].question, let form = rows.form else {
                    return false
                }
                return forms.contains(form) && taken.insert(check).inserted
            }
        }
        return counted
    }

    /// The checks of a table in as few passes as PostgreSQL's caches allow.
    ///
    /// A backend keeps 32 compiled regular expressions; one more in a statement makes it some
    /// thirteen times slower, since each row compiles them anew.
    static func scans(of checks: [Int], items: [Item]) -> [[Int]] {
        var chunks: [[Int]] = [[]]
        var patterns: Set<SQL.Part> = []
        for index in checks {
            let own = items[index].question.patterns
            let union = patterns.union(own)
            let last = chunks[chunks.count - 1]
            let isFull = union.count > 28 || last.count >= 400
            if isFull, !last.isEmpty {
                chunks.append([])
                patterns = own
            } else {
                patterns = union
            }
            chunks[chunks.count - 1].append(index)
        }
        return chunks.filter { !$0.isEmpty }
    }
}

extension Question {
    /// Whether the pass over the table's rows has a part in the answer.
    fileprivate var isScanned: Bool {
        switch self {
        case .rows, .aggregates, .groups, .violators: true
        case .orphans, .proven, .facts, .distant, .statement: false
        }
    }

    /// Whether what parts of the table answer to a pass becomes the answer of all.
    fileprivate var isCombined: Bool {
        switch self {
        case .rows, .groups, .violators: true
        case .aggregates(let question): question.combination != nil
        case .orphans, .proven, .facts, .distant, .statement: false
        }
    }

    /// Whether that pass gives the answer, rather than the number of rows in scope alone.
    var isAnsweredByPass: Bool {
        switch self {
        case .rows, .aggregates: true
        default: false
        }
    }

    var isOrphans: Bool { parent != nil }

    /// The table that references lead to.
    var parent: TableName? {
        if case .orphans(let orphans) = self { return orphans.parent }
        return nil
    }

    fileprivate var isFacts: Bool {
        if case .facts = self { return true }
        return false
    }

    /// The form of a column, where all that is asked is whether its values stand in it.
    var form: ColumnForm? {
        if case .rows(let rows) = self { return rows.form }
        return nil
    }

    /// The regular expressions that a scan evaluates for it.
    fileprivate var patterns: Set<SQL.Part> {
        guard case .rows(let rows) = self else { return [] }
        return ([rows.scope].compactMap(\.self) + rows.parts.map(\.violated))
            .reduce(into: []) { $0.formUnion($1.regularExpressions) }
    }
}

extension SQL {
    /// What stands to the right of each `~` operator in it: a literal, or a bound value.
    fileprivate var regularExpressions: Set<Part> {
        var found: Set<Part> = []
        for (index, part) in parts.enumerated() {
            guard case .text(let text) = part else { continue }
            for operand in text.components(after: "~ ") {
                if !operand.isEmpty {
                    found.insert(.text(String(operand.dropFirst().prefix { $0 != "'" })))
                } else if parts.indices.contains(index + 1) {
                    found.insert(parts[index + 1])
                }
            }
        }
        return found
    }
}

extension String {
    /// What follows each occurrence of a mark, up to the next one.
    fileprivate func components(after mark: String) -> [Substring] {
        var found: [Substring] = []
        var rest = self[...]
        while let range = rest.firstRange(of: mark) {
            rest = rest[range.upperBound...]
            found.append(rest)
        }
        return found
    }
}
