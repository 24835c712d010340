import Assay
import AssayTesting
import FoundationEssentials
import StaleNames
import Testing

struct PlantedFaultTests {
    private static let files = [
        "incident.py", "statements.py", "requests.py", "requests.ts", "page.tsx", "Requests.swift",
        "queries/companies.sql", "migrations/001_first.sql", "migrations/002_second.sql",
    ]

    @Test(arguments: files)
    func `every planted fault is found, and nothing else`(_ file: String) async throws {
        try await withFixtureSchema { database in
            let path = "\(Fixtures.code)/\(file)"
            let report = try await database.names(in: CodeScan([path]))
            let told = report.findings.map { "\($0.place.line) \($0.rule)" }
            #expect(try told.sorted() == Fixtures.planted(in: path).sorted())
        }
    }

    @Test func `what is found is told with line, column and the nearest name`() async throws {
        try await withFixtureSchema { database in
            let report = try await database.names(in: CodeScan([Fixtures.code]))
            let facts = report.facts.filter { $0.label != "database" }
                .map { "\($0.label): \($0.text)" }
            let lines = report.findings.map { finding in
                let notes = finding.notes.map { " [\($0.label) \($0.text)]" }.joined()
                return "\(finding.place.file):\(finding.line)\(notes)"
            }
            let text = (lines + facts).joined(separator: "\n") + "\n"
            expectGolden(text.replacing(Fixtures.code + "/", with: ""), named: "found.txt")
        }
    }

    @Test func `no golden file is forgotten`() throws {
        #expect(try unreferencedGoldens() == [])
    }
}
