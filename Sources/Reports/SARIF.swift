import Assay

/// A report as SARIF 2.1.0: a rule a kind, a result a finding, a notification for each check that
/// could not be evaluated.
struct SARIF {
    let report: AuditReport
    /// The kinds that the rules are made of, in the order of the rules.
    private let kinds: [String]

    init(report: AuditReport) {
        self.report = report
        kinds = Set((report.tellings + report.known).map(\.kind)).sorted()
    }

    func render() -> String {
        SARIFText.log([
            "tool": ["driver": driver],
            "automationDetails": ["id": .string("\(report.suite)/\(report.run)")],
            "invocations": [invocation],
            "results": .array((report.findings + report.known).map(result)),
        ])
    }

    private var driver: JSON {
        [
            "name": "Assay",
            "version": .string(report.version),
            "rules": .array(kinds.map(rule)),
        ]
    }

    private func rule(_ kind: String) -> JSON {
        guard let documentation = Kinds.named(kind)?.documentation else {
            return ["id": .string(kind)]
        }
        return [
            "id": .string(kind),
            "shortDescription": ["text": .string(documentation.summary)],
            "fullDescription": ["text": .string(documentation.why)],
            "help": [
                "text": .string("\(documentation.measures)\n\n\(documentation.limits)"),
                "markdown": .string(documentation.page),
            ],
            "properties": ["tags": [.string(documentation.dimension.rawValue)]],
        ]
    }

    private func result(_ result: CheckResult) -> JSON {
        var members: [JSON.Member] = [
            .init(key: "ruleId", value: .string(result.kind)),
            .init(key: "ruleIndex", value: JSON(kinds.firstIndex(of: result.kind))),
            .init(key: "level", value: .string(SARIFText.level(of: result.findingSeverity))),
            .init(key: "message", value: ["text": .string(text(result))]),
            .init(key: "locations", value: [location(result)]),
            .init(key: "partialFingerprints", value: ["assayCheck/v1": .string(result.id)]),
        ]
        if let state = baselineState(result) {
            members.append(.init(key: "baselineState", value: .string(state)))
        }
        if result.outcome == .known {
            let suppression: JSON = [
                "kind": "external", "status": "accepted",
                "justification": JSON(result.issueInWords),
            ]
            members.append(.init(key: "suppressions", value: [suppression]))
        }
        members.append(.init(key: "properties", value: properties(result)))
        return .object(members)
    }

    private func baselineState(_ result: CheckResult) -> String? {
        guard let comparison = result.comparison else { return nil }
        if !comparison.isChange { return "unchanged" }
        return comparison.still == 0 && comparison.gone == 0 ? "new" : "updated"
    }

    private func text(_ result: CheckResult) -> String {
        let sentences = [
            result.message, result.measureInWords, result.changesInWords, result.reason?.onOneLine,
        ]
        return sentences.compactMap(\.self)
            .map { $0.hasSuffix(".") ? $0 : $0 + "." }
            .joined(separator: " ")
    }

    private func location(_ result: CheckResult) -> JSON {
        [
            "physicalLocation": [
                "artifactLocation": ["uri": .string(SARIFText.uri(result.source.file))],
                "region": ["startLine": .integer(max(1, result.source.line))],
            ],
            "logicalLocations": [
                ["fullyQualifiedName": .string(result.table.description), "kind": "resource"]
            ],
        ]
    }

    private func properties(_ result: CheckResult) -> JSON {
        var tags: [String] = []
        for tag in [result.dimension.rawValue] + result.tags where !tags.contains(tag) {
            tags.append(tag)
        }
        return [
            "tags": .array(tags.map(JSON.string)),
            "outcome": .string(result.outcome.rawValue),
            "measure": result.measure.map { JSON($0) } ?? .null,
            "fix": JSON(result.fix),
            "owner": JSON(result.owner),
        ]
    }

    private var invocation: JSON {
        let notifications = report.errored.map { result -> JSON in
            [
                "level": "error",
                "message": ["text": .string("\(result.promise): \(result.message)")],
                "locations": [location(result)],
                "associatedRule": [
                    "id": .string(result.kind), "index": JSON(kinds.firstIndex(of: result.kind)),
                ],
            ]
        }
        let ending = report.trouble.map { trouble -> JSON in
            ["level": "error", "message": ["text": .string(trouble)]]
        }
        return [
            "executionSuccessful": .bool(report.exitCode(failOn: nil) == 0),
            "startTimeUtc": .string(report.timeText),
            "toolExecutionNotifications": .array(notifications + [ending].compactMap(\.self)),
        ]
    }
}
