import Assay
import AssayTesting
import Auditor
import FoundationEssentials
import Glibc
import Postgres
import Testing

/// A tracked table with rows of every sort, a parent, and a folder for what is kept of them.
struct IncrementalFixture: Sendable {
    let database: ScratchDatabase
    let folder: String

    static let setUp = """
        CREATE TYPE mood AS ENUM ('happy', 'sad');
        CREATE TABLE parents (name text UNIQUE, b int);
        INSERT INTO parents SELECT 'p' || i, i FROM generate_series(0, 9) i;
        CREATE TABLE rows (tenant text NOT NULL, id int NOT NULL, name text, domain text, number int, flag boolean,
            mood mood, moment timestamptz, parent text, PRIMARY KEY (id, tenant));
        CREATE SEQUENCE ids;
        \(pool("name", "text", ["'n' || n % 7", "NULL", "''", "' '", "'é'", "'😀'", "E'\\u00a0'"]))
        \(pool("domain", "text", ["'acme' || n % 9 || '.com'", "'https://www.Acme' || n % 9 || '.com/'", "NULL", "'x'"]))
        \(pool("parent", "text", ["'p' || n % 12", "'p' || n % 12", "NULL", "''"]))
        CREATE FUNCTION add(amount int, salt int) RETURNS void LANGUAGE sql AS $$
            INSERT INTO rows SELECT 't' || i % 2, i, name(i * 7 + salt), domain(i * 3 + salt),
                (i * 5 + salt) % 40, (ARRAY[true, false, NULL])[1 + (i + salt) % 3],
                (ARRAY['happy', 'sad', NULL])[1 + i % 3]::mood,
                CASE WHEN i % 4 > 0 THEN timestamptz '2024-01-01 00:00+00' + make_interval(hours => (i * 31 + salt) % 999) END,
                parent(i * 11 + salt)
            FROM (SELECT nextval('ids')::int AS i FROM generate_series(1, amount)) AS numbers
        $$;
        SELECT add(60, 3);
        """

    private static func pool(_ name: String, _ type: String, _ values: [String]) -> String {
        """
        CREATE FUNCTION \(name)(n int) RETURNS \(type) LANGUAGE sql AS $$
            SELECT (ARRAY[\(values.joined(separator: ", "))])[1 + n % \(values.count)] $$;
        """
    }

    static let checks: [any Check] = [
        Required("name"), Required("parent", blank: .accepted), Normalized("domain", as: .domain),
        OneOf("mood", "happy"), Length("name", 1...2), Matches("name", "^n[0-9]$"),
        InRange("number", 3...30), Unique(by: .normalized("domain", as: .domain)),
        Unique(by: "number"), Unique(by: "name", "number"),
        Unique(by: "number").where(.isTrue("flag")).named("flagged"),
        References("parent", in: "parents.name"),
        References(["number", "parent"], in: "parents", columns: ["b", "name"]).named("pair"),
        References("parent", in: "parents.name").where(.isTrue("flag")).named("flagged"),
        Implies(.isTrue("flag"), then: .present("name")),
        Implies("moment > timestamptz '2024-01-15 00:00+00'", then: "number < 35").named("sql"),
        RowCount(50...), RowCount(30...).where(.isTrue("flag")).named("flagged"),
        Fresh("moment", within: .days(2_000)),
        Fresh("moment", within: .days(2_000)).where(.isTrue("flag")).named("flagged"),
        Steady(.rowCount), Steady(nullShareOf: "name"),
        NoRows("rows of nobody") { "SELECT id FROM rows WHERE parent IS NULL AND number < 5" },
        Implies("moment < now()", then: "number <> 7").named("present"),
    ]

    static let table = Table(
        TableName("rows"), key: ["id", "tenant"], source: SourceLocation(file: #filePath, line: 1),
        checks: checks)

    /// Lends a database with a tracked table, and a folder that goes with it.
    static func lend(
        setUp more: String = "", _ body: (IncrementalFixture) async throws -> Void
    ) async throws {
        try await withScratchDatabase(setUp: setUp + more) { database in
            var template = Array("/tmp/assay-test-XXXXXX".utf8CString)
            try #require(mkdtemp(&template) != nil)
            let folder = String(
                decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let fixture = IncrementalFixture(database: database, folder: folder)
            try await fixture.track(TableName("rows"))
            try await body(fixture)
        }
    }

    /// Logs a table's changes from now on.
    func track(_ table: TableName) async throws {
        let connection = try await database.connect()
        try await connection.script(try Tracking([table]).sql())
        await connection.close()
    }

    /// An audit that looks only at what changed.
    func incremental(
        _ tables: [Table] = [table], configure: @Sendable (inout AuditOptions) -> Void = { _ in }
    ) async throws -> AuditReport {
        try await audit(database, tables) { [folder] in
            $0.incremental = IncrementalOptions(folder: folder)
            $0.past = [:]
            $0.samples = 7
            configure(&$0)
        }
    }

    /// Where the checks of the first table would be evaluated.
    func plan(_ tables: [Table] = [table]) async throws -> TableEvaluation {
        let run = try run(database, tables) { [folder] in
            $0.incremental = IncrementalOptions(folder: folder)
            $0.past = [:]
        }
        return try #require(try await run.evaluationPlan().first)
    }

    /// Audits incrementally and whole, and says where the two differ.
    ///
    /// - Parameters:
    ///   - step: What happened before.
    ///   - tables: What is audited.
    ///   - asUsual: Whether nothing is expected to be kept.
    ///   - sourceLocation: Where it is asked for.
    /// - Returns: Why the tables were read whole, if they were.
    /// - Throws: What keeps an audit from being done.
    @discardableResult
    func compare(
        _ step: String, _ tables: [Table] = [table], asUsual: Bool = false,
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) async throws -> [String] {
        let kept = try await incremental(tables)
        let whole = try await audit(database, tables) {
            $0.engine = .push
            $0.past = [:]
            $0.samples = 7
        }
        // Examples are the first in the table, where rows are read in its order.
        let streamed = try await audit(database, tables) {
            $0.engine = .stream
            $0.past = [:]
            $0.samples = 7
        }
        let isPushed = asUsual || kept.engineNotes.contains { $0.contains("in the database") }
        for (one, other) in zip(kept.results, (isPushed ? whole : streamed).results) {
            let name: Comment = "\(one.id) after \(step)"
            #expect(one.rows == other.rows, name, sourceLocation: sourceLocation)
        }
        #expect(kept.rows == whole.rows, "\(step)", sourceLocation: sourceLocation)
        for (one, other) in zip(kept.results, whole.results) {
            let name: Comment = "\(one.id) after \(step)"
            #expect(one.trouble == other.trouble, name, sourceLocation: sourceLocation)
            #expect(one.measure == other.measure, name, sourceLocation: sourceLocation)
            #expect(one.outcome == other.outcome, name, sourceLocation: sourceLocation)
        }
        return kept.engineNotes
    }

    /// The files in which something is kept.
    func files(_ ending: String) throws -> [String] {
        let base = "\(folder)/incremental/tests"
        return try FileManager.default.subpathsOfDirectory(atPath: base)
            .filter { $0.hasSuffix(ending) }.map { "\(base)/\($0)" }
    }
}
