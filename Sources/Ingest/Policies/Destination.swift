public import Assay

/// A table that payloads are stored in: its columns that are written, and how it takes a row in.
public struct Destination: Sendable, Hashable {
    /// A column that is written.
    public struct Column: Sendable, Hashable {
        /// Its name.
        public let name: String
        /// Its type, as SQL writes it.
        public let type: String

        static func text(_ name: String) -> Column { Column(name: name, type: "text") }
        static func texts(_ name: String) -> Column { Column(name: name, type: "text[]") }
        static func uuid(_ name: String) -> Column { Column(name: name, type: "uuid") }
        static func boolean(_ name: String) -> Column { Column(name: name, type: "boolean") }
        static func integer(_ name: String) -> Column { Column(name: name, type: "bigint") }
        static func number(_ name: String) -> Column { Column(name: name, type: "numeric") }
        static func date(_ name: String) -> Column { Column(name: name, type: "date") }
        static func time(_ name: String) -> Column {
            Column(name: name, type: "timestamp with time zone")
        }
    }

    /// The table.
    public let table: TableName
    /// The columns that are written.
    public let columns: [Column]
    /// How it takes a row in.
    public let policy: Policy
    /// Whether its rows belong to one payload alone, so that a replay of it may always write them anew.
    let belongsToPayload: Bool

    init(
        _ table: String, _ policy: Policy, belongsToPayload: Bool = false, _ columns: Column...
    ) {
        self.table = TableName(table)
        self.policy = policy
        self.belongsToPayload = belongsToPayload
        self.columns = columns
    }

    var columnNames: [String] { columns.map(\.name) }

    func column(_ name: String) -> Column? { columns.first { $0.name == name } }
}
