import Assay

/// Findings as SARIF 2.1.0: a result a finding, a notification for each text that was not judged.
struct FindingSARIF {
    let report: FindingReport

    func render() -> String {
        SARIFText.log([
            "tool": [
                "driver": [
                    "name": "Assay", "version": .string(report.version),
                    "rules": .array(report.rules.map(rule)),
                ]
            ],
            "automationDetails": ["id": .string("\(report.title)/")],
            "columnKind": "unicodeCodePoints",
            "invocations": [invocation],
            "results": .array(report.findings.filter { $0.severity != nil }.map(result)),
        ])
    }

    private func rule(_ rule: FindingReport.Rule) -> JSON {
        [
            "id": .string(rule.name),
            "shortDescription": ["text": .string(rule.summary)],
            "help": ["text": .string(rule.page), "markdown": .string(rule.page)],
        ]
    }

    private func result(_ finding: Finding) -> JSON {
        var members: [JSON.Member] = [
            .init(key: "ruleId", value: .string(finding.rule)),
            .init(key: "ruleIndex", value: JSON(index(of: finding))),
            .init(key: "level", value: .string(SARIFText.level(of: finding.severity))),
            .init(key: "message", value: ["text": .string(text(finding))]),
            .init(key: "locations", value: [location(finding)]),
            .init(
                key: "partialFingerprints",
                value: ["assayFinding/v1": .string(finding.fingerprint)]),
        ]
        switch finding.standing {
        case .new: break
        case .known:
            members.append(.init(key: "baselineState", value: "unchanged"))
            members.append(
                .init(key: "suppressions", value: [["kind": "external", "status": "accepted"]]))
        case .ignored(let reason):
            let suppression: JSON = [
                "kind": "inSource", "status": "accepted", "justification": .string(reason),
            ]
            members.append(.init(key: "suppressions", value: [suppression]))
        }
        members.append(.init(key: "properties", value: ["rewrite": JSON(finding.rewrite)]))
        return .object(members)
    }

    private func index(of finding: Finding) -> Int? {
        report.rules.firstIndex { $0.name == finding.rule }
    }

    private func text(_ finding: Finding) -> String {
        let sentences = [finding.message.visible] + finding.notesInWords.map(\.text)
        return sentences.map { $0.hasSuffix(".") ? $0 : $0 + "." }.joined(separator: " ")
    }

    private func location(_ finding: Finding) -> JSON {
        let place = finding.place
        return [
            "physicalLocation": [
                "artifactLocation": ["uri": .string(SARIFText.uri(place.file))],
                "region": [
                    "startLine": .integer(place.line), "startColumn": .integer(place.column),
                    "endLine": .integer(place.endLine), "endColumn": .integer(place.endColumn),
                ],
            ]
        ]
    }

    private var invocation: JSON {
        let notifications = report.errored.map { finding -> JSON in
            [
                "level": "error", "message": ["text": .string(text(finding))],
                "locations": [location(finding)],
                "associatedRule": [
                    "id": .string(finding.rule), "index": JSON(index(of: finding)),
                ],
            ]
        }
        return [
            "executionSuccessful": .bool(report.verdict != .errored),
            "toolExecutionNotifications": .array(notifications),
        ]
    }
}
