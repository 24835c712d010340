import Assay
import Auditor
import Postgres

extension ChainJudge {
    /// The table that a related resource is; nil where there is none, or where it cannot be told.
    mutating func target(of embed: SelectEmbed, in relation: Relation) -> Relation? {
        let target = embed.target
        if target.hasHole || embed.hints.contains(where: \.hasHole) { return nil }
        let name = target.string
        if names.computedColumns(of: relation).contains(name) { return nil }
        let relationships = Relationships(names: names)
        let keys = embed.keys.map(\.string)
        let ways = relationships.ways(from: relation, to: name, hints: keys)
        if let way = ways.first, ways.count == 1 || !keys.isEmpty {
            return names.catalog.relation(schema: way.schema, name: way.table)
        }
        if ways.count > 1 {
            ambiguous(embed, ways, in: relation)
            return names.catalog.relation(schema: relation.schema, name: name)
        }
        let other = names.catalog.relation(schema: relation.schema, name: name)
        // PostgREST reads the relationships of views out of their queries.
        if Self.isView(relation) || other.map(Self.isView) == true { return other }
        unrelated(embed, other, in: relation, relationships)
        return other
    }

    private static func isView(_ relation: Relation) -> Bool {
        relation.kind == .view || relation.kind == .materializedView
            || relation.kind == .foreignTable
    }

    private mutating func ambiguous(
        _ embed: SelectEmbed, _ ways: [Relationships.Way], in relation: Relation
    ) {
        let hints = Set(ways.map { $0.through.count == 1 ? $0.through[0] : $0.through[1] }).sorted()
        let choices = hints.map { "\(embed.target.string)!\($0)" }.joined(separator: " or ")
        verdicts.add(
            .ambiguousRelationship,
            "\(relation.schema).\(relation.name) and \(embed.target.string) are related in "
                + "\(ways.count) ways (PGRST201)", in: chain.source,
            at: embed.target.source(of: 0), length: embed.target.count,
            note: .init("write", choices))
    }

    private mutating func unrelated(
        _ embed: SelectEmbed, _ other: Relation?, in relation: Relation,
        _ relationships: Relationships
    ) {
        let table = "\(relation.schema).\(relation.name)"
        let name = embed.target.string
        let related = relationships.ways(from: relation)
        let message: String
        if let key = embed.keys.first,
            !relationships.ways(from: relation, to: name, hints: []).isEmpty
        {
            let hints = Set(related.filter { $0.table == name }.flatMap(\.through))
            message =
                "no foreign key \(key.string) leads from \(table) to \(name)"
                + Nearest.suggestion(for: key.string, among: hints)
        } else if other != nil {
            message = "no foreign key leads from \(table) to \(name), or back (PGRST200)"
        } else {
            let inSchema = names.catalog.relations.filter { $0.schema == relation.schema }
            let near = Nearest.suggestion(for: name, among: Set(related.map(\.table)))
            message =
                "there is no \(name) to embed in \(table)"
                + (near.isEmpty
                    ? Nearest.suggestion(for: name, among: inSchema.map(\.name)) : near)
        }
        verdicts.add(
            .missingRelationship, message, in: chain.source, at: embed.target.source(of: 0),
            length: embed.target.count)
    }

    // MARK: Functions

    mutating func function(_ value: CodeValue) {
        guard let text = value.text, !text.hasHole else {
            verdicts.skip(
                ".rpc(…)", "the function is only known at run time", in: chain.source,
                at: chain.start)
            return
        }
        guard let schema = requestSchema() else { return }
        let name = text.string
        let known = names.functions(schema, named: name)
        guard !known.isEmpty else {
            let candidates = names.functions.filter { $0.schema == schema }.map(\.name)
            var near = Nearest.suggestion(for: name, among: Set(candidates))
            if near.isEmpty, let elsewhere = names.functions(nil, named: name).first {
                near = "; did you mean \(elsewhere.schema).\(name)?"
            }
            verdicts.add(
                .missingFunction, "there is no function \(schema).\(name)\(near)",
                in: chain.source, at: text.source(of: 0), length: text.count)
            return
        }
        if let rights = names.rights, !known.contains(where: \.mayExecute) {
            verdicts.add(
                .missingGrant, "\(rights.role) may not EXECUTE \(schema).\(name)", in: chain.source,
                at: text.source(of: 0), length: text.count,
                note: .init(
                    "needs", "GRANT EXECUTE ON FUNCTION \(schema).\(name) TO \(rights.role)"))
        }
        arguments(of: known, name: "\(schema).\(name)", at: text)
    }

    /// PostgREST chooses a function by the names of the arguments.
    private mutating func arguments(
        of known: [CatalogFunction], name: String, at text: MappedText
    ) {
        guard let call = chain.calls.first(where: { $0.method == "rpc" }) else { return }
        let values = call.arguments.dropFirst().filter { $0.label == nil || $0.label == "params" }
        var entries: [CodeValue.Entry] = []
        if let first = values.first {
            guard case .object(let given, let isWhole) = first.value else {
                return skip(call, "the arguments are only known at run time")
            }
            entries = given
            if !isWhole {
                return skip(call, "some of the arguments are only known at run time")
            }
        }
        let given = Set(entries.map(\.key.string))
        let fits = known.contains { function in
            let parameters = function.parameters
            let required = Set(parameters.dropLast(function.defaults)).subtracting([""])
            return function.isVariadic || (parameters.count == 1 && parameters[0].isEmpty)
                || (given.isSubset(of: parameters) && required.isSubset(of: given))
        }
        guard !fits else { return }
        let all = Set(known.flatMap(\.parameters)).subtracting([""])
        if let wrong = entries.first(where: { !all.contains($0.key.string) }) {
            verdicts.add(
                .missingFunction,
                "\(name) has no parameter \(wrong.key.string) (PGRST202)"
                    + Nearest.suggestion(for: wrong.key.string, among: all),
                in: chain.source, at: wrong.key.source(of: 0), length: wrong.key.count)
            return
        }
        let needed = Set(known.first.map { $0.parameters.dropLast($0.defaults) } ?? [])
        let absent = needed.subtracting(given).subtracting([""]).sorted()
        verdicts.add(
            .missingFunction,
            "\(name) takes \(absent.joined(separator: ", ")) too (PGRST202)", in: chain.source,
            at: text.source(of: 0), length: text.count)
    }
}
