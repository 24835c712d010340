public import Assay
public import Postgres

/// What the constraints and indexes of one table prove that Assay has locked in.
///
/// NOT NULL, plain unique keys and foreign keys speak for themselves. A CHECK, an index over expressions
/// and a foreign key of a generated column do not: that one predicate implies another cannot be told from their texts. So
/// `assay fix lock` leaves a ``ProofMark`` as a comment, and a mark counts only while the promise and
/// the definition it was made for are still the same to the byte.
struct Proofs: Sendable {
    private var constraints: [String: String] = [:]
    private var indexes: [(mark: ProofMark, name: String)] = []
    private var references: [String: String] = [:]
    private var keys: [UniqueIndex] = []

    /// Reads the marks of a table.
    init(_ relation: Relation) {
        let marks = relation.checkConstraints.compactMap { constraint -> (ProofMark, String)? in
            guard constraint.bindsEveryRow, let mark = ProofMark(comment: constraint.comment),
                mark.definition == ProofMark.digest(ofDefinition: constraint.expression)
            else { return nil }
            return (mark, constraint.name)
        }
        // What relies on nothing comes first, for others may rely on it.
        for (mark, name) in marks where mark.given.isEmpty { constraints[mark.promise] = name }
        for (mark, name) in marks where !mark.given.isEmpty && isGiven(mark) {
            constraints[mark.promise] = name
        }
        // An index of a table says nothing of the rows in tables that inherit from it.
        if relation.kind == .table, relation.hasInheritanceChildren { return }
        for key in relation.foreignKeys where key.isValidated && key.isEnforced {
            guard let mark = ProofMark(comment: key.comment),
                let definition = relation.definition(of: key),
                mark.definition == ProofMark.digest(ofDefinition: definition)
            else { continue }
            references[mark.promise] = key.name
        }
        keys = relation.uniqueIndexes.filter { $0.isUsable && !$0.columns.isEmpty }
        for index in relation.uniqueIndexes where index.isInForce {
            guard let mark = ProofMark(comment: index.comment), let definition = index.definition,
                mark.definition == ProofMark.digest(ofDefinition: definition)
            else { continue }
            indexes.append((mark, index.name))
        }
    }

    /// The question, or that it is answered already.
    func settle(_ question: Question) -> Question {
        if constraints.isEmpty, indexes.isEmpty, references.isEmpty { return question }
        guard let promise = question.promise else { return question }
        if let name = constraints[promise] { return .proven(by: "constraint \(name)") }
        if let name = references[promise] { return .proven(by: "foreign key \(name)") }
        let index = indexes.first { index in
            index.mark.promise == promise && isGiven(index.mark)
        }
        if let index { return .proven(by: "unique index \(index.name)") }
        guard case .groups(let groups) = question else { return question }
        return proof(of: groups).map { .proven(by: $0) } ?? question
    }

    /// Whether all that a mark relies on is proven.
    private func isGiven(_ mark: ProofMark) -> Bool {
        mark.given.allSatisfy { constraints[$0] != nil }
    }

    /// A key on the columns themselves, and constraints that hold their values in the forms in which
    /// they are compared: what differs then differs in its form too.
    private func proof(of groups: GroupQuestion) -> String? {
        guard groups.keys.count == groups.columns.count else { return nil }
        for key in keys where Set(groups.columns).isSuperset(of: key.columns) {
            let forms = groups.keys.compactMap(\.form).filter { key.columns.contains($0.column) }
            let names = forms.filter(\.comparesAsIs).compactMap(\.question.promise)
                .compactMap { constraints[$0] }
            guard names.count == forms.count else { continue }
            return (["unique index \(key.name)"] + names.map { "constraint \($0)" })
                .joined(separator: " and ")
        }
        return nil
    }
}

/// The comment by which a constraint or an index says which promise it proves.
public struct ProofMark: Sendable, Hashable {
    /// The check that it was made for, for people.
    public let check: String
    /// The digest of what the check asks.
    public let promise: String
    /// The digest of the definition as the server writes it.
    public let definition: String
    /// The digests of what else must be proven for it to prove anything.
    public let given: [String]

    /// Marks a definition.
    ///
    /// - Parameters:
    ///   - check: The check's identity.
    ///   - promise: ``Assay/Question/promise`` of what it asks.
    ///   - definition: The definition as the server writes it.
    ///   - given: The promises that must be proven beside it.
    public init(check: String, promise: String, definition: String, given: [String]) {
        self.check = check
        self.promise = promise
        self.definition = ProofMark.digest(ofDefinition: definition)
        self.given = given
    }

