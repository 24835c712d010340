import Assay
import Auditor
import Postgres
import SQLSyntax

/// Holds a statement against the catalog and against what the server says of it.
struct StatementCheck {
    let names: NameCatalog
    /// The server's answers by statement: nil where it took it.
    let answers: [String: ServerAnswer]

    /// What the server says of a statement.
    struct ServerAnswer: Sendable {
        /// Each refusal, after what the one before it was about had been taken out.
        let refusals: [PostgresError]
    }

    /// The statements that the server can be asked about.
    static func isPreparable(_ statement: CodeStatement) -> Bool {
        statement.gap != .name && preparable.contains(statement.parsed.nodeType)
    }

    private static let preparable: Set = [
        "SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "ExplainStmt",
        "CallStmt",
    ]
    private static let relationsOnly: Set = [
        "TruncateStmt", "CopyStmt", "LockStmt", "RefreshMatViewStmt", "DeclareCursorStmt",
    ]

    /// Whether a statement defines something, and so is nothing that a catalog is asked about.
    static func isDefinition(_ statement: CodeStatement) -> Bool {
        !preparable.contains(statement.parsed.nodeType)
            && !relationsOnly.contains(statement.parsed.nodeType)
    }

    /// Judges a statement.
    ///
    /// - Parameters:
    ///   - statement: The statement.
    ///   - own: What the scripts around it make themselves.
    ///   - verdicts: Takes what is found.
    func judge(_ statement: CodeStatement, own: OwnNames, into verdicts: inout Verdicts) {
        guard !Self.isDefinition(statement) else { return }
        let judge = Judge(names: names, statement: statement, own: own)
        let isMissing = judge.relations(into: &verdicts)
        if let gap = statement.gap {
            verdicts.skip(
                statement.kind.rawValue, gap.rawValue, in: statement.source, at: judge.start)
        }
        guard !isMissing else { return }
        judge.conflictTarget(into: &verdicts)
        guard let answer = answers[statement.sql] else { return }
        for refusal in answer.refusals { judge.refusal(refusal, into: &verdicts) }
    }
}

/// What is wrong with one statement.
private struct Judge {
    let names: NameCatalog
    let statement: CodeStatement
    let own: OwnNames

    var start: Int { statement.text.source(of: 0) }

    /// Where in the file a byte of the statement stands.
    private func source(_ offset: Int) -> Int { statement.text.source(of: offset) }

    // MARK: Tables

    /// Looks up every table; whether one is missing.
    func relations(into verdicts: inout Verdicts) -> Bool {
        var isMissing = false
        for relation in statement.parsed.relations where relation.name != StatementText.name {
            if isKnown(relation) { continue }
            isMissing = true
            let isOwn =
                own.relations.contains(relation.name)
                || relation.schema.map { own.schemas.contains($0) } == true
            let offset = relation.location.offset - statement.parsed.location.offset
            if isOwn {
                verdicts.skip(
                    statement.kind.rawValue, "it reads what the same scripts make, change or drop",
                    in: statement.source, at: source(offset))
            } else if let schema = relation.schema, !names.catalog.schemas.contains(schema) {
                verdicts.add(
                    .missingSchema, names.missing(schema: schema), in: statement.source,
                    at: source(offset), length: relation.description.utf8.count)
            } else {
                verdicts.add(
                    .missingTable, names.missing(table: relation.name, in: relation.schema),
                    in: statement.source, at: source(offset),
                    length: relation.description.utf8.count)
            }
        }
        return isMissing
    }

    private func isKnown(_ relation: RelationName) -> Bool {
        if let schema = relation.schema {
            return NameCatalog.isSystem(schema) || schema == StatementText.name
                || names.relation(schema, relation.name) != nil
        }
        return relation.name.hasPrefix("pg_") || names.relation(nil, relation.name) != nil
    }

    // MARK: ON CONFLICT

