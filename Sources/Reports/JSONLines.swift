import Assay

/// A report as JSON Lines: the run, a line a check, the summary.
///
/// `reports/README.md` is the grammar; what is written here is promised there.
struct JSONLines {
    let report: AuditReport

    func render() -> String {
        var lines = [line("run", run)]
        lines += report.results.map { line("result", result($0)) }
        lines.append(line("summary", summary))
        return lines.joined(separator: "\n") + "\n"
    }

    private func line(_ kind: String, _ payload: JSON) -> String {
        let record: JSON = ["version": .integer(1), "kind": .string(kind), "payload": payload]
        return record.text
    }

    private var run: JSON {
        [
            "run": .string(report.run),
            "time": .string(report.timeText),
            "version": .string(report.version),
            "suite": .string(report.suite),
            "database": report.database.map(database) ?? .null,
            "baseline": report.baseline.map(baseline) ?? .null,
            "tables": .array(
                report.tables.map { table in
                    [
                        "schema": .string(table.name.schema),
                        "table": .string(table.name.description),
                        "checks": .integer(table.results.count),
                        "rows": JSON(report.rows[table.name]),
                    ]
                }),
        ]
    }

    private func baseline(_ baseline: Baseline) -> JSON {
        ["run": .string(baseline.run), "time": .string(Timestamp.text(baseline.time))]
    }

    private func database(_ database: AuditedDatabase) -> JSON {
        [
            "name": .string(database.name),
            "server": .string(database.server),
            "version": .string(database.version),
            "role": .string(database.role),
            "isReplica": .bool(database.isReplica),
        ]
    }

    private func result(_ result: CheckResult) -> JSON {
        [
            "id": .string(result.id),
            "schema": .string(result.table.schema),
            "table": .string(result.table.description),
            "kind": .string(result.kind),
            "sentence": .string(result.sentence),
            "dimension": .string(result.dimension.rawValue),
            "severity": .string(result.severity.rawValue),
            "allowed": JSON(result.allowed),
            "warnAbove": JSON(result.warnAbove),
            "scope": JSON(result.scope),
            "reason": JSON(result.reason),
            "fix": JSON(result.fix),
            "owner": JSON(result.owner),
            "tags": .array(result.tags.map(JSON.string)),
            "file": .string(result.source.file),
            "line": .integer(result.source.line),
            "outcome": .string(result.outcome.rawValue),
            "findingSeverity": JSON(result.findingSeverity?.rawValue),
            "headline": .string(result.headline),
            "measure": result.measure.map { JSON($0) } ?? .null,
            "proof": JSON(result.proof),
            "trouble": JSON(result.trouble),
            "samples": .array(result.samples.map(sample)),
            "knownIssue": result.knownIssue.map { issue($0, result.knownIssueFault) } ?? .null,
            "comparison": result.comparison.map(comparison) ?? .null,
        ]
    }

    private func issue(_ issue: KnownIssue, _ fault: String?) -> JSON {
        [
            "ticket": .string(issue.ticket), "until": .string(issue.until), "fault": JSON(fault),
        ]
    }

    private func comparison(_ comparison: BaselineComparison) -> JSON {
        [
            "new": .integer(comparison.new),
            "gone": .integer(comparison.gone),
            "still": .integer(comparison.still),
            "basis": .string(comparison.basis.rawValue),
            "newSamples": .array(comparison.samples.map(sample)),
        ]
    }

    private func sample(_ sample: Sample) -> JSON {
        let keys = JSON.array(sample.keys.map(fields))
        let more = JSON.integer(sample.more)
        return sample.values.isEmpty
            ? ["keys": keys, "more": more]
            : ["keys": keys, "more": more, "values": fields(sample.values)]
    }

    private func fields(_ fields: [Field]) -> JSON {
        .array(fields.map { ["name": .string($0.name), "value": JSON($0.value)] })
    }

    private var summary: JSON {
        [
            "checks": .integer(report.results.count),
            "outcomes": .object(
                Outcome.allCases.map { outcome in
                    JSON.Member(key: outcome.rawValue, value: .integer(report.count(outcome)))
                }),
            "findings": .object(
                Severity.allCases.map { severity in
                    let count = report.findings.count { $0.findingSeverity == severity }
                    return JSON.Member(key: severity.rawValue, value: .integer(count))
                }),
            "duration": JSON(report.duration),
            "trouble": JSON(report.trouble),
            "verdict": .string(report.verdict),
        ]
    }
}

extension JSON {
    /// A measure as it stands in JSON Lines and in SARIF.
    init(_ measure: Measure) {
        self = [
            "violations": .integer(measure.violations),
            "scope": .integer(measure.scope),
            "percent": .number(measure.percent),
            "parts": .array(
                measure.parts.map { ["label": .string($0.label), "count": .integer($0.count)] }),
            "groups": JSON(measure.groups),
            "observed": JSON(measure.observed),
            "value": JSON(measure.value),
            "expected": measure.expected.map {
                ["from": .number($0.lowerBound), "to": .number($0.upperBound)]
            } ?? .null,
        ]
    }

    /// A tolerance with its unit, or null.
    init(_ tolerance: Tolerance?) {
        switch tolerance {
        case .rows(let count)?: self = ["rows": .integer(count)]
        case .percent(let share)?: self = ["percent": .number(share)]
        case nil: self = .null
        }
    }
}
