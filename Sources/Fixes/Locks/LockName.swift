import Assay
import Auditor
import Postgres

/// The name of a constraint or an index that locks a check in: the same whenever it is written.
struct LockName: Sendable {
    let relation: Relation
    let catalog: Catalog

    /// A name made of the table's and of some words, which nobody else's object bears.
    ///
    /// - Parameters:
    ///   - words: The words.
    ///   - check: The check, whose identity tells apart what the words do not.
    ///   - isShared: Whether another check may be given the same words.
    /// - Returns: The name, of 63 bytes at most.
    func make(_ words: [String], for check: SuiteCheck, isShared: Bool) -> String {
        let whole = ([relation.name] + words).map(Self.fit).joined(separator: "_")
        let digest = Digest.hex(of: [Array(check.id.utf8)]).prefix(8)
        guard !isShared, whole.utf8.count <= 63, !isTaken(whole) else {
            return "\(whole.shortened(to: 54))_\(digest)"
        }
        return whole
    }

    /// Whether the name is borne by something that no migration of Assay's made or left half made.
    private func isTaken(_ name: String) -> Bool {
        let constraint = relation.checkConstraints.first { $0.name == name }
        if let constraint, constraint.isValidated, ProofMark(comment: constraint.comment) == nil {
            return true
        }
        let index = relation.uniqueIndexes.first { $0.name == name }
        if let index, index.isInForce, ProofMark(comment: index.comment) == nil { return true }
        let key = relation.foreignKeys.first { $0.name == name }
        if let key, key.columns.first.flatMap(relation.column)?.isGenerated != true { return true }
        return catalog.relation(schema: relation.schema, name: name) != nil
    }

    /// Lower-case letters, digits and underscores, one underscore for whatever else stands between.
    private static func fit(_ text: String) -> String {
        var fit = ""
        for character in text.lowercased() {
            let isFit = character.isASCII && (character.isLetter || character.isNumber)
            if isFit {
                fit.append(character)
            } else if !fit.hasSuffix("_") {
                fit.append("_")
            }
        }
        return fit
    }
}