    func conflictTarget(into verdicts: inout Verdicts) {
        for insert in statement.parsed.tree.nodes("InsertStmt") {
            let clause = insert["onConflictClause"]["infer"]
            guard clause["whereClause"].isNull, clause["conname"].isNull,
                let name = insert["relation"]["relname"].string,
                let relation = names.relation(insert["relation"]["schemaname"].string, name),
                relation.kind == .table || relation.kind == .partitionedTable
            else { continue }
            let elements = clause["indexElems"].array.map { $0["IndexElem"] }
            let columns = elements.compactMap { $0["name"].string }
            guard !columns.isEmpty, columns.count == elements.count,
                columns.allSatisfy({ relation.column($0) != nil }),
                !own.relations.contains(name), !relation.hasUniqueIndex(on: columns)
            else { continue }
            let offset = clause["location"].number ?? 0
            verdicts.add(
                .noUniqueIndex, relation.withoutUniqueIndex(on: columns), in: statement.source,
                at: source(offset), length: 0, note: relation.uniqueKeys)
        }
    }

    // MARK: What the server says

    func refusal(_ error: PostgresError, into verdicts: inout Verdicts) {
        let offset = error.position.map { statement.text.offset(ofCharacter: $0) } ?? 0
        let name = statement.text.identifier(at: offset)
        let isOwn = name.parts.last.map(isOwn) ?? false
        if isOwn {
            verdicts.skip(
                statement.kind.rawValue, "it reads what the same scripts make, change or drop",
                in: statement.source, at: source(offset))
            return
        }
        guard let (rule, message) = sentence(error, name.parts) else {
            verdicts.skip(
                statement.kind.rawValue, reason(error), in: statement.source, at: source(offset))
            return
        }
        let column = rule == .missingColumn && name.parts.count > 1
        let skipped = column ? name.lastStart : 0
        verdicts.add(
            rule, message, in: statement.source, at: source(offset + skipped),
            length: error.position == nil ? 0 : name.length - skipped)
    }

    /// Whether the scripts around the statement make, change or drop what a name means in it.
    private func isOwn(_ name: String) -> Bool {
        own.others.contains(name) || own.relations.contains(name)
            || statement.parsed.relations.contains {
                own.columns[$0.name]?.contains(name) == true
            }
    }

    private func sentence(_ error: PostgresError, _ parts: [String]) -> (NameRule, String)? {
        let isPartial = statement.gap == .fragment
        switch error.sqlState {
        case .undefinedColumn?:
            guard let column = parts.last else { return isPartial ? nil : refused(error) }
            if parts.count > 1 {
                let owner = table(known: parts[parts.count - 2])
                return owner.map { (.missingColumn, names.missing(column: column, in: $0)) }
                    ?? (isPartial ? nil : (.missingColumn, missingEverywhere(column)))
            }
            return isPartial ? nil : (.missingColumn, missingEverywhere(column))
        case .undefinedTable?:
            let isTable = statement.parsed.relations.contains { relation in
                relation.name == parts.last
            }
            guard isTable, let name = parts.last else { return isPartial ? nil : refused(error) }
            // Whether another session's temporary table is there, nobody can tell.
            if parts.first == "pg_temp" { return nil }
            return (.missingTable, names.missing(table: name, in: parts.dropLast().last))
        case SQLState(rawValue: "3F000")?:
            guard let schema = parts.first else { return refused(error) }
            return (.missingSchema, names.missing(schema: schema))
        case SQLState(rawValue: "42883")?: return function(parts, error)
        case .undefinedObject?:
            return isPartial ? nil : (.missingObject, error.message)
        default:
            return isPartial || hasParameters || isOutOfReach(error) ? nil : refused(error)
        }
    }

