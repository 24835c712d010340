/// What a database says exists in it, outside the schemas of PostgreSQL itself.
public struct Catalog: Sendable {
    /// Which database this is.
    public let database: DatabaseIdentity
    /// The names of all schemas, sorted.
    public let schemas: [String]
    /// Those in which the current user may look things up.
    public let usableSchemas: Set<String>
    /// All tables, views and the like, sorted by schema and name.
    public let relations: [Relation]

    private let places: [String: [String: Int]]

    init(
        database: DatabaseIdentity, schemas: [String], usableSchemas: Set<String>,
        relations: [Relation]
    ) {
        self.database = database
        self.schemas = schemas
        self.usableSchemas = usableSchemas
        self.relations = relations
        var places: [String: [String: Int]] = [:]
        for (place, relation) in relations.enumerated() {
            places[relation.schema, default: [:]][relation.name] = place
        }
        self.places = places
    }

    /// The relation of a name, spelled as it is stored; nil when there is none.
    public func relation(schema: String, name: String) -> Relation? {
        places[schema]?[name].map { relations[$0] }
    }
}
