import Assay
import Streams

/// A table of which only what changed is looked at.
struct Increment: Sendable {
    /// What is evaluated on the rows.
    let stream: Stream
    /// What the last run learned.
    let state: KeptState
    let file: KeptFile
    let log: ChangeLog
    /// The keys where the pieces but the first begin in which the changed rows are read.
    let bounds: [String]
    /// Whether the log holds no more than what happened since.
    let isExact: Bool
    /// Whether it is done beside a run over the whole table, to be compared with that.
    let isTrial: Bool

    /// In how many pieces the changed rows are read.
    var pieces: Int { bounds.count + 1 }

    /// Beyond so many changed rows all are read: what is kept beside the file stays small.
    var most: Int { Increment.most(of: state) }

    static func most(of state: KeptState) -> Int { max(1_000, state.directory.rows / 5) }
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
