import Assay
import Streams

/// A table of which only what changed is looked at.
struct Increment: Sendable {
    /// What is evaluated on the rows.
    let stream: Stream
    /// What the last run learned.
    let state: KeptState
    /// Which state that is of those that were kept of the table.
    let mark: StateMark
    let files: [KeptFile]
    /// The files of what references may hold, by the stream's parents.
    let parents: [DigestFile]
    /// What is known of parents that need not be read whole, by their numbers.
    private(set) var knownParents: [Int: KnownParent] = [:]
    let log: ChangeLog
    /// What it says that happened.
    let changes: TrackingFacts.Changes
    /// The pages in which every row is one that came or changed, where the table has grown.
    let newPages: Range<Int>?
    /// Whether the log holds no more than what happened since.
    let isExact: Bool
    /// Whether it is done beside a run over the whole table, to be compared with that.
    let isTrial: Bool

    init(
        stream: Stream, kept: TrackingFacts.Kept, files: [KeptFile], parents: [DigestFile],
        log: ChangeLog, changes: TrackingFacts.Changes, newPages: Range<Int>?, isExact: Bool,
        isTrial: Bool
    ) {
        self.stream = stream
        state = kept.state
        mark = kept.mark
        self.files = files
        self.parents = parents
        self.log = log
        self.changes = changes
        self.newPages = newPages
        self.isExact = isExact
        self.isTrial = isTrial
    }

    /// Notes what is known of parents.
    ///
    /// - Parameter increments: What changed in other tables, by table.
    mutating func noteParents(_ increments: [TableName: Increment]) {
        for (number, parent) in stream.parents.enumerated() {
            knownParents[number] = increments[parent.table].flatMap {
                KnownParent(parent, keptIn: state.snapshot, $0)
            }
        }
    }

    /// Where the new pages lie, in parts for so many connections.
    func newParts(connections: Int) -> [Stream.Part] {
        guard let pages = newPages else { return [] }
        let count = max(1, min(2 * connections, pages.count / 64))
        return (0..<count).map { part in
            Stream.Part(
                leaf: 0, start: pages.lowerBound + pages.count * part / count,
                end: part < count - 1
                    ? pages.lowerBound + pages.count * (part + 1) / count : nil)
        }
    }

    /// Beyond so many changed rows all are read: that takes little longer.
    var most: Int { Increment.most(of: state) }

    static func most(of state: KeptState) -> Int { max(1_000, state.wholeRows / 5) }
}

/// What is done about a table in a run that looks only at what changed.
enum IncrementalChoice: Sendable {
    /// Only what changed is looked at.
    case changes(Increment)
    /// All of it is read, for this reason, and what is learned is kept.
    ///
    /// Where all that speaks against what was kept is its age, it is done as well, to be compared.
    case whole(Stream, reason: String, trial: Increment?)
    /// It is done as in any other run, for this reason.
    case never(String)
}
