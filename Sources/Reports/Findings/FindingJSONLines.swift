import Assay

/// Findings as JSON Lines: what was done, a line a finding, the verdict.
///
/// `reports/README.md` is the grammar; what is written here is promised there.
struct FindingJSONLines {
    let report: FindingReport

    func render() -> String {
        var lines = [line(report.title, opening)]
        lines += report.findings.map { line("finding", finding($0)) }
        lines.append(line("verdict", verdict))
        return lines.joined(separator: "\n") + "\n"
    }

    private func line(_ kind: String, _ payload: JSON) -> String {
        let record: JSON = ["version": .integer(1), "kind": .string(kind), "payload": payload]
        return record.text
    }

    private var opening: JSON {
        [
            "version": .string(report.version),
            "failOn": JSON(report.failOn?.rawValue),
            "facts": .array(report.facts.map(note)),
            "files": .array(
                report.subjects.map {
                    ["file": .string($0.file), "statements": .integer($0.statements)]
                }),
        ]
    }

    private func finding(_ finding: Finding) -> JSON {
        [
            "rule": .string(finding.rule),
            "severity": JSON(finding.severity?.rawValue),
            "message": .string(finding.message),
            "file": .string(finding.place.file),
            "line": .integer(finding.place.line),
            "column": .integer(finding.place.column),
            "endLine": .integer(finding.place.endLine),
            "endColumn": .integer(finding.place.endColumn),
            "excerpt": JSON(finding.excerpt),
            "notes": .array(finding.notes.map(note)),
            "why": JSON(finding.why),
            "help": JSON(finding.help),
            "rewrite": JSON(finding.rewrite),
            "fingerprint": .string(finding.fingerprint),
            "standing": .string(standing(finding)),
            "reason": JSON(reason(finding)),
        ]
    }

    private func note(_ note: Finding.Note) -> JSON {
        ["label": .string(note.label), "text": .string(note.text)]
    }

    private func standing(_ finding: Finding) -> String {
        switch finding.standing {
        case .new: finding.severity == nil ? "errored" : "new"
        case .known: "known"
        case .ignored: "ignored"
        }
    }

    private func reason(_ finding: Finding) -> String? {
        if case .ignored(let reason) = finding.standing { reason } else { nil }
    }

    private var verdict: JSON {
        [
            "verdict": .string(report.verdict.rawValue),
            "findings": .object(
                Severity.allCases.map { severity in
                    let count = report.counting.count { $0.severity == severity }
                    return JSON.Member(key: severity.rawValue, value: .integer(count))
                }),
            "errored": .integer(report.errored.count),
            "accepted": .integer(report.accepted.count),
            "statements": .integer(report.statements),
        ]
    }
}
