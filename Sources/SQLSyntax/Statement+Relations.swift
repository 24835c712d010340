/// A table, view or other relation, as a statement names it.
public struct RelationName: Hashable, Sendable {
    /// The schema, if it is written.
    public let schema: String?
    /// The name, folded to lower case unless it was quoted.
    public let name: String
    /// Where the name begins.
    public let location: Location
}

extension RelationName: CustomStringConvertible {
    /// Such as `core.companies`, without quotes.
    public var description: String { schema.map { "\($0).\(name)" } ?? name }
}

/// An INSERT, UPDATE, DELETE or MERGE, wherever in a statement it stands.
public struct Modification: Hashable, Sendable {
    /// Which of the four.
    public let kind: StatementKind
    /// The relation whose rows change.
    public let target: RelationName
    /// Whether a WHERE clause limits an UPDATE or DELETE, or ON or a WHEN's AND what a MERGE does to rows.
    public let hasWhere: Bool
}

extension Statement {
    /// Every relation named, in the order of the text, without the names of CTEs in scope.
    ///
    /// A dropped relation has no place of its own in PostgreSQL's tree: it gets the statement's.
    public var relations: [RelationName] {
        var cursor = cursor
        let named = RelationFinder.rangeVariables(in: tree)
            .sorted { ($0["location"].number ?? 0) < ($1["location"].number ?? 0) }
            .compactMap { relation($0, &cursor) }
        return named + droppedRelations
    }

    /// The relation that the command changes: of INSERT, UPDATE, DELETE, MERGE, TRUNCATE, ALTER
    /// TABLE and what else works on one relation.
    public var target: RelationName? { targets.first }

    /// The relations that the command changes: more than one for TRUNCATE, LOCK and DROP.
    public var targets: [RelationName] {
        var cursor = cursor
        if let target = relation(node["relation"], &cursor) { return [target] }
        let listed = node["relations"].array.compactMap { relation($0["RangeVar"], &cursor) }
        return listed.isEmpty ? droppedRelations : listed
    }

    /// Every INSERT, UPDATE, DELETE and MERGE, also in a CTE, under EXPLAIN or in a rule.
    public var modifications: [Modification] {
        var found: [Modification] = []
        var cursor = cursor
        tree.walk { key, value in
            if let kind = StatementKind.modifications[key],
                let target = relation(value["relation"], &cursor)
            {
                let hasWhere =
                    kind == .merge ? isLimited(merge: value) : !value["whereClause"].isNull
                found.append(Modification(kind: kind, target: target, hasWhere: hasWhere))
            }
            return .into
        }
        return found
    }

    /// Whether every UPDATE and DELETE in the statement has a WHERE clause, and every MERGE what stands for it.
    public var hasWhere: Bool {
        modifications.allSatisfy { $0.hasWhere || $0.kind == .insert }
    }

    /// The functions called, qualified as written, such as `pg_catalog.now`, each once.
    public var functionCalls: [String] {
        var calls: [String] = []
        tree.walk { key, value in
            if key == "FuncCall" || key == "funccall" {
                let name = value["funcname"].names.joined(separator: ".")
                if !calls.contains(name) { calls.append(name) }
            }
            return .into
        }
        return calls
    }

    /// Whether ON looks at a column, or each WHEN that updates or deletes has a condition.
    private func isLimited(merge: SyntaxTree) -> Bool {
        let isConditional = merge.nodes("MergeWhenClause").allSatisfy {
            !["CMD_UPDATE", "CMD_DELETE"].contains($0["commandType"].string)
                || !$0["condition"].isNull
        }
        return isConditional || !merge["joinCondition"].nodes("ColumnRef").isEmpty
    }

    private func relation(_ node: SyntaxTree, _ cursor: inout LocationCursor) -> RelationName? {
        guard let name = node["relname"].string else { return nil }
        return RelationName(
            schema: node["schemaname"].string, name: name,
            location: cursor.location(at: node["location"].number ?? 0))
    }

    private var droppedRelations: [RelationName] {
        guard nodeType == "DropStmt", let type = node["removeType"].string,
            Self.relationTypes.contains(type)
        else { return [] }
        return node["objects"].array.compactMap { object in
            let names = object["List"]["items"].names
            guard let name = names.last else { return nil }
            return RelationName(schema: names.dropLast().last, name: name, location: location)
        }
    }

    private static let relationTypes: Set = [
        "OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_INDEX", "OBJECT_SEQUENCE",
        "OBJECT_FOREIGN_TABLE",
    ]
}

/// Finds the `RangeVar`s of a tree that name relations.
private enum RelationFinder {
    /// A value yet to be looked at, and the CTE names it sees.
    private struct Waiting {
        let key: String
        let value: SyntaxTree
        let visible: [String]
    }

    static func rangeVariables(in tree: SyntaxTree) -> [SyntaxTree] {
        var found: [SyntaxTree] = []
        var waiting = [Waiting(key: "", value: tree, visible: [])]
        while let next = waiting.popLast() {
            if names(next) {
                found.append(next.value)
            } else if !next.value["withClause"].isNull {
                waiting += below(next)
            } else {
                waiting += next.value.members.filter { !aliases.contains($0.key) }
                    .map { Waiting(key: $0.key, value: $0.value, visible: next.visible) }
                waiting += next.value.array
                    .map { Waiting(key: next.key, value: $0, visible: next.visible) }
            }
        }
        return found
    }

    /// `FOR UPDATE OF` names aliases, and a composite type is no relation.
    private static let aliases: Set = ["LockingClause", "CompositeTypeStmt"]

    /// Only a `RangeVar` of FROM can name a CTE; in a field of fixed type it is a table to change.
    private static func names(_ place: Waiting) -> Bool {
        guard let name = place.value["relname"].string else { return false }
        return place.key != "RangeVar" || !place.value["schemaname"].isNull
            || !place.visible.contains(name)
    }

    /// A CTE sees those before it, or all of them if WITH is recursive; the statement sees all.
    private static func below(_ place: Waiting) -> [Waiting] {
        let with = place.value["withClause"]
        let queries = with["ctes"].array.map { $0["CommonTableExpr"] }
        let names = queries.map { $0["ctename"].string ?? "" }
        let inQueries = queries.enumerated().map { index, query in
            let earlier = with["recursive"].isTrue ? names[...] : names[..<index]
            return Waiting(key: "", value: query, visible: place.visible + earlier)
        }
        let rest = place.value.members.filter { $0.key != "withClause" }
        return inQueries
            + rest.map { Waiting(key: $0.key, value: $0.value, visible: place.visible + names) }
    }
}
