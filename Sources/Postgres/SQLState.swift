/// The five characters by which PostgreSQL classifies an error.
///
/// Use one as a pattern: `catch SQLState.uniqueViolation`.
public struct SQLState: RawRepresentable, Sendable, Hashable, ExpressibleByStringLiteral,
    CustomStringConvertible
{
    /// The five characters.
    public let rawValue: String

    /// Takes the five characters as they are.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Takes the five characters as they are.
    public init(stringLiteral value: String) { rawValue = value }

    /// The text for people and logs.
    public var description: String { rawValue }

    /// Whether an error carries this SQLSTATE.
    public static func ~= (state: SQLState, error: any Error) -> Bool {
        (error as? PostgresError)?.sqlState == state
    }
}

extension SQLState {
    /// The statement was cancelled, by request or by `statement_timeout`.
    public static let queryCanceled: SQLState = "57014"
    /// A unique key exists already.
    public static let uniqueViolation: SQLState = "23505"
    /// A reference has no target.
    public static let foreignKeyViolation: SQLState = "23503"
    /// A value is missing.
    public static let notNullViolation: SQLState = "23502"
    /// A row fails a check constraint.
    public static let checkViolation: SQLState = "23514"
    /// The role may not do this.
    public static let insufficientPrivilege: SQLState = "42501"
    /// There is no such table.
    public static let undefinedTable: SQLState = "42P01"
    /// There is no such column.
    public static let undefinedColumn: SQLState = "42703"
    /// There is no such role, type or other object.
    public static let undefinedObject: SQLState = "42704"
    /// The SQL text cannot be parsed.
    public static let syntaxError: SQLState = "42601"
    /// A lock was not to be had in time.
    public static let lockNotAvailable: SQLState = "55P03"
    /// Two transactions waited for each other.
    public static let deadlockDetected: SQLState = "40P01"
    /// A statement is not prepared under this name.
    public static let undefinedStatement: SQLState = "26000"
    /// Another statement is prepared under this name.
    public static let duplicateStatement: SQLState = "42P05"
    /// Concurrent transactions cannot be put in an order.
    public static let serializationFailure: SQLState = "40001"
    /// The server's disk is full.
    public static let diskFull: SQLState = "53100"
    /// A value or a statement is larger than the server can handle.
    public static let programLimitExceeded: SQLState = "54000"
    /// The transaction failed earlier and takes nothing but a rollback.
    public static let inFailedTransaction: SQLState = "25P02"
}
