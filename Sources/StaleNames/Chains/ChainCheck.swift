import Assay
import Postgres

/// Holds the requests of PostgREST clients against the catalog.
struct ChainCheck {
    let names: NameCatalog
    /// The schema of requests that name none.
    let defaultSchema: String

    /// Judges a request.
    func judge(_ chain: ClientChain, own: OwnNames, into verdicts: inout Verdicts) {
        switch chain.subject {
        case .table(let value):
            var judge = ChainJudge(check: self, chain: chain, verdicts: verdicts)
            judge.table(value, own: own)
            verdicts = judge.verdicts
        case .function(let value):
            var judge = ChainJudge(check: self, chain: chain, verdicts: verdicts)
            judge.function(value)
            verdicts = judge.verdicts
        }
    }
}

/// What is wrong with one request.
struct ChainJudge {
    let check: ChainCheck
    let chain: ClientChain
    var verdicts: Verdicts

    var names: NameCatalog { check.names }

    // MARK: Schemas and tables

    /// The schema of the request; nil where it is only known at run time or does not exist.
    mutating func requestSchema() -> String? {
        guard let value = chain.schema else {
            return known(schema: check.defaultSchema, at: chain.start, length: 0)
                ? check.defaultSchema : nil
        }
        guard let text = value.text, !text.hasHole else {
            verdicts.skip(
                ".schema(…)", "the schema is only known at run time", in: chain.source,
                at: chain.start)
            return nil
        }
        return known(schema: text.string, at: text.source(of: 0), length: text.count)
            ? text.string : nil
    }

    private mutating func known(schema: String, at offset: Int, length: Int) -> Bool {
        guard names.catalog.schemas.contains(schema) else {
            verdicts.add(
                .missingSchema, names.missing(schema: schema), in: chain.source, at: offset,
                length: length)
            return false
        }
        if let exposed = names.exposed, !exposed.contains(schema) {
            verdicts.add(
                .notExposed,
                "PostgREST does not serve the schema \(schema); pgrst.db_schemas is "
                    + (exposed.isEmpty ? "empty" : exposed.joined(separator: ", ")),
                in: chain.source, at: offset, length: length)
        }
        if let rights = names.rights, !rights.schemas.contains(schema) {
            verdicts.add(
                .missingGrant, "\(rights.role) may not use the schema \(schema)", in: chain.source,
                at: offset, length: length,
                note: .init("needs", "GRANT USAGE ON SCHEMA \(schema) TO \(rights.role)"))
        }
        return true
    }

    mutating func table(_ value: CodeValue, own: OwnNames) {
        guard let text = value.text, !text.hasHole else {
            verdicts.skip(
                ".from(…)", "the table is only known at run time", in: chain.source, at: chain.start
            )
            return
        }
        guard let schema = requestSchema() else { return }
        guard let relation = names.catalog.relation(schema: schema, name: text.string) else {
            if own.relations.contains(text.string) {
                verdicts.skip(
                    ".from(…)", "it reads what the same scripts make, change or drop",
                    in: chain.source, at: chain.start)
                return
            }
            verdicts.add(
                .missingTable, names.missing(table: text.string, in: schema), in: chain.source,
                at: text.source(of: 0), length: text.count)
            return
        }
        rights(on: relation, at: text.source(of: 0), length: text.count)
        calls(on: relation)
    }

    private mutating func rights(on relation: Relation, at offset: Int, length: Int) {
        guard let rights = names.rights else { return }
        let table = "\(relation.schema).\(relation.name)"
        let granted = rights.tables[table] ?? []
        var needed: [String] = []
        for call in chain.calls {
            switch call.method {
            case "insert": needed.append("INSERT")
            case "upsert": needed += ["INSERT", "UPDATE"]
            case "update": needed.append("UPDATE")
            case "delete": needed.append("DELETE")
            case "select": needed.append("SELECT")
            default: break
            }
        }
        for word in ["SELECT", "INSERT", "UPDATE", "DELETE"]
        where needed.contains(word) && !granted.contains(word) {
            verdicts.add(
                .missingGrant, "\(rights.role) may not \(word) on \(table)", in: chain.source,
                at: offset, length: length,
                note: .init("needs", "GRANT \(word) ON \(table) TO \(rights.role)"))
        }
    }

    // MARK: Columns

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

    private mutating func calls(on relation: Relation) {
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
        "contains",
        "containedBy", "contained_by", "overlaps", "ov", "cs", "cd", "sl", "sr", "nxl", "nxr",
        "adj",
        "rangeGt", "rangeGte", "rangeLt", "rangeLte", "rangeAdjacent", "range_gt", "range_gte",
        "range_lt", "range_lte", "range_adjacent", "textSearch", "text_search", "fts", "plfts",
        "phfts",
        "wfts", "likeAllOf", "likeAnyOf", "ilikeAllOf", "ilikeAnyOf", "like_all_of", "like_any_of",
        "ilike_all_of", "ilike_any_of", "filter", "not", "not_", "isDistinct", "notIn",
        "match_regex",
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

    // MARK: Rows that are written

    private mutating func write(_ call: ClientChain.Call, _ relation: Relation) {
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

extension ClientChain {
    var language: CodeLanguage? { CodeLanguage(fileName: source.path) }
}
