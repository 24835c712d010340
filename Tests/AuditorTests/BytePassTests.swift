import Assay
import AssayTesting
import Postgres
import Testing

@testable import Auditor

@Suite(.timeLimit(.minutes(15))) struct BytePassTests {
    @Test func `texts that lie apart are left to the database`() async throws {
        let setUp = """
            CREATE TABLE short (id int PRIMARY KEY, website text, note text);
            INSERT INTO short SELECT i, 'https://a.example/' || i, 'x' FROM generate_series(1, 500) AS i;
            CREATE TABLE long (id int PRIMARY KEY, website text, note text);
            ALTER TABLE long ALTER note SET STORAGE EXTERNAL;
            INSERT INTO long SELECT i, 'https://a.example/' || i, repeat('x', 9000) FROM generate_series(1, 500) AS i;
            CREATE VIEW seen AS SELECT * FROM short;
            ANALYZE short, long;
            """
        try await withScratchDatabase(setUp: setUp) { database in
            let connection = try await database.connect()
            let catalog = try await Catalog.read(from: connection)
            let names = ["short", "long", "seen"].map { TableName(schema: "public", name: $0) }
            let relations = names.compactMap { catalog.relation($0) }
            var facts = try await EngineFacts.measure(
                names, leaves: relations.flatMap(\.leaves).map(\.tableName), on: connection,
                deadline: .seconds(10))
            // How busy the machine is at the moment is none of it.
            facts.throughput = nil
            let cheaper = relations.map { relation in
                let name = TableName(schema: relation.schema, name: relation.name)
                let context = CheckContext(name, and: [], in: catalog)
                let questions = ["website", "note"].flatMap { column in
                    [Normalized(column, as: .url), Normalized(column, as: .domain)]
                        .compactMap { check -> RowQuestion? in
                            guard case .rows(let question) = check.question(in: context) else {
                                return nil
                            }
                            return question
                        }
                }
                return BytePass(questions, of: relation).isCheaper(of: name, by: facts)
            }
            #expect(cheaper == [true, false, false])
            await connection.close()
        }
    }
}
