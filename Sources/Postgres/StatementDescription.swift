/// What the server says of a statement without running it.
public struct StatementDescription: Sendable, Equatable {
    /// A column the statement would return.
    public struct Column: Sendable, Equatable {
        /// The name the result gives it.
        public let name: String
        /// The OID of its type in `pg_type`.
        public let typeOID: UInt32
    }

    /// The OIDs of the types of `$1`, `$2` and so on.
    public let parameterTypeOIDs: [UInt32]
    /// The columns of the result; none when the statement returns no rows.
    public let columns: [Column]
}
