import Assay

/// What pieces of work are about, and how they are called.
extension Plan {
    /// The table whose rows a piece of work looks at, and the checks that it is done for; `nil` where it
    /// looks at the catalog, or elsewhere.
    func subject(of work: Work) -> (table: Int, checks: [Int])? {
        switch work {
        case .scan(let table, let checks, _), .orphans(let table, let checks): (table, checks)
        case .share(let share, _): (share.table, share.checks)
        case .groups(let check, let counting): (items[check].table, [check] + counting)
        case .violators(let check): (items[check].table, [check])
        case .stream(let number, _): (streams[number].table, streams[number].checks)
        case .changes(let number):
            (increments[number].stream.table, increments[number].stream.checks)
        case .facts, .distant, .statement, .shared: nil
        }
    }

    /// What a piece of work is called while it runs.
    func label(_ work: Work) -> String {
        switch work {
        case .scan(let table, let checks, _):
            "\(tables[table].table.name) (\(checks.count.counted("check")))"
        case .share(let share, let leaf):
            "\(tables[share.table].table.name) (\(share.checks.count.counted("check")) of "
                + "\(tables[share.table].leaves[leaf].name))"
        case .orphans(let table, let checks):
            "\(tables[table].table.name) (\(checks.count.counted("reference")))"
        case .facts(let table, let checks):
            "\(tables[table].table.name) (\(checks.count.counted("check")) of the catalog)"
        case .groups(let check, _), .violators(let check), .distant(let check),
            .statement(let check):
            items[check].check.id
        case .stream(let number, let piece):
            "\(tables[streams[number].table].table.name) "
                + "(\(streams[number].checks.count.counted("check")) on its bytes, "
                + "part \(piece + 1) of \(streams[number].parts.count))"
        case .changes(let number):
            "\(tables[increments[number].stream.table].table.name) (what changed)"
        case .shared(let work): work.label(in: self)
        }
    }
}
