public import SQLSyntax

/// A script that changes the schema, and the way back where there is one.
public struct Migration: Sendable {
    /// The name, such as `add_customers`.
    public let name: String
    /// The version as it is written, such as `0042` or `20261124093000`; empty where there is none.
    public let version: String
    /// Where its text stands; for what holds both ways in one file, that file.
    public let file: String
    /// The script.
    public let up: String
    /// The script that takes it back.
    public let down: Script?
    /// Whether its runner runs all of it in one transaction.
    public let runsInTransaction: Bool
    /// The schemas that clients reach, as far as the folder's layout tells.
    public let exposed: [String]
    /// Its statements, as far as PostgreSQL's grammar knows them.
    public let statements: [MigrationStatement]
    /// What the grammar does not know.
    public let faults: [SyntaxError]

    /// A text and its file.
    public struct Script: Sendable, Hashable {
        /// The file's path.
        public let file: String
        /// What it holds.
        public let text: String

        /// Names a text.
        public init(file: String, text: String) {
            self.file = file
            self.text = text
        }
    }

    /// Reads a migration's statements.
    public init(
        name: String, version: String = "", up: Script, down: Script? = nil,
        runsInTransaction: Bool = false, exposed: [String] = []
    ) {
        self.name = name
        self.version = version
        file = up.file
        self.up = up.text
        self.down = down
        self.runsInTransaction = runsInTransaction
        self.exposed = exposed
        let reading = readableStatements(in: up.text)
        statements = reading.statements.map { MigrationStatement($0) }
        faults = reading.faults
    }
}
