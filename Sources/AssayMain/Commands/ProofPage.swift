import Assay
import Auditor
import FoundationEssentials

extension ProofReport {
    /// The report for a person: the sum, what is to be looked at, and what can never fail.
    var page: String {
        let urgent = Proof.Outcome.allCases.filter { $0.isFinding || $0 == .notProven }
        let blocks = urgent.flatMap { proofs($0) }.map(\.block)
        let held = proofs(.held).filter { !$0.isDeclared }
        var parts = [summary] + blocks
        if !held.isEmpty {
            let lines = held.map { "  \($0.id)\n    \($0.reason ?? "")" }
            parts.append(
                "These can never fail, though the catalog does not say so itself:\n"
                    + lines.joined(separator: "\n"))
        }
        return parts.joined(separator: "\n\n") + "\n"
    }

    /// `302 checks proven on the schema of warehouse: 270 proven, 32 held by a constraint`.
    private var summary: String {
        let place = isInPlace ? "in \(database)" : "on a copy of the schema of \(database)"
        let counts = ([.proven, .held] + Proof.Outcome.allCases.prefix(5))
            .map { ($0, proofs($0).count) }.filter { $0.1 > 0 }
            .map { "\($1.grouped) \($0.words)" }
        let isGood = exitCode == 0 ? "ok: " : ""
        return "\(isGood)\(proofs.count.counted("check")) \(place): "
            + counts.joined(separator: ", ")
    }

    /// The report for a program.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let document = Document(
            checks: proofs.map { proof in
                Document.Check(
                    id: proof.id, promise: proof.promise, outcome: proof.outcome.rawValue,
                    reason: proof.reason, file: proof.source.file, line: proof.source.line)
            }, database: database, isInPlace: isInPlace)
        return String(decoding: try encoder.encode(document), as: UTF8.self) + "\n"
    }

    private struct Document: Encodable {
        struct Check: Encodable {
            let id: String
            let promise: String
            let outcome: String
            let reason: String?
            let file: String
            let line: Int
        }

        let checks: [Check]
        let database: String
        let isInPlace: Bool
    }
}

extension Proof {
    /// What is to be looked at, in the form of a finding.
    fileprivate var block: String {
        """
        \(outcome.words): \(id)
          --> \(source.file):\(source.line)
           = promise  \(promise)
           = why      \(reason ?? "nothing more is known")
        """
    }
}

extension Proof.Outcome {
    fileprivate var words: String {
        self == .held ? "held by a constraint" : rawValue
    }
}
