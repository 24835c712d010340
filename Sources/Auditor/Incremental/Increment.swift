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
    /// The pieces in which what changed is read.
    let pieces: [Piece]
    /// The page from which on every row is one that came or changed, where the table has grown.
    let newPage: Int?
    /// Whether the log holds no more than what happened since.
    let isExact: Bool
    /// Whether it is done beside a run over the whole table, to be compared with that.
    let isTrial: Bool

    /// A piece of what changed.
    struct Piece: Sendable {
        /// The key that it begins with, as an array; `nil` in the first piece.
        let firstKey: String?
        /// The key that it ends before; `nil` in the last piece.
        let endKey: String?
        /// The new pages that it reads, the last piece without an end; `nil` where there are none.
        let pages: (first: Int, end: Int?)?

        /// Pieces of about as much.
        ///
        /// - Parameters:
        ///   - bounds: The keys where the pieces but the first begin.
        ///   - newPages: The pages in which every row is one that came or changed.
        /// - Returns: The pieces.
        static func all(bounds: [String], newPages: Range<Int>?) -> [Piece] {
            let ends = bounds + [nil]
            return ends.indices.map { number in
                let pages = newPages.map { pages in
                    let first = pages.lowerBound + pages.count * number / ends.count
                    let end = pages.lowerBound + pages.count * (number + 1) / ends.count
                    return (first, number == ends.count - 1 ? nil : end)
                }
                return Piece(
                    firstKey: number == 0 ? nil : bounds[number - 1], endKey: ends[number],
                    pages: pages)
            }
        }
    }

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
