package import AssayTesting
import Auditor
import Glibc
import Ingest
import Postgres

/// Lends a database with the ingest core's schema, empty but for its vocabularies.
///
/// It is migrated once for all tests of a process, and copied for each.
package func withMigratedWarehouse<Value: Sendable>(
    _ body: (ScratchDatabase) async throws -> Value
) async throws -> Value {
    try await withScratchDatabase(template: try await template.value, body)
}

/// The database that is copied; it goes with the server that the tests run beside.
private let template = Task { () async throws -> String in
    let server = try testServer()
    let name = "ingest_template_\(getpid())"
    let administrator = try await Connection.connect(to: server, applicationName: "assay tests")
    try await administrator.execute("CREATE DATABASE \(name) TEMPLATE template0")
    await administrator.close()
    _ = try await Migrator(
        target: server.with("dbname", name), expected: ExpectedDatabase(name: name)
    ).migrate()
    return name
}
