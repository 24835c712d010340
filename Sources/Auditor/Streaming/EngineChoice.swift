import Assay
import Postgres

/// Which checks of a table are evaluated where, and why.
struct EngineChoice: Sendable {
    /// The pass over the table's bytes; `nil` where all is done in the database.
    let stream: Stream?
    /// Why, as a sentence.
    let reason: String
    /// The table of which only what changed is looked at; `nil` where all of it is.
    var increment: Increment?
    /// What is done beside a pass over the whole table, to be compared with it.
    var trial: Increment?
}

/// Chooses where each table's checks are evaluated.
struct EngineChooser {
    let catalog: Catalog
    let facts: EngineFacts
    let options: AuditOptions
    /// By table, what is done about it in a run that looks only at what changed.
    var incremental: [IncrementalChoice] = []

    private var engine: Engine { options.engine }

    /// Below so many bytes a table is read sooner than a choice is made.
    static let smallTable = 16 * 1_048_576

    /// The choice for one table.
    func choice(
        for index: Int, items: [Plan.Item], tables: [Plan.AuditedTable]
    ) -> EngineChoice {
        guard incremental.indices.contains(index) else { return usual(index, items, tables) }
        switch incremental[index] {
        case .changes(let increment):
            return EngineChoice(
                stream: nil, reason: "what changed is looked at, and what was kept says the rest",
                increment: increment)
        case .whole(let stream, let reason, let trial):
            return EngineChoice(
                stream: packed(stream, tables), reason: "read whole: \(reason)", trial: trial)
        case .never(let reason):
            let usual = usual(index, items, tables)
            return EngineChoice(stream: usual.stream, reason: "\(usual.reason); whole: \(reason)")
        }
    }

    /// Whether rows may come in packs at all: before version 14 no place in a table could be gone to, and the
    /// planner takes each pack for a share of the whole.
    private var mayPack: Bool {
        catalog.database.serverVersionNumber >= 140_000 && options.maxCost == nil
    }

    /// The stream with its rows in packs, where they may come so.
    private func packed(_ stream: Stream, _ tables: [Plan.AuditedTable]) -> Stream {
        // A pack is made in the server's memory; nobody knows how long values are that lie apart.
        let mayBePacked =
            mayPack
            && tables[stream.table].leaves.allSatisfy { $0.server == nil && !isToasted($0) }
        return mayBePacked ? stream : stream.unpacked(tables, catalog, options)
    }

    /// How what references to a parent may hold comes in packs; `nil` where it comes row by row.
    func packs(of parent: Stream.Parent) -> ParentPacks? {
        guard mayPack, let relation = catalog.relation(parent.table), relation.kind == .table,
            relation.hasPlaceSelect, relation.leaves.count == 1, let leaf = relation.leaves.first,
            leaf.server == nil,
            facts.untoasted.contains(leaf.tableName)
        else { return nil }
        let columns = parent.columns.compactMap(relation.column)
        return columns.count == parent.columns.count ? ParentPacks(columns) : nil
    }

    private func isToasted(_ leaf: AuditedLeaf) -> Bool { !facts.untoasted.contains(leaf.name) }

