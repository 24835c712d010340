import Assay
import Postgres

extension Names {
    /// What is wrong with where a table's rows are said to come from.
    func problems(ofLineage table: Table) -> [Refusal.Item] {
        guard let lineage = table.lineage, let relation = catalog.relation(table.name) else {
            return []
        }
        let place = table.source.relative(to: suite.root)
        var items = lineage.columns.flatMap {
            missing($0, in: relation, table.name, at: place)
        }
        for column in [lineage.created, lineage.updated].compactMap(\.self) {
            items += notATime(column, in: relation, table.name, at: place)
        }
        for payloads in lineage.payloads {
            let own = "\(table.name) is fed by \(payloads.table), which "
            items += payloads.faults.map { .init(own + $0, at: place) }
            for foreign in payloads.foreignNames {
                guard let relation = catalog.relation(foreign.table) else {
                    items.append(.init(unknown(foreign.table), at: place))
                    continue
                }
                for column in foreign.columns {
                    items += missing(column, in: relation, foreign.table, at: place)
                }
            }
            guard let raw = catalog.relation(payloads.table) else { continue }
            items += notATime(payloads.arrival, in: raw, payloads.table, at: place)
            items += notJSON(payloads, in: raw, at: place)
        }
        return items
    }

    private func notATime(
        _ column: String, in relation: Relation, _ table: TableName, at place: SourceLocation
    ) -> [Refusal.Item] {
        guard let column = relation.column(column),
            column.category != .timestamp, column.category != .date
        else { return [] }
        let sentence =
            "\(table).\(column.name) is \(column.typeName); a date or a timestamp tells when"
        return [.init(sentence, at: place)]
    }

    private func notJSON(
        _ payloads: Payloads, in relation: Relation, at place: SourceLocation
    ) -> [Refusal.Item] {
        guard let column = relation.column(payloads.column), column.category != .json else {
            return []
        }
        let name = "\(payloads.table).\(payloads.column)"
        let sentence = "\(name) is \(column.typeName); payloads are read from json or jsonb"
        guard column.category == .text else { return [.init(sentence, at: place)] }
        let advice =
            "; where all of it is JSON, ALTER TABLE \(payloads.table) ALTER COLUMN "
            + "\(payloads.column) TYPE jsonb USING \(payloads.column)::jsonb makes it so"
        return [.init(sentence + advice, at: place)]
    }
}
