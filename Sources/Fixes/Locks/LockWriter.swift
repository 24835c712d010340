import Assay
import Auditor
import Postgres

/// Writes migrations that lock checks in.
struct LockWriter: Sendable {
    /// A check that a constraint can hold.
    struct Target: Sendable {
        let check: SuiteCheck
        let lock: Lock
        let relation: Relation
        let context: CheckContext

        var table: TableName { check.table.name }
        /// Whether rows may lie in tables that inherit from its own, which few constraints reach.
        var isInherited: Bool { relation.kind == .table && relation.hasInheritanceChildren }
    }

    let suite: Suite
    let catalog: Catalog
    let connection: Connection
    let spelling: Spelling

    /// What proves the checks among these that are proven already, a sentence each.
    func proven(among checks: [SuiteCheck]) -> [String] {
        checks.compactMap { check in
            guard let target = target(check), case .proven(let name) = target.lock else {
                return nil
            }
            return "\(check.id) is proven already by \(name)"
        }
    }

    /// The checks that constraints can hold and do not hold yet: conditions on rows first, for keys
    /// may rely on them, and references last.
    ///
    /// - Throws: A refusal that names every check that none can hold.
    func targets(_ checks: [SuiteCheck]) throws(Refusal) -> [Target] {
        var problems: [Refusal.Item] = []
        let all = checks.compactMap(target)
        for target in all {
            if let sentence = fault(of: target, among: all) {
                let lead = "\(target.check.id) cannot be locked in: "
                problems.append(.init(lead + sentence, at: target.check.source))
            }
        }
        if !problems.isEmpty { throw Refusal(problems) }
        let targets = all.filter { $0.lock.order != nil }
        guard !targets.isEmpty else {
            throw Refusal(proven(among: checks).map { .init("\($0); nothing is to be written") })
        }
        return targets.enumerated()
            .sorted { ($0.1.lock.order ?? 0, $0.0) < ($1.1.lock.order ?? 0, $1.0) }.map(\.1)
    }

    private func target(_ check: SuiteCheck) -> Target? {
        let name = check.table.name
        guard let relation = catalog.relation(schema: name.schema, name: name.name) else {
            return nil
        }
        let context = CheckContext(name, and: check.check.foreignNames, in: catalog)
        let question = relation.settle(check.check.question(in: context))
        let lock: Lock =
            if case .proven(let name) = question {
                .proven(by: name)
            } else {
                check.check.lock(in: context)
            }
        return Target(check: check, lock: lock, relation: relation, context: context)
    }

    // MARK: What stands in the way

    /// Why a check cannot be locked in, if it cannot.
    private func fault(of target: Target, among all: [Target]) -> String? {
        if case .proven = target.lock { return nil }
        if let allowed = target.check.check.options.allowed, allowed.isSome {
            return "it allows \(allowed), and a constraint allows none"
        }
        switch target.relation.kind {
        case .table, .partitionedTable: break
        default: return "\(target.table) is not a table"
        }
        switch target.lock {
        case .proven: return nil
        case .impossible(let reason): return reason
        case .rows(let rows): return missing(rows.given, target, among: all)
        case .unique(let key):
            return unfitness(of: target, for: "a unique index")
                ?? missing(key.given, target, among: all)
        case .reference(let question):
            return unfitness(of: target, for: "a foreign key")
                ?? missingKey(of: question, among: all)
        }
    }

    private func unfitness(of target: Target, for noun: String) -> String? {
        if target.relation.kind == .partitionedTable {
            return
                "\(target.table) is partitioned, where \(noun) cannot be built without holding writers "
                + "up; build it partition by partition by hand"
        }
        return target.isInherited
            ? "tables inherit from \(target.table), and \(noun) of it does not reach their rows"
            : nil
    }

    private func missing(
        _ given: [ColumnForm], _ target: Target, among all: [Target]
    ) -> String? {
        for given in given {
            let question = given.question
            if case .proven = target.relation.settle(question) { continue }
            let isChosen = all.contains { other in
                guard other.table == target.table, case .rows(let rows) = other.lock else {
                    return false
                }
                return rows.promise == question
            }
            if isChosen { continue }
            let own = suite.checks.first {
                $0.table.name == target.table && $0.check.question(in: target.context) == question
            }
            return
                "a constraint compares \(given.column) in its normal form only where it stands in it; "
                + (own.map { "lock in \($0.id) too, in this command or before" }
                    ?? "declare \(given.declaration) and lock that in too")
        }
        return nil
    }

    private func missingKey(of question: OrphanQuestion, among all: [Target]) -> String? {
        let columns = Set(question.parentColumns)
        let parent = catalog.relation(schema: question.parent.schema, name: question.parent.name)
        let isThere = parent.map { parent in
            !(parent.kind == .table && parent.hasInheritanceChildren)
                && parent.uniqueIndexes.contains { $0.isUsable && Set($0.columns) == columns }
        }
        if isThere == true { return nil }
        let isChosen = all.contains { other in
            guard other.table == question.parent, case .unique(let key) = other.lock else {
                return false
            }
            return key.isPlain && Set(key.parts.map(\.column)) == columns
        }
        if isChosen { return nil }
        let names = question.parentColumns.joined(separator: ", ")
        return
            "a foreign key needs a unique key on what it refers to, and \(question.parent) has none on "
            + "\(names); declare Unique on it and lock that in too"
    }

    // MARK: The script

    /// Writes the migration for some checks.
    func write(
        _ targets: [Target], proven: [String], file: String
    ) async throws -> LockScript {
        var checks: [LockedCheck] = []
        var problems: [Refusal.Item] = []
        for target in targets {
            do {
                checks.append(try await locked(target))
            } catch let fault as LockFault {
                let lead = "\(target.check.id) cannot be locked in: "
                problems.append(.init(lead + fault.sentence, at: target.check.source))
            }
        }
        if !problems.isEmpty { throw Refusal(problems) }
        return try LockScript(
            checks, proven: proven, file: file, catalog: catalog, spelling: spelling)
    }

    private func locked(_ target: Target) async throws -> LockedCheck {
        switch target.lock {
        case .rows(let rows): try await lock(rows, target)
        case .unique(let key): try await lock(key, target)
        case .reference(let question):
            if let scope = question.scope {
                try await lock(question, of: scope, target)
            } else {
                try await lock(question, target)
            }
        case .proven(let name), .impossible(let name): throw LockFault(name)
        }
    }
}

/// No constraint can hold a check, for this reason.
struct LockFault: Error {
    let sentence: String

    init(_ sentence: String) {
        self.sentence = sentence
    }
}

extension Lock {
    /// When it is created, among others; `nil` where nothing is.
    fileprivate var order: Int? {
        switch self {
        case .rows: 0
        case .unique: 1
        case .reference: 2
        case .proven, .impossible: nil
        }
    }
}

extension Lock.Key {
    /// Whether its columns are compared as they are, in all rows, so that a constraint can hold it.
    var isPlain: Bool { scope == nil && parts.allSatisfy { $0.expression == nil } }
}

extension Tolerance {
    /// Whether it accepts any violation.
    fileprivate var isSome: Bool {
        switch self {
        case .rows(let count): count > 0
        case .percent(let share): share > 0
        }
    }
}
