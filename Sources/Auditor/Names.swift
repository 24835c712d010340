package import Assay
package import Postgres

/// Holds the names of a suite against the catalog.
struct Names {
    let suite: Suite
    let catalog: Catalog

    /// What is wrong with the suite's names: all of it, in the order of the suite.
    func problems() -> [Refusal.Item] {
        var items: [Refusal.Item] = []
        for table in suite.tables {
            let place = table.source.relative(to: suite.root)
            guard let relation = catalog.relation(table.name) else {
                items.append(.init(unknown(table.name), at: place))
                continue
            }
            if let sentence = unfit(relation, table.name) {
                items.append(.init(sentence, at: place))
                continue
            }
            for column in table.key + table.sensitiveColumns {
                items += missing(column, in: relation, table.name, at: place)
            }
            items += problems(ofLineage: table)
        }
        for item in suite.checks {
            if let relation = catalog.relation(item.table.name) {
                for column in item.check.columns + (item.check.options.scope?.columns ?? []) {
                    items += missing(column, in: relation, item.table.name, at: item.source)
                }
            }
            for foreign in item.check.foreignNames {
                guard let relation = catalog.relation(foreign.table) else {
                    items.append(.init(unknown(foreign.table), at: item.source))
                    continue
                }
                for column in foreign.columns {
                    items += missing(column, in: relation, foreign.table, at: item.source)
                }
            }
        }
        var seen: Set<Refusal.Item> = []
        return items.filter { seen.insert($0).inserted }
    }

    func unknown(_ table: TableName) -> String { catalog.unknown(table) }

    private func unfit(_ relation: Relation, _ name: TableName) -> String? {
        if relation.kind == .view {
            return
                "\(name) is a view; declare the tables that it reads, or use NoRows on one of them"
        }
        if relation.rowSecurityHidesRows {
            return
                "row security hides rows of \(name) from \(catalog.database.currentUser), so that "
                + "an audit would not see them; audit as a role with BYPASSRLS"
        }
        return nil
    }

    func missing(
        _ column: String, in relation: Relation, _ table: TableName, at place: SourceLocation
    ) -> [Refusal.Item] {
        let names = relation.columns.map(\.name)
        guard !names.contains(column) else { return [] }
        let hint = Nearest.suggestion(for: column, among: names)
        return [.init("\(table) has no column \(column)\(hint)", at: place)]
    }
}

extension Catalog {
    /// The relation of this name.
    package func relation(_ name: TableName) -> Relation? {
        relation(schema: name.schema, name: name.name)
    }

    /// A sentence for a table that is not there, with the nearest name.
    func unknown(_ table: TableName) -> String {
        guard schemas.contains(table.schema) else {
            let hint = Nearest.suggestion(for: table.schema, among: schemas)
            return "the database has no schema \(table.schema)\(hint)"
        }
        let inSchema = relations.filter { $0.schema == table.schema }.map(\.name)
        if let near = Nearest.nearest(to: table.name, among: inSchema) {
            return "there is no table \(table); did you mean \(table.schema).\(near)?"
        }
        let elsewhere = relations.first { $0.name == table.name }
        let hint = elsewhere.map { "; did you mean \($0.schema).\($0.name)?" } ?? ""
        return "there is no table \(table)\(hint)"
    }

    /// A sentence for what the database does not understand in a statement, with the nearest name.
    package func explain(_ error: PostgresError) -> String {
        let message = error.message
        let hint: String
        switch error.sqlState {
        case .undefinedTable?:
            let name = Catalog.quotedName(in: message) ?? ""
            let halves = name.split(separator: ".").map(String.init)
            let candidates =
                halves.count > 1
                ? relations.filter { $0.schema == halves[0] }.map { "\($0.schema).\($0.name)" }
                : relations.map(\.name)
            hint = Nearest.suggestion(for: name, among: candidates)
        case .undefinedColumn?:
            let name = Catalog.columnName(in: message)
            let columns = relations.flatMap { $0.columns.map(\.name) }
            hint = Nearest.suggestion(for: name, among: Set(columns))
        default:
            hint = ""
        }
        return "\(message)\(hint)"
    }

    /// The name between the quotes of `relation "core.x" does not exist`.
    private static func quotedName(in message: String) -> String? {
        let pieces = message.split(separator: "\"", omittingEmptySubsequences: false)
        return pieces.count > 2 ? String(pieces[1]) : nil
    }

    /// The column of `column "x" does not exist` or `column c.x does not exist`.
    private static func columnName(in message: String) -> String {
        if let quoted = quotedName(in: message) { return quoted }
        let words = message.split(separator: " ")
        let name = words.count > 1 ? String(words[1]) : message
        return name.split(separator: ".").last.map(String.init) ?? name
    }
}
