public import Assay
public import Auditor

/// Findings that are known and do not count: a line each, its fingerprint first.
public struct GateBaseline: Sendable {
    /// The lines, by their fingerprints.
    private let lines: [String: String]

    /// Reads a file of fingerprints.
    public init(file: String) throws(Refusal) {
        let text: String
        do throws(Refusal) {
            text = try MigrationEntry.text(of: file)
        } catch {
            throw Refusal("there is no baseline \(file); --write-baseline \(file) writes one")
        }
        var found: [String: String] = [:]
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            guard let word = line.split(separator: " ").first, !word.hasPrefix("#") else {
                continue
            }
            guard word.count == 16, word.allSatisfy(\.isHexDigit) else {
                throw Refusal(
                    "a line of a baseline begins with a fingerprint of 16 hexadecimal digits",
                    at: SourceLocation(file: file, line: index + 1))
            }
            found[String(word)] = String(line)
        }
        lines = found
    }

    /// The file for what counts in a report, and for what a baseline holds already.
    public static func text(of report: FindingReport, adding known: GateBaseline? = nil) -> String {
        let lines =
            report.counting.map { "\($0.fingerprint) \($0.rule) \($0.place.file): \($0.message)" }
            + (known?.lines.values.map(\.self) ?? [])
        return
            ([
                "# Findings of assay \(report.title) that are known. One a line; the fingerprint counts."
            ]
            + lines.sorted()).joined(separator: "\n") + "\n"
    }

    /// The findings, with those known that it holds.
    public func applied(to findings: [Finding]) -> [Finding] {
        findings.map { finding in
            guard finding.counts, lines[finding.fingerprint] != nil else { return finding }
            var known = finding
            known.standing = .known
            return known
        }
    }
}
