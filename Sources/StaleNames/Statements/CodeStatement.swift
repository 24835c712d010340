public import SQLSyntax

/// A SQL statement that a program holds.
public struct CodeStatement: Sendable {
    /// What the program calls it: a `-- name:`, the variable, or the function it stands in.
    public let name: String
    /// The file, relative to the folder that was scanned, and that folder's name before it.
    public let file: String
    /// Where its first word stands in the file.
    public let location: Location
    /// The line where it begins, from 1.
    public var line: Int { location.line }
    /// The column where it begins, from 1.
    public var column: Int { location.column }
    /// The statement as PostgreSQL can prepare it: what the program fills in is `$1`, `$2`, ….
    public let sql: String
    /// The command, such as `SELECT`.
    public let kind: StatementKind
    /// Why it cannot be prepared as a whole; nil where it can.
    public let gap: Gap?

    let parsed: Statement
    let text: MappedText
    let source: SourceText

    /// Why a statement is known in part only.
    public enum Gap: String, Sendable, Hashable, CaseIterable {
        /// The name of a table is filled in at run time.
        case name = "a name in it is filled in at run time"
        /// A piece of SQL is filled in at run time.
        case fragment = "a part of it is put together at run time"
    }

    /// Where in the file a character of `sql` stands, counted from 1 as the server counts.
    public func location(ofCharacter position: Int) -> Location {
        source.location(at: text.source(of: text.offset(ofCharacter: position)))
    }
}

/// Text that is SQL, but that cannot be read as such.
struct UnreadStatement: Sendable {
    let source: SourceText
    /// Where it begins in the file.
    let offset: Int
    let reason: String
}
