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

    /// The statement that stores rows.
    let storing: Statement
    /// The statement that stores rows and says which ids they have.
    let storingIdentified: Statement
    /// The statement that finds rows by their keys.
    let identifying: Statement
    /// The columns' names as keys of JSON.
    private let labels: [(name: String, bytes: [UInt8])]

    init(
        _ table: String, _ policy: Policy, belongsToPayload: Bool = false, _ columns: Column...
    ) {
        self.table = TableName(table)
        self.policy = policy
        self.belongsToPayload = belongsToPayload
        self.columns = columns
        let sql = PolicyStatement(table: self.table, columns: columns, policy: policy)
        storing = Statement("store \(table)", parameters: 2, sql.storing)
        storingIdentified = Statement(
            "store \(table), with ids", parameters: 2, sql.storingIdentified)
        identifying = Statement("find \(table)", parameters: 1, sql.identification)
        labels = columns.map { ($0.name, Array("\(JSONValue.string($0.name).text):".utf8)) }
    }

    /// Whether both take the same rows in in the same way.
    public static func == (left: Destination, right: Destination) -> Bool {
        left.table == right.table && left.columns == right.columns && left.policy == right.policy
    }

    /// Feeds what tells it from others.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(table)
        hasher.combine(columns.count)
    }

    /// The one statement that stores any number of rows of different keys by the policy.
    ///
    /// `$1` is the rows as a list of objects; `$2` whether they are newer than what is stored. It returns how
    /// many rows were inserted, and how many were changed.
    public var statement: SQL { storing.sql }

    var columnNames: [String] { columns.map(\.name) }

    func column(_ name: String) -> Column? { columns.first { $0.name == name } }

    /// Rows as the list of objects that the statements take; what is absent says nothing.
    func list(_ rows: [Fields]) -> String {
        var bytes: [UInt8] = [UInt8(ascii: "[")]
        for (index, row) in rows.enumerated() {
            bytes += index > 0 ? [UInt8(ascii: ","), UInt8(ascii: "{")] : [UInt8(ascii: "{")]
            var isFirst = true
            for label in labels {
                guard let value = row[label.name] else { continue }
                if !isFirst { bytes.append(UInt8(ascii: ",")) }
                isFirst = false
                bytes += label.bytes
                value.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: "]"))
        return String(decoding: bytes, as: UTF8.self)
    }
}
