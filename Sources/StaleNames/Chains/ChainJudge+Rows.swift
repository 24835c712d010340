import Assay
import Postgres

// The columns of the rows that a request writes.

extension ChainJudge {
    mutating func write(_ call: ClientChain.Call, _ relation: Relation) {
        if let rows = call.arguments.first?.value { write(rows, call, relation) }
        guard call.method == "upsert" else { return }
        var target: CodeValue?
        for argument in call.arguments {
            if ["on_conflict", "onConflict"].contains(argument.label) { target = argument.value }
            for key in ["onConflict", "on_conflict"] {
                if let value = argument.value[key], argument.start != call.arguments.first?.start {
                    target = value
                }
            }
        }
        guard let target else { return }
        guard let text = target.text, !text.hasHole else {
            return skip(call, "the conflict's columns are only known at run time")
        }
        conflict(text, relation)
    }

    private mutating func write(
        _ rows: CodeValue, _ call: ClientChain.Call, _ relation: Relation
    ) {
        switch rows {
        case .object(let entries, _):
            for entry in entries where !entry.key.hasHole {
                if relation.column(entry.key.string) == nil { written(entry.key, in: relation) }
            }
        case .list(let elements, _):
            for element in elements { write(element, call, relation) }
        case .text, .unknown: skip(call, "the columns written are only known at run time")
        }
    }

    private mutating func written(_ key: MappedText, in relation: Relation) {
        verdicts.add(
            .missingColumn, names.missing(column: key.string, in: relation), in: chain.source,
            at: key.source(of: 0), length: key.count)
    }

    private mutating func conflict(_ text: MappedText, _ relation: Relation) {
        let columns = text.split(by: UInt8(ascii: ",")).filter { !$0.isEmpty }
        var isWhole = true
        for name in columns where relation.column(name.string) == nil {
            written(name, in: relation)
            isWhole = false
        }
        let list = columns.map(\.string)
        guard isWhole, !list.isEmpty, !relation.hasUniqueIndex(on: list),
            relation.kind == .table || relation.kind == .partitionedTable
        else { return }
        verdicts.add(
            .noUniqueIndex, relation.withoutUniqueIndex(on: list), in: chain.source,
            at: text.source(of: 0), length: text.count, note: relation.uniqueKeys)
    }
}
