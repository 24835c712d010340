/// How far an audit has come.
public struct AuditProgress: Sendable, Hashable {
    /// How many checks are done.
    public var done: Int
    /// How many checks there are.
    public var total: Int
    /// What is being asked at the moment: a table or a check for each connection.
    public var current: [String]
    /// How far the reading of rows has come; `nil` where none are read here.
    public var rows: RowProgress?
    /// What the work is expected to cost, and how much of it is done; `nil` where nothing is known.
    public var workload: Workload?

    /// Creates a stage of a run.
    public init(done: Int, total: Int, current: [String]) {
        self.done = done
        self.total = total
        self.current = current
    }
}

/// How many rows were read so far, of how many.
public struct RowProgress: Sendable, Hashable {
    /// How many have come, over all connections.
    public var read: Int
    /// About how many there are; `nil` where a table was never counted.
    public var expected: Int?
    /// Whether there are more to come.
    public var isReading: Bool

    /// Creates a stage.
    public init(read: Int, expected: Int?, isReading: Bool) {
        self.read = read
        self.expected = expected
        self.isReading = isReading
    }
}
