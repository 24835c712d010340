import Assay
import AssayTesting
import FoundationEssentials
import Postgres
import SQLSyntax
import StaleNames

/// The folder of code with planted faults, and the schema they are held against.
enum Fixtures {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures").path

    static let code = "\(folder)/code"

    static func text(_ name: String) throws -> String {
        try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
    }

    /// The lines of a file on which a comment says that something is stale, and which rules say so.
    static func planted(in file: String) throws -> [String] {
        let text = try String(contentsOfFile: file, encoding: .utf8)
        return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
            .flatMap { number, line -> [String] in
                guard let mark = line.firstRange(of: "stale: ") else { return [] }
                return line[mark.upperBound...].split(separator: " ")
                    .map { "\(number + 1) \($0)" }
            }
    }
}

extension ScratchDatabase {
    /// Holds code against this database.
    func names(
        in scan: CodeScan, _ change: (inout StaleNamesOptions) -> Void = { _ in }
    ) async throws -> FindingReport {
        var options = StaleNamesOptions()
        options.exposed = ["core", "raw"]
        change(&options)
        let connection = try await connect()
        let run = StaleNamesRun(scan, options: options, version: "test")
        let report: FindingReport
        do {
            report = try await run.report(on: connection)
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
        return report
    }
}

/// Lends a database with the schema of the fixtures.
func withFixtureSchema(
    _ body: nonisolated(nonsending) (ScratchDatabase) async throws -> Void
) async throws {
    try await withScratchDatabase(setUp: try Fixtures.text("schema.sql"), body)
}

/// What is found in one text, as `line:column rule: message`.
func found(
    in text: String, named file: String = "a.py", on database: ScratchDatabase
) async throws -> [String] {
    try await database.names(in: CodeScan(text: text, named: file)).findings.map(\.line)
}

extension Finding {
    /// Such as `3:14 missing-table: there is no table a.b`.
    var line: String { "\(place.line):\(place.column) \(rule): \(message)" }
}

/// The statements of a text, as `line:column SQL`.
func statements(in text: String, named file: String = "a.py") -> [String] {
    CodeScan(text: text, named: file).statements.map {
        "\($0.location.line):\($0.location.column) \($0.sql)"
    }
}
