import Postgres

// The columns that a request selects and filters by.

extension ChainJudge {
    /// Looks up a column of a relation, also one that a function computes.
    mutating func column(_ name: MappedText, in relation: Relation) {
        let text = name.string
        guard !text.isEmpty, text != "*", relation.column(text) == nil,
            !names.computedColumns(of: relation).contains(text)
        else { return }
        verdicts.add(
            .missingColumn, names.missing(column: text, in: relation), in: chain.source,
            at: name.source(of: 0), length: name.count)
    }

    mutating func skip(_ call: ClientChain.Call, _ reason: String) {
        verdicts.skip(".\(call.method)(…)", reason, in: chain.source, at: call.start)
    }

    mutating func calls(on relation: Relation) {
        var embeds: EmbedTree? = EmbedTree(relation: relation, children: [:])
        for call in chain.calls where call.method == "select" {
            if let tree = select(call, in: relation) {
                embeds?.children.merge(tree.children) { $1 }
            } else {
                embeds = nil
            }
        }
        for call in chain.calls {
            switch call.method {
            case "insert", "upsert", "update": write(call, relation)
            case "order": order(call, relation, embeds)
            case "or", "or_": or(call, relation, embeds)
            case "match": match(call, relation)
            case let method where Self.filters.contains(method): filter(call, relation, embeds)
            default: break
            }
        }
    }

    /// The related resources of a request, by the names that filters know them by.
    struct EmbedTree {
        /// Nil where it cannot be told which table it is.
        let relation: Relation?
        var children: [String: EmbedTree]
    }

    /// Judges what is asked for; nil where that is only known at run time.
    private mutating func select(_ call: ClientChain.Call, in relation: Relation) -> EmbedTree? {
        let arguments = call.arguments.filter { $0.label == nil || $0.label == "columns" }
        var text = MappedText()
        for argument in chain.language == .python ? arguments : Array(arguments.prefix(1)) {
            var pieces = argument.value.text.map { [$0] }
            if case .list(let elements, true) = argument.value {
                let texts = elements.map(\.text)
                pieces = texts.contains { $0 == nil } ? nil : texts.compactMap { $0 }
            }
            guard let pieces else {
                skip(call, "what is selected is only known at run time")
                return nil
            }
            for piece in pieces {
                if !text.isEmpty { text.append(UInt8(ascii: ","), at: piece.source(of: 0)) }
                text.append(piece)
            }
        }
        if text.hasHole { skip(call, "a part of what is selected is only known at run time") }
        let tree = embeds(SelectItem.list(text), in: relation)
        return text.hasHole ? nil : tree
    }

    private mutating func embeds(_ items: [SelectItem], in relation: Relation?) -> EmbedTree {
        var tree = EmbedTree(relation: relation, children: [:])
        for item in items {
            switch item {
            case .unknown: break
            case .column(let name):
                // `other(count)` is the number of rows.
                if let relation, name.string != "count" { column(name, in: relation) }
            case .embed(let embed):
                let target = relation.flatMap { self.target(of: embed, in: $0) }
                tree.children[embed.name] = embeds(embed.items, in: target)
            }
        }
        return tree
    }

    // MARK: Filters

    private static let filters: Set<String> = [
        "eq", "neq", "gt", "gte", "lt", "lte", "like", "ilike", "is", "is_", "in", "in_",
        "contains", "containedBy", "contained_by", "overlaps", "ov", "cs", "cd", "sl", "sr", "nxl",
        "nxr", "adj", "rangeGt", "rangeGte", "rangeLt", "rangeLte", "rangeAdjacent", "range_gt",
        "range_gte", "range_lt", "range_lte", "range_adjacent", "textSearch", "text_search", "fts",
        "plfts", "phfts", "wfts", "likeAllOf", "likeAnyOf", "ilikeAllOf", "ilikeAnyOf",
        "like_all_of", "like_any_of", "ilike_all_of", "ilike_any_of", "filter", "not", "not_",
        "isDistinct", "notIn", "match_regex",
    ]

    private mutating func filter(
        _ call: ClientChain.Call, _ relation: Relation, _ embeds: EmbedTree?
    ) {
        guard let first = call.arguments.first else { return }
        guard let text = first.value.text, !text.hasHole else {
            return skip(call, "the column is only known at run time")
        }
        path(text, relation, embeds)
    }

    /// Looks up a column behind the names of related resources.
    private mutating func path(
        _ text: MappedText, _ relation: Relation, _ embeds: EmbedTree?, below: String? = nil
    ) {
        var parts = text.split(by: UInt8(ascii: "."))
        if let below, !below.isEmpty {
            guard let tree = embeds else { return }
            var child: EmbedTree? = tree
            for part in below.split(separator: ".") { child = child?.children[String(part)] }
            guard let relation = child?.relation else { return }
            return path(text, relation, child)
        }
        if text.bytes.contains(UInt8(ascii: ">")) {
            // A path into JSON has dots of its own in no part that names a column.
            parts = [text]
        }
        guard parts.count > 1, let first = parts.first else {
            let name = text.columnName
            if embeds?.children[name.string] != nil { return }
            return column(name, in: relation)
        }
        guard let embeds else { return }
        guard let child = embeds.children[first.string] else {
            verdicts.add(
                .missingRelationship,
                "the request filters by \(text.string), and does not select \(first.string)",
                in: chain.source, at: first.source(of: 0), length: first.count)
            return
        }
        guard let next = child.relation else { return }
        path(text[first.count + 1..<text.count], next, child)
    }

    private func referenced(_ call: ClientChain.Call) -> String? {
        let labels = [
            "foreignTable", "referencedTable", "foreign_table", "referenced_table",
            "reference_table",
        ]
        for argument in call.arguments {
            if let label = argument.label, labels.contains(label) {
                return argument.value.text?.string ?? ""
            }
            for label in labels {
                if let value = argument.value[label] { return value.text?.string ?? "" }
            }
        }
        return nil
    }

    private mutating func order(
        _ call: ClientChain.Call, _ relation: Relation, _ embeds: EmbedTree?
    ) {
        guard let first = call.arguments.first else { return }
        guard let text = first.value.text, !text.hasHole else {
            return skip(call, "the column is only known at run time")
        }
        if let open = text.bytes.firstIndex(of: UInt8(ascii: "(")) {
            let end = text.bytes.lastIndex(of: UInt8(ascii: ")")) ?? text.count
            let inner = text[open + 1..<max(open + 1, end)]
            return path(inner, relation, embeds, below: text[0..<open].string)
        }
        path(text.columnName, relation, embeds, below: referenced(call))
    }

    private mutating func or(
        _ call: ClientChain.Call, _ relation: Relation, _ embeds: EmbedTree?
    ) {
        guard let text = call.arguments.first?.value.text else {
            return skip(call, "the filter is only known at run time")
        }
        for column in FilterText.columns(in: text) where !column.hasHole {
            path(column, relation, embeds, below: referenced(call))
        }
    }

    private mutating func match(_ call: ClientChain.Call, _ relation: Relation) {
        guard case .object(let entries, _)? = call.arguments.first?.value else {
            return skip(call, "the columns are only known at run time")
        }
        for entry in entries { column(entry.key.columnName, in: relation) }
    }
}