    /// The choice for a table of which all is looked at.
    private func usual(
        _ index: Int, _ items: [Plan.Item], _ tables: [Plan.AuditedTable]
    ) -> EngineChoice {
        let table = tables[index]
        let own = items.indices.filter {
            items[$0].table == index
                && items[$0].question.mayStream(catalog, memory: options.keyMemory)
        }
        func push(_ reason: String) -> EngineChoice { EngineChoice(stream: nil, reason: reason) }
        guard engine != .push else { return push("as asked") }
        guard !own.isEmpty else { return push("no check of it can be evaluated on bytes") }
        guard catalog.encoding == .utf8 else { return push("the database is not encoded in UTF-8") }
        if let obstacle = table.obstacle { return push(obstacle) }
        func stream(_ checks: [Int]) -> Stream? {
            let stream = Stream(
                table: index, checks: checks, items: items, tables: tables, catalog: catalog,
                options: options)
            return stream.checks.isEmpty ? nil : packed(stream, tables)
        }
        guard let all = stream(own) else { return push("no check of it can be evaluated on bytes") }
        if engine == .stream || engine == .both {
            return EngineChoice(stream: all, reason: "as asked")
        }
        if table.isDistributed {
            let keys = stream(own.filter { items[$0].question.isAboutOtherRows })
            return EngineChoice(
                stream: keys,
                reason: keys == nil
                    ? "other servers count its rows where they lie"
                    : "other servers count its rows where they lie, and send the keys side by side")
        }
        guard table.bytes >= Self.smallTable else { return push("it is small") }

        let cost = EngineCost(table: table, items: items, facts: facts)
        let whole = items.indices.filter { items[$0].table == index }
        func seconds(_ stream: Stream?) -> Double {
            guard let stream else { return cost.seconds(whole) }
            let streamed = Set(stream.checks)
            return cost.seconds(stream)
                + cost.seconds(
                    whole.filter { !streamed.contains($0) && items[$0].question.isCounted },
                    isOnTheWay: stream.packs != nil)
        }
        /// Some checks, and what the columns that are read for them answer on the way.
        func company(of some: [Int]) -> Stream? {
            stream(some).flatMap { one in
                let read = Set(one.columns)
                return stream(
                    own.filter { check in
                        some.contains(check)
                            || stream([check]).map { read.isSuperset(of: $0.columns) } ?? false
                    })
            }
        }
        // A long text may cost more to send than to match where it lies.
        let isToasted = table.leaves.contains(where: isToasted)
        let readily = own.filter { !isToasted || !items[$0].question.matchesText }
        let dear = readily.filter { items[$0].question.isDearInSQL }
        let pushed = seconds(nil)
        let ways = [company(of: dear), isToasted ? company(of: readily) : all].compactMap(\.self)
        guard let best = ways.min(by: { seconds($0) < seconds($1) }) else {
            return push("its long texts are matched where they lie")
        }
        guard seconds(best) < pushed * 0.9 else {
            return push(
                "about \(pushed.fixed(1)) s in the database, "
                    + "\(seconds(best).fixed(1)) s where its bytes are read")
        }
        let rate = facts.throughput.map { ", \(($0 / 1e6).fixed(0)) MB/s" } ?? ""
        return EngineChoice(
            stream: best,
            reason:
                "about \(seconds(best).fixed(1)) s so, \(pushed.fixed(1)) s in the database alone; "
                + "\(cost.width(of: best).fixed(0)) bytes a row\(rate)")
    }
}

extension Question {
    /// Whether it may be answered on bytes, as far as its sort and the memory allow.
    func mayStream(_ catalog: Catalog, memory: Int) -> Bool {
        switch self {
        case .rows, .groups: return true
        case .aggregates(let question): return question.tests != nil
        case .orphans(let orphans):
            guard let parent = catalog.relation(orphans.parent) else { return false }
            // A key of usual length, and up to four times the eight bytes of its slot. Rows' own keys may go to a file.
            return parent.expectedRows * 64 < memory / 4 * 3
        default: return false
        }
    }

    /// Whether a pass over the table's rows answers it.
    fileprivate var isCounted: Bool {
        switch self {
        case .rows, .groups, .orphans, .aggregates: true
        default: false
        }
    }

    /// Whether rows of other servers have a say in what a row is worth.
    fileprivate var isAboutOtherRows: Bool {
        switch self {
        case .groups, .orphans: true
        default: false
        }
    }

    /// Whether SQL takes several times as long for it as a look at the bytes.
    fileprivate var isDearInSQL: Bool {
        switch self {
        case .groups, .orphans: true
        case .rows(let rows): rows.parts.contains { $0.test.isDearInSQL }
        default: false
        }
    }

    /// Whether a regular expression is evaluated for it.
    fileprivate var matchesText: Bool {
        guard case .rows(let rows) = self else { return false }
        return rows.parts.contains { $0.test.matchesText }
    }
}

extension Relation {
    /// About how many rows it has, also where nobody has counted.
    var expectedRows: Int { estimatedRows ?? bytes / 50 }
}

extension RowTest {
    fileprivate var isDearInSQL: Bool {
        switch self {
        case .isNormal, .isSharedHost, .isMatch: true
        case .not(let test): test.isDearInSQL
        case .all(let tests), .any(let tests): tests.contains(where: \.isDearInSQL)
        default: false
        }
    }

    fileprivate var matchesText: Bool {
        switch self {
        case .isMatch: true
        case .not(let test): test.matchesText
        case .all(let tests), .any(let tests): tests.contains(where: \.matchesText)
        default: false
        }
    }
}
