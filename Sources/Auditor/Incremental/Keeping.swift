/// What is kept of a stream's table when it has been read, and where.
struct Keeping: Sendable {
    /// The columns of the table's primary key, and their types; none where no change can be said to be of which row.
    let key: [(column: String, type: String)]
    let folder: StateFolder
    /// What the state is made of and for.
    let fingerprint: [String]
    /// What this run sees.
    let snapshot: String
    /// When it sees it, in seconds since 1970.
    let now: Double
}