    /// Reads a comment; `nil` where it is none of ours.
    public init?(comment: String?) {
        guard let comment, comment.hasPrefix(ProofMark.lead) else { return nil }
        guard let end = comment.firstRange(of: ProofMark.middle) else { return nil }
        let words = comment[..<end.lowerBound].dropFirst(ProofMark.lead.count)
            .split(separator: " ").map { $0.split(separator: ":", maxSplits: 1).map(String.init) }
        guard words.count >= 2, words.allSatisfy({ $0.count == 2 }), words[0][0] == "promise",
            words[1][0] == "definition", words.dropFirst(2).allSatisfy({ $0[0] == "given" })
        else { return nil }
        check = String(comment[end.upperBound...])
        promise = words[0][1]
        definition = words[1][1]
        given = words.dropFirst(2).map { $0[1] }
    }

    /// The comment.
    public var comment: String {
        "\(ProofMark.lead)promise:\(promise) definition:\(definition)"
            + given.map { " given:\($0)" }.joined() + ProofMark.middle + check
    }

    private static let lead = "assay proves "
    private static let middle = " for "

    fileprivate static func digest(ofDefinition definition: String) -> String {
        String(Digest.hex(of: [Array(definition.utf8)]).prefix(32))
    }
}

extension Question {
    /// A digest of what is promised, or `nil` where no constraint of ours could prove it.
    public var promise: String? {
        let pieces: [SQL]
        switch self {
        case .rows(let rows):
            pieces = ["rows", rows.violated]
        case .groups(let groups) where groups.limit == 1 && groups.distinct == nil:
            pieces = ["groups", groups.scope] + groups.keys.map(\.value)
        case .orphans(let orphans):
            // Where all rows are looked at, a foreign key on the columns says it all.
            guard let scope = orphans.scope else { return nil }
            pieces =
                ["orphans", scope] + orphans.columns.map { .identifier($0) }
                + ["\(orphans.parent)"] + orphans.parentColumns.map { .identifier($0) }
        default:
            return nil
        }
        return String(Digest.hex(of: pieces.map { Array($0.canonical.utf8) }).prefix(32))
    }
}

extension SQL {
    /// The statement in a spelling that no two statements share.
    fileprivate var canonical: String {
        parts.reduce(into: "") { text, part in
            switch part {
            case .text(let run): text += run
            case .identifier(let name): text += "\u{1}\(name.utf8.count):\(name)"
            case .binding(let value?): text += "\u{2}\(value.utf8.count):\(value)"
            case .binding(nil): text += "\u{3}"
            }
        }
    }
}

extension Relation {
    /// What a foreign key holds, its generated columns as they are computed; `nil` where one of them uses
    /// something that could be replaced.
    public func definition(of key: ForeignKey) -> String? {
        definition(
            ofKey: key.columns.compactMap { name in
                column(name).flatMap { $0.isGenerated ? $0.generation : name }
            },
            to: TableName(schema: key.referencedSchema, name: key.referencedTable),
            key.referencedColumns)
    }

    /// What a foreign key holds, its generated columns as they are computed.
    public func definition(
        ofKey columns: [String], to parent: TableName, _ parentColumns: [String]
    ) -> String? {
        guard columns.count == parentColumns.count else { return nil }
        return (columns + [parent.schema, parent.name] + parentColumns)
            .map { "\($0.utf8.count):\($0)" }.joined(separator: " ")
    }

    /// The question, or that a constraint of this table has answered it.
    public func settle(_ question: Question) -> Question { Proofs(self).settle(question) }
}

extension CheckContext {
    /// What checks of a table may know, as the catalog says it.
    ///
    /// - Parameters:
    ///   - table: The table that they stand on.
    ///   - others: What they name elsewhere.
    ///   - catalog: The catalog; what it lacks is left out.
    public init(_ table: TableName, and others: [ForeignName], in catalog: Catalog) {
        var shapes: [TableName: TableShape] = [:]
        for name in [table] + others.map(\.table) {
            shapes[name] = catalog.relation(name).map(TableShape.init)
        }
        self.init(
            table: table, shapes: shapes,
            encoding: catalog.database.encoding == "UTF8" ? .utf8 : .other)
    }
}