    private func function(_ parts: [String], _ error: PostgresError) -> (NameRule, String)? {
        let calls = statement.parsed.functionCalls
        guard let name = parts.last, calls.contains(parts.joined(separator: ".")) else {
            return hasParameters || statement.gap != nil ? nil : refused(error)
        }
        let schema = parts.dropLast().last
        let known = names.functions(schema, named: name)
        guard known.isEmpty else {
            return hasParameters ? nil : (.missingFunction, error.message)
        }
        let candidates = Set(
            names.functions.filter { schema == nil || $0.schema == schema }.map(\.name))
        return (
            .missingFunction,
            "there is no function \(parts.joined(separator: "."))"
                + Nearest.suggestion(for: name, among: candidates)
        )
    }

    private func refused(_ error: PostgresError) -> (NameRule, String) {
        (.refusedStatement, "the database does not take it: \(error.message)")
    }

    private var hasParameters: Bool { statement.parsed.tree.nodes("ParamRef").isEmpty == false }

    /// Errors that say nothing of the statement, but of who asks and where.
    private func isOutOfReach(_ error: PostgresError) -> Bool {
        guard let state = error.sqlState else { return true }
        return ["42501", "55000", "25006", "57014", "55P03", "0A000"].contains(state.rawValue)
    }

    private func reason(_ error: PostgresError) -> String {
        switch error.sqlState {
        case .insufficientPrivilege?: "the role may not look into it: \(error.message)"
        case .lockNotAvailable?, .queryCanceled?: "the database was busy: \(error.message)"
        case SQLState(rawValue: "55000")?, SQLState(rawValue: "25006")?:
            "a replica does not prepare statements that write"
        case .undefinedTable?: "it reads a temporary table"
        default:
            statement.gap?.rawValue
                ?? (hasParameters
                    ? "the types of what is filled in are not known"
                    : "the database does not take it: \(error.message)")
        }
    }

    // MARK: Columns

    /// The table that an alias or a name stands for.
    private func table(known name: String) -> Relation? {
        var found: Relation?
        statement.parsed.tree.walk { key, value in
            if found == nil, let relation = value["relname"].string,
                key == "RangeVar" || key == "relation",
                (value["alias"]["aliasname"].string ?? relation) == name
            {
                found = names.relation(value["schemaname"].string, relation)
            }
            return .into
        }
        return found
    }

    private func missingEverywhere(_ column: String) -> String {
        let relations = statement.parsed.relations.compactMap { names.relation($0.schema, $0.name) }
        var distinct: [Relation] = []
        for relation in relations where !distinct.contains(relation) { distinct.append(relation) }
        if distinct.count == 1, let only = distinct.first {
            return names.missing(column: column, in: only)
        }
        if let target = statement.parsed.target,
            let relation = names.relation(target.schema, target.name), distinct.isEmpty
        {
            return names.missing(column: column, in: relation)
        }
        let all = Set(distinct.flatMap { $0.columns.map(\.name) })
        let tables = distinct.map { "\($0.schema).\($0.name)" }.sorted()
        let named =
            tables.isEmpty ? "nothing that is read" : "none of \(tables.joined(separator: ", "))"
        return "\(named) has a column \(column)" + Nearest.suggestion(for: column, among: all)
    }
}

extension Relation {
    /// Whether an upsert that names these columns finds an index.
    func hasUniqueIndex(on columns: [String]) -> Bool {
        let wanted = Set(columns)
        return uniqueIndexes.contains { $0.isUsable && Set($0.columns) == wanted }
            // What an index on expressions or on some rows covers is not read here.
            || uniqueIndexes.contains { $0.columns.isEmpty && $0.isInForce }
    }

    func withoutUniqueIndex(on columns: [String]) -> String {
        "\(schema).\(name) has no unique index on \(columns.joined(separator: ", "))"
    }

    /// The keys that an upsert may name.
    var uniqueKeys: Finding.Note {
        let keys = uniqueIndexes.filter { $0.isUsable && !$0.columns.isEmpty }
            .map { "(\($0.columns.joined(separator: ", ")))" }
        return .init("unique", keys.isEmpty ? "no index at all" : keys.joined(separator: ", "))
    }
}
