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
}

extension ClientChain {
    var language: CodeLanguage? { CodeLanguage(fileName: source.path) }
}
