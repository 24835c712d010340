import Assay

/// Files of tables under names of their own, and the list of them.
public struct SuiteText: Sendable {
    /// One file.
    public struct File: Sendable, Hashable {
        /// The path below the folder of checks.
        public let path: String
        /// What stands in it.
        public let text: String
        /// What its table is called in Swift.
        public let identifier: String
    }

    /// The files, in the order of the tables.
    public let files: [File]

    /// Gives each table a name and a file.
    ///
    /// Files of one module differ in their last part, whatever folder they lie in.
    public init(_ tables: [TableText]) {
        var identifiers: Set<String> = []
        var names: Set<String> = []
        files = tables.map { table in
            let (schema, name) = (table.table.schema, table.table.name)
            let identifier = Self.free(
                [SwiftText.identifier(name), SwiftText.identifier(schema + "_" + name)],
                &identifiers)
            let file = Self.free(
                [SwiftText.fileName(name), SwiftText.fileName(schema + "_" + name)], &names)
            return File(
                path: "\(SwiftText.fileName(schema))/\(file).swift",
                text: table.file(as: identifier), identifier: identifier)
        }
    }

    private static func free(_ wished: [String], _ taken: inout Set<String>) -> String {
        let last = wished.last ?? "table"
        let numbered = (2...).lazy.map { last + String($0) }
        for name in wished where taken.insert(name.lowercased()).inserted { return name }
        for name in numbered where taken.insert(name.lowercased()).inserted { return name }
        return last
    }

    /// The list of tables as an array literal.
    public func list(margin: String) -> String {
        if files.count == 1, let only = files.first { return "[\(only.identifier)]" }
        return "[\n" + files.map { "\(margin)    \($0.identifier),\n" }.joined() + "\(margin)]"
    }
}
