import Assay
public import Auditor

/// The tools whose suites can be imported.
public enum ImportFormat: String, Sendable, CaseIterable {
    /// dbt: tests of models, seeds, snapshots and sources in YAML.
    case dbt
    /// Soda: SodaCL in YAML.
    case soda
    /// Great Expectations: expectation suites in JSON, of 0.x and 1.x.
    case gx

    /// The tool's own name.
    public var tool: String {
        switch self {
        case .dbt: "dbt"
        case .soda: "Soda"
        case .gx: "Great Expectations"
        }
    }
}

/// Reads suites of another tool.
public struct Importer: Sendable {
    private let format: ImportFormat
    private let schema: String
    private let table: TableName?

    /// Creates an importer.
    ///
    /// - Parameters:
    ///   - format: Whose suites they are.
    ///   - schema: The schema of tables that are named without one.
    ///   - table: The table of a Great Expectations suite, which names none.
    public init(format: ImportFormat, schema: String = "public", table: String? = nil) {
        self.format = format
        self.schema = schema
        self.table = table.map { TableName($0) }
    }

    /// Reads a file, or those of a folder.
    ///
    /// - Throws: A refusal where a file is not what it should be, or where none promises anything.
    public func read(_ path: String) throws(Refusal) -> Imported {
        let endings = format == .gx ? ["json"] : ["yml", "yaml"]
        let paths = try Document.paths(at: path, endings: endings)
        var documents: [Document] = []
        var problems: [Refusal.Item] = []
        for path in paths {
            do throws(Refusal) {
                documents.append(try Document(path: path))
            } catch {
                problems += error.items
            }
        }
        guard problems.isEmpty else { throw Refusal(problems) }
        var draft = Draft()
        let isOurs: Bool
        switch format {
        case .dbt:
            var reader = DbtReader(
                schema: schema, macros: DbtMacros(in: Document.siblings(of: path, ending: "sql")))
            isOurs = reader.read(documents, into: &draft)
        case .soda:
            var reader = SodaReader(schema: schema)
            isOurs = reader.read(documents, into: &draft)
        case .gx:
            isOurs = GXReader(schema: schema, table: table).read(documents, into: &draft)
        }
        let imported = draft.finished(from: format.tool)
        guard isOurs else {
            throw Refusal(
                "\(path) holds no suite of \(format.tool): \(format.expectation)",
                at: paths.count == 1 ? SourceLocation(file: paths[0], line: 1) : nil)
        }
        guard imported.turned > 0 || !imported.left.isEmpty else {
            throw Refusal("\(path) promises nothing")
        }
        return imported
    }
}

extension ImportFormat {
    fileprivate var expectation: String {
        switch self {
        case .dbt: "expected `models:`, `sources:`, `seeds:` or `snapshots:` with columns and tests"
        case .soda: "expected `checks for TABLE:` with a list of checks"
        case .gx: "expected an object with a list of `expectations`"
        }
    }
}
