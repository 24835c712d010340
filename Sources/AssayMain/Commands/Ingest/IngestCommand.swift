import ArgumentParser
import Auditor
import Ingest
import Postgres

/// `assay ingest`: the warehouse's schema, and payloads on their way into it.
struct IngestCommand<S: AuditSuite>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "ingest",
            abstract: "Make the warehouse's schema, take payloads in, and take them once more.",
            discussion: """
                A payload is stored in one transaction: its exact copy in raw, what it says in extracted, \
                and what core makes of it by the policy of each table (docs/policies.md). Rows that break \
                a promise of checks/ wait in the quarantine.

                EXAMPLES
                  assay ingest migrate --expect-database warehouse
                  assay ingest accept customers-of-3 payload.json
                  assay ingest quarantine list
                  assay ingest quarantine release --all
                  assay ingest replay --from raw
                  assay ingest backfill claygent-customers
                  assay ingest contracts
                """,
            subcommands: [
                IngestMigrate<S>.self, IngestAccept<S>.self, IngestQuarantine<S>.self,
                IngestReplay<S>.self, IngestBackfill<S>.self, IngestContracts<S>.self,
            ])
    }
}

extension ConnectionOptions {
    /// Does work on a connection to the database that is expected.
    func ingesting<Value>(
        expected: ExpectedDatabase, _ body: (Connection) async throws -> Value
    ) async throws -> Value {
        let options = try auditOptions(expected: expected)
        let connection = try await Connection.connect(
            to: options.target.noticingSilence, applicationName: "assay ingest",
            timeout: options.connectTimeout)
        try await connection.refuseUnexpected(options.expected)
        do {
            let value = try await body(connection)
            await connection.close()
            return value
        } catch {
            await connection.close()
            throw error
        }
    }
}

extension Refusal {
    /// Nothing bears a name: the nearest that something bears, or all of them.
    static func unknown(_ sentence: String, _ name: String, among names: [String]) -> Refusal {
        let hint = Nearest.suggestion(for: name, among: names)
        return Refusal(
            sentence + (hint.isEmpty ? "; there are \(names.joined(separator: ", "))" : hint))
    }
}
