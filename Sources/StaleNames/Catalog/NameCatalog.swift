import Assay
import Auditor
import Postgres

/// What a database has by name, and what its REST layer shows of it.
struct NameCatalog: Sendable {
    let catalog: Catalog
    /// The schemas in which names without one are looked up, in order.
    let searchPath: [String]
    let functions: [CatalogFunction]
    /// The schemas that PostgREST serves; nil where nothing says which.
    let exposed: [String]?
    /// What the clients' role may do; nil where no role was named.
    let rights: RoleRights?

    private let functionsByName: [String: [CatalogFunction]]

    init(
        catalog: Catalog, searchPath: [String], functions: [CatalogFunction], exposed: [String]?,
        rights: RoleRights?
    ) {
        self.catalog = catalog
        self.searchPath = searchPath
        self.functions = functions
        self.exposed = exposed
        self.rights = rights
        functionsByName = Dictionary(grouping: functions, by: \.name)
    }

    /// The relation that a name without or with a schema means.
    func relation(_ schema: String?, _ name: String) -> Relation? {
        if let schema { return catalog.relation(schema: schema, name: name) }
        return searchPath.lazy.compactMap { catalog.relation(schema: $0, name: name) }.first
    }

    func functions(_ schema: String?, named name: String) -> [CatalogFunction] {
        (functionsByName[name] ?? []).filter { schema == nil || $0.schema == schema }
    }

    /// The names that may stand for columns of a relation: its own, and what functions compute of it.
    func computedColumns(of relation: Relation) -> Set<String> {
        Set(
            functions.lazy.filter {
                $0.firstSchema == relation.schema && $0.firstTable == relation.name
            }.map(\.name))
    }

    /// Whether a schema is PostgreSQL's own.
    static func isSystem(_ schema: String) -> Bool {
        schema.hasPrefix("pg_") || schema == "information_schema"
    }

    // MARK: Sentences

    /// The sentence for a schema that does not exist.
    func missing(schema: String) -> String {
        "there is no schema \(schema)"
            + Nearest.suggestion(for: schema, among: catalog.schemas)
    }

    /// The sentence for a table that does not exist.
    func missing(table: String, in schema: String?) -> String {
        let full = schema.map { "\($0).\(table)" } ?? table
        let schemas = schema.map { [$0] } ?? searchPath
        let beside = catalog.relations.filter { schemas.contains($0.schema) }.map(\.name)
        if let near = Nearest.nearest(to: table, among: beside) {
            let prefix = schema.map { "\($0)." } ?? ""
            return "there is no table \(full); did you mean \(prefix)\(near)?"
        }
        if let elsewhere = catalog.relations.first(where: { $0.name == table }) {
            return "there is no table \(full); did you mean \(elsewhere.schema).\(table)?"
        }
        let others = Set(catalog.relations.map(\.name))
        guard let near = Nearest.nearest(to: table, among: others),
            let found = catalog.relations.first(where: { $0.name == near })
        else { return "there is no table \(full)" }
        return "there is no table \(full); did you mean \(found.schema).\(near)?"
    }

    /// The sentence for a column that a table does not have.
    func missing(column: String, in relation: Relation) -> String {
        "\(relation.schema).\(relation.name) has no column \(column)"
            + Nearest.suggestion(for: column, among: relation.columns.map(\.name))
    }
}

/// A function or procedure, and what it is called with.
struct CatalogFunction: Sendable {
    let schema: String
    let name: String
    /// The names of what it takes in; empty for those without one.
    let parameters: [String]
    /// How many of them, from the last, may be left out.
    let defaults: Int
    /// Whether more arguments than these may be given.
    let isVariadic: Bool
    /// The table whose row it takes first.
    let firstSchema: String?
    let firstTable: String?
    /// Whether the role asked about may call it.
    let mayExecute: Bool
}

/// What a role may do.
struct RoleRights: Sendable {
    let role: String
    /// The schemas it may look things up in.
    let schemas: Set<String>
    /// By `schema.table`, the words of its privileges.
    let tables: [String: Set<String>]
}
