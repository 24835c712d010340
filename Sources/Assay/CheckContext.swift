/// What the catalog says of one table, as far as checks need it.
public struct TableShape: Sendable, Hashable {
    /// Sorts of types, as far as a check must tell them apart.
    public enum Category: Sendable, Hashable {
        /// text, varchar, char, citext, name and domains over them.
        case text
        /// Everything else.
        case other
    }

    /// One column.
    public struct Column: Sendable, Hashable {
        /// The name as the catalog spells it.
        public let name: String
        /// The type as the catalog prints it: `timestamp with time zone`.
        public let type: String
        /// The sort of its type.
        public let category: Category
        /// Whether a NOT NULL constraint stands on it.
        public let isNotNull: Bool
        /// Whether equal texts are equal bytes under its collation.
        public let isDeterministic: Bool

        /// Creates a column.
        public init(
            name: String, type: String, category: Category, isNotNull: Bool,
            isDeterministic: Bool = true
        ) {
            self.name = name
            self.type = type
            self.category = category
            self.isNotNull = isNotNull
            self.isDeterministic = isDeterministic
        }
    }

    /// A constraint or index that proves a set of columns unique.
    public struct UniqueKey: Sendable, Hashable {
        /// The index's name.
        public let name: String
        /// Its columns.
        public let columns: [String]

        /// Creates a key.
        public init(name: String, columns: [String]) {
            self.name = name
            self.columns = columns
        }
    }

    /// A validated foreign key.
    public struct ForeignKey: Sendable, Hashable {
        /// The constraint's name.
        public let name: String
        /// The referring columns.
        public let columns: [String]
        /// The table referred to.
        public let parent: TableName
        /// The columns referred to, in the order of `columns`.
        public let parentColumns: [String]

        /// Creates a foreign key.
        public init(name: String, columns: [String], parent: TableName, parentColumns: [String]) {
            self.name = name
            self.columns = columns
            self.parent = parent
            self.parentColumns = parentColumns
        }
    }

    /// The columns in the order of the table.
    public let columns: [Column]
    /// The usable unique keys: valid, immediate, without a predicate or an expression.
    public let uniqueKeys: [UniqueKey]
    /// The validated foreign keys.
    public let foreignKeys: [ForeignKey]

    /// Creates a shape.
    public init(
        columns: [Column], uniqueKeys: [UniqueKey] = [], foreignKeys: [ForeignKey] = []
    ) {
        self.columns = columns
        self.uniqueKeys = uniqueKeys
        self.foreignKeys = foreignKeys
    }

    /// The column of this name.
    public func column(_ name: String) -> Column? {
        columns.first { $0.name == name }
    }

    /// The foreign key that proves that some columns stand in another table's.
    public func proof(
        thatRefer columns: [String], to parent: TableName, _ parentColumns: [String]
    ) -> ForeignKey? {
        foreignKeys.first {
            $0.columns == columns && $0.parent == parent && $0.parentColumns == parentColumns
        }
    }

    /// The unique key that proves that no two rows agree in all of these columns.
    public func proof(thatUnique columns: some Sequence<String>) -> UniqueKey? {
        let columns = Set(columns)
        return uniqueKeys.first { !$0.columns.isEmpty && columns.isSuperset(of: $0.columns) }
    }
}

/// What a check may know of the database when it says what to ask.
public struct CheckContext: Sendable {
    /// The table that the check stands on.
    public let table: TableName
    /// What the catalog says of every declared or referenced table.
    public let shapes: [TableName: TableShape]
    /// The server's encoding.
    public let encoding: ServerEncoding
    /// Whether rows of the table lie on other servers, which are asked nothing but what postgres_fdw ships:
    /// no collation that is not the column's, and no `IS TRUE`.
    public let isShipped: Bool

    /// Creates a context.
    public init(
        table: TableName, shapes: [TableName: TableShape], encoding: ServerEncoding = .utf8,
        isShipped: Bool = false
    ) {
        self.table = table
        self.shapes = shapes
        self.encoding = encoding
        self.isShipped = isShipped
    }

    /// What the catalog says of the check's own table.
    public var shape: TableShape { shapes[table] ?? TableShape(columns: []) }

    /// Whether a column of the check's table holds text.
    public func isText(_ column: String) -> Bool {
        shape.column(column)?.category == .text
    }

    /// Whether a column is compared under its own collation, by what means the same under all of them.
    func isShipped(_ column: String) -> Bool {
        isShipped && shape.column(column)?.isDeterministic != false
    }

    /// A column as text, for comparisons that hold where the bytes are equal.
    func text(_ column: String) -> SQL {
        isShipped(column)
            ? "\(identifier: column)::text" : "\(identifier: column)::text COLLATE \"C\""
    }

    /// A SQL boolean that is true where a condition is, else false.
    func isTrue(_ condition: SQL) -> SQL {
        isShipped ? "CASE WHEN \(condition) THEN true ELSE false END" : "\(condition) IS TRUE"
    }

    /// A SQL boolean that is false where a condition is true, else true.
    func isNotTrue(_ condition: SQL) -> SQL {
        isShipped
            ? "CASE WHEN \(condition) THEN false ELSE true END" : "(\(condition)) IS NOT TRUE"
    }
}
