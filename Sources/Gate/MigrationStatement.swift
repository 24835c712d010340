public import SQLSyntax

/// One statement of a migration, or of a routine's or DO block's body in it.
public struct MigrationStatement: Sendable {
    /// The statement as PostgreSQL's grammar reads it.
    public let syntax: Statement

    /// Takes a statement of a migration.
    public init(_ syntax: Statement) {
        self.syntax = syntax
    }

    /// The text, without the semicolon.
    public var text: String { syntax.text }
    /// The line of the file where it begins, from 1.
    public var line: Int { syntax.location.line }
    /// The column where it begins, from 1, in Unicode scalars.
    public var column: Int { syntax.location.column }
}
