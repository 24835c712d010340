/// A column of a relation.
public struct Column: Sendable, Equatable {
    /// What can be done with the values of a type, roughly.
    public enum Category: String, Sendable, CaseIterable {
        case text, numeric, boolean, date, timestamp, time, interval, uuid, array, json
        case enumeration, binary, network, range, composite, other
    }

    /// The name, spelled as it is stored.
    public let name: String
    /// The number the catalog knows it by, from 1; there are gaps where columns were dropped.
    public let position: Int
    /// The type as SQL writes it, for example `character varying(40)`.
    public let typeName: String
    /// The type as SQL writes it, without length, and with domains resolved to what they are made of.
    public let baseTypeName: String
    /// What sort of type that is.
    public let category: Category
    /// Whether the column is declared `NOT NULL`.
    public let isNotNull: Bool
    /// Whether the server has made sure that no row, partitions and children included, has a null here.
    public let notNullProven: Bool
    /// Whether rows that say nothing get a value.
    public let hasDefault: Bool
    /// Whether the value is computed from other columns.
    public let isGenerated: Bool
    /// What a generated column is computed as, as the server writes it; nil where that uses something that
    /// could be replaced.
    public let generation: String?
    /// The collation; nil for types that have none.
    public let collation: String?
    /// Whether equal texts are equal bytes under that collation; true without one.
    public let isDeterministic: Bool
    /// Whether the current user may read it.
    public let hasSelect: Bool
    /// What its comment says.
    public let comment: String?
}

extension Column.Category {
    /// Maps a `typcategory`, and the names of the types it does not tell apart.
    init(catalogued letter: String, typeName: String) {
        switch (letter, typeName) {
        case ("S", _): self = .text
        case ("N", _): self = .numeric
        case ("B", _): self = .boolean
        case ("D", "date"): self = .date
        case ("D", _) where typeName.hasPrefix("timestamp"): self = .timestamp
        case ("D", _): self = .time
        case ("T", _): self = .interval
        case ("A", _): self = .array
        case ("E", _): self = .enumeration
        case ("I", _): self = .network
        case ("R", _): self = .range
        case ("C", _): self = .composite
        case (_, "uuid"): self = .uuid
        case (_, "json"), (_, "jsonb"): self = .json
        case (_, "bytea"): self = .binary
        default: self = .other
        }
    }
}
