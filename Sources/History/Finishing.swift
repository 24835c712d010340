import Assay

extension Recording {
    /// One statement that writes the run's end and all its results.
    func finishing(_ report: AuditReport, status: Int32, isWhole: Bool) -> SQL {
        let results = report.results
        let compared = results.compactMap(\.comparison)
        func count(_ outcome: Outcome) -> SQL { number(report.count(outcome)) }
        let violations = results.compactMap(\.measure?.violations).reduce(0, +)
        let new = compared.isEmpty ? nil : compared.reduce(0) { $0 + $1.new }
        let gone = compared.isEmpty ? nil : compared.reduce(0) { $0 + $1.gone }
        let values: [SQL] = [
            "name = \(report.run)",
            "snapshot_at = to_timestamp(\(unchecked: String(report.time)))",
            "seconds = \(unchecked: report.duration.map { String($0) } ?? "NULL")",
            "is_whole = \(unchecked: isWhole ? "true" : "false")",
            "server = \(.binding(report.database?.server))",
            "server_version = \(.binding(report.database?.version))",
            "role = \(.binding(report.database?.role))",
            "baseline = \(.binding(report.baseline?.run))",
            "exit_status = \(number(Int(status)))",
            "passed = \(count(.passed))", "warned = \(count(.warned))",
            "failed = \(count(.failed))", "errored = \(count(.errored))",
            "known = \(count(.known))", "not_applicable = \(count(.notApplicable))",
            "violations = \(number(violations))", "new = \(number(new))", "gone = \(number(gone))",
            "trouble = \(.binding(report.trouble))",
        ]
        return """
            WITH run AS (
                UPDATE assay.runs
                SET state = 'finished', finished_at = clock_timestamp(), \
            \(values.joined(separator: ", "))
                WHERE id = \(number(id)) RETURNING id
            )
            INSERT INTO assay.results (run, position, check_id, table_name, kind, dimension,
                severity, outcome, violations, scope, groups, new, gone, still, value,
                trouble)
            SELECT run.id, r.n, r.check_id, r.table_name, r.kind, r.dimension, r.severity,
                r.outcome, nullif(r.violations, '')::bigint, nullif(r.scope, '')::bigint,
                nullif(r.groups, '')::bigint, nullif(r.new, '')::bigint,
                nullif(r.gone, '')::bigint, nullif(r.still, '')::bigint,
                nullif(r.value, '')::float8, nullif(r.trouble, '')
            FROM run, unnest(\(columns(results).joined(separator: ", "))) WITH ORDINALITY
                AS r (check_id, table_name, kind, dimension, severity, outcome, violations, scope,
                    groups, new, gone, still, value, trouble, n)
            """
    }

    private func columns(_ results: [CheckResult]) -> [SQL] {
        let columns: [(CheckResult) -> String] = [
            \.id, \.table.description, \.kind, \.dimension.rawValue, \.severity.rawValue,
            \.outcome.rawValue,
            { text($0.measure?.violations) }, { text($0.measure?.scope) },
            { text($0.measure?.groups) }, { text($0.comparison?.new) },
            { text($0.comparison?.gone) }, { text($0.comparison?.still) },
            { $0.measure?.value.map { String($0) } ?? "" }, { $0.trouble ?? "" },
        ]
        return columns.map { column in "\(results.map(column))::text[]" }
    }

    private func text(_ number: Int?) -> String { number.map { String($0) } ?? "" }

    private func number(_ number: Int?) -> SQL {
        SQL(unchecked: number.map { String($0) } ?? "NULL")
    }
}
