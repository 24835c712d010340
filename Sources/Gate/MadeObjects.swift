/// What a migration has made, set and proven so far: what a ROLLBACK takes back.
struct MadeObjects: Sendable {
    /// Tables, views and indexes, with their schema.
    var relations: Set<String> = []
    var types: Set<String> = []
    var schemas: Set<String> = []
    var columns: Set<String> = []
    var routines: Set<String> = []
    /// The uses of schemas that it granted to roles.
    var usages: Set<String> = []
    /// Indexes, by their columns, and those of keys.
    var indexes: [String: [[String]]] = [:]
    /// Tables of which a CHECK holds.
    var checked: Set<String> = []
    /// Columns that a validated CHECK says are not null.
    var proven: Set<String> = []
    /// Constraints added NOT VALID, by table and name.
    var waiting: [String: (constraint: NewConstraint, transaction: Int)] = [:]
    /// Tables and views that it has dropped, so that IF NOT EXISTS makes them.
    var gone: Set<String> = []
    var droppedIndexes: Set<String> = []
    /// What it has set for its session.
    var settings = SessionSettings()

    /// What an earlier migration leaves to one that is deployed together with it.
    var handedOn: MadeObjects {
        var handed = self
        handed.waiting = [:]
        handed.gone = []
        handed.droppedIndexes = []
        handed.settings = SessionSettings()
        return handed
    }
}
