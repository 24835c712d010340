import Assay

/// A report as one OpenLineage run event, whose input datasets carry the assertions.
///
/// A check that could not be evaluated is no success there; one that examined nothing is left out.
struct OpenLineage {
    let report: AuditReport

    func render() -> String {
        let isWhole = report.trouble == nil
        let event: JSON = [
            "eventType": .string(isWhole ? "COMPLETE" : "FAIL"),
            "eventTime": .string(report.timeText),
            "producer": .string(producer),
            "schemaURL": .string(
                "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"),
            "run": ["runId": .string(identifier), "facets": .object(trouble)],
            "job": [
                "namespace": .string(report.suite), "name": "assay audit", "facets": .object([]),
            ],
            "inputs": .array(report.tables.map(dataset)),
            "outputs": [],
        ]
        return event.text + "\n"
    }

    private var producer: String { "urn:assay:\(report.version)" }

    private var trouble: [JSON.Member] {
        guard let trouble = report.trouble else { return [] }
        return [
            .init(
                key: "errorMessage",
                value: .object(
                    facet("1-0-1/ErrorMessageRunFacet") + [
                        .init(key: "message", value: .string(trouble)),
                        .init(key: "programmingLanguage", value: "Swift"),
                    ]))
        ]
    }

    private func dataset(_ name: TableName, _ results: [CheckResult]) -> JSON {
        let database = report.database
        let assertions = results.filter { $0.outcome != .notApplicable }.map(assertion)
        var facets = [
            JSON.Member(
                key: "dataQualityAssertions",
                value: .object(
                    facet("1-0-2/DataQualityAssertionsDatasetFacet") + [
                        .init(key: "assertions", value: .array(assertions))
                    ]))
        ]
        if let rows = report.rows[name] {
            facets.append(
                .init(
                    key: "dataQualityMetrics",
                    value: .object(
                        facet("1-0-2/DataQualityMetricsInputDatasetFacet") + [
                            .init(key: "rowCount", value: .integer(rows)),
                            .init(key: "columnMetrics", value: .object([])),
                        ])))
        }
        return [
            "namespace": .string("postgres://\(database?.server ?? "unknown")"),
            "name": .string("\(database?.name ?? "unknown").\(name)"),
            "inputFacets": .object(facets),
        ]
    }

    private func assertion(_ result: CheckResult) -> JSON {
        [
            "assertion": .string(result.title),
            "success": .bool(result.outcome == .passed || result.outcome == .known),
            "severity": .string(result.severity == .error ? "error" : "warn"),
        ]
    }

    private func facet(_ schema: String) -> [JSON.Member] {
        [
            .init(key: "_producer", value: .string(producer)),
            .init(
                key: "_schemaURL",
                value: .string("https://openlineage.io/spec/facets/\(schema).json")),
        ]
    }

    /// A UUID (of version 8, made by whoever makes it) of the suite, the run and its time, so that one
    /// report is one run however often it is sent.
    private var identifier: String {
        // FNV-1a, twice from different starts: it tells runs apart and keeps no secret.
        let bytes = Array("\(report.suite)\n\(report.run)\n\(report.time)".utf8)
        func hash(_ start: UInt64) -> UInt64 {
            bytes.reduce(start) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        }
        let high = hash(0xcbf2_9ce4_8422_2325) & ~0xf000 | 0x8000
        let low = hash(0x6c62_272e_07bb_0142) & ~(0b11 << 62) | (0b10 << 62)
        let digits = [high, low].map { half in
            let text = String(half, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }
        .joined()
        var groups: [Substring] = []
        var rest = digits[...]
        for length in [8, 4, 4, 4, 12] {
            groups.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return groups.joined(separator: "-")
    }
}
