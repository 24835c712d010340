public import Auditor
public import Postgres

/// What a shadow is built of, and where.
public struct ShadowOptions: Sendable {
    /// Where a shadow stands.
    public enum Place: Sendable {
        /// A throw-away PostgreSQL of its own, which goes with the run.
        case ephemeral
        /// Databases of their own beside this empty one, which go with the run.
        case server(DatabaseTarget)
    }

    /// The schema that migrations meet in earnest.
    public enum Schema: Sendable {
        /// The real database, of which only the catalog is read unless rows are asked for.
        case database(DatabaseTarget)
        /// A script as pg_dump --schema-only writes it.
        case script(Migration.Script)
    }

    /// Where the shadow stands.
    public var place: Place = .ephemeral
    /// Earlier migrations, in the order in which they run; they make the schema where there are any.
    public var base: [Migration] = []
    /// The real schema, where it is at hand.
    public var schema: Schema?
    /// How many rows of each table are taken along; none where nothing is said.
    public var sample: Int?
    /// The database that is production, so that it never becomes a shadow.
    public var expected = ExpectedDatabase()
    /// How long a connection may take to come about.
    public var connectTimeout: Duration = .seconds(10)
    /// How long one statement of a migration may take on the shadow.
    public var statementDeadline: Duration = .seconds(60)
    /// How long one question to the real database may take.
    public var deadline: Duration = .seconds(300)

    /// Creates options for an empty shadow of its own.
    public init() {}

    /// The real database, where there is one.
    public var realDatabase: DatabaseTarget? {
        if case .database(let target)? = schema { target } else { nil }
    }
}
